"""The page of one ticket: what it shows, to whom, and what it offers."""

from __future__ import annotations

import re

import pytest

from app.tickets import decisions, service
from sla.vocab import Complexity, PauseReason, Severity, TicketKind
from tests.app.personas import at
from tests.app.tickets.desk import counted, do, make, plain
from tests.app.visitors import set_clock


@pytest.fixture
def ticket(site):
    return make(
        site, "contact", now="2025-07-01 08:30", title="平台打不开", place="305", description="早上起"
    )


def offers(page: str) -> set[str]:
    """Return the actions a page has forms for."""
    return set(re.findall(r'action="/tickets/\d+/([a-z_]+)"', page))


@pytest.mark.parametrize("name", ["contact", "engineer", "manager", "hotline", "bureau", "auditor"])
def test_whoever_answers_for_the_project_sees_the_ticket(ticket, visit, name):
    page = visit(name).get(f"/tickets/{ticket}")
    assert page.status_code == 200
    for words in ("平台打不开", "GD000001", "洛阳市教育局", "305", "早上起", "待响应", "单位联系人contact"):
        assert words in page.text, words


@pytest.mark.parametrize("name", ["stranger", "other_engineer", "admin"])
def test_whoever_does_not_is_told_the_same_as_for_no_ticket_at_all(ticket, visit, name):
    client = visit(name)
    hidden, missing = client.get(f"/tickets/{ticket}"), client.get("/tickets/999")
    assert hidden.status_code == missing.status_code == 404
    assert hidden.text == missing.text


def test_nobody_sees_it_without_signing_in(site, ticket):
    answer = site.test_client().get(f"/tickets/{ticket}")
    assert answer.location == f"/sign-in?next=/tickets/{ticket}"


EVERYTHING = {
    "engineer": {
        *("respond", "request_onsite", "arrive", "claim_recovery", "pause", "reclassify", "note"),
    },
    "manager": {
        *("respond", "request_onsite", "arrive", "claim_recovery", "pause", "reclassify", "note", "assign"),
    },
    "hotline": {"respond", "request_onsite", "reclassify", "note", "assign"},
    "contact": {"request_onsite", "reclassify", "correct_report_time", "note", "cancel"},
    "bureau": {"request_onsite", "reclassify", "correct_report_time", "note", "cancel"},
    "auditor": set(),
}


@pytest.mark.parametrize("name", EVERYTHING)
def test_the_page_offers_each_role_what_it_may_do_now_and_nothing_else(ticket, visit, name):
    assert offers(visit(name).get(f"/tickets/{ticket}").text) == EVERYTHING[name]


def test_each_clock_shows_what_remains_and_its_whole_arithmetic(ticket, visit):
    page = visit("contact").get(f"/tickets/{ticket}").text
    text = plain(page)
    assert 'data-due="2025-07-01T09:00:00+08:00"' in page
    assert 'data-due="2025-07-01T14:30:00+08:00"' in page
    for line in (
        "起算：2025-07-01 08:30:00（报告时间）",
        "目标：响应 30 分",
        "应于：2025-07-01 09:00:00",
        "规则版本：",
    ):
        assert line in text, line


def test_a_missed_clock_says_so_with_icon_and_word(site, ticket, visit):
    set_clock(site, "2025-07-01 09:30")
    page = visit("contact").get(f"/tickets/{ticket}").text
    assert '<i class="bi bi-exclamation-octagon" aria-hidden="true"></i>超时' in page
    assert "已超时" in plain(page)


def test_a_paused_clock_says_so_and_does_not_count(site, ticket, visit):
    do(site, ticket, "engineer", service.respond, "2025-07-01 08:40")
    do(site, ticket, "engineer", service.pause, "2025-07-01 08:45", PauseReason.AWAITING_UNIT, "等机房钥匙")
    page = visit("engineer").get(f"/tickets/{ticket}").text
    assert "计时停住" in page
    assert "data-due" not in page
    assert "待单位确认" in page
    assert {"resume"} <= offers(page)
    assert "confirm_pause" not in offers(page), "the supplier does not confirm its own claim"


def test_a_changed_due_time_keeps_the_first_one_in_sight(site, visit):
    ticket = make(site, "hotline", row=44, severity=Severity.MAJOR)
    do(
        site,
        ticket,
        "hotline",
        decisions.reclassify,
        "2025-07-01 08:40",
        {"complexity": Complexity.COMPLEX},
        "多",
    )
    assert "最初应于" not in visit("bureau").get(f"/tickets/{ticket}").text
    do(site, ticket, "bureau", decisions.confirm, "2025-07-01 08:50", "claim", 2)
    assert "最初应于" in visit("bureau").get(f"/tickets/{ticket}").text


def test_the_story_tells_who_when_and_what_was_entered_late(site, ticket, visit):
    set_clock(site, "2025-07-01 12:00")
    do(site, ticket, "engineer", service.respond, "2025-07-01 11:30", at("2025-07-01 08:45"), "当时没有网络")
    text = plain(visit("bureau").get(f"/tickets/{ticket}").text)
    assert (
        "响应 驻场工程师engineer （乙方） 2025-07-01 08:45:00 · 录入于 2025-07-01 11:30:00 补录 当时没有网络"
        in text
    )
    assert "补录未确认，按录入时间判定" in text
    assert "确认后：响应由超时变为达标" in text


def test_silence_that_accepted_is_told_as_such(site, ticket, visit):
    do(site, ticket, "engineer", service.respond, "2025-07-01 08:40")
    do(site, ticket, "engineer", service.claim_recovery, "2025-07-01 08:50", None, "换了电源")
    assert "视为验收通过" not in visit("contact").get(f"/tickets/{ticket}").text
    set_clock(site, "2025-07-05 00:00")
    text = plain(visit("engineer").get(f"/tickets/{ticket}").text)
    assert "验收通过 系统 （系统） 2025-07-05 00:00:00 期满没有异议，视为验收通过" in text
    assert "已恢复" in text
    assert "到期没有不同意见，视为您已确认" in visit("contact").get(f"/tickets/{ticket}").text


@pytest.mark.parametrize("name", ["contact", "bureau"])
def test_what_waits_for_the_unit_can_be_confirmed_or_rejected_there(site, ticket, visit, name):
    do(site, ticket, "engineer", service.respond, "2025-07-01 08:40")
    do(
        site,
        ticket,
        "engineer",
        decisions.reclassify,
        "2025-07-01 08:41",
        {"severity": Severity.GENERAL},
        "小",
    )
    do(site, ticket, "engineer", service.pause, "2025-07-01 08:45", PauseReason.FORCE_MAJEURE, "停电")
    do(site, ticket, "engineer", service.claim_recovery, "2025-07-01 08:50", None, "来电了")
    page = visit(name).get(f"/tickets/{ticket}").text
    assert {"accept", "reject", "confirm_pause", "reject_pause", "confirm_claim", "reject_claim"} <= offers(
        page
    )
    assert "待您确认" in page
    assert "乙方认为：严重程度：一般" in page


def test_on_a_phone_the_next_step_is_one_tap_away(site, ticket, visit):
    def bar(name: str) -> str:
        page = visit(name).get(f"/tickets/{ticket}").text
        found = re.search(r'<div class="bottom-bar">\s*<button [^>]*form="do-([a-z_]+)"', page)
        if found:
            assert f'id="do-{found[1]}"' in page, "the button sends a form that is there"
        return found[1] if found else ""

    assert (bar("engineer"), bar("contact")) == ("respond", "")
    do(site, ticket, "engineer", service.respond, "2025-07-01 08:40")
    assert (bar("engineer"), bar("contact")) == ("claim_recovery", "")
    do(site, ticket, "contact", service.request_onsite, "2025-07-01 08:42")
    assert bar("engineer") == "arrive"
    do(site, ticket, "engineer", service.arrive, "2025-07-01 08:50")
    do(site, ticket, "engineer", service.claim_recovery, "2025-07-01 08:55", None, "好了")
    assert (bar("engineer"), bar("contact")) == ("", "accept")
    do(site, ticket, "contact", service.accept, "2025-07-01 08:56")
    assert (bar("contact"), bar("bureau")) == ("", "close")
    page = visit("contact").get(f"/tickets/{ticket}").text
    assert re.findall(r'<button [^>]*name="rating" value="(\d)"', page) == ["5", "4", "3", "2", "1"]


def test_a_project_without_a_target_for_it_says_that_nothing_counts(site, visit):
    ticket = make(site, "hotline", row=10, kind=TicketKind.CONSULTATION)
    assert "没有约定时限，不计时" in visit("hotline").get(f"/tickets/{ticket}").text


def test_outside_the_service_year_a_ticket_has_no_clocks_and_says_why(site, visit):
    set_clock(site, "2025-06-02 10:00")
    ticket = make(site, "hotline", now="2025-06-02 09:00")
    assert "不在这个项目的服务年度内" in visit("hotline").get(f"/tickets/{ticket}").text


def test_text_of_people_is_text_and_never_markup(site, visit):
    evil = "<img src=x onerror=alert(1)>"
    ticket = make(site, "contact", title=evil, description=evil, place=evil, phone="1", reporter=evil)
    do(site, ticket, "engineer", service.add_note, "2025-07-01 08:40", evil)
    page = visit("bureau").get(f"/tickets/{ticket}").text
    assert "<img" not in page
    assert page.count("&lt;img src=x onerror=alert(1)&gt;") >= 5


def test_a_long_story_costs_no_more_queries_than_a_short_one(site, ticket, visit):
    client = visit("manager")
    client.get(f"/tickets/{ticket}")
    with counted(site) as few:
        client.get(f"/tickets/{ticket}")
    for minute in range(31, 50):
        do(site, ticket, "engineer", service.add_note, f"2025-07-01 08:{minute}", "还在查")
    with counted(site) as many:
        client.get(f"/tickets/{ticket}")
    assert len(many) == len(few) <= 23
