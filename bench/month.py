"""What the figures of a month cost beside the same sums as one statement of GROUP BYs (F1, F4).

The floor is one statement, through the driver alone, over indexes that hold all it reads: the clocks by
project, kind and verdict, first fixes, ratings, back-entries, the tickets' totals and the occurrences, each
a GROUP BY, put together by UNION ALL. That is every sum of the month but attendance; ours must stay within
twice of it. The second line, which is only watched, sets the same figures beside the first of these GROUP
BYs alone: the clocks, two sevenths of all the rows that are counted. Ours reads the rules and the projects
besides, adds up attendance, and derives what is not settled. The median of several rounds in turns, in the
same run on the same month. The database is a SQLite file with the contract in effect and 100,000 decided
clocks in one month, two a ticket (1,000,000 with ``--full``).
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time_ns

from sqlalchemy import Engine, func, insert, select
from sqlalchemy.orm import Session

from app.contract.service import activate
from app.months.figures import figures_of
from models.contract import Project
from models.engine import make_engine, read_session, write_session
from models.migrations import upgrade
from models.people import User
from models.tickets import Ticket, TicketClock, TicketEvent, TicketMilestone
from seeds.loader import load
from sla.period import month
from sla.vocab import ClockKind, EventKind, Role, Side, Standing, TicketKind, TicketState, Verdict, Window

EFFECTIVE = date(2025, 6, 3)
BEGUN = datetime(2025, 6, 1, 1, tzinfo=UTC)
JULY, NOW = month(date(2025, 7, 1)), datetime(2025, 8, 10, 1, tzinfo=UTC)
MADE, FULL, BATCH = 100_000, 1_000_000, 20_000
ROUNDS = 9

MINE = "project_id IN (SELECT id FROM project)"
CLOCKS = f"""SELECT project_id, kind, verdict, count(*), 0, 0, 0 FROM ticket_clock
    WHERE {MINE} AND kind IN ('response', 'recovery', 'onsite', 'containment', 'change')
    AND verdict IN ('met', 'breached', 'exempt') AND decided_at >= ?1 AND decided_at < ?2 GROUP BY 1, 2, 3"""
SUMS = f"""{CLOCKS}
    UNION ALL SELECT project_id, 'first_fix', sum(rejections = 0), count(*), 0, 0, 0 FROM ticket
    WHERE {MINE} AND kind IN ('incident', 'security') AND accepted_at >= ?1 AND accepted_at < ?2 GROUP BY 1
    UNION ALL SELECT project_id, 'rating', sum(rating), count(*), 0, 0, 0 FROM ticket
    WHERE {MINE} AND rating IN (1, 2, 3, 4, 5) AND closed_at >= ?1 AND closed_at < ?2 GROUP BY 1
    UNION ALL SELECT project_id, 'backentry', backentered, count(*), 0, 0, 0 FROM ticket_milestone
    WHERE {MINE} AND backentered IN (0, 1) AND recorded_at >= ?1 AND recorded_at < ?2 GROUP BY 1, 3
    UNION ALL SELECT project_id, 'flow', sum(opened_at >= ?1 AND opened_at < ?2),
    sum(closed_at >= ?1 AND closed_at < ?2), sum(cancelled_at >= ?1 AND cancelled_at < ?2),
    sum(opened_at < ?1 AND coalesce(closed_at, cancelled_at, ?1) >= ?1),
    sum(opened_at < ?2 AND coalesce(closed_at, cancelled_at, ?2) >= ?2) FROM ticket WHERE {MINE} GROUP BY 1
    UNION ALL SELECT o.project_id, b.kind, o.done_at IS NULL, o.waived_at IS NULL, count(*), 0, 0
    FROM occurrence o JOIN obligation b ON b.id = o.obligation_id WHERE closes_at > ?1 AND closes_at <= ?2
    GROUP BY 1, 2, 3, 4"""


def rows() -> Iterator[tuple[str, float, float]]:
    """Yield name, nanoseconds of CPU of ours, nanoseconds of the floor."""
    count = FULL if "--full" in sys.argv else MADE
    with TemporaryDirectory() as folder:
        engine = make_engine(f"sqlite:///{Path(folder) / 'month.sqlite3'}")
        upgrade(engine)
        fill(engine, count)
        with read_session(engine) as session:
            ours, clocks, all_sums = _medians(
                lambda: figures_of(session, JULY, None, NOW),
                lambda: _asked(session, CLOCKS),
                lambda: _asked(session, SUMS),
            )
        engine.dispose()
    yield f"month, {count:,} clocks, all its sums", ours, all_sums
    yield f"(beside the sums of {count:,} clocks alone)", ours, clocks


def _asked(session: Session, query: str) -> None:
    bounds = tuple(int(one.timestamp()) for one in JULY.bounds)
    session.connection().exec_driver_sql(query, bounds).all()


def _medians(*ways: Callable[[], object]) -> list[float]:
    for one in ways:
        one()
    taken: list[list[int]] = [[] for _ in ways]
    for _ in range(ROUNDS):
        for times, one in zip(taken, ways, strict=True):
            began = process_time_ns()
            one()
            times.append(process_time_ns() - began)
    return [median(times) for times in taken]


def fill(engine: Engine, count: int) -> None:
    """Put the contract in effect and make so many clocks decided in July, two a ticket, all settled."""
    with write_session(engine) as session, session.begin():
        load(session)
        activate(session, None, EFFECTIVE, BEGUN)
        user = User(username="bench", name="测", role=Role.BUREAU, password_hash="!", created_at=BEGUN)
        session.add(user)
        session.flush()
        projects = session.scalars(select(Project.id).order_by(Project.seq)).all()
        for first in range(1, count // 2 + 1, BATCH):
            _insert(session, range(first, min(first + BATCH, count // 2 + 1)), projects, user.id, count // 2)
        assert session.scalar(select(func.count()).select_from(TicketClock)) == count


def _insert(session: Session, ids: range, projects: Sequence[int], user_id: int, many: int) -> None:
    tickets, clocks, stops, events = [], [], [], []
    step = timedelta(days=30).total_seconds() / many
    for one in ids:
        start = JULY.bounds[0] + timedelta(seconds=int(step * one))
        project_id = projects[one * 7919 % len(projects)]
        tickets.append(_ticket(one, project_id, user_id, start))
        if _is_late(one):  # a breach shows its arithmetic, which is derived from the events
            said = {"kind": "incident"}
            events.append(_event(one, user_id, 1, EventKind.OPENED, start) | {"data": said})
        for seq, (kind, word) in enumerate(
            ((ClockKind.RESPONSE, EventKind.RESPONDED), (ClockKind.RECOVERY, EventKind.RECOVERY_CLAIMED)), 2
        ):
            stop = start + timedelta(minutes=seq)
            if _is_late(one):
                events.append(_event(one, user_id, seq, word, stop) | {"data": {}})
            clocks.append(_clock(one, project_id, kind, start, stop))
            stops.append(
                {
                    "ticket_id": one,
                    "project_id": project_id,
                    "seq": seq,
                    "kind": word,
                    "occurred_at": stop,
                    "recorded_at": stop,
                    "backentered": one % 20 == 0,
                    "standing": Standing.CONFIRMED,
                }
            )
    for table, values in (
        (Ticket, tickets),
        (TicketClock, clocks),
        (TicketMilestone, stops),
        (TicketEvent, events),
    ):
        session.execute(insert(table), values)


def _ticket(one: int, project_id: int, user_id: int, start: datetime) -> dict[str, object]:
    end = start + timedelta(hours=2)
    return {
        "id": one,
        "project_id": project_id,
        "title": f"第 {one} 张工单：打不开业务系统",
        "submission": str(one),
        "opened_by_id": user_id,
        "opened_at": start,
        "kind": TicketKind.INCIDENT,
        "state": TicketState.CLOSED,
        "reported_at": start,
        "settled": True,
        "rejections": int(one % 15 == 0),
        "accepted_at": end,
        "closed_at": end,
        "rating": 3 + one % 3,
    }


def _is_late(one: int) -> bool:
    return one % 10 == 0


def _event(one: int, user_id: int, seq: int, kind: EventKind, at: datetime) -> dict[str, object]:
    return {
        "ticket_id": one,
        "seq": seq,
        "kind": kind,
        "side": Side.SUPPLIER,
        "actor_id": user_id,
        "occurred_at": at,
        "recorded_at": at,
    }


def _clock(one: int, project_id: int, kind: ClockKind, start: datetime, stop: datetime) -> dict[str, object]:
    late = _is_late(one)
    return {
        "ticket_id": one,
        "project_id": project_id,
        "kind": kind,
        "minutes": 30,
        "window": Window.ALWAYS,
        "starts_at": start,
        "due_at": start + timedelta(minutes=1 if late else 30),
        "original_due_at": start + timedelta(minutes=1 if late else 30),
        "stopped_at": stop,
        "decided_at": start + timedelta(minutes=1) if late else stop,
        "verdict": Verdict.BREACHED if late else Verdict.MET,
        "rule_version": "",
    }
