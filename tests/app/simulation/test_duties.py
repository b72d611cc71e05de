"""The duties of a life: done through the use cases, a few late, a few forgotten."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select

from app.simulation import duties, life
from app.simulation.people import gather
from models.duties import Occurrence, Work
from models.engine import write_session
from seeds.loader import load
from sla.vocab import Standing
from sla.when import start_of
from tests.app.personas import at

UNTIL = at("2025-09-01 00:00")


def test_a_month_of_duties_is_done_for_the_most_part_and_the_unit_has_confirmed_each_week(engine):
    with write_session(engine) as session, session.begin():
        load(session)
        plan = life.Plan(date(2025, 8, 1), UNTIL, 7, 5)
        life.begin(session, plan)
        cast = gather(session, 7, start_of(plan.first), demo=False)
        life.live(
            session,
            plan,
            cast,
            over=lambda day, world: None,
            further=lambda world: duties.put_on(world, UNTIL, 7),
        )
        over = Occurrence.closes_at < at("2025-08-25 00:00"), Occurrence.project_id.is_not(None)
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
