"""What people do on these pages, with their fingers."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, expect

from app import Site
from tests.app.tickets.desk import events, make, tickets
from tests.app.visitors import visit
from tests.browser.conftest import Come


def test_an_engineer_responds_and_claims_recovery_with_the_thumb(come: Come, site: Site) -> None:
    ticket = make(site, "contact", now="2025-07-01 14:55", title="拇指测试")
    visitor = come("engineer", "phone")
    page, bar = visitor.page, visitor.page.locator(".bottom-bar button")
    visitor.open(f"/tickets/{ticket}")
    expect(bar).to_be_in_viewport()
    box = bar.bounding_box()
    assert box is not None
    assert box["height"] >= 44
    bar.tap()
    expect(page.get_by_text("已记录响应。").first).to_be_visible()
    expect(bar).to_have_text("申报恢复")
    bar.tap()
    expect(page.locator("#claim_recovery-note")).to_be_focused()
    assert len(events(site, ticket)) == 2, "nothing is claimed without saying what was done"
    page.locator("#claim_recovery-note").fill("重启了服务")
    bar.tap()
    expect(page.get_by_text("已申报恢复，等待单位验收。").first).to_be_visible()
    visitor.look("after-claim")


def test_a_contact_who_taps_twice_reports_once(come: Come, site: Site) -> None:
    before = len(tickets(site))
    visitor = come("contact", "phone")
    page = visitor.page
    visitor.open("/tickets/new")
    page.get_by_text("报修", exact=True).tap()
    if page.get_by_text("雪亮工程").count():
        page.get_by_text("雪亮工程").first.tap()
    page.locator("#f-what").fill("点两次")
    page.get_by_role("button", name="提交").dblclick()
    expect(page.locator("h1")).to_have_text("点两次")
    assert len(tickets(site)) == before + 1
    assert visitor.complaints == []


def test_a_contact_decides_on_the_start_page(come: Come) -> None:
    visitor = come("contact", "phone")
    visitor.open("/")
    card = visitor.page.locator("article", has_text="数据库服务器硬盘亮黄灯")
    card.get_by_text("驳回", exact=True).first.tap()
    card.locator("textarea").fill("审批早就下来了")
    visitor.look("rejecting")
    card.get_by_role("button", name="驳回").tap()
    expect(visitor.page.get_by_text("已驳回挂起，这段时间照常计算。").first).to_be_visible()
    expect(visitor.page.locator("h1")).to_contain_text("单位联系人")


def test_the_countdown_goes_by_the_servers_time_and_moves(come: Come) -> None:
    visitor = come("engineer", "desk")
    visitor.open("/tickets/1")
    clock = visitor.page.locator(".clock-now[data-due]").first
    expect(clock).to_have_text(re.compile(r"剩 \d+ 分 \d+ 秒"))
    shown = clock.text_content()
    expect(clock).not_to_have_text(str(shown))


def test_without_a_script_the_due_time_is_there_and_the_button_works(
    site: Site, browser: Browser, address: str
) -> None:
    ticket = make(site, "contact", now="2025-07-01 14:56", title="没有脚本")
    cookie = visit(site, "engineer").get_cookie("lvyue")
    assert cookie is not None
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies([{"name": "lvyue", "value": cookie.value, "url": address}])
    page = context.new_page()
    page.goto(f"{address}/tickets")
    expect(page.locator("tr", has_text="没有脚本")).to_contain_text("应于 7月1日 15:26")
    page.goto(f"{address}/tickets/{ticket}")
    page.locator("#do-respond button").click()
    expect(page.get_by_text("已记录响应。").first).to_be_visible()
    context.close()


def test_the_desk_finds_a_project_by_a_part_of_its_name(come: Come) -> None:
    visitor = come("hotline", "desk")
    visitor.open("/tickets/new")
    visitor.page.get_by_label("找项目").fill("司法 视频")
    chosen = visitor.page.locator("#f-project option:checked")
    expect(chosen).to_contain_text("洛阳市司法局")


def test_after_a_mistake_the_message_is_read_out_and_nothing_is_lost(come: Come, site: Site) -> None:
    ticket = make(site, "contact", now="2025-07-01 14:57", title="写错时间")
    visitor = come("engineer", "phone")
    page = visitor.page
    visitor.open(f"/tickets/{ticket}")
    page.locator("#others summary", has_text="挂起").tap()
    page.locator("#pause-reason").select_option("force_majeure")
    page.locator("#pause-note").fill("停电了")
    page.locator("#pause-occurred_at").fill("2025-07-01T08:00:00")
    page.locator("#do-pause button").tap()
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.locator("#pause-occurred_at-error")).to_contain_text("早于报告时间")
    expect(page.locator("#pause-note")).to_have_value("停电了")
    visitor.complaints.clear()  # the browser reports the answer's 422 itself
    visitor.look("pause-refused")


def test_the_effect_of_a_change_is_shown_before_it_is_saved(come: Come, site: Site) -> None:
    ticket = make(site, "hotline", row=44, now="2025-07-01 14:50", title="牵涉多家")
    for size in ("phone", "desk"):
        visitor = come("bureau", size)
        visitor.open(f"/tickets/{ticket}")
        visitor.page.get_by_text("更改定性", exact=True).click()
        visitor.page.locator("#reclassify-complexity").select_option("complex")
        visitor.page.locator("#reclassify-reason").fill("牵涉三个厂家")
        visitor.page.get_by_role("button", name="看看影响").first.click()
        expect(visitor.page.get_by_text("还没有保存")).to_be_visible()
        visitor.look("preview")


def test_the_keyboard_reaches_the_content_at_once(come: Come) -> None:
    visitor = come("bureau", "desk")
    visitor.open("/")
    visitor.page.keyboard.press("Tab")
    expect(visitor.page.get_by_text("跳到正文")).to_be_in_viewport()
    visitor.page.keyboard.press("Enter")
    expect(visitor.page.locator("#content")).to_be_focused()


def test_the_menu_of_a_phone_opens_and_leads_on(come: Come) -> None:
    visitor = come("bureau", "phone")
    visitor.open("/")
    visitor.page.get_by_text("菜单").tap()
    visitor.look("menu")
    visitor.page.locator(".phone-menu").get_by_role("link", name="工单", exact=True).tap()
    expect(visitor.page.locator("h1")).to_have_text("工单")
