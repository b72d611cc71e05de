"""The unit's word on a month as a whole: who may say it, when, and what it fixes."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from models.residents import Attendance, AttendanceMonth
from sla.vocab import Standing
from tests.app.residents.world import change, entered, posting_id, said
from tests.app.visitors import id_of, ledger, read, set_clock

AUGUST = "2025-08-01 00:00"


@pytest.fixture
def july(staffed):
    """July is over; the engineer was there on its first day."""
    change(staffed, lambda session: entered(session, "2025-07-01"))
    set_clock(staffed, AUGUST)
    return staffed


def word(site):
    return read(site, lambda session: session.scalars(select(AttendanceMonth)).all())


def confirm(client, site, month="2025-07", row=1):
    return client.post(f"/residents/{posting_id(site, row)}/{month}/confirm")


def objects(client, site, remark="7 月 8 日没有人"):
    return client.post(f"/residents/{posting_id(site)}/2025-07/object", data={"remark": remark})


def enter(client, site):
    data = {
        "person": id_of(site, "engineer"),
        "day": "2025-07-08",
        "half": "morning",
        "presence": "present",
        "reason": "补记",
    }
    return client.post(f"/residents/{posting_id(site)}/2025-07/entries", data=data)


@pytest.mark.both_databases
def test_the_unit_confirms_the_month_as_a_whole(july, visit):
    contact = visit("contact")
    assert "确认本月出勤" in contact.get(f"/residents/{posting_id(july)}/2025-07").text
    assert confirm(contact, july).status_code == 303
    (found,) = word(july)
    assert (found.standing, found.decided_by_id) == (Standing.CONFIRMED, id_of(july, "contact"))
    assert "单位已确认" in contact.get(f"/residents/{posting_id(july)}/2025-07").text
    (entry,) = ledger(july, "attendance.confirmed")
    assert said(entry.payload)["month"] == "2025-07-01"


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
def test_nobody_else_does(july, visit, username, status):
    assert confirm(visit(username), july).status_code == status
    assert objects(visit(username), july).status_code == status
    assert word(july) == []


def test_the_bureau_may_for_the_unit_and_its_name_stands_there(july, visit):
    assert confirm(visit("bureau"), july).status_code == 303
    assert "局方人员bureau（局方人员）" in visit("contact").get(f"/residents/{posting_id(july)}/2025-07").text


def test_not_before_the_month_is_over(july, visit):
    set_clock(july, "2025-07-31 23:59:59")
    contact = visit("contact")
    assert "确认本月出勤" not in contact.get(f"/residents/{posting_id(july)}/2025-07").text
    answer = confirm(contact, july)
    assert answer.status_code == 409
    assert "还没有结束" in answer.text


def test_a_month_that_asks_for_nobody_has_nothing_to_confirm(july, visit):
    assert confirm(visit("bureau"), july, "2025-06", row=40).status_code == 409
    assert "本月不需要驻场" in visit("bureau").get(f"/residents/{posting_id(july, 40)}/2025-06").text


@pytest.mark.parametrize("month", ["2025-05", "2025-09", "2025-13", "x"])
def test_a_month_there_is_nothing_of_does_not_exist(july, visit, month):
    assert confirm(visit("contact"), july, month).status_code == 404
    assert visit("contact").get(f"/residents/{posting_id(july)}/{month}").status_code == 404


def test_once_is_enough(july, visit):
    contact = visit("contact")
    confirm(contact, july)
    assert confirm(contact, july).status_code == 409
    assert len(ledger(july, "attendance.confirmed")) == 1


def test_an_objection_needs_a_remark(july, visit):
    assert objects(visit("contact"), july, " ").status_code == 422
    assert objects(visit("contact"), july).status_code == 303
    assert "7 月 8 日没有人" in visit("manager").get(f"/residents/{posting_id(july)}/2025-07").text


def test_a_confirmed_month_is_not_corrected_until_the_unit_objects(july, visit):
    contact, manager = visit("contact"), visit("manager")
    confirm(contact, july)
    refused = enter(manager, july)
    assert refused.status_code == 409
    assert "先在该月提出异议" in refused.text
    objects(contact, july)
    assert enter(manager, july).status_code == 303
    assert confirm(contact, july).status_code == 303
    assert [one.kind for one in ledger(july, "attendance.")][-3:] == [
        "attendance.objected",
        "attendance.entered",
        "attendance.confirmed",
    ]
    assert len(word(july)) == 1
    assert len(read(july, lambda session: session.scalars(select(Attendance)).all())) == 3
