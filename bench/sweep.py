"""What a sweep costs that finds nothing to do, beside one indexed look-up (section 3).

The floor is one look-up by primary key in the same table, through the same driver, in a transaction of its
own like the sweep's: what any watcher pays that asks its database once. Both are asked in turn in the same
run; the best of several rounds is taken. The database is a SQLite file with as many running clocks as asked
for (100,000, or 1,000,000 with ``--full``), none of which is due.
"""

import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter_ns

from sqlalchemy import Engine, insert, select
from sqlalchemy.orm import Session

from app.watch.jobs import BY_NAME
from models.contract import Project, Unit
from models.engine import make_engine, write_session
from models.migrations import upgrade
from models.people import User
from models.tickets import Ticket, TicketClock
from sla.vocab import ClockKind, Role, TicketKind, TicketState, Verdict, Window

NOW = datetime(2025, 7, 1, 1, tzinfo=UTC)
CLOCKS, FULL = 100_000, 1_000_000
BATCH = 20_000
ROUNDS, TIMES = 15, 40


def rows() -> Iterator[tuple[str, float, float]]:
    """Yield name, nanoseconds of a sweep, nanoseconds of the look-up."""
    count = FULL if "--full" in sys.argv else CLOCKS
    with TemporaryDirectory() as folder:
        engine = make_engine(f"sqlite:///{Path(folder) / 'sweep.sqlite3'}")
        upgrade(engine)
        _fill(engine, count)
        ours, floor = _best(_sweep(engine), _look_up(engine))
        engine.dispose()
    yield f"idle sweep, {count:,} clocks", ours, floor


def _sweep(engine: Engine) -> Callable[[int], object]:
    run = BY_NAME["clocks"].run

    def once(_number: int) -> None:
        with write_session(engine) as session:
            run(session, NOW)
            session.commit()

    return once


def _look_up(engine: Engine) -> Callable[[int], object]:
    def once(number: int) -> None:
        with write_session(engine) as session:
            session.scalar(select(TicketClock.ticket_id).where(TicketClock.id == number + 1))
            session.commit()

    return once


def _best(*ways: Callable[[int], object]) -> list[float]:
    """Return each way's nanoseconds a call; the ways take turns, so that a busy moment hits all."""
    best = [float("inf")] * len(ways)
    for _ in range(ROUNDS):
        for n, one in enumerate(ways):
            began = perf_counter_ns()
            for number in range(TIMES):
                one(number)
            best[n] = min(best[n], (perf_counter_ns() - began) / TIMES)
    return best


def _fill(engine: Engine, count: int) -> None:
    """Make so many running clocks, two a ticket, due at different times after now."""
    with write_session(engine) as session, session.begin():
        unit = Unit(name="一个单位", line=1)
        project = Project(seq=1, unit=unit, name="一个项目", delivery_mode="", line=1, line_end=1)
        user = User(username="bench", name="测", role=Role.BUREAU, password_hash="!", created_at=NOW)
        session.add_all([project, user])
        session.flush()
        for first in range(0, count // 2, BATCH):
            ids = range(first + 1, min(first + BATCH, count // 2) + 1)
            _insert(session, ids, project.id, user.id)


def _insert(session: Session, ids: range, project_id: int, user_id: int) -> None:
    ticket = {
        "project_id": project_id,
        "title": "一张工单",
        "opened_by_id": user_id,
        "opened_at": NOW,
        "kind": TicketKind.INCIDENT,
        "state": TicketState.NEW,
        "reported_at": NOW,
    }
    session.execute(insert(Ticket), [ticket | {"id": one, "submission": str(one)} for one in ids])
    clock = {
        "project_id": project_id,
        "minutes": 30,
        "window": Window.ALWAYS,
        "starts_at": NOW,
        "verdict": Verdict.RUNNING,
        "rule_version": "",
    }
    clocks = []
    for one in ids:
        due = NOW + timedelta(seconds=60 + one)
        times = {"ticket_id": one, "due_at": due, "original_due_at": due, "tell_at": due}
        clocks += [clock | times | {"kind": kind} for kind in (ClockKind.RESPONSE, ClockKind.RECOVERY)]
    session.execute(insert(TicketClock), clocks)
