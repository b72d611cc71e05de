"""A device in a machine room: its network cut and back, and what it keeps."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from PIL import Image
from playwright.sync_api import expect

from tests.browser.conftest import Visitor

UNSENT = "#unsent .unsent-item"
READY = """async () => {
  await navigator.serviceWorker.ready;
  await Lvyue.started;
  const pause = () => new Promise((done) => setTimeout(done, 50));
  while (!navigator.serviceWorker.controller) await pause();
  const person = await Lvyue.current();
  while ("engineer" in document.body.dataset && !(await Lvyue.store.get("data", person.id))) await pause();
}"""
KEPT = "async () => (await Lvyue.store.all('entries')).map((one) => [one.person, one.label])"
SENT = """async () => {
  while ((await Lvyue.store.all("entries")).length) await new Promise((done) => setTimeout(done, 50));
}"""


def prepare(visitor: Visitor, path: str = "/offline") -> None:
    """Open the site while there is a network, until everything for later is there."""
    visitor.page.goto(visitor.address)
    visitor.page.evaluate(READY)
    visitor.page.goto(visitor.address + path)
    visitor.page.evaluate("() => Lvyue.started")


def cut(visitor: Visitor) -> None:
    visitor.cut_off = True
    visitor.page.context.set_offline(True)


def restore(visitor: Visitor) -> None:
    visitor.page.context.set_offline(False)


def kept(visitor: Visitor) -> list[Any]:
    """Return what this device has not sent, whoever entered it."""
    found: list[Any] = visitor.page.evaluate(KEPT)
    return found


def everything_is_sent(visitor: Visitor) -> None:
    expect(visitor.page.locator("#unsent").get_by_text("都已发送")).to_be_visible()
    assert kept(visitor) == []


def photo() -> Any:
    """Return a photo as a file box takes it: too large, and taken with the telephone held upright."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x8769] = {0x9003: "2025:07:01 08:00:00"}
    out = BytesIO()
    Image.effect_noise((2400, 1600), 60).save(out, "JPEG", exif=exif)
    return {"name": "柜门.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}
