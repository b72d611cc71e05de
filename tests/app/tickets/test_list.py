"""The list of tickets: whose, which, in what order, and at what cost."""

from __future__ import annotations

import pytest

from app.tickets import service
from sla.vocab import PauseReason, TicketKind
from tests.app.tickets.desk import counted, do, make, plain
from tests.app.visitors import set_clock

OWN, FOREIGN = "平台打不开", "别的单位的事"


@pytest.fixture
def two_units(site):
    """A ticket of the contact's unit, and one of another that must not be seen."""
    return make(site, "contact", title=OWN), make(site, "stranger", row=3, title=FOREIGN)


@pytest.mark.parametrize("name", ["contact", "engineer"])
def test_a_list_shows_what_is_in_scope_and_nothing_else(two_units, visit, name):
    page = visit(name).get("/tickets").text
    assert OWN in page
    assert FOREIGN not in page
    assert "共 1 条" in page


@pytest.mark.parametrize("name", ["bureau", "manager", "hotline", "auditor"])
def test_who_answers_for_the_whole_contract_sees_every_unit(two_units, visit, name):
    page = visit(name).get("/tickets").text
    assert OWN in page
    assert FOREIGN in page


def test_the_administrator_has_no_business_with_tickets(two_units, visit):
    assert visit("admin").get("/tickets").status_code == 403


def test_searching_never_reaches_beyond_the_scope(two_units, visit):
    _own, foreign = two_units
    for q in (FOREIGN, f"GD{foreign:06d}", str(foreign), "司法局"):
        page = visit("contact").get("/tickets", query_string={"q": q, "state": "all"})
        assert "没有符合条件的工单" in page.text, q


@pytest.mark.both_databases
@pytest.mark.parametrize("q", ["平台", "GD000001", "gd1", "1", "305", "教育局"])
def test_a_ticket_is_found_by_number_title_place_or_unit(site, visit, q):
    make(site, "contact", title=OWN, place="办公楼 305")
    make(site, "contact", title="打印机", now="2025-07-01 08:40")
    page = visit("contact").get("/tickets", query_string={"q": q}).text
    assert OWN in page
    assert ("打印机" in page) == (q == "教育局")


@pytest.mark.parametrize("q", ["%", "_", "100%", "\\", "'", "9" * 60])
def test_signs_of_the_query_language_are_only_text(two_units, visit, q):
    page = visit("contact").get("/tickets", query_string={"q": q})
    assert page.status_code == 200
    assert OWN not in page.text


@pytest.mark.both_databases
def test_what_expires_next_comes_first_and_what_has_ended_last(site, visit):
    late = make(site, "contact", now="2025-07-01 07:00", title="早就超时")
    ended = make(site, "contact", now="2025-07-01 08:00", title="已经撤销")
    do(site, ended, "contact", service.cancel, "2025-07-01 08:10", "重复了")
    make(site, "contact", now="2025-07-01 08:50", title="快要到期")
    quiet = make(site, "contact", now="2025-07-01 08:20", title="已经恢复")
    do(site, quiet, "engineer", service.respond, "2025-07-01 08:21")
    do(site, quiet, "engineer", service.claim_recovery, "2025-07-01 08:30", None, "好了")
    page = visit("contact").get("/tickets?state=all").text
    order = ["早就超时", "快要到期", "已经恢复", "已经撤销"]
    assert sorted(order, key=page.index) == order
    assert late < ended


@pytest.mark.both_databases
def test_each_filter_keeps_what_it_says(site, visit):
    make(site, "contact", now="2025-07-01 07:00", title="超时的")
    make(site, "contact", now="2025-07-01 08:50", title="将到的", kind=TicketKind.CONSULTATION)
    waits = make(site, "contact", now="2025-07-01 08:00", title="等确认的")
    do(site, waits, "engineer", service.respond, "2025-07-01 08:05")
    do(site, waits, "engineer", service.claim_recovery, "2025-07-01 08:30", None, "好了")
    titles = ("超时的", "将到的", "等确认的")

    def shown(query: str) -> list[str]:
        page = visit("contact").get(f"/tickets?{query}").text
        return [title for title in titles if title in page]

    assert shown("due=late") == ["超时的"]
    assert shown("due=soon") == ["将到的"]
    assert shown("due=risk") == ["超时的", "将到的"]
    assert shown("waiting=1") == ["等确认的"]
    assert shown("state=claimed") == ["等确认的"]
    assert shown("kind=consultation") == ["将到的"]
    assert shown("mine=1") == list(titles)
    assert shown("unassigned=1") == ["超时的", "将到的"]  # nobody is sent where it is done
    assert shown("unassigned=1&state=claimed") == ["等确认的"]
    assert shown("state=closed") == []


def test_what_still_waits_is_listed_even_when_the_ticket_is_closed(site, visit):
    ticket = make(site, "contact", now="2025-06-30 08:00", title=OWN)
    do(site, ticket, "engineer", service.pause, "2025-06-30 08:05", PauseReason.AWAITING_UNIT, "等")
    do(site, ticket, "engineer", service.claim_recovery, "2025-06-30 09:00", None, "好了")
    do(site, ticket, "contact", service.accept, "2025-06-30 09:10")
    do(site, ticket, "contact", service.close, "2025-06-30 09:11", 5)
    client = visit("contact")
    assert OWN not in client.get("/tickets").text
    assert OWN in client.get("/tickets?waiting=1").text
    assert OWN not in client.get("/tickets?waiting=1&state=open").text
    assert f'action="/tickets/{ticket}/confirm_pause"' in client.get("/").text


def test_a_clock_past_due_is_late_without_anybody_touching_the_ticket(site, visit):
    make(site, "contact", now="2025-07-01 08:50", title=OWN)
    assert OWN not in visit("contact").get("/tickets?due=late").text
    set_clock(site, "2025-07-01 09:20")
    assert OWN not in visit("contact").get("/tickets?due=late").text, "due at this very second"
    set_clock(site, "2025-07-01 09:21")
    page = visit("contact").get("/tickets?due=late").text
    assert OWN in page
    assert "已超时" in plain(page)


def test_a_paused_clock_stands_still_in_the_list_however_long_it_takes(site, visit):
    ticket = make(site, "contact", title=OWN)
    do(site, ticket, "engineer", service.respond, "2025-07-01 08:40")
    do(site, ticket, "engineer", service.pause, "2025-07-01 08:45", PauseReason.AWAITING_UNIT, "等机房钥匙")
    set_clock(site, "2025-07-20 09:00")
    page = visit("contact").get("/tickets").text
    assert "已挂起" in plain(page)
    assert "data-due" not in page
    assert OWN not in visit("contact").get("/tickets?due=late").text


def test_the_due_time_is_there_for_people_and_for_the_countdown(site, visit):
    make(site, "contact", now="2025-07-01 08:50")
    page = visit("contact").get("/tickets").text
    assert "应于 7月1日 09:20" in plain(page)
    assert 'data-due="2025-07-01T09:20:00+08:00"' in page
    assert '<meta name="server-time" content="2025-07-01T09:00:00+08:00">' in page


def test_a_long_list_is_turned_page_by_page_and_keeps_its_filter(site, visit):
    for minute in range(10, 35):
        make(site, "contact", now=f"2025-07-01 08:{minute}", title=f"第{minute}件")
    client = visit("contact")
    first = client.get("/tickets?kind=incident").text
    assert "共 25 条，第 1 / 2 页" in first
    assert "page=2&amp;kind=incident" in first
    second = client.get("/tickets?kind=incident&page=2").text
    assert second.count("<tr>") == 1 + 5
    assert client.get("/tickets?page=99").text.count("<tr>") == 1 + 5


@pytest.mark.parametrize(
    ("query", "named"),
    [("state=x", "state"), ("project=abc", "运维项目"), ("page=0", "页"), ("kind=?", "类别")],
)
def test_a_filter_that_makes_no_sense_is_refused_by_name(visit, query, named):
    page = visit("contact").get(f"/tickets?{query}")
    assert page.status_code == 422
    assert named in page.text


def test_the_list_costs_the_same_however_long_it_is(site, visit):
    client = visit("bureau")
    make(site, "contact")
    client.get("/tickets")
    with counted(site) as few:
        client.get("/tickets")
    for minute in range(10, 29):
        make(site, "stranger", row=3, now=f"2025-07-01 08:{minute}")
    with counted(site) as many:
        assert client.get("/tickets").text.count("<tr>") == 1 + 20
    assert len(many) == len(few) <= 11


def test_a_title_is_text_and_never_markup(site, visit):
    make(site, "contact", title="<script>alert(1)</script>", place="<b>")
    page = visit("contact").get("/tickets").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_an_engineer_sees_a_project_for_as_long_as_the_assignment_lasts(site, visit):
    ticket = make(site, "contact", title=OWN)
    client = visit("other_engineer")
    assert OWN not in client.get("/tickets").text
    assert client.get(f"/tickets/{ticket}").status_code == 404
