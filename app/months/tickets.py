"""The tickets of a period: the clocks decided in it, the tickets open in it, and each clock's arithmetic."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import groupby
from operator import attrgetter
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, joinedload

from app.tickets.derivation import current_rules, derive_many
from models.contract import Project
from models.tickets import Ticket, TicketClock, TicketEvent, TicketMilestone
from sla.arithmetic import because
from sla.clock import Clock, Derivation, RuleBook
from sla.clocks import backentries
from sla.period import Period
from sla.rows import ClockRow, MilestoneRow, PeriodRows, TicketRow
from sla.vocab import ClockKind, EventKind

BATCH = 500  # tickets to a query
AT_ONCE = 2000  # stored rows that are read together
NOBODY: tuple[int, tuple[MilestoneRow, ...]] = (0, ())
T = TypeVar("T")

_ORDER = [
    attrgetter(name) for name in ("clock.round", "clock.kind", "clock.starts_at", "ticket_id", "project")
]
# What a clock and a ticket of the figures are read from, by the names they have there too.
CLOCK_COLUMNS = (
    *("kind", "round", "minutes", "window", "starts_at", "due_at", "workdays", "is_floor", "stopped_at"),
    *("verdict", "decided_at", "due_provisional", "outcome_provisional", "pauses", "judged_by_record"),
)
TICKET_COLUMNS = (
    *("id", "title", "kind", "state", "reported_at", "opened_at", "accepted_at", "rejections"),
    *("closed_at", "cancelled_at", "rating"),
)

ClockKey = tuple[int, ClockKind, int]
Rows = tuple[list[ClockRow], list[TicketRow]]


def tickets_of(period: Period, scope: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition on ``Ticket`` of what may have a row in a period; ``scope`` limits ``Project``."""
    return _relevant(*period.bounds) & Ticket.project_id.in_(select(Project.id).where(scope))


def last_ticket_fact(session: Session, found: ColumnElement[bool]) -> datetime | None:
    """Return when something was last recorded about some tickets."""
    return session.scalar(
        select(func.max(TicketEvent.recorded_at))
        .join(Ticket, TicketEvent.ticket_id == Ticket.id)
        .where(found)
    )


def ticket_rows(
    session: Session, found: ColumnElement[bool], period: Period, as_of: datetime
) -> tuple[tuple[ClockRow, ...], tuple[TicketRow, ...]]:
    """Return the clocks decided in the period, and the tickets open in it or with such a clock.

    What is settled is read from the rows that cache it. What is not is derived afresh, for time alone
    changes it: running clocks are breached, open pauses move due times, silence accepts.
    """
    end = period.bounds[1]
    clocks, rows = _stored(session, found & Ticket.settled.is_(True), period)
    fresh_clocks, fresh_rows = fresh_rows_of(session, found, period, as_of)
    clocks += fresh_clocks
    for place in _ORDER:  # the last one first: a key of its own for each row takes more room than the row
        clocks.sort(key=place)
    rows += fresh_rows
    rows.sort(key=lambda row: row.id)
    counted = {row.ticket_id for row in clocks}
    return tuple(clocks), tuple(row for row in rows if row.opened_at < end or row.id in counted)


def fresh_rows_of(session: Session, found: ColumnElement[bool], period: Period, as_of: datetime) -> Rows:
    """Return the clocks and tickets of what is not settled as they stand at a moment, in no order."""
    return _fresh(session, found & Ticket.settled.is_(False), period, as_of)


def unsettled_rows(
    session: Session, found: ColumnElement[bool], period: Period, now: datetime
) -> tuple[Rows, Rows]:
    """Return the clocks and tickets of what is not settled: as they are stored, and as they stand at ``now``.

    After the end of a period any moment gives the same: what was decided in it no later hour changes.
    """
    found = found & Ticket.settled.is_(False)
    return _stored(session, found, period), _fresh(session, found, period, now)


def arithmetic(session: Session, rows: PeriodRows, clocks: Iterable[ClockRow]) -> dict[ClockKey, list[str]]:
    """Return the lines from which each of some clocks can be repeated by hand (F5)."""
    return arithmetic_at(session, rows.as_of, clocks)


def arithmetic_at(session: Session, as_of: datetime, clocks: Iterable[ClockRow]) -> dict[ClockKey, list[str]]:
    """Return those lines as they are at a moment.

    The cached row does not keep the target and its conditions, so these tickets are derived once more.
    """
    wanted = {clock.key for clock in clocks}
    ids = sorted({ticket_id for ticket_id, _, _ in wanted})
    book = current_rules(session).book
    found: dict[ClockKey, list[str]] = {}
    known: dict[str, str] = {}  # many lines say the same: each is kept once
    for first in range(0, len(ids), BATCH):
        tickets = session.scalars(
            select(Ticket)
            .where(Ticket.id.in_(ids[first : first + BATCH]))
            .options(joinedload(Ticket.project))
        ).all()
        for ticket_id, derived in derive_many(session, tickets, as_of).items():
            for clock in derived.clocks:
                key = ticket_id, clock.kind, clock.round
                if key in wanted:
                    found[key] = [known.setdefault(line, line) for line in because(clock, book)]
    return found


def decided_between(start: datetime, end: datetime) -> Select[int]:
    """Return a query for the tickets with a clock decided in a period."""
    return select(TicketClock.ticket_id).where(TicketClock.decided_at >= start, TicketClock.decided_at < end)


def _relevant(start: datetime, end: datetime) -> ColumnElement[bool]:
    """Tell which tickets may have a row in the period: open in it, or with something that counts in it."""
    decided = decided_between(start, end)
    recorded = select(TicketMilestone.ticket_id).where(
        TicketMilestone.recorded_at >= start, TicketMilestone.recorded_at < end
    )
    still_open = (
        or_(Ticket.closed_at.is_(None), Ticket.closed_at >= start),
        or_(Ticket.cancelled_at.is_(None), Ticket.cancelled_at >= start),
    )
    return or_(
        (Ticket.opened_at < end) & still_open[0] & still_open[1],
        # Reported in the period and entered after it: its clocks may count all the same.
        Ticket.settled.is_(False) & (Ticket.reported_at < end),
        Ticket.id.in_(decided),
        Ticket.id.in_(recorded),
    )


# -- what is stored ---------------------------------------------------------------------------------


def _stored(session: Session, found: ColumnElement[bool], period: Period) -> Rows:
    """Return the clocks decided in the period, and all tickets, as they are stored.

    Read as plain values: of a hundred thousand clocks the objects of the tables would not fit.
    """
    return _stored_clocks(session, found, period), _stored_tickets(session, found)


def _stored_clocks(session: Session, found: ColumnElement[bool], period: Period) -> list[ClockRow]:
    start, end = period.bounds
    columns = [getattr(TicketClock, name) for name in ("ticket_id", "original_due_at", *CLOCK_COLUMNS)]
    query = (
        select(Project.seq, *columns)
        .join(Ticket, TicketClock.ticket_id == Ticket.id)
        .join(Project, Ticket.project_id == Project.id)
        .where(found, TicketClock.decided_at >= start, TicketClock.decided_at < end)
        .execution_options(yield_per=AT_ONCE)
    )
    clocks = []
    for seq, ticket_id, original, *values in session.execute(query):
        clocks.append(stored_clock(seq, ticket_id, original, values))
    return clocks


def stored_clock(seq: int, ticket_id: int, original: datetime, values: Sequence[Any]) -> ClockRow:
    """Return the row of a clock of a project from its values, which are those of ``CLOCK_COLUMNS``."""
    clock = _clock(dict(zip(CLOCK_COLUMNS, values, strict=True)))
    return ClockRow(ticket_id, seq, clock, _same(clock.due_at, original)[1])


def _clock(values: dict[str, Any]) -> Clock:
    """Return a stored clock as the rules know it, but for its target, which the row does not keep."""
    values["pauses"] = tuple((_instant(a), _instant(b), why) for a, b, why in values["pauses"])
    values["stopped_at"], values["decided_at"] = _same(values["stopped_at"], values["decided_at"])
    values["due_at"], values["decided_at"] = _same(values["due_at"], values["decided_at"])
    return Clock(**values)


def _same(one: T, other: T) -> tuple[T, T]:
    """Return two values as one object if they are equal: most instants of a ticket are there twice."""
    return (one, one) if one == other else (one, other)


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _stored_tickets(session: Session, found: ColumnElement[bool]) -> list[TicketRow]:
    columns = [getattr(Ticket, name) for name in TICKET_COLUMNS]
    query = (
        select(Project.seq, *columns)
        .join(Project, Ticket.project_id == Project.id)
        .where(found)
        .order_by(Ticket.id)
        .execution_options(yield_per=AT_ONCE)
    )
    stops = _stored_stops(session, found)
    stops_of, theirs = next(stops, NOBODY)
    tickets = []
    for seq, *values in session.execute(query):
        milestones: tuple[MilestoneRow, ...] = ()
        if stops_of == values[0]:
            milestones = theirs
            stops_of, theirs = next(stops, NOBODY)
        tickets.append(stored_ticket(seq, values, milestones))
    return tickets


def stored_ticket(seq: int, row: Sequence[Any], milestones: tuple[MilestoneRow, ...] = ()) -> TicketRow:
    """Return the row of a ticket of a project from its values, which are those of ``TICKET_COLUMNS``."""
    values = dict(zip(TICKET_COLUMNS, row, strict=True))
    values["reported_at"], values["opened_at"] = _same(values["reported_at"], values["opened_at"])
    values["accepted_at"], values["closed_at"] = _same(values["accepted_at"], values["closed_at"])
    return TicketRow(number=f"GD{values['id']:06d}", project=seq, milestones=milestones, **values)


def _stored_stops(
    session: Session, found: ColumnElement[bool]
) -> Iterator[tuple[int, tuple[MilestoneRow, ...]]]:
    """Yield the milestones of each ticket that has any, in the order of the tickets."""
    stop = TicketMilestone
    query = (
        select(*(stop.ticket_id, stop.kind, stop.occurred_at, stop.recorded_at, stop.backentered, stop.seq))
        .join(Ticket, stop.ticket_id == Ticket.id)
        .where(found)
        .order_by(stop.ticket_id, stop.seq)
        .execution_options(yield_per=AT_ONCE)
    )
    for ticket_id, rows in groupby(session.execute(query), key=lambda row: row.ticket_id):
        yield (
            ticket_id,
            tuple(
                MilestoneRow(one.kind, *_same(one.occurred_at, one.recorded_at), one.backentered, one.seq)
                for one in rows
            ),
        )


# -- what is not settled: derived at this moment ------------------------------------------------------


def _fresh(session: Session, found: ColumnElement[bool], period: Period, as_of: datetime) -> Rows:
    tickets = session.scalars(select(Ticket).where(found).options(joinedload(Ticket.project))).all()
    first_dues, kinds = _first_dues(session, found), _stop_kinds(session, found)
    book = current_rules(session).book
    derived = derive_many(session, tickets, as_of)
    clocks = [
        ClockRow(
            one.id, one.project.seq, clock, first_dues.get((one.id, clock.kind, clock.round), clock.due_at)
        )
        for one in tickets
        for clock in derived[one.id].clocks
        if period.contains(clock.decided_at)
    ]
    return clocks, [_fresh_ticket(ticket, derived[ticket.id], kinds, book) for ticket in tickets]


def _first_dues(session: Session, found: ColumnElement[bool]) -> dict[ClockKey, datetime]:
    clock = TicketClock
    query = select(clock.ticket_id, clock.kind, clock.round, clock.original_due_at)
    rows = session.execute(query.join(Ticket, clock.ticket_id == Ticket.id).where(found))
    return {(ticket_id, kind, number): due for ticket_id, kind, number, due in rows}


def _stop_kinds(session: Session, found: ColumnElement[bool]) -> dict[tuple[int, int], EventKind]:
    stop = TicketMilestone
    query = select(stop.ticket_id, stop.seq, stop.kind)
    rows = session.execute(query.join(Ticket, stop.ticket_id == Ticket.id).where(found))
    return {(ticket_id, seq): kind for ticket_id, seq, kind in rows}


def _fresh_ticket(
    ticket: Ticket, derived: Derivation, kinds: Mapping[tuple[int, int], EventKind], book: RuleBook
) -> TicketRow:
    facts = derived.facts
    late = {stop.seq for stop in backentries(derived, book)}
    milestones = (
        MilestoneRow(
            kinds[ticket.id, stop.seq], stop.occurred_at, stop.recorded_at, stop.seq in late, stop.seq
        )
        for stop in facts.milestones
    )
    return TicketRow(
        id=ticket.id,
        number=ticket.number,
        title=ticket.title,
        project=ticket.project.seq,
        kind=facts.kind,
        state=facts.state,
        reported_at=facts.reported_at,
        opened_at=ticket.opened_at,
        accepted_at=facts.claim.accepted_at if facts.claim else None,
        rejections=facts.rejections,
        closed_at=facts.closed_at,
        cancelled_at=facts.cancelled_at,
        rating=facts.rating,
        milestones=tuple(milestones),
    )
