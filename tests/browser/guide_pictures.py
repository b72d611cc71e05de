"""Takes the pictures of the guide from a running demonstration, each below 40 kB:

    python -m tests.browser.guide_pictures http://127.0.0.1:5000 PASSWORD

The password is the one the demonstration printed. A picture is the first screen of its page.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from app.guide.steps import PICTURES, Shot
from tests.browser import chromium

FOLDER = Path(__file__).parents[2] / "app/static/guide"
PHONE, DESK = (390, 700), (1120, 700)
LARGEST = 40 * 1024  # bytes
QUALITIES = (70, 55, 40, 30, 20)


def main(address: str, password: str) -> None:
    path = chromium.find()
    if path is None:
        sys.exit(f"{chromium.MISSING}; {chromium.HOW}")
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=chromium.SWITCHES)
        signed_in: dict[tuple[str, bool], BrowserContext] = {}
        for name, shot in PICTURES.items():
            who = (shot.username, shot.phone)
            if who not in signed_in:
                signed_in[who] = sign_in(browser, address, password, shot)
            size = save(name, take(signed_in[who], address, shot))
            sys.stdout.write(f"{name}: {size} bytes\n")
        browser.close()


def sign_in(
    browser: Browser, address: str, password: str, shot: Shot, size: tuple[int, int] | None = None
) -> BrowserContext:
    width, height = size or (PHONE if shot.phone else DESK)
    context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
    page = context.new_page()
    page.goto(f"{address}/sign-in")
    page.fill("input[name=username]", shot.username)
    page.fill("input[name=password]", password)
    page.click("main button[type=submit]")
    page.wait_for_url(lambda url: "/sign-in" not in url)
    page.close()
    return context


def take(context: BrowserContext, address: str, shot: Shot) -> bytes:
    page = context.new_page()
    page.goto(address + shot.path)
    link = page.locator(shot.follow).first if shot.follow else None
    if link and link.count():
        link.click()
        page.wait_for_load_state()
    page.wait_for_load_state("networkidle")  # with the parts that are filled in afterwards
    page.evaluate("document.querySelector('.demo-banner')?.remove()")
    taken: bytes = page.screenshot()
    page.close()
    return taken


def save(name: str, picture: bytes) -> int:
    """Store a picture as WebP, as good as the size allows; return its size in bytes."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    for quality in QUALITIES:
        packed = io.BytesIO()
        image.save(packed, "WEBP", quality=quality, method=6)
        if packed.tell() <= LARGEST:
            break
    (FOLDER / f"{name}.webp").write_bytes(packed.getvalue())
    return packed.tell()


if __name__ == "__main__":
    main(*sys.argv[1:])
