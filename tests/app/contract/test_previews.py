"""What other rules move besides tickets is shown before saving: due days, attendance, duties to come."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from app.contract import notices, outlook
from app.contract.agree import Agreement, agree, propose
from app.contract.dues import due_days
from app.contract.laid import duties_moved
from app.contract.notice_file import NoticeDay
from app.contract.notices import Notice, stored_days
from app.contract.own_days import OwnDay, OwnDays, propose_own_days
from app.disputes import service as disputes
from app.disputes.subjects import of_clock
from app.tickets import service as tickets
from sla.disputes import Attribution
from sla.vocab import ClockKind, Indicator
from tests.app.closing.world import JUNE, sealed
from tests.app.personas import Personas, at, new_ticket, real_contract
from tests.app.visitors import set_clock

NOW = at("2025-07-03 09:00")
YEAR_ENDS = at("2026-06-02 09:00")  # on its last day: later no day of it can be agreed about
ONE_DATABASE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
pytestmark = ONE_DATABASE


@pytest.fixture
def people(session: Session) -> Personas:
    return real_contract(session)


def moved(
    session: Session, key: str, value: str, from_day: date, now=NOW
) -> dict[tuple[str, str], tuple[str, str]]:
    """Return the due days an agreement would move, as texts."""
    found = propose(session, Agreement(key, value, from_day, "会议纪要"), now)
    listed = due_days(session, found.before, found.book, found.from_day, now).listed
    return {(one.what, one.step): (str(one.before), str(one.after)) for one in listed}


def test_readings_of_payment_show_which_days_and_conditions_move(session, people) -> None:
    """Rows 40 and 45 end after the contract's year: by each row's own the second payment waits for them."""
    at_end = at("2026-06-10 09:00")
    found = propose(session, Agreement("year_over", "each_row", date(2026, 6, 2), "会议纪要"), YEAR_ENDS)
    days = due_days(session, found.before, found.book, found.from_day, at_end).listed
    over = next(one for one in days if one.step == "服务满一年")
    assert over.what == "第 1 服务年度第 2 次付款"
    assert over.state[0] == "2026-06-03 满足"
    assert "第 45 项" in over.state[1]
    # While gates are open the first payment is due after all of them, or thirty workdays after effect.
    assert moved(session, "stage1_due", "effect_only", NOW.date()) == {}
    view = outlook.outlook(
        *(session, found.effect, found.duties, at_end),
        details=True,
        rules=outlook.Rules(found.before, found.book, found.from_day),
    )
    assert not view.nothing
    assert view.days.count == len(days)


def test_day_counts_of_disputes_and_objections_show_the_days_they_move(session, people) -> None:
    late = new_ticket(session, people.bureau, 1, "2025-07-01 09:00", title="迟")
    tickets.respond(session, people.manager, late, at("2025-07-01 12:00"))
    other = new_ticket(session, people.bureau, 2, "2025-07-01 09:00", title="也迟")
    tickets.respond(session, people.manager, other, at("2025-07-02 12:00"))
    subject = of_clock(session, people.manager, late.id, ClockKind.RESPONSE, 0, at("2025-07-02 10:00"))
    made = disputes.claim(session, people.manager, subject, Attribution.UNIT, "停电", at("2025-07-02 10:00"))
    first = date(2025, 7, 1)
    # Claimed on the 2nd the unit may comment for three workdays, until the 7th; with five until the 9th.
    assert moved(session, "dispute_comment_workdays", "5", first) == {
        (made.number, "单位办理截止"): ("2025-07-07", "2025-07-09")
    }
    # The breach of 1 July can be claimed for ten workdays, until the 15th; with five until the 8th.
    claims = moved(session, "dispute_claim_workdays", "5", first)
    assert claims[f"{other.number} 响应", "申请免责截止"] == ("2025-07-15", "2025-07-08")
    # June's review, opened today, would end on the 10th; with ten objection days on the 17th.
    assert moved(session, "objection_days", "10", first) == {
        ("2025-06 的异议期（2025-07-03 开始）", "异议截止"): ("2025-07-10", "2025-07-17")
    }
    assert moved(session, "objection_days", "10", date(2025, 7, 20)) == {
        ("2025-06 的异议期（2025-07-20 开始）", "异议截止"): ("2025-07-25", "2025-08-01")
    }
    agree(session, people.bureau, Agreement("objection_days", "10", first, "会议纪要"), NOW)


def test_days_of_the_calendar_move_attendance_and_due_days_and_frozen_months_stay(session, people) -> None:
    """9 July 2025 is a Wednesday: rested by agreement, July asks for two half days a head less."""
    now = at("2025-07-20 09:00")
    off = OwnDays(date(2025, 7, 9), date(2025, 7, 9), OwnDay.OFF, "停电检修", "双方约定")
    found = propose_own_days(session, off, now)
    rules = outlook.Rules(found.before, found.book)
    view = outlook.outlook(session, found.effect, found.duties, now, details=True, rules=rules)
    row = next(one for one in view.attendance if one.project == 1)
    assert (row.month, row.before.total - row.after.total) == (date(2025, 7, 1), 2 * 2)
    # Thirty workdays after 3 June were 15 July; without the 9th it is the 16th.
    paid = next(one for one in view.days.listed if one.step == "应付日")
    assert (str(paid.before), str(paid.after)) == ("2025-07-15", "2025-07-16")
    sheet = outlook.effect_sheet(session, found.effect, found.duties, now, rules)
    assert {one["month"] for one in sheet["attendance"]} == {"2025-07"}
    assert {"第 1 服务年度第 1 次付款"} <= {one["what"] for one in sheet["due_days"]}
    sealed(session, JUNE, at("2025-07-12 09:00"))
    assert not list(outlook.outlook(session, found.effect, found.duties, now, details=False).attendance)


def test_a_notice_shows_how_many_duties_fall_due_where_they_rest_on_days_off(session, people) -> None:
    now = at("2025-07-20 09:00")
    said = Agreement("daily_on_rest_days", "no", date(2025, 7, 21), "会议纪要")
    found = propose(session, said, now)
    view = outlook.outlook(
        *(session, found.effect, found.duties, now),
        details=True,
        rules=outlook.Rules(found.before, found.book, found.from_day),
    )
    august = [one for one in view.duties if one.month == date(2025, 8, 1) and one.project == 43]
    # August 2025 has ten days of weekend, and row 43 is inspected twice a day.
    assert [(one.indicator, one.removed, one.added) for one in august] == [(Indicator.INSPECTION, 20, 0)]
    agree(session, people.bureau, said, now)
    days = tuple(stored_days(session, 2025).values())
    kind = next(one.kind for one in days if one.name)
    more = NoticeDay(date(2025, 8, 13), kind, "临时放假")
    wanted = Notice(2025, "国办发明电〔2025〕9号", (*days, more), "临时通知")
    later = notices.propose_notice(session, wanted, now)
    table = duties_moved(session, later.duties)
    assert [(one.month, one.removed, one.added) for one in table if one.project == 43] == [
        (date(2025, 8, 1), 2, 0)
    ]


def test_the_pages_show_it_before_saving_and_the_administrator_no_details(site, visit) -> None:
    set_clock(site, "2025-07-20 09:00")
    asked = {"first": "2025-07-09", "kind": "off", "name": "检修", "reason": "双方约定"}
    page = visit("bureau").get("/contract/calendar/own-days", query_string=asked)
    assert page.status_code == 200
    for word in ("会变化的期限", "第 1 服务年度第 1 次付款", "2025-07-16", "会变化的出勤"):
        assert word in page.text
    assert visit("manager").get("/contract/calendar/own-days", query_string=asked).status_code == 403
