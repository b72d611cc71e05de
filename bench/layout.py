"""What it costs to lay out the whole year of 45 projects, beside bare inserts of as many rows (O1).

The floor is one ``executemany`` of the driver with rows that are already made. Both write into the same
table of the same database in the same run, in turns; the best of several rounds is taken.
"""

import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from time import perf_counter_ns

from sqlalchemy import Connection, delete, func, select
from sqlalchemy.orm import Session

from app.contract.service import activate
from app.duties.layout import lay_out
from models.duties import Occurrence
from models.engine import make_engine, write_session
from models.migrations import upgrade
from seeds.loader import load

ROUNDS = 5
EFFECTIVE = date(2025, 6, 3)
NOW = datetime(2025, 6, 1, 1, tzinfo=UTC)
COLUMNS = "obligation_id, project_id, service_year_id, opens_at, closes_at, note, waived_reason"
INSERT = f"INSERT INTO occurrence ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)"


def rows() -> Iterator[tuple[str, float, float]]:
    """Yield name, nanoseconds a row of ours, nanoseconds a row of the floor."""
    with tempfile.TemporaryDirectory() as folder:
        engine = make_engine(f"sqlite:///{Path(folder) / 'bench.sqlite3'}")
        upgrade(engine)
        with write_session(engine) as session:
            load(session)
            activate(session, None, EFFECTIVE, NOW)
            number = session.scalar(select(func.count()).select_from(Occurrence)) or 0
            bare = [
                tuple(row)
                for row in session.connection().exec_driver_sql(f"SELECT {COLUMNS} FROM occurrence")
            ]
            ours, floor = [], []
            for _ in range(ROUNDS):
                ours.append(_laid_out(session))
                floor.append(_inserted(session, session.connection(), bare))
        engine.dispose()
    yield f"lay out {number} duties, a row", min(ours) / number, min(floor) / number


def _laid_out(session: Session) -> int:
    session.execute(delete(Occurrence))
    began = perf_counter_ns()
    lay_out(session)
    return perf_counter_ns() - began


def _inserted(session: Session, connection: Connection, bare: list[tuple[object, ...]]) -> int:
    session.execute(delete(Occurrence))
    began = perf_counter_ns()
    connection.exec_driver_sql(INSERT, bare)
    return perf_counter_ns() - began
