"""The tickets of a period: the clocks decided in it, the tickets open in it, and each clock's arithmetic."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, joinedload

from app.tickets.derivation import current_rules, derive_many
from models.contract import Project
from models.tickets import Ticket, TicketClock, TicketEvent, TicketMilestone
from sla.arithmetic import because
from sla.clock import Clock, Derivation, RuleBook
from sla.clocks import backentries
from sla.period import Period
from sla.rows import ClockRow, MilestoneRow, PeriodRows, TicketRow
from sla.vocab import ClockKind

BATCH = 500  # tickets to a query

CachedClocks = Mapping[int, Sequence[TicketClock]]
CachedStops = Mapping[int, Sequence[TicketMilestone]]
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
    tickets = session.scalars(
        select(Ticket).where(found).options(joinedload(Ticket.project)).order_by(Ticket.id)
    ).all()
    clocks, rows = _rows(session, found, period.bounds, tickets, as_of)
    counted = {row.ticket_id for row in clocks}
    return (
        tuple(sorted(clocks, key=lambda row: (row.project, row.ticket_id, row.clock.starts_at, row.key))),
        tuple(row for row in rows if row.opened_at < end or row.id in counted),
    )


def unsettled_rows(
    session: Session, found: ColumnElement[bool], period: Period, now: datetime
) -> tuple[Rows, Rows]:
    """Return the clocks and tickets of what is not settled: as they are stored, and as they stand at ``now``.

    After the end of a period any moment gives the same: what was decided in it no later hour changes.
    """
    found = found & Ticket.settled.is_(False)
    tickets = session.scalars(select(Ticket).where(found).options(joinedload(Ticket.project))).all()
    kept, stops = _cached_clocks(session, found, period.bounds), _cached_stops(session, found)
    stored = [_cached_row(ticket, clock) for ticket in tickets for clock in kept.get(ticket.id, ())]
    fresh = _rows(session, found, period.bounds, tickets, now)
    return (
        ([row for row in stored if period.contains(row.clock.decided_at)], _cached(tickets, stops)),
        fresh,
    )


def arithmetic(session: Session, rows: PeriodRows, clocks: Iterable[ClockRow]) -> dict[ClockKey, list[str]]:
    """Return the lines from which each of some clocks can be repeated by hand (F5).

    The cached row does not keep the target and its conditions, so these tickets are derived once more.
    """
    wanted = {clock.key for clock in clocks}
    ids = sorted({ticket_id for ticket_id, _, _ in wanted})
    book = current_rules(session).book
    found: dict[ClockKey, list[str]] = {}
    for first in range(0, len(ids), BATCH):
        tickets = session.scalars(
            select(Ticket)
            .where(Ticket.id.in_(ids[first : first + BATCH]))
            .options(joinedload(Ticket.project))
        ).all()
        for ticket_id, derived in derive_many(session, tickets, rows.as_of).items():
            for clock in derived.clocks:
                key = ticket_id, clock.kind, clock.round
                if key in wanted:
                    found[key] = because(clock, book)
    return found


def _relevant(start: datetime, end: datetime) -> ColumnElement[bool]:
    """Tell which tickets may have a row in the period: open in it, or with something that counts in it."""
    decided = select(TicketClock.ticket_id).where(
        TicketClock.decided_at >= start, TicketClock.decided_at < end
    )
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


def _rows(
    session: Session,
    found: ColumnElement[bool],
    bounds: tuple[datetime, datetime],
    tickets: Sequence[Ticket],
    as_of: datetime,
) -> Rows:
    """Return the clocks decided in the period, and all tickets: cached where settled, derived where not."""
    cached_clocks, cached_stops = _cached_clocks(session, found, bounds), _cached_stops(session, found)
    derived = derive_many(session, [ticket for ticket in tickets if not ticket.settled], as_of)
    book = current_rules(session).book
    clocks: list[ClockRow] = []
    rows: list[TicketRow] = []
    for ticket in tickets:
        kept, stops = cached_clocks.get(ticket.id, ()), cached_stops.get(ticket.id, ())
        if ticket.id in derived:
            clocks += _fresh_clocks(ticket, derived[ticket.id], kept)
            rows.append(_fresh_ticket(ticket, derived[ticket.id], stops, book))
        else:
            clocks += [_cached_row(ticket, clock) for clock in kept]
            rows.append(_cached_ticket(ticket, stops))
    start, end = bounds
    return [c for c in clocks if c.clock.decided_at and start <= c.clock.decided_at < end], rows


# -- what is settled: the cached rows ---------------------------------------------------------------


def _cached_clocks(
    session: Session, found: ColumnElement[bool], bounds: tuple[datetime, datetime]
) -> CachedClocks:
    within = (TicketClock.decided_at >= bounds[0]) & (TicketClock.decided_at < bounds[1])
    kept: dict[int, list[TicketClock]] = defaultdict(list)
    for clock in session.scalars(
        select(TicketClock)
        .join(Ticket, TicketClock.ticket_id == Ticket.id)
        .where(found, or_(within, Ticket.settled.is_(False)))
    ):
        kept[clock.ticket_id].append(clock)
    return kept


def _cached_stops(session: Session, found: ColumnElement[bool]) -> CachedStops:
    kept: dict[int, list[TicketMilestone]] = defaultdict(list)
    for stop in session.scalars(
        select(TicketMilestone)
        .join(Ticket, TicketMilestone.ticket_id == Ticket.id)
        .where(found)
        .order_by(TicketMilestone.ticket_id, TicketMilestone.seq)
    ):
        kept[stop.ticket_id].append(stop)
    return kept


def _cached_row(ticket: Ticket, row: TicketClock) -> ClockRow:
    return ClockRow(ticket.id, ticket.project.seq, _as_clock(row), row.original_due_at)


def _cached(tickets: Iterable[Ticket], stops: CachedStops) -> list[TicketRow]:
    return [_cached_ticket(ticket, stops.get(ticket.id, ())) for ticket in tickets]


def _as_clock(row: TicketClock) -> Clock:
    """Return a cached clock as the rules know it, but for its target, which the row does not keep."""
    return Clock(
        kind=row.kind,
        round=row.round,
        minutes=row.minutes,
        window=row.window,
        starts_at=row.starts_at,
        due_at=row.due_at,
        workdays=row.workdays,
        is_floor=row.is_floor,
        stopped_at=row.stopped_at,
        verdict=row.verdict,
        decided_at=row.decided_at,
        due_provisional=row.due_provisional,
        outcome_provisional=row.outcome_provisional,
        pauses=tuple((_instant(a), _instant(b), why) for a, b, why in row.pauses),
        judged_by_record=row.judged_by_record,
    )


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _cached_ticket(ticket: Ticket, stops: Iterable[TicketMilestone]) -> TicketRow:
    return TicketRow(
        id=ticket.id,
        number=ticket.number,
        title=ticket.title,
        project=ticket.project.seq,
        kind=ticket.kind,
        state=ticket.state,
        reported_at=ticket.reported_at,
        opened_at=ticket.opened_at,
        accepted_at=ticket.accepted_at,
        rejections=ticket.rejections,
        closed_at=ticket.closed_at,
        cancelled_at=ticket.cancelled_at,
        rating=ticket.rating,
        milestones=tuple(
            MilestoneRow(stop.kind, stop.occurred_at, stop.recorded_at, stop.backentered) for stop in stops
        ),
    )


# -- what is not: derived at this moment --------------------------------------------------------------


def _fresh_clocks(ticket: Ticket, derived: Derivation, kept: Iterable[TicketClock]) -> list[ClockRow]:
    first_due = {(row.kind, row.round): row.original_due_at for row in kept}
    return [
        ClockRow(ticket.id, ticket.project.seq, clock, first_due.get((clock.kind, clock.round), clock.due_at))
        for clock in derived.clocks
    ]


def _fresh_ticket(
    ticket: Ticket, derived: Derivation, stops: Iterable[TicketMilestone], book: RuleBook
) -> TicketRow:
    facts = derived.facts
    late = {stop.seq for stop in backentries(derived, book)}
    kinds = {stop.seq: stop.kind for stop in stops}
    milestones = (
        MilestoneRow(kinds[stop.seq], stop.occurred_at, stop.recorded_at, stop.seq in late)
        for stop in facts.milestones
    )
    return replace(
        _cached_ticket(ticket, ()),
        kind=facts.kind,
        state=facts.state,
        reported_at=facts.reported_at,
        accepted_at=facts.claim.accepted_at if facts.claim else None,
        rejections=facts.rejections,
        closed_at=facts.closed_at,
        cancelled_at=facts.cancelled_at,
        rating=facts.rating,
        milestones=tuple(milestones),
    )
