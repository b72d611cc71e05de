"""Lists that keep their place, pages that learn of changes, and the key that leads to the search."""

from __future__ import annotations

from playwright.sync_api import expect

from app.database import transaction
from tests.app.personas import new_ticket
from tests.app.visitors import PASSWORD, give_passwords, named
from tests.browser.conftest import Come
from tests.browser.world import LONG, TODAY

WAKE = "() => document.dispatchEvent(new Event('visibilitychange'))"


def open_one(site, title: str) -> None:
    with site.app_context(), transaction() as session:
        new_ticket(session, named(session, "contact"), now=TODAY + "15:00", title=title)


def test_the_way_back_leads_to_the_list_as_it_was_left(come: Come) -> None:
    visitor = come("bureau", "desk")
    page = visitor.page
    visitor.open("/tickets?state=all&kind=incident")
    page.locator("table.tickets a").last.click()
    page.wait_for_selector(".story")
    assert page.locator("a.back").get_attribute("href") == "/tickets?state=all&kind=incident"
    page.locator("details.action:has(form#do-note) > summary").click()
    page.fill("form#do-note textarea", "已经电话告知")
    page.click("form#do-note button[type=submit]")
    page.wait_for_selector("text=已补充说明")
    page.click("a.back")  # after something was done as well
    page.wait_for_url("**/tickets?state=all&kind=incident")
    visitor.open("/")
    page.locator("#risk table a").first.click()
    page.wait_for_selector(".story")
    assert page.locator("a.back").inner_text() == "首页"


def test_what_was_kept_leads_to_no_other_site(come: Come) -> None:
    visitor = come("bureau", "desk")
    visitor.open("/tickets/1")
    page = visitor.page
    for elsewhere in ("//elsewhere.example/", "https://elsewhere.example/", "/\\elsewhere.example"):
        person = page.evaluate("() => document.body.dataset.person")
        kept = {"person": person, "lists": {}, "from": {"/tickets/1": elsewhere}}
        page.evaluate("kept => sessionStorage.setItem('lvyue-places', JSON.stringify(kept))", kept)
        page.reload()
        assert page.locator("a.back").get_attribute("href") == "/tickets", elsewhere


def test_a_new_ticket_appears_by_itself_and_nobody_loses_what_they_type(come: Come, site) -> None:
    visitor = come("bureau", "desk")
    page = visitor.page
    visitor.open("/tickets")
    page.fill("#filter-q", "正在写")
    page.evaluate(WAKE)
    page.wait_for_timeout(500)
    title = "只在这里报修的事"  # other tests share the site
    open_one(site, title)
    page.evaluate(WAKE)
    page.wait_for_selector(f"text={title}")
    assert page.input_value("#filter-q") == "正在写"
    expect(page.locator("[data-live-said]")).to_contain_text("新的变化")
    visitor.look("live")


def test_what_somebody_reads_stays_where_it_is_when_something_comes_above_it(come: Come, site) -> None:
    visitor = come("bureau", "desk")
    page = visitor.page
    visitor.open("/")
    page.wait_for_selector("#figures .trends")
    top, height = (
        "() => document.querySelector('#decisions h2').getBoundingClientRect().top",
        "() => document.querySelector('#risk').getBoundingClientRect().height",
    )
    page.evaluate("() => scrollBy(0, document.querySelector('#decisions').getBoundingClientRect().top - 80)")
    before = page.evaluate(top)
    page.evaluate(WAKE)
    page.wait_for_timeout(500)
    high = page.evaluate(height)
    with site.app_context(), transaction() as session:
        # Row 6 answers at once: whatever else is open, this comes first of what can still be met.
        new_ticket(session, named(session, "hotline"), 6, TODAY + "15:00", title=LONG * 2)
    page.evaluate(WAKE)
    page.wait_for_selector(f"#risk :text('{LONG * 2}')")
    assert page.evaluate(height) > high + 20
    assert abs(page.evaluate(top) - before) < 2


def test_whoever_signs_in_after_somebody_finds_nothing_of_where_they_were(come: Come, site) -> None:
    give_passwords(site, "bureau", "bureau2")
    visitor = come("bureau", "desk")
    page = visitor.page
    listed = "/tickets?state=all&q=%E5%B9%B3%E5%8F%B0"
    visitor.open(listed)
    visitor.open("/tickets/1")
    assert page.locator("a.back").get_attribute("href") == listed
    visitor.open(listed)
    other = page.context.new_page()
    page.context.clear_cookies()
    other.goto(visitor.address + "/sign-in")
    other.get_by_label("用户名").fill("bureau2")
    other.get_by_label("口令").fill(PASSWORD)
    other.locator("main button[type=submit]").click()
    other.wait_for_selector("nav.sidebar")
    other.close()
    open_one(site, "平台：另一位看见的")
    page.evaluate(WAKE)
    page.wait_for_selector("text=已有另一位登录")
    assert "另一位看见的" not in page.content()
    visitor.open("/tickets/1")
    assert page.locator("a.back").get_attribute("href") == "/tickets"


def test_the_slash_leads_to_the_search(come: Come) -> None:
    visitor = come("hotline", "desk")
    page = visitor.page
    visitor.open("/tickets")
    page.keyboard.press("/")
    page.keyboard.type("lysczj")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=lysczj")
    assert page.locator("text=洛阳市财政局").count()
    visitor.look("search")
