"""What expires next, clock by clock, and what was not done: for one look at the hours ahead (S1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, select, union_all
from sqlalchemy.orm import Session

from app.duties.queries import closes_in, occurrences_seen
from app.duties.words import WHOLE_CONTRACT
from app.months.queries import seen
from app.tickets.queries import NOT_ENDED, counting
from models.contract import Obligation, Project, Unit
from models.duties import Occurrence
from models.people import User
from models.tickets import Ticket, TicketClock
from sla.vocab import ClockKind
from sla.when import day_of, month_of

LATE = 0
WITHIN = (LATE, 1, 4, 24)  # hours; 0: past due already
LATE_FEW, FEW, MOST = 4, 8, 300


@dataclass(frozen=True)
class AtRisk:
    """An open clock that is past due, or will be soon: whose it is, and until when there is time."""

    ticket_id: int
    title: str
    seq: int
    project: str
    unit: str
    kind: ClockKind
    due_at: datetime
    is_late: bool

    @property
    def number(self) -> str:
        """Return the number people quote on the telephone."""
        return f"GD{self.ticket_id:06d}"


@dataclass(frozen=True)
class Missed:
    """A duty missed in this month and not done since; ``seq`` is ``None`` for one of the whole contract."""

    seq: int | None
    project: str
    unit: str
    what: str
    number: int
    last: datetime


def risk_counts(session: Session, viewer: User | None, now: datetime) -> dict[int, int]:
    """Count the open clocks past due, and those that will be within so many hours; one query.

    Within an hour are also within four: the numbers stand one in another. What is late is in none of them.
    """
    conditions = (_due(hours, now) for hours in WITHIN)
    counts = (func.count(case((one, 1))) for one in conditions)
    found = session.execute(_clocks(viewer, now).with_only_columns(*counts, maintain_column_froms=True)).one()
    return dict(zip(WITHIN, found, strict=True))


def number_at_risk(counts: Mapping[int, int], hours: int | None) -> int:
    """Return how many clocks ``at_risk`` would give without a limit."""
    return counts[LATE] + counts[WITHIN[-1]] if hours is None else counts[hours]


def at_risk(
    session: Session, viewer: User | None, now: datetime, hours: int | None, limit: int
) -> list[AtRisk]:
    """Return the open clocks that are late or soon will be, what expires first first; one query.

    ``hours`` narrows it to one of ``WITHIN``; without it everything of the next day, and what is late.
    """
    wanted = TicketClock.due_at <= now + timedelta(hours=WITHIN[-1]) if hours is None else _due(hours, now)
    return _read(session.execute(_listed(viewer, now, wanted, limit)), now)


def next_hours(session: Session, viewer: User | None, now: datetime) -> list[AtRisk]:
    """Return the few clocks that are late for longest, and the next to expire within a day; one query.

    However much is late, what can still be met is not crowded out.
    """
    late = _listed(viewer, now, _due(LATE, now), LATE_FEW).subquery()
    soon = _listed(viewer, now, _due(WITHIN[-1], now), FEW).subquery()
    found = _read(session.execute(union_all(select(late), select(soon))), now)
    return sorted(found, key=lambda one: one.due_at)


def _listed(
    viewer: User | None, now: datetime, wanted: ColumnElement[bool], limit: int
) -> Select[*tuple[Any, ...]]:
    return (
        _clocks(viewer, now)
        .with_only_columns(
            *(Ticket.id, Ticket.title, Project.seq, Project.name.label("project_name")),
            *(Unit.name.label("unit_name"), TicketClock.kind, TicketClock.due_at),
            maintain_column_froms=True,
        )
        .join(Unit, Project.unit_id == Unit.id)
        .where(wanted)
        .order_by(TicketClock.due_at, TicketClock.id)
        .limit(limit)
    )


def _read(rows: Iterable[Row[*tuple[Any, ...]]], now: datetime) -> list[AtRisk]:
    found = []
    for ticket_id, title, seq, project, unit, kind, due_at in rows:
        found.append(AtRisk(ticket_id, title, seq, project, unit, kind, due_at, due_at < now))
    return found


def _clocks(viewer: User | None, now: datetime) -> Select[TicketClock]:
    """Return the query for the open clocks in scope that neither stopped nor stand still."""
    return (
        select(TicketClock)
        .join(Ticket, TicketClock.ticket_id == Ticket.id)
        .join(Project, Ticket.project_id == Project.id)
        .where(Ticket.state.in_(NOT_ENDED), counting(), seen(viewer, now)[0])
    )


def _due(hours: int, now: datetime) -> ColumnElement[bool]:
    if hours == LATE:
        return TicketClock.due_at < now
    return and_(TicketClock.due_at >= now, TicketClock.due_at <= now + timedelta(hours=hours))


def missed_duties(session: Session, viewer: User, now: datetime, limit: int = FEW) -> Sequence[Missed]:
    """Return the duties of this month that were missed and nobody has done or waived, the most first."""
    number, last = func.count(), func.max(Occurrence.closes_at)
    query = (
        select(Project.seq, Project.name, Unit.name, Obligation.what, number, last)
        .select_from(Occurrence)
        .join(Obligation, Occurrence.obligation_id == Obligation.id)
        .outerjoin(Project, Occurrence.project_id == Project.id)
        .outerjoin(Unit, Project.unit_id == Unit.id)
        .where(
            occurrences_seen(viewer, day_of(now)),
            closes_in(month_of(now)),
            Occurrence.closes_at <= now,
            Occurrence.done_at.is_(None),
            Occurrence.waived_at.is_(None),
        )
        .group_by(Obligation.id, Project.seq, Project.name, Unit.name, Obligation.what)
        .order_by(number.desc(), last.desc(), Obligation.id)
        .limit(limit)
    )
    rows = session.execute(query)
    return [Missed(one[0], one[1] or WHOLE_CONTRACT, one[2] or "", one[3], one[4], one[5]) for one in rows]
