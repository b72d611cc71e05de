"""A machine room without network: what is entered there arrives, once, and is nobody else's."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from app import Site
from app.files.store import Store
from models.files import Attachment
from tests.app.duties.desk import occurrence_id, work, work_ids
from tests.app.tickets.desk import events, make
from tests.app.tickets.desk import tickets as titles
from tests.app.visitors import read, visit
from tests.browser import chromium
from tests.browser.conftest import Come, Visitor
from tests.browser.device import SENT, UNSENT, cut, everything_is_sent, kept, photo, prepare, restore
from tests.browser.world import NOW

FAILED = "() => location.protocol === 'chrome-error:'"


def fill(page: Page) -> None:
    """Answer every item of an inspection: normal, measured within its limits."""
    page.evaluate("() => document.querySelectorAll('.result-normal input').forEach((one) => one.click())")
    for item in page.locator("fieldset.item", has=page.locator("input[inputmode=decimal]")).all():
        value = item.get_attribute("data-low") or item.get_attribute("data-high") or "1"
        item.locator("input[inputmode=decimal]").fill(value)


def test_an_inspection_with_a_photo_survives_a_reload_and_arrives_once(come: Come, site: Site) -> None:
    before = work_ids(site)
    due = occurrence_id(site, now=NOW)
    visitor = come("engineer", "phone", worker=True)
    page = visitor.page
    prepare(visitor)
    cut(visitor)
    page.goto(f"{visitor.address}/offline#duty-{due}")
    page.locator(".result-normal").first.click()
    page.locator("summary", has_text="说明、照片").first.click()
    page.locator("input[type=file]").first.set_input_files([photo()])
    expect(page.locator(".photo-place canvas")).to_be_visible()
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_role("alert")).to_contain_text("项没有填好")
    page.reload()
    expect(page.locator(".photo-place canvas")).to_be_visible()
    expect(page.locator(".result-normal input").first).to_be_checked()
    fill(page)
    visitor.look("offline-inspection")
    page.get_by_role("button", name="提交").click()
    expect(page.locator(UNSENT)).to_contain_text("尚未发送")
    page.reload()
    expect(page.locator(UNSENT)).to_have_count(1)
    visitor.look("offline-list")

    # The site takes it, and its answer is lost.
    page.context.route("**/works/of/*", lambda route: (route.fetch(max_redirects=0), route.abort()))
    restore(visitor)
    expect(page.locator(UNSENT)).to_contain_text("没有收到服务器的回答")
    page.context.unroute("**/works/of/*")
    assert len(work_ids(site)) == len(before) + 1
    page.get_by_role("button", name="现在发送").click()
    everything_is_sent(visitor)
    (made,) = set(work_ids(site)) - set(before)
    assert work(site, made, "device_at", "finished_at")[0] is not None
    page.goto(f"{visitor.address}/works/{made}")
    expect(page.locator(".gallery img")).to_have_count(1)
    expect(page.get_by_text("发生时间已按此折算")).to_be_visible()
    visitor.look("sent-inspection")


def test_a_form_of_an_ordinary_page_is_kept_when_the_network_goes(come: Come, site: Site) -> None:
    ticket = make(site, "contact", now="2025-07-01 14:20", title="页面开着断网")
    visitor = come("engineer", "phone", worker=True)
    page = visitor.page
    prepare(visitor, f"/tickets/{ticket}")
    cut(visitor)
    page.locator(".bottom-bar button").tap()
    expect(page.get_by_role("alert")).to_contain_text("没有网络：填的内容已存在这台设备上，尚未发送")
    expect(page.locator("[data-unsent] span").first).to_have_text("1")
    # Any page that cannot be had becomes the one that works: here with what is left to do to the ticket.
    page.goto(f"{visitor.address}/tickets/{ticket}")
    expect(page.get_by_text("1 条尚未发送")).to_be_visible()
    expect(page.get_by_role("link", name="响应", exact=True)).to_have_count(0)
    page.get_by_role("link", name="到场", exact=True).click()
    page.locator("input[type=file]").set_input_files([photo()])
    expect(page.locator(".photo-place canvas")).to_be_visible()
    page.get_by_role("button", name="到场").click()
    expect(page.locator(UNSENT)).to_have_count(2)
    restore(visitor)
    everything_is_sent(visitor)
    assert [kind for kind, _ in events(site, ticket)] == ["opened", "responded", "arrived"]
    assert all("device_at" in data for _, data in events(site, ticket)[1:])
    page.goto(f"{visitor.address}/tickets/{ticket}")
    expect(page.locator("#files .gallery img")).to_have_count(1)
    expect(page.locator("#files")).to_contain_text("拍摄 7月1日 08:00")
    digest = read(
        site, lambda s: s.scalars(select(Attachment.sha256).where(Attachment.ticket_id == ticket)).one()
    )
    content = Store(site.config["SETTINGS"].data_dir / "files").read(digest)
    with Image.open(BytesIO(content)) as stored:
        assert stored.size == (1067, 1600), "smaller, and turned once only"
    expect(page.locator("#story").get_by_text("没有网络时登记，后来补发").first).to_be_visible()


def test_a_ticket_logged_without_network_waits_for_its_own_person(come: Come, site: Site) -> None:
    visitor = come("engineer", "phone", worker=True)
    page = visitor.page
    prepare(visitor)
    cut(visitor)
    page.get_by_role("link", name="登记工单").click()
    page.get_by_label("发生了什么").fill("机房门禁失灵")
    page.get_by_label("类别").select_option("incident")
    page.reload()
    expect(page.get_by_label("发生了什么")).to_have_value("机房门禁失灵")
    expect(page.get_by_label("类别")).to_have_value("incident")
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.locator(UNSENT)).to_contain_text("登记工单：机房门禁失灵")
    page.context.route("**/tickets/new", lambda route: route.abort())
    restore(visitor)
    expect(page.locator(UNSENT)).to_contain_text("没有收到服务器的回答")

    page.goto(visitor.address)
    page.locator(".topbar").get_by_text("菜单").tap()
    page.locator(".phone-menu").get_by_role("button", name="退出").tap()
    expect(page.get_by_text("您还有 1 条尚未发送的内容")).to_be_visible()
    page.context.unroute("**/tickets/new")
    assert page.evaluate("async () => (await Lvyue.store.all('data')).length") == 0
    assert len(kept(visitor)) == 1

    someone_else(visitor, come, "other_engineer")
    prepare(visitor)
    everything = page.locator("body")
    expect(page.locator("#unsent").get_by_text("都已发送")).to_be_visible()
    expect(everything).not_to_contain_text("机房门禁失灵")
    expect(page.locator("[data-unsent]").first).to_be_hidden()
    assert "机房门禁失灵" not in [title for title, _ in titles(site)]

    someone_else(visitor, come, "engineer")
    page.goto(visitor.address)
    page.evaluate(SENT)
    assert [title for title, _ in titles(site)].count("机房门禁失灵") == 1


def someone_else(visitor: Visitor, come: Come, name: str) -> None:
    """Let somebody sign in on the same device."""
    cookies = come(name, "phone").page.context.cookies()
    visitor.page.context.add_cookies(cookies)  # type: ignore[arg-type]


def test_what_waits_to_be_sent_is_no_draft_and_cannot_be_sent_again(come: Come) -> None:
    visitor = come("engineer", "phone")
    page = visitor.page
    page.goto(f"{visitor.address}/tickets/new")
    page.get_by_text("咨询", exact=True).tap()
    page.get_by_label("发生了什么").fill("断网前一秒填的")
    cut(visitor)
    page.locator(".bottom-bar button").tap()
    expect(page.get_by_role("alert")).to_contain_text("没有网络：填的内容已存在这台设备上")
    expect(page.locator("button[type=submit]:visible")).to_have_count(0)
    page.wait_for_timeout(600)  # longer than a pause in typing
    assert page.evaluate("localStorage.getItem('lvyue-drafts')") is None
    assert len(kept(visitor)) == 1


def test_signed_out_meanwhile_it_is_kept_and_asks_to_sign_in(come: Come, site: Site) -> None:
    ticket = make(site, "contact", now="2025-07-01 14:22", title="登录过期")
    visitor = come("engineer", "phone", worker=True)
    page = visitor.page
    prepare(visitor, f"/tickets/{ticket}")
    cookies = page.context.cookies()
    page.context.clear_cookies()
    page.locator(".bottom-bar button").tap()
    expect(page.get_by_role("alert")).to_contain_text("登录已失效：填的内容已存在这台设备上")
    page.goto(f"{visitor.address}/offline")
    expect(page.get_by_text("登录已失效：请登录")).to_be_visible()
    page.context.add_cookies(cookies)  # type: ignore[arg-type]
    page.get_by_role("button", name="现在发送").click()
    everything_is_sent(visitor)
    assert len(events(site, ticket)) == 2


def test_what_is_refused_stays_and_can_be_corrected_or_discarded(come: Come, site: Site) -> None:
    ticket = make(site, "contact", now="2025-07-01 14:23", title="时间填错")
    visitor = come("engineer", "phone", worker=True)
    page = visitor.page
    prepare(visitor)
    cut(visitor)
    for code, name in (("respond", "响应"), ("arrive", "到场")):
        page.goto(f"{visitor.address}/offline#ticket-{ticket}-{code}")
        page.get_by_label("发生时间（北京时间）").fill("2025-07-01T08:00:00")
        page.get_by_role("button", name=name).click()
        expect(page.locator(UNSENT).last).to_contain_text(name)
    restore(visitor)
    refused = page.locator(UNSENT, has_text="没有被接受")
    expect(refused).to_have_count(2)
    expect(refused.first).to_contain_text("早于报告时间")
    visitor.look("refused")
    refused.first.get_by_role("button", name="修改").click()
    page.get_by_label("发生时间（北京时间）").fill("2025-07-01T14:40:00")
    visitor.look("refused-corrected")
    page.get_by_role("button", name="保存并发送").click()
    expect(page.locator(UNSENT)).to_have_count(1)
    page.locator(UNSENT).get_by_text("丢弃", exact=True).click()
    expect(page.get_by_text("丢弃后找不回来")).to_be_visible()
    page.get_by_role("button", name="确定丢弃").click()
    everything_is_sent(visitor)
    assert [kind for kind, _ in events(site, ticket)] == ["opened", "responded"]


@pytest.fixture
def plain(site: Site, address: str, browser: Browser) -> Iterator[Page]:
    """The engineer at an address without HTTPS: there is no worker in front of the site."""
    elsewhere = address.replace("127.0.0.1", chromium.ELSEWHERE)
    cookie = visit(site, "engineer").get_cookie("lvyue")
    assert cookie is not None
    with browser.new_context(locale="zh-CN", base_url=elsewhere) as context:
        context.add_cookies([{"name": "lvyue", "value": cookie.value, "url": elsewhere}])
        yield context.new_page()


def test_an_address_without_https_says_so_and_still_loses_nothing(plain: Page, site: Site) -> None:
    ticket = make(site, "contact", now="2025-07-01 14:24", title="没有加密")
    plain.goto(f"/tickets/{ticket}")
    expect(plain.get_by_text("这个网址不是 HTTPS，离线办理没有开启")).to_have_count(1)
    plain.context.set_offline(True)
    plain.locator("#do-respond button").click()
    expect(plain.get_by_role("alert")).to_contain_text("尚未发送")
    plain.context.set_offline(False)
    plain.goto("/offline")
    expect(plain.get_by_text("请联系系统管理员改用 HTTPS 网址")).to_be_visible()
    expect(plain.locator("#unsent").get_by_text("都已发送")).to_be_visible()
    assert len(events(site, ticket)) == 2


@pytest.fixture
def bare(site: Site, address: str, browser: Browser) -> Iterator[Page]:
    """The engineer in a browser without a worker, so that a test can come between it and the site."""
    cookie = visit(site, "engineer").get_cookie("lvyue")
    assert cookie is not None
    with browser.new_context(locale="zh-CN", base_url=address, service_workers="block") as context:
        context.add_cookies([{"name": "lvyue", "value": cookie.value, "url": address}])
        yield context.new_page()


def test_what_went_the_ordinary_way_is_not_sent_again_when_the_answer_is_lost(bare: Page, site: Site) -> None:
    ticket = make(site, "contact", now="2025-07-01 14:21", title="回答丢了")
    bare.goto(f"/tickets/{ticket}")
    bare.route("**/respond", lambda route: (route.fetch(max_redirects=0), route.abort()))
    with bare.expect_event("requestfailed", lambda failed: failed.method == "POST"):
        bare.locator("#do-respond button").click()
    assert len(events(site, ticket)) == 2
    bare.wait_for_function(FAILED)
    bare.goto("/offline")
    expect(bare.locator("#unsent").get_by_text("都已发送")).to_be_visible()
    assert len(events(site, ticket)) == 2


def test_what_never_arrived_the_ordinary_way_is_sent_later(bare: Page, site: Site) -> None:
    ticket = make(site, "contact", now="2025-07-01 14:25", title="没有到达")
    bare.goto(f"/tickets/{ticket}")
    bare.route("**/respond", lambda route: route.abort())
    with bare.expect_event("requestfailed", lambda failed: failed.method == "POST"):
        bare.locator("#do-respond button").click()
    bare.unroute("**/respond")
    bare.wait_for_function(FAILED)
    bare.goto("/offline")
    expect(bare.locator("#unsent").get_by_text("都已发送")).to_be_visible()
    assert len(events(site, ticket)) == 2


def test_what_is_refused_the_ordinary_way_is_shown_there_and_not_kept(bare: Page, site: Site) -> None:
    ticket = make(site, "contact", now="2025-07-01 14:26", title="当场被退")
    bare.goto(f"/tickets/{ticket}")
    bare.locator("#next summary").click()
    bare.locator("#respond-occurred_at").fill("2025-07-01T08:00:00")
    bare.locator("#do-respond button").click()
    expect(bare.locator("#respond-occurred_at-error")).to_contain_text("早于报告时间")
    bare.evaluate("() => Lvyue.started")
    assert bare.evaluate("async () => (await Lvyue.store.all('entries')).length") == 0
    assert len(events(site, ticket)) == 1
