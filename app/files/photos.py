"""Photos on the way in: drawn anew, made smaller, with nothing in them but the picture.

A decoder meets whatever somebody sent, so a picture is refused by its size before it is unpacked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING

from sla.errors import Invalid
from sla.when import SHANGHAI, check_instant

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

JPEG = "image/jpeg"
LONGEST_PHOTO = 1600  # pixels of the longer side
LONGEST_SCAN = 2400  # a signed page of A4 stays legible
LONGEST_THUMBNAIL = 320
QUALITY = 82
# A JPEG is unpacked at a fraction of its size, anything else whole.
MOST_PIXELS = {"JPEG": 70_000_000, "MPO": 70_000_000}
MOST_PIXELS_UNPACKED = 25_000_000
FORMATS = ("JPEG", "PNG", "WEBP")

_HEIC_BRANDS = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1", b"avif")
_EXIF_PART, _TAKEN_AT, _EXIF_TEXT = 0x8769, 0x9003, "%Y:%m:%d %H:%M:%S"

HEIC = "这是 HEIC 照片，系统读不了：请在手机「设置 › 相机 › 格式」里选「兼容性最佳」后再拍，或截图后上传"
NOT_A_PHOTO = "这不是系统认识的照片，请上传 JPEG、PNG 或 WebP"
ANIMATED = "这是动图，请上传单张照片"
TOO_MANY_PIXELS = "照片的像素太多，请在手机上调小后再上传"
BROKEN = "照片不完整或已损坏，请重新拍摄或重新选择"


@dataclass(frozen=True)
class Photo:
    """A picture as JPEG without metadata; ``taken_at`` is the time it said of itself, if plausible."""

    data: bytes
    taken_at: datetime | None


def is_heic(start: bytes) -> bool:
    """Tell whether a content begins like the pictures of newer telephones, which few programs read."""
    return start[4:8] == b"ftyp" and start[8:12] in _HEIC_BRANDS


def redrawn(content: bytes, now: datetime, longest: int = LONGEST_PHOTO) -> Photo:
    """Return a picture drawn anew: upright, at most ``longest`` pixels, JPEG; otherwise ``Invalid``.

    The time of taking is read as Shanghai time; one in the future or before 2000 is not plausible.
    """
    if is_heic(content[:12]):
        raise Invalid(HEIC, "file")
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(BytesIO(content), formats=FORMATS) as image:
            _check(image)
            taken_at = _taken_at(image, now)
            return Photo(_bare(image, longest), taken_at)
    except Invalid:
        raise
    except UnidentifiedImageError:
        raise Invalid(NOT_A_PHOTO, "file") from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Invalid(TOO_MANY_PIXELS, "file") from None
    except Exception as error:  # what a decoder raises about broken bytes is not foreseeable
        raise Invalid(BROKEN, "file") from error


def thumbnail(content: bytes) -> bytes:
    """Return a stored photo in the size of a list."""
    from PIL import Image

    with Image.open(BytesIO(content), formats=("JPEG",)) as image:
        return _bare(image, LONGEST_THUMBNAIL)


def _check(image: Picture) -> None:
    width, height = image.size
    if width * height > MOST_PIXELS.get(image.format or "", MOST_PIXELS_UNPACKED):
        raise Invalid(TOO_MANY_PIXELS, "file")
    # A camera may add a second, smaller picture to a JPEG (MPO): the first one is the photo.
    if image.format != "MPO" and getattr(image, "n_frames", 1) > 1:
        raise Invalid(ANIMATED, "file")


def _taken_at(image: Picture, now: datetime) -> datetime | None:
    try:
        said = image.getexif().get_ifd(_EXIF_PART).get(_TAKEN_AT)
        at = datetime.strptime(str(said).strip("\0 "), _EXIF_TEXT).replace(tzinfo=SHANGHAI)
        at = check_instant(at, "拍摄时间")
    except Exception:  # metadata is a gift: whatever is wrong with it, the photo is still good
        return None
    return at if at <= now else None


def _bare(image: Picture, longest: int) -> bytes:
    """Draw the picture on an empty sheet, so that nothing but its pixels gets into the file."""
    from PIL import Image

    image.draft("RGB", (longest, longest))
    upright = _upright(image)
    has_holes = upright.mode in ("RGBA", "LA", "PA", "P")
    picture = upright.convert("RGBA" if has_holes else "RGB")
    picture.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    sheet = Image.new("RGB", picture.size, "white")
    sheet.paste(picture, mask=picture if has_holes else None)
    out = BytesIO()
    sheet.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()


def _upright(image: Picture) -> Picture:
    """Turn the picture as its camera was held; without a word about that it stays as it is."""
    from PIL import ImageOps

    image.load()
    try:
        return ImageOps.exif_transpose(image)
    except Exception:  # again only the metadata
        return image
