"""What was typed into a form is there again, whatever kept it from arriving."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from app import Site
from tests.app.visitors import PASSWORD, give_passwords
from tests.browser.conftest import Come

WHAT, POINTS = "textarea[name=what]", "input[name=deduction]"
TEXT = "值守人员两次未接电话，约二十分钟后才回复"


def fill(page: Page, address: str) -> None:
    page.goto(address + "/assessment/observations/new")
    page.locator(WHAT).fill(TEXT)
    page.locator("input[name=aspect]").first.check()
    page.locator(POINTS).fill("1.5")


def sign_in(page: Page, username: str) -> None:
    page.get_by_label("用户名").fill(username)
    page.get_by_label("口令").fill(PASSWORD)
    page.locator("main button[type=submit]").click()


def assert_all_there(page: Page) -> None:
    expect(page.locator(WHAT)).to_have_value(TEXT)
    expect(page.locator("input[name=aspect]").first).to_be_checked()
    expect(page.locator(POINTS)).to_have_value("1.5")
    expect(page.get_by_text("已恢复您刚才填写")).to_be_visible()


def kept(page: Page) -> str:
    return str(page.evaluate("sessionStorage.getItem('lvyue-kept') || ''"))


def test_a_sign_in_that_ended_leads_back_to_the_form_as_it_was_typed(come: Come, site: Site) -> None:
    give_passwords(site, "bureau", "bureau2")
    visitor = come("bureau", "phone")
    page = visitor.page
    fill(page, visitor.address)
    page.context.clear_cookies()
    page.get_by_role("button", name="登记").click()
    expect(page.get_by_text("登录已结束")).to_be_visible()
    assert page.locator("input[name=next]").input_value() == "/assessment/observations/new"
    sign_in(page, "bureau")
    assert_all_there(page)
    assert "password" not in kept(page)
    assert "csrf" not in kept(page)
    assert PASSWORD not in kept(page)

    page.get_by_role("button", name="登记").click()
    expect(page.get_by_text(TEXT)).to_be_visible()
    assert kept(page) == ""
    page.goto(visitor.address + "/assessment/observations/new")
    expect(page.locator(WHAT)).to_have_value("")
    assert visitor.complaints == []


def test_nobody_finds_what_somebody_else_typed(come: Come, site: Site) -> None:
    give_passwords(site, "bureau", "bureau2")
    visitor = come("bureau", "phone")
    page = visitor.page
    fill(page, visitor.address)
    page.context.clear_cookies()
    page.get_by_role("button", name="登记").click()
    sign_in(page, "bureau2")
    expect(page.locator(WHAT)).to_have_value("")
    assert TEXT not in kept(page)


def test_too_large_an_upload_costs_the_file_and_not_the_text(come: Come, site: Site) -> None:
    visitor = come("bureau", "phone")
    visitor.cut_off = True  # the browser notes the refusal
    page = visitor.page
    fill(page, visitor.address)
    largest = site.config["MAX_CONTENT_LENGTH"]
    site.config["MAX_CONTENT_LENGTH"] = 100
    try:
        page.get_by_role("button", name="登记").click()
        expect(page.get_by_role("heading", name="上传的内容太大")).to_be_visible()
    finally:
        site.config["MAX_CONTENT_LENGTH"] = largest
    visitor.look("/too-large")
    expect(page.get_by_text("您填写的文字还在")).to_be_visible()
    page.get_by_role("link", name="返回上一页").click()
    assert_all_there(page)
    page.get_by_role("button", name="不要了").click()
    expect(page.locator(WHAT)).to_have_value("")
    assert kept(page) == ""
