"""The postings of a life: earlier months from paper, the present one tapped, in the order of time."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, func, select

from app.residents.queries import attendance_figures
from app.simulation import attendance, life
from app.simulation.people import gather
from models.contract import Project
from models.engine import make_engine, write_session
from models.ledger import LedgerEntry
from models.residents import Attendance, AttendanceMonth
from seeds.loader import load
from sla.figures import total
from sla.when import start_of
from tests.app.personas import at

FIRST, UNTIL = date(2025, 8, 25), at("2025-09-02 12:00")


def lived(engine: Engine, seed: int) -> list[tuple[Any, ...]]:
    with write_session(engine) as session, session.begin():
        load(session)
        plan = life.Plan(FIRST, UNTIL, seed, 1)
        life.begin(session, plan)
        cast = gather(session, seed, start_of(FIRST), demo=False)
        life.live(
            session,
            plan,
            cast,
            over=lambda day, world: None,
            further=lambda world: attendance.put_on(world, FIRST, UNTIL, seed),
        )
        found = session.execute(
            select(Attendance.posting_id, Attendance.user_id, Attendance.day, Attendance.half).order_by(
                Attendance.id
            )
        )
        return [tuple(row) for row in found]


def test_everybody_is_there_for_the_most_part_and_equal_seeds_give_equal_facts(
    tmp_path: Path, migrated_sqlite: Path
) -> None:
    facts = []
    for name in ("one", "two"):
        path = tmp_path / f"{name}.sqlite3"
        path.write_bytes(migrated_sqlite.read_bytes())
        engine = make_engine(f"sqlite:///{path}")
        facts.append(lived(engine, 5))
        with write_session(engine) as session:
            ids = list(session.scalars(select(Project.id)))
            for month, until in ((8, 1), (9, 2)):
                day = date(2025, 9, until)
                found = total(attendance_figures(session, date(2025, month, 1), ids, until=day).values())
                assert found.rate is not None
                assert 93 < found.rate <= 100
            assert (session.scalar(select(func.count()).select_from(AttendanceMonth)) or 0) > 8
            told = session.execute(
                select(LedgerEntry.kind, LedgerEntry.recorded_at).order_by(LedgerEntry.seq)
            )
            kinds, times = zip(*((kind, when) for kind, when in told), strict=True)
            assert {"attendance.sheet", "attendance.present", "attendance.confirmed"} <= set(kinds)
            assert list(times) == sorted(times)
        engine.dispose()
    assert facts[0] == facts[1]
