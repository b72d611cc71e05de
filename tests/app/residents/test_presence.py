"""我在岗: one tap by the engineer, or an entry by the manager."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from app.residents import service
from models.ledger import LedgerEntry
from models.residents import Attendance
from sla.errors import Conflict, Forbidden
from sla.vocab import Presence, Standing
from tests.app.personas import at
from tests.app.residents.world import (
    AM,
    PM,
    change,
    day,
    entered,
    extra,
    held_by,
    joined,
    leave_of,
    post_of,
    posting_id,
    said,
    there,
)
from tests.app.visitors import JSON, id_of, ledger, named, read, set_clock


def tap(client, site, half="morning", row=1):
    return client.post(f"/residents/{posting_id(site, row)}/present", data={"half": half})


def enter(client, site, **more):
    data = {
        "person": id_of(site, "engineer"),
        "day": "2025-07-01",
        "half": "day",
        "presence": "present",
        "reason": "手机没电",
    }
    return client.post(f"/residents/{posting_id(site)}/2025-07/entries", data=data | more)


def rows(site):
    found = select(Attendance).order_by(Attendance.id)
    return read(site, lambda session: list(session.scalars(found)))


@pytest.mark.both_databases
def test_one_tap_records_half_of_today_with_its_entry_in_the_ledger(staffed, visit):
    engineer = visit("engineer")
    assert tap(engineer, staffed).status_code == 303
    (row,) = rows(staffed)
    assert (row.day, row.half, row.presence) == (day("2025-07-01"), AM, Presence.PRESENT)
    assert (row.user_id, row.recorded_by_id, row.recorded_at) == (
        id_of(staffed, "engineer"),
        id_of(staffed, "engineer"),
        at("2025-07-01 09:00"),
    )
    (entry,) = ledger(staffed, "attendance.")
    assert entry.kind == "attendance.present"
    assert entry.subject == f"posting:{posting_id(staffed)}"
    assert said(entry.payload)["person"] == id_of(staffed, "engineer")


def test_from_the_start_page_it_is_one_tap_and_one_stays_there(staffed, visit):
    engineer = visit("engineer")
    part = engineer.get("/residents/today").text
    assert "上午我在岗" in part
    assert "下午 12:00 以后可签" in part
    sent = dict(re.findall(r'name="(half|back)" value="(\w+)"', part))
    answer = engineer.post(f"/residents/{posting_id(staffed)}/present", data=sent)
    assert (answer.status_code, answer.location) == (303, "/")
    assert len(rows(staffed)) == 1
    part = engineer.get("/residents/today").text
    assert "已签到 09:00" in part
    assert "<form" not in part


def test_the_start_page_asks_nobody_to_be_anywhere_who_has_no_posting_or_a_day_off(staffed, visit):
    change(staffed, lambda session: extra(session, "free_one"))
    assert visit("free_one").get("/residents/today").text.strip() == ""
    set_clock(staffed, "2025-07-05 09:00")
    assert visit("engineer").get("/residents/today").text.strip() == ""
    assert visit("contact").get("/residents/today").status_code == 403


def test_a_second_tap_changes_nothing_and_says_so(staffed, visit):
    engineer = visit("engineer")
    tap(engineer, staffed)
    assert tap(engineer, staffed).status_code == 303
    assert "已经签到过了" in engineer.get("/residents/mine").text
    assert len(rows(staffed)) == 1


def test_the_afternoon_is_not_claimed_in_the_morning(staffed, visit):
    engineer = visit("engineer")
    assert "12:00 以后可签" in engineer.get("/residents/mine").text
    assert tap(engineer, staffed, "afternoon").status_code == 409
    set_clock(staffed, "2025-07-01 12:00")
    assert tap(engineer, staffed, "afternoon").status_code == 303


def test_a_morning_tapped_after_noon_counts_and_says_that_it_came_late(staffed, visit):
    set_clock(staffed, "2025-07-01 17:20")
    engineer = visit("engineer")
    assert tap(engineer, staffed).status_code == 303
    assert "补签" in engineer.get("/residents/mine").text
    assert "补签" in visit("contact").get(f"/residents/{posting_id(staffed)}/2025-07").text


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ("2025-07-05 09:00", "周六"),
        ("2025-10-01 09:00", "国庆节"),
        ("2026-06-03 09:00", "不需要驻场"),
    ],
)
def test_on_a_day_that_asks_for_nobody_there_is_no_button(staffed, visit, when, said):
    set_clock(staffed, when)
    engineer = visit("engineer")
    page = engineer.get("/residents/mine").text
    assert "今天不需要驻场" in page
    assert said in page
    assert "我在岗</small>" not in page
    assert tap(engineer, staffed).status_code == 409
    assert rows(staffed) == []


def test_a_make_up_sunday_has_its_buttons(staffed, visit):
    set_clock(staffed, "2025-09-28 09:00")
    assert tap(visit("engineer"), staffed).status_code == 303


def test_an_engineer_of_another_posting_finds_nothing_here(staffed, visit):
    assert tap(visit("other_engineer"), staffed).status_code == 404


@pytest.mark.parametrize("username", ["contact", "bureau", "manager", "hotline", "auditor"])
def test_only_engineers_sign_in(staffed, visit, username):
    assert tap(visit(username), staffed).status_code == 403
    assert visit(username).get("/residents/mine").status_code == 403
    assert rows(staffed) == []


@pytest.mark.parametrize("half", ["", "day", "noon"])
def test_a_wrong_half_is_named(staffed, visit, half):
    answer = visit("engineer").post(
        f"/residents/{posting_id(staffed)}/present", data={"half": half}, headers=JSON
    )
    assert answer.status_code == 422
    assert answer.json["field"] == "half"


def test_after_the_last_day_there_is_no_posting_any_more(site, visit):
    change(site, lambda session: joined(session, through=day("2025-07-01")))
    set_clock(site, "2025-07-02 09:00")
    engineer = visit("engineer")
    assert "没有您的驻场岗位" in engineer.get("/residents/mine").text
    assert tap(engineer, site).status_code == 404


def test_a_substitute_may_sign_in_for_the_half_days_covered(staffed, visit):
    def cover(session):
        extra(session, "sub")
        held = joined(session, "sub", 6)
        leave = ("2025-07-01", AM), ("2025-07-01", AM)
        leave_of(session, held_by(session), *leave, substitute="sub")
        assert held.posting_id != post_of(session).id

    change(staffed, cover)
    sub = visit("sub")
    assert "代驻场工程师engineer顶岗" in sub.get("/residents/mine").text
    assert tap(sub, staffed).status_code == 303
    assert tap(sub, staffed, row=6).status_code == 409  # one place at a time
    set_clock(staffed, "2025-07-01 13:00")
    assert tap(sub, staffed, "afternoon").status_code == 409
    assert tap(sub, staffed, "afternoon", row=6).status_code == 303


# -- the manager's entry --------------------------------------------------------------------------------


@pytest.mark.both_databases
def test_the_manager_enters_a_day_with_a_reason_and_it_is_marked(staffed, visit):
    set_clock(staffed, "2025-07-02 09:00")
    assert enter(visit("manager"), staffed).status_code == 303
    assert [(row.half, row.reason) for row in rows(staffed)] == [(AM, "手机没电"), (PM, "手机没电")]
    page = visit("contact").get(f"/residents/{posting_id(staffed)}/2025-07").text
    assert "经理登记" in page
    assert "手机没电" in page
    assert [one.kind for one in ledger(staffed, "attendance.")] == ["attendance.entered"] * 2


def test_a_correction_is_one_more_row(staffed, visit):
    tap(visit("engineer"), staffed)
    manager = visit("manager")
    assert enter(manager, staffed, half="morning", presence="absent").status_code == 303
    assert [row.presence for row in rows(staffed)] == [Presence.PRESENT, Presence.ABSENT]
    assert enter(manager, staffed, half="morning", presence="absent").status_code == 409
    assert "联系项目经理" in tap(visit("engineer"), staffed).text
    assert len(rows(staffed)) == 2


@pytest.mark.parametrize(
    ("more", "status", "said"),
    [
        ({"reason": ""}, 422, "请填写"),
        ({"reason": "x" * 401}, 422, "最多 400"),
        ({"half": "noon"}, 422, "选项"),
        ({"presence": "maybe"}, 422, "选项"),
        ({"day": "2025-02-30"}, 422, "要写成日期"),
        ({"day": "2025-07-03"}, 409, "不能提前登记"),
        ({"day": "2025-06-29"}, 409, "不需要驻场"),
        ({"day": "2025-06-02"}, 409, "不需要驻场"),
        ({"person": "99999"}, 409, "不在这个岗位"),
        ({"extra": "1"}, 422, "没有这一项"),
    ],
)
def test_an_entry_that_cannot_be_is_refused_and_what_was_typed_stays(staffed, visit, more, status, said):
    set_clock(staffed, "2025-07-02 09:00")
    answer = enter(visit("manager"), staffed, **more)
    assert answer.status_code == status
    assert said in answer.text
    assert rows(staffed) == []


def test_of_a_whole_day_of_which_the_afternoon_is_ahead_nothing_is_kept(staffed, visit):
    assert enter(visit("manager"), staffed).status_code == 409
    assert rows(staffed) == []
    assert ledger(staffed, "attendance.") == []


@pytest.mark.parametrize(
    ("username", "status"),
    [
        ("engineer", 403),
        ("contact", 403),
        ("bureau", 403),
        ("hotline", 403),
        ("auditor", 403),
        ("stranger", 404),
        ("other_engineer", 404),
        ("admin", 404),
    ],
)
def test_nobody_but_the_manager_enters_for_others(staffed, visit, username, status):
    set_clock(staffed, "2025-07-02 09:00")
    assert enter(visit(username), staffed).status_code == status
    assert rows(staffed) == []


def test_the_own_month_shows_presence_leave_and_gaps(staffed, visit):
    def live(session):
        there(session, "2025-07-01 08:00")
        entered(session, "2025-07-01", [PM])
        entered(session, "2025-07-02", [AM])
        leave_of(
            session, held_by(session), ("2025-07-03", AM), ("2025-07-03", PM), standing=Standing.CONFIRMED
        )

    change(staffed, live)
    set_clock(staffed, "2025-07-07 09:00")
    page = visit("engineer").get("/residents/mine").text
    cells = dict(_cells(page))
    assert [cells[n] for n in ("1", "2", "3", "4", "5", "7", "8")] == [
        "在岗",
        "半天",
        "请假",
        "缺",
        "",
        "待签",
        "",
    ]


def _cells(page):
    return re.findall(r'<td class="day[^"]*">(\d+)<i>([^<]*)</i>', page)


# -- several days from a sheet ------------------------------------------------------------------------------


def test_a_sheet_of_several_days_is_one_link_of_the_chain(site, visit):
    change(site, joined)
    client, address = visit("manager"), f"/residents/{posting_id(site)}/2025-06/entries"
    person = read(site, lambda s: named(s, "engineer").id)
    sheet = {"person": person, "day": "2025-06-03", "last_day": "2025-06-15", "half": "day"}
    sheet |= {"presence": "present", "reason": "按纸质签到表登记"}
    assert client.post(address, data=sheet).status_code == 303
    days = read(site, lambda s: s.scalars(select(Attendance.day)).all())
    assert len(days) == 2 * 9  # without the weekends
    kinds = read(site, lambda s: s.scalars(select(LedgerEntry.kind)).all())
    assert kinds.count("attendance.sheet") == 1
    again = client.post(address, data=sheet)
    assert again.status_code == 409
    assert "没有改动" in again.text
    ahead = {"day": "2025-07-01", "last_day": "2025-07-02"}
    for wrong in ({"last_day": "2025-06-01"}, {"last_day": "2025-07-31"}, ahead):
        assert client.post(address, data=sheet | wrong).status_code in (409, 422), wrong
    assert len(read(site, lambda s: s.scalars(select(Attendance.id)).all())) == 18


def test_a_sheet_is_refused_as_a_whole_for_one_day_that_is_not_theirs(session):
    manager, engineer = named(session, "manager"), named(session, "engineer")
    post, member = post_of(session), joined(session, from_day="2025-06-10")
    halves = [(day("2025-06-09"), AM), (day("2025-06-10"), AM)]
    how = member.user_id, halves, Presence.PRESENT, "签到表", at("2025-06-20 09:00")
    with pytest.raises(Conflict, match="不在这个岗位"):
        service.enter_sheet(session, manager, post, *how)
    with pytest.raises(Forbidden):
        service.enter_sheet(session, engineer, post, *how)
    assert session.scalars(select(Attendance)).all() == []
