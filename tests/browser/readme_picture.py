"""Takes the picture of the README, docs/picture.png, from a running demonstration:

    python -m tests.browser.readme_picture http://127.0.0.1:5000 PASSWORD

The password is the one the demonstration printed. The bureau's start page stands beside an engineer's
telephone, in few colours: what is drawn is flat, and the file stays below 200 kB.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter
from playwright.sync_api import sync_playwright

from app.guide.steps import Shot
from tests.browser import chromium
from tests.browser.guide_pictures import sign_in, take

FILE = Path(__file__).parents[2] / "docs/picture.png"
SIZE, GROUND, SHADOW = (1480, 770), "#e8ebef", "#c3ccd5"
# Who looks, at a window of which size, drawn how wide and where, with how round corners.
PARTS = (
    (Shot("bureau", "/"), (1280, 800), 1040, (28, 28), 10),
    (Shot("engineer", "/", phone=True), (390, 844), 330, (1096, 28), 28),
)
COLOURS = 256


def main(address: str, password: str) -> None:
    path = chromium.find()
    if path is None:
        sys.exit(f"{chromium.MISSING}; {chromium.HOW}")
    picture = Image.new("RGB", SIZE, GROUND)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=chromium.SWITCHES)
        for shot, size, wide, place, corner in PARTS:
            context = sign_in(browser, address, password, shot, size)
            screen = Image.open(io.BytesIO(take(context, address, shot))).convert("RGB")
            drawn = screen.resize((wide, round(wide * size[1] / size[0])), Image.Resampling.LANCZOS)
            lay(picture, drawn, place, corner)
        browser.close()
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(FILE, optimize=True)
    sys.stdout.write(f"{FILE.name}: {FILE.stat().st_size} bytes\n")


def lay(picture: Image.Image, drawn: Image.Image, place: tuple[int, int], corner: int) -> None:
    """Lay a screen onto the picture, with round corners and a shadow."""
    shape = Image.new("L", drawn.size)
    ImageDraw.Draw(shape).rounded_rectangle((0, 0, *drawn.size), corner, fill=255)
    shadow = Image.new("L", picture.size)
    shadow.paste(shape, (place[0], place[1] + 6))
    picture.paste(SHADOW, (0, 0), shadow.filter(ImageFilter.GaussianBlur(10)))
    picture.paste(drawn, place, shape)


if __name__ == "__main__":
    main(*sys.argv[1:])
