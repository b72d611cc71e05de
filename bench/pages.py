"""What each role's start page costs somebody with a phone: bytes sent, and when its largest part is painted.

The phone is Chromium with nothing kept, four times slower than this machine, behind 1.6 Mbit/s and 150 ms.
The floor is the sign-in page under the same conditions: the house with nothing in it. The site has 10,000
tickets, and its answers are those of the development server, one at a time. Without a Chromium on the machine
nothing is measured, which is said.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, ViewportSize, sync_playwright
from werkzeug.serving import make_server

from app import Site
from app.database import ENGINE
from bench.homes import FEW, signed_in, site_with
from sla.vocab import Role
from tests.browser import chromium

ROUNDS = 3
PHONE = ViewportSize(width=390, height=844)
NETWORK = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 90_000}
SLOWER = 4
PAINTED = """() => new Promise((done) => new PerformanceObserver((list) => {
  done(list.getEntries().at(-1).startTime);
}).observe({ type: "largest-contentful-paint", buffered: true }))"""


def rows() -> Iterator[tuple[str, float, float]]:
    """Yield name, nanoseconds until the largest part is painted, and those of the sign-in page."""
    path = chromium.find()
    if path is None:
        print(f"(pages on a phone: {chromium.MISSING}; {chromium.HOW})")
        return
    with TemporaryDirectory() as folder, _served(Path(folder)) as (site, address), sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=chromium.SWITCHES)
        floor, _ = _seen(browser, address, "/sign-in", "")
        for role in Role:
            client = signed_in(site, role)
            cookie = client.get_cookie("lvyue")
            assert cookie is not None
            painted, sent = _seen(browser, address, "/", cookie.value)
            yield f"on a phone: home of {role}, {sent / 1000:.0f} kB", painted * 1e6, floor * 1e6
        browser.close()


@contextmanager
def _served(folder: Path) -> Iterator[tuple[Site, str]]:
    site = site_with(folder / "pages", FEW)
    server = make_server("127.0.0.1", 0, site, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield site, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    site.extensions[ENGINE].dispose()


def _seen(browser: Browser, address: str, path: str, cookie: str) -> tuple[float, int]:
    """Return milliseconds until the largest part stood there (median), and the bytes it took, headers too."""
    taken, sent = [], 0
    for _ in range(ROUNDS):
        context = browser.new_context(viewport=PHONE, has_touch=True, locale="zh-CN", service_workers="block")
        if cookie:
            context.add_cookies([{"name": "lvyue", "value": cookie, "url": address}])
        page = context.new_page()
        wire = context.new_cdp_session(page)
        wire.send("Network.enable")
        wire.send("Network.emulateNetworkConditions", NETWORK)
        wire.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        lengths: list[int] = []
        wire.on("Network.loadingFinished", lambda said, into=lengths: into.append(said["encodedDataLength"]))
        page.goto(address + path, wait_until="load")
        taken.append(page.evaluate(PAINTED))
        sent = int(sum(lengths))
        context.close()
    return median(taken), sent
