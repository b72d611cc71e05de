"""Those who mostly read: the bureau from a risk to a decision, the auditor from a figure to its arithmetic.

And the manager who gives a ticket away, each on a phone as at a desk.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from app import Site
from app.database import transaction
from app.tickets import service
from sla.vocab import PauseReason
from tests.app.personas import at, new_ticket
from tests.app.visitors import id_of, named
from tests.browser.conftest import Come

SIZES = pytest.mark.parametrize("size", ["phone", "desk"])


@SIZES
def test_the_bureau_goes_from_what_is_at_risk_to_its_ticket_to_the_year_and_decides(
    come: Come, site: Site, size: str
) -> None:
    title = f"存储阵列告警（{size}）"
    with site.app_context(), transaction() as session:
        ticket = new_ticket(session, named(session, "contact"), now="2025-07-01 14:30", title=title)
        engineer = named(session, "engineer")
        service.respond(session, engineer, ticket, at("2025-07-01 14:35"))
        why = PauseReason.AWAITING_PARTS
        service.pause(session, engineer, ticket, at("2025-07-01 14:40"), why, "等待备件采购审批")
        number = ticket.id
    visitor = come("bureau", size)
    page = visitor.page
    visitor.open("/")
    page.locator("#risk a[href*='/tickets/']").first.click()
    page.wait_for_selector(".story")
    visitor.look("from-risk")
    page.locator("a.back").click()
    page.locator("a.heat-cell").first.click()
    page.wait_for_url("**/months/2025-0*/rows*")
    expect(page.locator("main")).to_contain_text("洛阳市")
    visitor.look("from-the-map")
    visitor.open("/waiting")
    card = page.locator("article, .card, li", has=page.locator(f"a[href='/tickets/{number}']")).last
    card.get_by_role("button", name="确认").first.click()
    page.wait_for_url("**/waiting*")
    expect(page.locator(f"a[href='/tickets/{number}']")).to_have_count(0)


@SIZES
def test_the_auditor_reads_a_figure_down_to_its_arithmetic(come: Come, size: str) -> None:
    visitor = come("auditor", size)
    page = visitor.page
    visitor.open("/months/2025-06")
    page.locator("a.figure").first.click()
    expect(page.locator("main")).to_contain_text("应于")
    visitor.look("figure")
    page.locator("main a[href*='/tickets/']").first.click()
    page.wait_for_selector(".story")
    visitor.look("ticket")
    assert page.locator("main form[method=post]").count() == 0


@SIZES
def test_the_manager_gives_a_ticket_to_an_engineer_from_the_board(come: Come, site: Site, size: str) -> None:
    title = f"等人去看的事（{size}）"
    with site.app_context(), transaction() as session:
        ticket = new_ticket(session, named(session, "contact"), now="2025-07-01 14:55", title=title)
        number = ticket.id
    engineer = id_of(site, "engineer")
    visitor = come("manager", size)
    page = visitor.page
    visitor.open("/dispatch")
    card = page.locator(f"#card-{number}")
    card.locator("details.give > summary").click()
    card.locator("select[name=engineer]").select_option(str(engineer))
    card.locator("input[name=note]").fill("先打电话")
    visitor.look("giving")
    card.locator("details.give button[type=submit]").click()
    expect(page.locator("main")).to_contain_text("已派给")
    assert visitor.complaints == []
