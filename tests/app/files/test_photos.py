"""Photos are drawn anew: smaller, upright, with nothing in them but the picture."""

from __future__ import annotations

import random
from io import BytesIO

import pytest
from PIL import Image

from app.files import photos
from app.files.photos import redrawn, thumbnail
from sla.errors import Invalid
from tests.app.files.pictures import HEIC, animated, bomb, photo
from tests.app.personas import at

NOW = at("2025-07-01 09:00")


def opened(data: bytes) -> Image.Image:
    with Image.open(BytesIO(data)) as image:
        image.load()
        return image


def is_red(image: Image.Image, x: float, y: float) -> bool:
    colour = image.getpixel((int(x * image.width), int(y * image.height)))
    assert isinstance(colour, tuple)
    return colour[0] > colour[2]


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_nothing_but_the_picture_gets_through(form):
    given = photo(form=form, taken="2025:06:30 18:20:05")
    assert b"SecretCamera" in given
    kept = redrawn(given, NOW).data
    image = opened(kept)
    assert image.format == "JPEG"
    assert dict(image.getexif()) == {}
    assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    for word in (b"Exif", b"SecretCamera", b"http://ns.adobe.com", b"ICC_PROFILE", b"GPS"):
        assert word not in kept


def test_a_comment_and_a_colour_profile_do_not_get_through_either():
    given = photo(comment=b"from my flat", icc_profile=b"profile" * 20, xmp=b"<x>secret</x>")
    kept = redrawn(given, NOW).data
    for word in (b"from my flat", b"profile", b"secret"):
        assert word in given
        assert word not in kept


@pytest.mark.parametrize(
    ("size", "kept"),
    [
        ((4000, 3000), (1600, 1200)),
        ((3000, 4000), (1200, 1600)),
        ((640, 480), (640, 480)),
        ((9000, 30), (1600, 5)),
    ],
)
def test_the_longer_side_is_made_small_and_a_small_one_stays(size, kept):
    assert opened(redrawn(photo(size), NOW).data).size == kept


@pytest.mark.parametrize(
    ("orientation", "red_at"),
    [(1, (0.1, 0.5)), (3, (0.9, 0.5)), (6, (0.5, 0.1)), (8, (0.5, 0.9))],
)
def test_a_photo_taken_on_its_side_stands_upright(orientation, red_at):
    image = opened(redrawn(photo((3200, 1600), orientation=orientation), NOW).data)
    assert image.size == ((1600, 800) if orientation in (1, 3) else (800, 1600))
    assert is_red(image, *red_at)
    assert not is_red(image, *(1 - part for part in red_at))


@pytest.mark.parametrize(
    ("said", "taken_at"),
    [
        ("2025:06:30 18:20:05", at("2025-06-30 18:20:05")),
        ("2025:07:01 09:00:00", NOW),
        ("2025:07:01 09:00:01", None),
        ("1999:12:31 10:00:00", None),
        ("0000:00:00 00:00:00", None),
        ("2025-06-30", None),
        ("", None),
        (None, None),
    ],
)
def test_its_time_is_kept_beside_it_when_it_is_plausible(said, taken_at):
    assert redrawn(photo(taken=said), NOW).taken_at == taken_at


def test_see_through_parts_become_white():
    image = Image.new("RGBA", (40, 40), (0, 0, 0, 0))
    out = BytesIO()
    image.save(out, "PNG")
    assert opened(redrawn(out.getvalue(), NOW).data).getpixel((20, 20)) == (255, 255, 255)


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "CMYK", "I;16", "RGBA"])
def test_every_mode_a_picture_comes_in_is_taken(mode):
    out = BytesIO()
    Image.new(mode, (50, 40)).save(out, "JPEG" if mode == "CMYK" else "PNG")
    assert opened(redrawn(out.getvalue(), NOW).data).size == (50, 40)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (bomb(), photos.TOO_MANY_PIXELS),
        (bomb(10_000), photos.TOO_MANY_PIXELS),
        (bomb(6_000), photos.TOO_MANY_PIXELS),
        (bomb(100), photos.BROKEN),
        (animated(), photos.ANIMATED),
        (HEIC, photos.HEIC),
        (b"GIF89a" + b"\0" * 30, photos.NOT_A_PHOTO),
        (b"<html></html>", photos.NOT_A_PHOTO),
        (b"\xff\xd8\xff\xe0" + b"\0" * 50, photos.NOT_A_PHOTO),
        (photo()[:1500], photos.BROKEN),
    ],
)
def test_what_is_no_good_photo_is_refused_with_what_to_do(content, said):
    with pytest.raises(Invalid) as refused:
        redrawn(content, NOW)
    assert refused.value.message == said
    assert refused.value.field == "file"


def test_whatever_is_broken_about_a_picture_is_a_refusal_and_never_a_fault():
    chance = random.Random(1)
    for form in ("JPEG", "PNG", "WEBP"):
        good = photo((60, 40), form=form, taken="2025:06:30 18:20:05")
        for _ in range(60):
            broken = bytearray(good)
            for _ in range(chance.randint(1, 12)):
                broken[chance.randrange(len(broken))] = chance.randrange(256)
            try:
                redrawn(bytes(broken), NOW)
            except Invalid as refused:
                assert refused.message  # noqa: PT017, either outcome is good, a fault is not


def test_a_small_picture_is_made_of_a_stored_one():
    small = opened(thumbnail(redrawn(photo((4000, 3000)), NOW).data))
    assert small.size == (320, 240)


def test_of_a_picture_with_a_second_one_in_it_the_first_is_the_photo():
    first, second = Image.new("RGB", (60, 40), "red"), Image.new("RGB", (30, 20), "blue")
    out = BytesIO()
    first.save(out, "MPO", save_all=True, append_images=[second])
    image = opened(redrawn(out.getvalue(), NOW).data)
    assert image.size == (60, 40)
    assert is_red(image, 0.5, 0.5)
