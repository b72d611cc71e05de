"""The wall screen as it hangs there for weeks: it renews itself, says when it is old, and recovers."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from app import Site
from app.board import service
from app.database import transaction
from models.board import BoardKey
from tests.app.tickets.desk import make
from tests.app.visitors import named
from tests.browser.conftest import PICTURES, WIDER

HALF_A_MINUTE = 31_000  # milliseconds
TALLER = "() => document.documentElement.scrollHeight - document.documentElement.clientHeight"
NODES = "() => document.querySelectorAll('*').length"


def key_of(site: Site) -> str:
    with site.app_context(), transaction() as session:
        return "/board/" + service.open_key(session, named(session, "bureau"), "大厅", site.config["NOW"]())


def wait(page: Page, times: int = 1) -> None:
    for _ in range(times):
        page.clock.run_for(HALF_A_MINUTE)
        page.wait_for_timeout(1)
        page.evaluate("() => new Promise((then) => fetch('/static/icon.svg').then(then))")


def test_a_screen_without_a_sign_in_renews_itself_and_tells_when_it_is_old(
    browser: Browser, site: Site, address: str
) -> None:
    path = key_of(site)
    context = browser.new_context(viewport={"width": 1920, "height": 1080})
    page = context.new_page()
    page.clock.install()
    said: list[str] = []
    page.on("console", lambda one: said.append(one.text) if one.type == "error" else None)
    page.goto(address + path)
    expect(page.locator("#board-clock")).to_have_text("15:00")
    tiles = page.locator(".board-tile:visible")
    expect(tiles).to_have_count(15)
    expect(page.locator(".board-page")).to_have_text("第 1 / 3 页")
    page.clock.run_for(15_500)
    expect(page.locator(".board-page")).to_have_text("第 2 / 3 页")
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / "board.png")
    for width, height in ((1280, 720), (3840, 2160), (1920, 1080)):
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate(WIDER) <= 0, width
        assert page.evaluate(TALLER) <= 0, width

    nodes = page.evaluate(NODES)
    opened = page.locator(".board-big", has_text="今天登记").locator("strong")
    before = int(opened.inner_text().split("/")[0])
    make(site, "contact", row=1, now="2025-07-01 14:59", title="大屏测试")
    wait(page)
    expect(opened).to_have_text(re.compile(rf"{before + 1}\s*/"))
    assert page.evaluate(NODES) - nodes <= 2, "what is replaced is gone"
    expect(page.locator(".board-page")).to_be_visible()

    page.route("**/part", lambda route: route.abort())
    said.clear()
    wait(page, 7)
    expect(page.locator("#board-stale")).to_contain_text("数据已过时")
    expect(page.locator("body.is-stale")).to_have_count(1)
    page.unroute("**/part")
    wait(page, 2)
    expect(page.locator("#board-stale")).to_be_hidden()
    assert [one for one in said if "ERR_FAILED" not in one] == []

    page.evaluate(
        "() => { window.old = true; document.querySelector('.board-part').dataset.version = 'older'; }"
    )
    wait(page, 2)
    page.wait_for_function("() => !window.old")

    with site.app_context(), transaction() as session:
        for key in session.scalars(select(BoardKey)):
            key.revoked_at = key.created_at
    wait(page, 3)
    expect(page.get_by_text("这个大屏地址已作废或到期")).to_be_visible()
    expect(page.locator(".board-tile")).to_have_count(0)
    context.close()


def test_who_wants_no_motion_sees_all_projects_at_once(browser: Browser, site: Site, address: str) -> None:
    context = browser.new_context(viewport={"width": 1920, "height": 1080}, reduced_motion="reduce")
    page = context.new_page()
    page.goto(address + key_of(site))
    expect(page.locator(".board-tile:visible")).to_have_count(45)
    expect(page.locator(".board-page")).to_be_hidden()
    assert page.evaluate(TALLER) <= 0
    page.screenshot(path=PICTURES / "board-calm.png")
    context.close()
