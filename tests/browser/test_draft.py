"""What is being typed outlives the page: ended in the background, reloaded, left, signed out in between."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from app import Site
from tests.app.visitors import visit
from tests.browser.conftest import Come, Visitor

TEXT = "三楼机房断网了，教务平台打不开"
BACK = "填到一半的内容"


def said(page: Page) -> str:
    return page.get_by_label("发生了什么").input_value()


def drafts(page: Page) -> str:
    return str(page.evaluate("localStorage.getItem('lvyue-drafts') || ''"))


def sign_in(visitor: Visitor, site: Site, username: str) -> None:
    cookie = visit(site, username).get_cookie("lvyue")
    assert cookie is not None
    visitor.page.context.add_cookies([{"name": "lvyue", "value": cookie.value, "url": visitor.address}])


def sign_out(page: Page) -> None:
    page.locator(".sidebar").get_by_role("button", name="退出").click()
    expect(page.get_by_text("已退出登录")).to_be_visible()


def test_a_page_ended_in_the_background_costs_no_text(come: Come) -> None:
    visitor = come("engineer", "phone")
    page, new = visitor.page, visitor.address + "/tickets/new"
    page.goto(new)
    page.get_by_label("发生了什么").fill(TEXT)
    page.get_by_text("咨询", exact=True).tap()
    page.close()  # the phone needed the room

    again = visitor.page = page.context.new_page()
    again.goto(new)
    expect(again.get_by_text(BACK)).to_be_visible()
    assert said(again) == TEXT
    expect(again.locator("input[name=kind][value=consultation]")).to_be_checked()
    visitor.look("draft")

    again.reload()
    again.get_by_role("button", name="不要了").tap()
    assert said(again) == ""
    assert drafts(again) == ""
    again.reload()
    assert said(again) == ""


def test_what_has_arrived_is_no_draft_any_more(come: Come) -> None:
    visitor = come("engineer", "phone")
    page, new = visitor.page, visitor.address + "/tickets/new"
    page.goto(new)
    page.get_by_label("发生了什么").fill(TEXT)
    page.get_by_text("咨询", exact=True).tap()
    page.reload()
    page.locator(".bottom-bar button").tap()
    expect(page.locator("h1")).to_have_text(TEXT)
    assert drafts(page) == ""
    page.goto(new)
    assert said(page) == ""


def test_signing_out_in_between_keeps_it_for_the_same_person_alone(come: Come, site: Site) -> None:
    visitor = come("engineer", "desk")
    page, new = visitor.page, visitor.address + "/tickets/new"
    page.goto(new)
    page.get_by_label("发生了什么").fill(TEXT)
    sign_out(page)

    sign_in(visitor, site, "contact")
    page.goto(new)
    assert said(page) == ""
    expect(page.get_by_text(BACK)).to_have_count(0)
    sign_out(page)

    sign_in(visitor, site, "engineer")
    page.goto(new)
    assert said(page) == TEXT


def test_a_draft_belongs_to_its_own_thing(come: Come) -> None:
    visitor = come("contact", "phone")
    page = visitor.page
    page.goto(visitor.address + "/waiting")
    refusals = page.locator("form.confirm-box:has(input[name=act][value=reject])")
    assert refusals.count() > 1
    page.locator(".thing details.confirm > summary").first.tap()
    refusals.first.locator("textarea").fill("还是打不开")
    page.reload()
    assert [box.input_value() for box in refusals.locator("textarea").all()] == [
        "还是打不开",
        *([""] * (refusals.count() - 1)),
    ]
    expect(refusals.first).to_be_visible()


def test_what_was_sent_and_perhaps_never_arrived_is_there_again(come: Come) -> None:
    visitor = come("bureau", "desk")
    visitor.cut_off = True
    page, new = visitor.page, visitor.address + "/assessment/observations/new"
    what, send = page.locator("textarea[name=what]"), page.get_by_role("button", name="登记")
    page.goto(new)
    what.fill(TEXT)
    page.locator("input[name=aspect]").first.check()
    page.context.set_offline(True)
    send.click()
    page.wait_for_function("() => location.protocol === 'chrome-error:'")
    page.context.set_offline(False)
    page.goto(new)
    expect(what).to_have_value(TEXT)
    expect(page.get_by_text("还没有提交的内容")).to_have_count(1)
    expect(page.get_by_text(BACK)).to_have_count(0)

    # Nothing came back: another tab goes on meanwhile, and the page is loaded anew.
    page.route("**/assessment/observations", lambda route: route.fulfill(status=204))  # the page stays
    with page.expect_response(lambda answer: answer.status == 204):
        send.click()
    other = page.context.new_page()
    other.goto(visitor.address)
    other.close()
    page.reload()
    expect(what).to_have_value(TEXT)
    expect(page.get_by_text("可能已经成功，请先核对")).to_have_count(1)
    visitor.look("unheard")

    what.fill("后来又改了")
    page.reload()
    expect(what).to_have_value("后来又改了")
    expect(page.locator(".kept")).to_have_count(1)
    page.get_by_role("button", name="不要了").click()
    page.reload()
    expect(what).to_have_value("")
    assert drafts(page) == ""
