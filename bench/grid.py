"""What the year grid costs beside the one query beneath it: 45 projects, a year of duties, by month (O3).

The floor is that query alone, as the grid asks it and read to its end, without a cell being made of it. Both
run in the same session on the same year in turns; the best of several rounds is taken.
"""

import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import perf_counter_ns

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.contract.service import activate
from app.grid import queries
from models.duties import Occurrence
from models.engine import make_engine, write_session
from models.migrations import upgrade
from models.people import User
from seeds.loader import load
from sla.vocab import Role

ROUNDS = 15
EFFECTIVE = date(2025, 6, 3)
BEGUN = datetime(2025, 6, 1, 1, tzinfo=UTC)
NOW = datetime(2025, 12, 1, 1, tzinfo=UTC)


def rows() -> Iterator[tuple[str, float, float]]:
    """Yield name, nanoseconds of the grid, nanoseconds of its query."""
    with tempfile.TemporaryDirectory() as folder:
        engine = make_engine(f"sqlite:///{Path(folder) / 'bench.sqlite3'}")
        upgrade(engine)
        with write_session(engine) as session:
            viewer = _year(session)
            number = session.scalar(select(func.count()).select_from(Occurrence)) or 0
            found = queries.read(session, viewer, NOW)
            assert found is not None
            query = queries.counting(viewer, found.year.id, found.months, NOW)
            ours, floor = [], []
            for _ in range(ROUNDS):
                began = perf_counter_ns()
                queries.read(session, viewer, NOW)
                ours.append(perf_counter_ns() - began)
                began = perf_counter_ns()
                session.execute(query).all()
                floor.append(perf_counter_ns() - began)
        engine.dispose()
    yield f"year grid, {number:,} duties", min(ours), min(floor)


def _year(session: Session) -> User:
    """Make a year in which some of what is over was done, and somebody who looks at it."""
    load(session)
    activate(session, None, EFFECTIVE, BEGUN)
    viewer = User(username="bench", name="测", role=Role.BUREAU, password_hash="!", created_at=BEGUN)
    session.add(viewer)
    session.flush()
    done = update(Occurrence).where(Occurrence.closes_at < NOW, Occurrence.id % 10 != 0)
    session.execute(done.values(done_at=NOW - timedelta(days=60)))
    return viewer
