"""Opening a ticket on the web: the contact's form, and the supplier's."""

from __future__ import annotations

import re

import pytest

from app.database import transaction
from models.people import User
from sla.vocab import TicketKind
from tests.app.personas import project
from tests.app.tickets.desk import events, make, tickets


@pytest.fixture
def number(site):
    """The ids of rows 1 and 3, by their numbers in the tender."""
    with site.app_context(), transaction() as session:
        return {row: project(session, row).id for row in (1, 3, 44)}


def said(number, **more):
    return {"submission": "one", "project": number[1], "kind": "incident", "title": "平台打不开"} | more


def test_a_contact_reports_in_one_form_and_sees_the_ticket(site, visit, number):
    client = visit("contact")
    answer = client.post("/tickets/new", data=said(number, place="305 室", description="早上开始"))
    assert answer.status_code == 303
    page = client.get(answer.location).text
    assert "平台打不开" in page
    assert "305 室" in page
    assert "早上开始" in page
    assert tickets(site) == [("平台打不开", TicketKind.INCIDENT)]


@pytest.mark.parametrize("kind", ["incident", "request", "consultation", "change", "data"])
def test_every_kind_a_contact_is_offered_can_be_opened(site, visit, number, kind):
    client = visit("contact")
    assert f'value="{kind}"' in client.get("/tickets/new").text
    assert client.post("/tickets/new", data=said(number, kind=kind)).status_code == 303
    assert tickets(site) == [("平台打不开", TicketKind(kind))]


def test_a_contact_is_offered_the_own_projects_only(visit):
    page = visit("contact").get("/tickets/new").text
    assert "雪亮工程" in page
    assert "洛阳市司法局" not in page
    assert 'value="0379-60000000"' in page, "the own telephone is filled in"


def test_a_contact_cannot_report_for_another_unit(site, visit, number):
    answer = visit("contact").post("/tickets/new", data=said(number, project=number[3]))
    assert answer.status_code == 404
    assert "没有这个运维项目" in answer.text
    assert tickets(site) == []


@pytest.mark.both_databases
def test_sending_twice_makes_one_ticket(site, visit, number):
    client = visit("contact")
    first = client.post("/tickets/new", data=said(number))
    again = client.post("/tickets/new", data=said(number))
    assert first.location == again.location
    assert len(tickets(site)) == 1


def test_every_form_has_a_submission_number_of_its_own(visit):
    client = visit("contact")
    found = {
        re.findall(r'name="submission" value="([^"]+)"', client.get("/tickets/new").text)[0] for _ in range(3)
    }
    assert len(found) == 3


def test_a_mistake_keeps_what_was_typed_and_says_where_it_is(site, visit, number):
    """The contact says it in one piece: the page keeps it, and the answer to what is asked of repairs."""
    typed = said(number, place="<305>", paralysis="1", phone="1" * 33)
    del typed["title"]
    typed["what"] = "平台打不开。很急"
    answer = visit("contact").post("/tickets/new", data=typed)
    assert answer.status_code == 422
    page = answer.text
    assert '<div class="invalid-feedback" id="f-phone-error">最多 32 个字，请缩短</div>' in page
    assert 'aria-invalid="true" aria-describedby="f-phone-error"' in page
    assert "&lt;305&gt;" in page
    assert "平台打不开。很急</textarea>" in page
    assert 'name="submission" value="one"' in page
    assert re.search(r'name="paralysis" value="1" checked', page)
    assert re.search(rf'value="{number[1]}" required checked', page)
    assert tickets(site) == []


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("title", "长" * 101, "最多 100 个字，请缩短"),
        ("kind", "coffee", "请从列出的选项中选择"),
        ("kind", "", "请填写"),
        ("project", "x", "请填写整数"),
        ("project", "99999999999999999999", "请填写"),
        ("phone", "1" * 33, "最多 32 个字，请缩短"),
        ("title", "看\x00不见", "有不能显示的字符，请重新输入"),
        ("reported_at", "2025-07-01T08:00", "这里没有这一项，请去掉"),
        ("severity", "general", "这里没有这一项，请去掉"),
    ],
)
def test_what_a_contact_may_not_say_is_refused_by_field(site, visit, number, field, value, message):
    answer = visit("contact").post("/tickets/new", data=said(number, **{field: value}))
    assert answer.status_code == 422
    assert message in answer.text
    assert tickets(site) == []


def test_an_engineer_logs_a_call_with_its_time_and_statements(site, visit, number):
    typed = said(
        number,
        reporter="李老师",
        phone="139",
        reported_at="2025-07-01T08:30",
        severity="general",
        complexity="complex",
        fault_level="2",
    )
    client = visit("engineer")
    answer = client.post("/tickets/new", data=typed)
    assert answer.status_code == 303
    [(_kind, data)] = events(site, 1)
    assert (data["severity"], data["complexity"], data["fault_level"]) == ("general", "complex", 2)
    page = client.get(answer.location).text
    assert "2025-07-01 08:30:00" in page
    assert "李老师" in page
    assert "待单位确认" in page, "what loosens a target waits for the unit"


def test_a_time_in_the_future_is_refused_at_its_field(site, visit, number):
    answer = visit("hotline").post("/tickets/new", data=said(number, reported_at="2025-07-01T09:01"))
    assert answer.status_code == 422
    assert (
        '<div class="invalid-feedback" id="f-reported_at-error">报告时间 2025-07-01 09:01:00 在将来'
        in answer.text
    )
    assert 'value="2025-07-01T09:01"' in answer.text
    assert tickets(site) == []


def test_a_finding_of_ones_own_has_no_response_clock(site, visit, number):
    client = visit("engineer")
    page = client.get(client.post("/tickets/new", data=said(number, own_finding="1")).location).text
    assert "自查发现" in page
    assert 'aria-label="响应计时"' not in page
    assert 'aria-label="恢复计时"' in page


def test_a_paralysis_is_only_what_somebody_ticked(site, visit, number):
    client = visit("contact")
    client.post("/tickets/new", data=said(number))
    client.post("/tickets/new", data=said(number, submission="two", paralysis="1"))
    assert "paralysis" not in events(site, 1)[0][1]
    assert events(site, 2)[0][1]["paralysis"] is True


@pytest.mark.parametrize("name", ["hotline", "manager", "bureau"])
def test_the_desk_may_log_for_any_unit(site, visit, number, name):
    client = visit(name)
    assert "洛阳市司法局" in client.get("/tickets/new").text
    assert client.post("/tickets/new", data=said(number, project=number[3])).status_code == 303
    assert len(tickets(site)) == 1


def test_an_engineer_logs_for_the_assigned_projects_only(site, visit, number):
    client = visit("engineer")
    assert "洛阳市司法局" not in client.get("/tickets/new").text
    assert client.post("/tickets/new", data=said(number, project=number[3])).status_code == 404
    assert tickets(site) == []


def test_the_project_logged_for_last_comes_first(site, visit, number):
    make(site, "hotline", row=3)
    make(site, "hotline", row=44, now="2025-07-01 08:40")
    options = re.findall(r'<option value="(\d+)"', visit("hotline").get("/tickets/new").text)
    assert [int(option) for option in options[:2]] == [number[44], number[3]]


@pytest.mark.parametrize("name", ["auditor", "admin"])
def test_who_only_reads_or_administers_opens_nothing(site, visit, number, name):
    client = visit(name)
    assert client.get("/tickets/new").status_code == 403
    assert client.post("/tickets/new", data=said(number)).status_code == 403
    assert tickets(site) == []


def test_a_stranger_is_sent_to_sign_in_and_stores_nothing(site, number):
    client = site.test_client()
    assert client.get("/tickets/new").location.startswith("/sign-in")
    assert client.post("/tickets/new", data=said(number)).location.startswith("/sign-in")
    assert tickets(site) == []


def test_a_form_from_elsewhere_opens_nothing(site, visit, number):
    client = visit("contact")
    site.config["WTF_CSRF_ENABLED"] = True
    assert client.post("/tickets/new", data=said(number)).status_code == 400
    assert tickets(site) == []


def test_a_program_is_answered_in_json_with_the_field(site, visit, number):
    headers = {"Accept": "application/json"}
    answer = visit("contact").post("/tickets/new", json=said(number, title=""), headers=headers)
    assert answer.status_code == 422
    assert answer.json == {"error": "标题：请填写", "field": "title"}
    answer = visit("contact").post("/tickets/new", json=["x"], headers=headers)
    assert answer.status_code == 422
    assert tickets(site) == []


def test_somebody_without_projects_is_told_so(site, visit):
    with site.app_context(), transaction() as session:
        engineer = session.query(User).filter_by(username="other_engineer").one()
        for assignment in engineer.assignments:
            session.delete(assignment)
    assert "没有您可以登记的运维项目" in visit("other_engineer").get("/tickets/new").text
