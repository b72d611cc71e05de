"""Both sides are told when a review opens, when it is about to end, and when a month is frozen."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from app.closing import service
from app.closing.telling import ending, warned_at
from app.files.store import Store
from app.tickets.derivation import current_rules
from app.watch.jobs import BY_NAME
from models.watch import Notice
from tests.app.closing.world import JUNE, OVER, REVIEWED, closed
from tests.app.personas import at, real_contract
from tests.app.watch.world import told

ONE_DATABASE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
BOTH_SIDES = {"manager", "bureau", "bureau2"}


def names(session, kind):
    return {name for name, _, _ in told(session, kind)}


def texts(session, kind):
    return list(
        session.scalars(select(Notice.text).where(Notice.kind == kind).order_by(Notice.id).distinct())
    )


@ONE_DATABASE
def test_the_other_side_and_the_colleagues_are_told_once_that_a_review_opens_and_ends(session):
    people = real_contract(session)
    service.open_review(session, people.bureau, JUNE, REVIEWED)
    assert names(session, "month") == {"manager", "bureau2"}  # not the one who opened it
    assert "2025-06 月度关账：进入异议期，2025-07-09 24:00 截止" in texts(session, "month")
    early, moment = at("2025-07-08 23:59"), at("2025-07-09 00:00")
    assert ending(session, early) == 0
    assert ending(session, moment) == len(BOTH_SIDES)
    assert ending(session, at("2025-07-09 10:00")) == 0
    assert set(told(session, "month_due")) == {(name, "month_due", moment) for name in BOTH_SIDES}
    (said,) = texts(session, "month_due")
    assert said == "2025-06 月度关账：异议期还剩一个工作日，2025-07-09 24:00 截止，乙方尚未签认"


@ONE_DATABASE
def test_the_job_of_closing_reminds_and_after_the_end_it_does_not(session):
    people = real_contract(session)
    service.open_review(session, people.bureau, JUNE, REVIEWED)
    session.commit()
    assert "发出 0 条提醒" in BY_NAME["closing"].run(session, at("2025-07-07 09:05"))
    assert "发出 3 条提醒" in BY_NAME["closing"].run(session, at("2025-07-09 09:05"))
    assert "发出 0 条提醒" in BY_NAME["closing"].run(session, OVER)


@ONE_DATABASE
def test_both_sides_are_told_that_a_month_is_frozen(session, tmp_path):
    people = real_contract(session)
    closed(session, people, Store(tmp_path))
    said = [name for name, _, moment in told(session, "month") if moment == OVER]
    assert sorted(said) == ["bureau", "manager"]  # bureau2 froze it
    assert "2025-06 月度关账：已冻结，以后的更正记为调整" in texts(session, "month")


@ONE_DATABASE
def test_one_workday_is_left_from_the_end_of_the_workday_before_the_last(session):
    real_contract(session)
    calendar = current_rules(session).book.calendar
    # Monday 13 October ends a review; Saturday 11 is a make-up workday, Sunday is none.
    assert calendar.is_workday(date(2025, 10, 11))
    assert warned_at(at("2025-10-14 00:00"), calendar) == at("2025-10-12 00:00")
    assert warned_at(at("2025-07-15 00:00"), calendar) == at("2025-07-12 00:00")  # Friday 24:00
