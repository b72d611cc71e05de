"""What the manager owes beside the tickets: claims in time, documents, answers, people on post."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from app.disputes.claimable import claimable
from models.contract import Project
from tests.app.disputes.world import claimed, late_ticket, post
from tests.app.personas import at
from tests.app.tickets.desk import counted, plain
from tests.app.visitors import named, read, set_clock


def part(page: str, name: str) -> str:
    """Return a section of the page as text."""
    found = re.search(rf'<section id="{name}".*?</section>', page, re.DOTALL)
    assert found is not None
    return plain(found.group())


def open_claims(site, when: str, who: str = "manager") -> list[str]:
    """Return what the viewer can still claim about tickets, by name."""
    return read(
        site,
        lambda session: [
            one.about for one in claimable(session, named(session, who), at(when)) if one.ticket
        ],
    )


@pytest.mark.both_databases
def test_a_breach_can_be_claimed_for_ten_workdays_with_those_that_are_left(site, visit):
    ticket = late_ticket(site)
    set_clock(site, "2025-07-02 10:00")
    page = visit("manager").get("/dispatch/office").text
    said = part(page, "claimable")
    assert f"GD{ticket:06d} late 1" in said
    assert "2025-07-15 24:00 还有 10 个工作日" in said
    assert f"/disputes/new?ticket={ticket}&amp;clock=response&amp;round=0" in page
    assert open_claims(site, "2025-07-15 23:59") == open_claims(site, "2025-07-02 10:00")
    assert not any("late 1" in one for one in open_claims(site, "2025-07-16 00:00"))


def test_a_claim_under_way_tells_whose_turn_it_is_and_until_when(site, visit):
    ticket = late_ticket(site)
    assert claimed(site, ticket).status_code == 303
    page = visit("manager").get("/dispatch/office").text
    assert f"ticket={ticket}&amp;clock=response" not in page
    assert f"ticket={ticket}&amp;clock=recovery" in page, "each clock is claimed by itself"
    said = part(page, "claims")
    assert "单位 待单位意见" in said
    assert re.search(r"2025-07-\d\d 24:00", said)
    post(site, "contact", "/1/comment", {"agrees": "true", "text": "确实停电"}, "2025-07-02 11:00")
    assert "局方 待局方认定" in part(visit("manager").get("/dispatch/office").text, "claims")


def test_reports_and_plans_of_this_month_lead_to_where_they_are_handed_over(site, visit):
    set_clock(site, "2025-07-20 09:00")
    page = visit("manager").get("/dispatch/office").text
    said = part(page, "documents")
    assert "去提交" in said
    assert re.search(r'href="/duties/\d+#done"', page)
    assert "2025-07-31 24:00" in said
    assert re.search(r"2025-06-\d\d 24:00 未完成", said), "what was due before and never came stays"
    assert "2025-08-" not in said


def test_a_posting_with_nobody_there_is_named(site, visit):
    assert "无人在岗" in part(visit("manager").get("/dispatch/office").text, "gaps")
    set_clock(site, "2025-07-05 09:00")  # a Saturday: the postings of workdays are not held
    education = read(site, lambda s: s.scalars(select(Project).where(Project.seq == 1)).one().name)
    assert education not in part(visit("manager").get("/dispatch/office").text, "gaps")


@pytest.mark.parametrize("name", ["hotline", "engineer", "contact", "bureau", "auditor", "admin"])
def test_it_is_the_managers_page_alone(site, visit, name):
    client = visit(name)
    for path in ("/dispatch/office", "/dispatch/office/summary"):
        assert client.get(path).status_code == 403
    assert "/dispatch/office" not in client.get("/").text


def test_the_start_page_has_its_figures_put_in(site, visit):
    late_ticket(site)
    set_clock(site, "2025-07-02 10:00")
    client = visit("manager")
    assert 'data-fill="/dispatch/office/summary"' in client.get("/").text
    told = plain(client.get("/dispatch/office/summary").text)
    for label in ("可申请免责", "办理中的争议", "要交的报告和方案", "此刻无人的岗位"):
        assert label in told
    assert re.search(r"可申请免责 最早 2025-\d\d-\d\d 24:00 到期", told)


def test_the_page_costs_the_same_however_much_there_is(site, visit):
    late_ticket(site)
    set_clock(site, "2025-07-02 10:00")
    client = visit("manager")
    with counted(site) as few:
        client.get("/dispatch/office")
    for row in (3, 6, 18):
        late_ticket(site, row)
    with counted(site) as many:
        client.get("/dispatch/office")
    assert len(many) == len(few) <= 36
