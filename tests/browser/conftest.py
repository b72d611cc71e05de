"""The site, served for real, and a real browser in front of it."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from werkzeug.serving import make_server

from app import Site, create_app
from app.database import ENGINE, transaction
from app.settings import Settings
from tests.app.personas import real_contract
from tests.app.visitors import set_clock, visit
from tests.browser import chromium
from tests.browser.world import NOW, furnish

SIZES = {"phone": (390, 844), "desk": (1280, 800)}
expect.set_options(timeout=20_000)  # milliseconds; a busy machine is no reason to fail
PICTURES = Path(__file__).parents[2] / "build" / "screenshots"
SECRET = "only-for-tests-0123456789-abcdefghijk"

# Text of four signs and more in a box not two signs wide: Chinese broken one sign a line.
BROKEN = """() => [...document.querySelectorAll('body *')].filter((one) => {
  const own = [...one.childNodes].filter((n) => n.nodeType === 3).map((n) => n.data.trim()).join('');
  const box = one.getBoundingClientRect();
  const size = parseFloat(getComputedStyle(one).fontSize);
  const narrow = box.width > 1 && box.width < 2.2 * size && box.height > 3 * size;
  return one.checkVisibility() && own.length >= 4 && narrow;
}).map((one) => one.outerHTML.slice(0, 120))"""
WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="session")
def site(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The site with the contract, its people and tickets in every state."""
    folder = tmp_path_factory.mktemp("site")
    path = folder / "lvyue.sqlite3"
    path.write_bytes(migrated_sqlite.read_bytes())
    site = create_app(
        Settings.load(
            {
                "LVYUE_DATABASE_URL": f"sqlite:///{path}",
                "LVYUE_DATA_DIR": str(folder / "data"),
                "LVYUE_SECRET_KEY": SECRET,
                "LVYUE_SECURE_COOKIES": "0",
            }
        )
    )
    set_clock(site, NOW)
    with site.app_context(), transaction() as session:
        furnish(session, real_contract(session))
    yield site
    site.extensions[ENGINE].dispose()


@pytest.fixture(scope="session")
def address(site: Site) -> Iterator[str]:
    """Where the site is served."""
    server = make_server("127.0.0.1", 0, site, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium.find()
    if path is None and chromium.required():
        pytest.fail(f"{chromium.MISSING}, and {chromium.REQUIRED} asks for one; {chromium.HOW}")
    if path is None:
        pytest.skip(f"{chromium.MISSING}; {chromium.HOW}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=chromium.SWITCHES)
        yield browser
        browser.close()


@dataclass
class Visitor:
    """Somebody at a screen of one size; everything the browser complains about is kept."""

    name: str
    size: str
    address: str
    page: Page
    complaints: list[str] = field(default_factory=list)
    cut_off: bool = False  # what the browser says about a missing network, or a refusal, is no complaint

    def complain(self, text: str) -> None:
        if "blocked by Playwright" in text:
            return  # the worker, where a test does without it
        if not (self.cut_off and ("net::ERR_" in text or "status of 4" in text)):
            self.complaints.append(text)

    def open(self, path: str) -> None:
        """Go to a page and look at it."""
        answer = self.page.goto(self.address + path)
        assert answer is not None
        assert answer.status == 200, f"{path}: {answer.status}"
        self.look(path)

    def resize(self, size: str) -> None:
        """Go on at a screen of another size."""
        width, height = SIZES[size]
        self.size = size
        self.page.set_viewport_size({"width": width, "height": height})

    def look(self, name: str) -> None:
        """Take a picture of the page and check what holds for every page."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        file = re.sub(r"[^a-z0-9]+", "-", f"{self.name}-{name}-{self.size}".lower()).strip("-")
        self.page.screenshot(path=PICTURES / f"{file}.png", full_page=True)
        assert self.page.evaluate(WIDER) <= 0, f"{name}: wider than the screen"
        assert self.page.evaluate(BROKEN) == [], f"{name}: one sign a line"
        assert self.complaints == [], name


Come = Callable[..., Visitor]


@pytest.fixture
def come(site: Site, address: str, browser: Browser) -> Iterator[Come]:
    """Bring somebody, signed in, to a screen: ``come("engineer", "phone")``.

    Installing the worker takes as long as a page: it is there only where a test is about it.
    """
    contexts: list[BrowserContext] = []

    def arrive(name: str, size: str, *, worker: bool = False) -> Visitor:
        width, height = SIZES[size]
        context = browser.new_context(
            viewport={"width": width, "height": height},
            has_touch=size == "phone",
            locale="zh-CN",
            service_workers="allow" if worker else "block",
        )
        contexts.append(context)
        if name:
            cookie = visit(site, name).get_cookie("lvyue")
            assert cookie is not None
            context.add_cookies([{"name": "lvyue", "value": cookie.value, "url": address}])
        visitor = Visitor(name, size, address, context.new_page())
        _listen(visitor)
        return visitor

    yield arrive
    for context in contexts:
        context.close()


def _listen(visitor: Visitor) -> None:
    page, complain = visitor.page, visitor.complain
    page.on("console", lambda said: complain(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complain(str(error)))
    page.on(
        "request", lambda asked: complain(asked.url) if not asked.url.startswith(visitor.address) else None
    )
