"""A life with duties and attendance beside its tickets."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

from sqlalchemy import select

from app.simulation import attendance, duties, life
from app.simulation.people import gather
from app.simulation.world import World
from models.engine import make_engine, write_session
from models.ledger import LedgerEntry
from seeds.loader import load
from sla.when import start_of
from tests.app.personas import at

FIRST, SHORT, LONG = date(2025, 9, 27), at("2025-10-01 00:00"), at("2025-10-02 12:00")


def lived(path: Path, until: datetime) -> list[tuple[object, ...]]:
    """Return every fact of a life that was recorded before the shorter one ends."""
    engine = make_engine(f"sqlite:///{path}")
    with write_session(engine) as session, session.begin():
        load(session)
        plan = life.Plan(FIRST, until, 3, 1)
        life.begin(session, plan)
        cast = gather(session, plan.seed, start_of(FIRST), demo=False)

        def further(world: World) -> None:
            duties.put_on(world, until, plan.seed, goes_on=True)
            attendance.put_on_paper(world, until, plan.seed)

        world = life.live(
            *(session, plan, cast),
            over=lambda day, world: None,
            further=further,
        )
        assert world.refusals == []
        entry = LedgerEntry
        query = select(entry.seq, entry.kind, entry.subject, entry.actor_id, entry.recorded_at, entry.payload)
        found = session.execute(query.where(entry.recorded_at < SHORT).order_by(entry.seq)).all()
    engine.dispose()
    return [tuple(row) for row in found]


def test_a_shorter_life_is_the_beginning_of_a_longer_one(tmp_path: Path, migrated_sqlite: Path) -> None:
    facts = []
    for name, until in (("short", SHORT), ("long", LONG)):
        path = tmp_path / f"{name}.sqlite3"
        path.write_bytes(migrated_sqlite.read_bytes())
        facts.append(lived(path, until))
    assert facts[0] == facts[1]
    kinds = [str(row[1]) for row in facts[0]]
    assert "attendance.sheet" in kinds
    assert kinds.count("duty.finished") > 20
