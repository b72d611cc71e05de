"""A made-up life of the postings: plausible, equal for equal dice, and made through the use cases."""

from __future__ import annotations

from datetime import date
from random import Random

from sqlalchemy import func, select

from app.residents.queries import attendance_figures
from app.residents.simulated import fill
from app.simulation.people import gather
from models.contract import Project
from models.ledger import LedgerEntry
from models.residents import Attendance, AttendanceMonth
from sla.figures import total
from tests.app.personas import at

FIRST = date(2025, 6, 3)


def test_a_week_of_it_is_nearly_complete_and_in_the_order_of_time(session):
    people = gather(session, 7, at("2025-06-03 00:00"), demo=False)
    assert fill(session, FIRST, at("2025-06-07 12:00"), Random(7), people) > 150
    ids = list(session.scalars(select(Project.id)))
    whole = total(attendance_figures(session, date(2025, 6, 1), ids, until=date(2025, 6, 7)).values())
    assert whole.total == 2 * 27 * 4
    assert whole.rate is not None
    assert 95 < whole.rate <= 100
    kinds = ("attendance.%", "leave.%")
    times = [
        session.scalars(
            select(LedgerEntry.recorded_at).where(LedgerEntry.kind.like(kind)).order_by(LedgerEntry.seq)
        ).all()
        for kind in kinds
    ]
    assert all(list(one) == sorted(one) for one in times)
    assert session.scalar(select(func.max(Attendance.recorded_at))) < at("2025-06-07 12:00")


def test_a_unit_confirms_when_the_month_is_over(session):
    people = gather(session, 7, at("2025-06-28 00:00"), demo=False)
    fill(session, date(2025, 6, 28), at("2025-07-01 06:00"), Random(7), people)
    assert session.scalar(select(func.count()).select_from(AttendanceMonth)) > 10
