"""Duties prepared through the use cases, and what became of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event, select
from sqlalchemy.orm import Session

from app.duties.drafts import checklist_of
from app.duties.lines import Line
from app.duties.queries import listed
from app.duties.works import WorkForm, submit
from models.contract import Obligation, Project
from models.duties import Occurrence, Work
from models.ledger import LedgerEntry
from models.people import Assignment, User
from sla.vocab import ItemResult, OccurrenceState
from tests.app.personas import EFFECTIVE, at, project


def duty(session: Session, row: int | None, what: str = "巡检") -> Obligation:
    """Return an obligation by its row and name; ``None`` is the whole contract."""
    query = select(Obligation).outerjoin(Project).where(Obligation.what == what)
    return session.scalars(query.where(Project.seq == row if row else Project.id.is_(None))).one()


def due(session: Session, row: int | None, what: str, opens: str) -> Occurrence:
    """Return the occurrence that opens at a moment, Shanghai time."""
    obligation = duty(session, row, what)
    query = select(Occurrence).where(
        Occurrence.obligation_id == obligation.id, Occurrence.opens_at == at(opens)
    )
    return session.scalars(query).one()


def opens(session: Session, obligation: Obligation) -> list[Occurrence]:
    """Return the occurrences of an obligation, the first one first."""
    query = select(Occurrence).where(Occurrence.obligation_id == obligation.id)
    return list(session.scalars(query.order_by(Occurrence.opens_at)))


def assign(session: Session, person: User, row: int) -> None:
    """Give an engineer a row from the first day."""
    session.add(Assignment(user=person, project=project(session, row), from_day=EFFECTIVE))
    session.flush()


def normal(work: Work, **other: Line) -> list[Line]:
    """Return every line of a work as normal, measured in the middle; ``n3=`` says another of the third."""
    assert work.checklist is not None
    return [
        other.get(f"n{item.position}")
        or Line(item.id, ItemResult.NORMAL, (item.low or item.high or "1") if item.unit else "")
        for item in work.checklist.items
    ]


def whole(session: Session, occurrence: Occurrence) -> list[Line]:
    """Return lines that fill in the checklist of an occurrence, all normal."""
    version = checklist_of(session, occurrence.obligation)
    return normal(Work(checklist=version)) if version else []


def visit(session: Session, actor: User, occurrence: Occurrence, occurred: str, recorded: str = "") -> Work:
    """Carry out an inspection: when it was done, and when that reached the server."""
    lines = whole(session, occurrence)
    form = WorkForm(occurrence.id, f"{occurrence.id}-{occurred}", lines, at(occurred))
    return submit(session, actor, form, at(recorded or occurred))


def state(session: Session, occurrence: Occurrence, now: str) -> OccurrenceState:
    """Return how an occurrence stands."""
    session.flush()
    return listed(occurrence, at(now)).state


def told(session: Session, prefix: str) -> list[tuple[str, str, dict[str, Any]]]:
    """Return kind, subject and payload of the ledger's entries, oldest first."""
    query = select(LedgerEntry).where(LedgerEntry.kind.startswith(prefix)).order_by(LedgerEntry.seq)
    return [(one.kind, one.subject, json.loads(one.payload)) for one in session.scalars(query)]


@contextmanager
def counted(session: Session) -> Iterator[list[str]]:
    """Collect the statements that the database is asked to run."""
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        asked.append(statement)

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(engine, "before_cursor_execute", note)
