"""Leave: who asks, who names the substitute, who approves."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from models.residents import Leave
from sla.vocab import Half, Standing
from tests.app.residents.world import (
    AM,
    PM,
    change,
    day,
    extra,
    held_by,
    joined,
    leave_of,
    member_id,
    posting_id,
    said,
)
from tests.app.visitors import id_of, ledger, read, set_clock

WANTED = {
    "first_day": "2025-07-03",
    "first_half": "afternoon",
    "last_day": "2025-07-04",
    "last_half": "morning",
    "reason": "看病",
}


@pytest.fixture
def asked(staffed, visit):
    """The engineer has asked for leave; there is somebody who could stand in."""
    change(staffed, lambda session: extra(session, "sub"))
    assert ask(visit("engineer"), staffed).status_code == 303
    return staffed


def ask(client, site, username="engineer", **more):
    return client.post(f"/residents/members/{member_id(site, username)}/leaves", data=WANTED | more)


def the_leave(site):
    found = select(Leave).order_by(Leave.id)
    return read(site, lambda session: session.scalars(found).all()[-1])


def leaves(site):
    return read(site, lambda session: len(session.scalars(select(Leave)).all()))


def name(client, site, username="sub"):
    data = {"substitute": id_of(site, username)} if username else {}
    return client.post(f"/residents/leaves/{the_leave(site).id}/substitute", data=data)


def decide(client, site, action="approve", substitute="", reason=""):
    data = {"substitute": substitute, "reason": reason}
    return client.post(f"/residents/leaves/{the_leave(site).id}/{action}", data=data)


@pytest.mark.both_databases
def test_leave_is_asked_for_covered_and_approved(asked, visit):
    contact = visit("contact")
    assert name(visit("manager"), asked).status_code == 303
    sheet = contact.get(f"/residents/{posting_id(asked)}/2025-07").text
    assert "工程师sub顶岗" in sheet
    assert "待单位批准" in sheet
    assert decide(contact, asked, substitute=id_of(asked, "sub")).status_code == 303
    leave = the_leave(asked)
    assert (leave.standing, leave.decided_by_id) == (Standing.CONFIRMED, id_of(asked, "contact"))
    assert (leave.first_half, leave.last_half) == (Half.AFTERNOON, Half.MORNING)
    kinds = [one.kind for one in ledger(asked, "leave.")]
    assert kinds == ["leave.asked", "leave.substitute", "leave.approved"]
    assert said(ledger(asked, "leave.asked")[0].payload)["from"] == ["2025-07-03", "afternoon"]
    assert "工程师sub顶岗" in visit("engineer").get("/residents/mine").text


def test_it_is_refused_with_a_reason(asked, visit):
    contact = visit("contact")
    assert decide(contact, asked, "refuse").status_code == 422
    assert decide(contact, asked, "refuse", reason="那天要割接").status_code == 303
    assert "那天要割接" in visit("engineer").get("/residents/mine").text
    assert decide(contact, asked).status_code == 409


def test_the_bureau_may_approve_too(asked, visit):
    assert decide(visit("bureau"), asked).status_code == 303


@pytest.mark.parametrize(
    ("username", "status"),
    [
        ("engineer", 403),
        ("manager", 403),
        ("hotline", 403),
        ("auditor", 403),
        ("stranger", 404),
        ("other_engineer", 404),
        ("admin", 404),
    ],
)
def test_nobody_else_approves(asked, visit, username, status):
    assert decide(visit(username), asked).status_code == status
    assert the_leave(asked).standing is Standing.PENDING


@pytest.mark.parametrize(
    ("username", "status"), [("engineer", 403), ("contact", 403), ("bureau", 403), ("stranger", 404)]
)
def test_only_the_manager_names_the_substitute(asked, visit, username, status):
    assert name(visit(username), asked).status_code == status
    assert the_leave(asked).substitute_id is None


@pytest.mark.parametrize(
    ("username", "status"),
    [("other_engineer", 404), ("manager", 403), ("contact", 403), ("stranger", 404), ("admin", 404)],
)
def test_leave_is_asked_for_by_oneself(staffed, visit, username, status):
    assert ask(visit(username), staffed).status_code == status
    assert leaves(staffed) == 0


@pytest.mark.parametrize(
    ("more", "status", "said"),
    [
        ({"reason": ""}, 422, "请填写"),
        ({"last_day": "2025-07-02"}, 422, "不能早于开始"),
        ({"last_day": "2025-07-03", "last_half": "morning"}, 422, "不能早于开始"),
        ({"first_day": "2025-06-02"}, 422, "驻场期间"),
        ({"last_day": "2025-12-31"}, 422, "最多"),
        ({"first_half": "noon"}, 422, "选项"),
    ],
)
def test_leave_that_cannot_be_is_named(staffed, visit, more, status, said):
    answer = ask(visit("engineer"), staffed, **more)
    assert answer.status_code == status
    assert said in answer.text
    assert leaves(staffed) == 0


def test_the_same_half_day_is_asked_for_once_and_the_next_one_freely(asked, visit):
    engineer = visit("engineer")
    assert ask(engineer, asked).status_code == 409
    free = {"first_day": "2025-07-04", "first_half": "afternoon", "last_half": "afternoon"}
    assert ask(engineer, asked, **free).status_code == 303


def test_what_was_refused_may_be_asked_for_again(asked, visit):
    decide(visit("contact"), asked, "refuse", reason="忙")
    assert ask(visit("engineer"), asked).status_code == 303


def test_another_substitute_after_approval_waits_for_approval_again(asked, visit):
    contact, manager = visit("contact"), visit("manager")
    decide(contact, asked)
    assert name(manager, asked).status_code == 303
    assert the_leave(asked).standing is Standing.PENDING
    assert the_leave(asked).decided_by_id is None


def test_one_approves_the_substitute_one_has_seen(asked, visit):
    contact = visit("contact")
    name(visit("manager"), asked)
    answer = decide(contact, asked)
    assert answer.status_code == 409
    assert "顶岗人刚刚变了" in answer.text


@pytest.mark.parametrize(("username", "status"), [("engineer", 422), ("hotline", 422)])
def test_a_substitute_is_another_engineer(asked, visit, username, status):
    assert name(visit("manager"), asked, username).status_code == status


def test_a_substitute_stands_in_at_one_place_only(asked, visit):
    def elsewhere(session):
        other = held_by(session, "other_engineer")
        asked_for = leave_of(session, other, ("2025-07-04", AM), ("2025-07-04", PM), "sub", None)
        asked_for.standing = Standing.CONFIRMED

    name(visit("manager"), asked)
    first = the_leave(asked).id
    change(asked, elsewhere)
    data = {"substitute": id_of(asked, "sub")}
    answer = visit("contact").post(f"/residents/leaves/{first}/approve", data=data)
    assert answer.status_code == 409
    assert "另有顶岗" in answer.text


def test_a_reason_is_not_for_colleagues(asked, visit):
    change(asked, lambda session: joined(session, "sub"))
    address = f"/residents/{posting_id(asked)}/2025-07"
    assert "看病" in visit("contact").get(address).text
    page = visit("sub").get(address)
    assert page.status_code == 200
    assert "看病" not in page.text


def test_leave_to_come_next_month_can_be_decided_now(asked, visit):
    later = {"first_day": "2025-08-04", "last_day": "2025-08-05"}
    assert ask(visit("engineer"), asked, **later).status_code == 303
    contact = visit("contact")
    assert "2025-08-04" in contact.get(f"/residents/{posting_id(asked)}/2025-07").text
    answer = decide(contact, asked)
    assert answer.status_code == 303
    assert answer.location.endswith("/2025-07")


def test_a_confirmed_month_takes_no_leave_afterwards(asked, visit):
    set_clock(asked, "2025-08-01 09:00")
    contact = visit("contact")
    assert contact.post(f"/residents/{posting_id(asked)}/2025-07/confirm").status_code == 303
    assert decide(contact, asked).status_code == 409
    assert name(visit("manager"), asked).status_code == 409
    more = {"first_day": "2025-07-10", "last_day": "2025-07-10", "first_half": "morning"}
    assert ask(visit("engineer"), asked, **more).status_code == 409
    assert day("2025-07-03") == the_leave(asked).first_day
