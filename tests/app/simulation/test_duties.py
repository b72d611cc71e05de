"""The duties of a life: done through the use cases, a few late, a few forgotten."""

from __future__ import annotations

from sqlalchemy import func, select

from models.duties import Occurrence, Work
from models.engine import read_session
from sla.vocab import Standing
from tests.app.personas import at


def test_duties_are_done_for_the_most_part_and_the_unit_has_confirmed_each_week(life_sqlite):
    over = Occurrence.closes_at < at("2025-08-25 00:00"), Occurrence.project_id.is_not(None)
    with read_session(life_sqlite) as session:
        due = session.scalar(select(func.count()).where(*over)) or 0
        done = (
            session.scalar(select(func.count()).where(*over, Occurrence.done_at < Occurrence.closes_at)) or 0
        )
        late = (
            session.scalar(select(func.count()).where(*over, Occurrence.done_at >= Occurrence.closes_at)) or 0
        )
        confirmed = session.scalar(select(func.count()).where(Work.standing == Standing.CONFIRMED)) or 0
    assert due > 300
    assert 0.85 < done / due < 0.99
    assert 0 < late < due - done
    assert confirmed > 10
