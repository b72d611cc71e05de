"""Reading a month: every row that counts in it, for the projects a viewer may see (S1, F1)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import Session, joinedload

from app.tickets.derivation import current_rules, derive_many
from models.contract import ContractTerm, InterpretationVersion, Project, ProjectService, Unit
from models.tickets import Ticket, TicketClock, TicketEvent, TicketMilestone
from sla.arithmetic import because
from sla.clock import Clock, Derivation, ProjectRules, RuleBook
from sla.clocks import backentries
from sla.month import MEASURED_BY, ClockRow, MilestoneRow, MonthRows, ProjectRow, TicketRow, UnitRow
from sla.vocab import ClockKind
from sla.when import month_bounds, month_of, next_month

BATCH = 500  # tickets to a query
EVERYTHING: ColumnElement[bool] = true()

CachedClocks = Mapping[int, Sequence[TicketClock]]
CachedStops = Mapping[int, Sequence[TicketMilestone]]
ClockKey = tuple[int, ClockKind, int]


def month_rows(
    session: Session, month: date, now: datetime, scope: ColumnElement[bool] = EVERYTHING
) -> MonthRows:
    """Return the rows of a Shanghai month as things stand at ``now``; ``scope`` limits ``Project``.

    What is settled is read from the rows that cache it. What is not is derived afresh, for time alone
    changes it: running clocks are breached, open pauses move due times, silence accepts. A month that is
    over is judged at its end or at its last fact, so that equal facts give equal rows whenever one looks.
    """
    start, end = month_bounds(month)
    found = _relevant(start, end) & Ticket.project_id.in_(select(Project.id).where(scope))
    last_fact = session.scalar(
        select(func.max(TicketEvent.recorded_at))
        .join(Ticket, TicketEvent.ticket_id == Ticket.id)
        .where(found)
    )
    as_of = min(now, max(end, last_fact or end))
    tickets = session.scalars(
        select(Ticket).where(found).options(joinedload(Ticket.project)).order_by(Ticket.id)
    ).all()
    clocks, rows = _rows(session, found, (start, end), tickets, as_of)
    counted = {row.ticket_id for row in clocks}
    return MonthRows(
        month=month,
        as_of=as_of,
        data_until=as_of if end <= now else min(now, last_fact or start),
        projects=_projects(session, month, scope),
        clocks=tuple(
            sorted(clocks, key=lambda row: (row.project, row.ticket_id, row.clock.starts_at, row.key))
        ),
        tickets=tuple(row for row in rows if row.opened_at < end or row.id in counted),
    )


def _order(row: ClockRow) -> tuple[int, int, int, int]:
    return row.project, row.ticket_id, list(ClockKind).index(row.clock.kind), row.clock.round


def _relevant(start: datetime, end: datetime) -> ColumnElement[bool]:
    """Tell which tickets may have a row in the month: open in it, or with something that counts in it."""
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
        # Reported in the month and entered after it: its clocks may count all the same.
        Ticket.settled.is_(False) & (Ticket.reported_at < end),
        Ticket.id.in_(decided),
        Ticket.id.in_(recorded),
    )


def _rows(
    session: Session,
    found: ColumnElement[bool],
    month: tuple[datetime, datetime],
    tickets: Sequence[Ticket],
    as_of: datetime,
) -> tuple[list[ClockRow], list[TicketRow]]:
    """Return the clocks decided in the month, and all tickets: cached where settled, derived where not."""
    cached_clocks, cached_stops = _cached_clocks(session, found, month), _cached_stops(session, found)
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
            clocks += [ClockRow(ticket.id, ticket.project.seq, _as_clock(c), c.original_due_at) for c in kept]
            rows.append(_cached_ticket(ticket, stops))
    start, end = month
    return [c for c in clocks if c.clock.decided_at and start <= c.clock.decided_at < end], rows


# -- what is settled: the cached rows ---------------------------------------------------------------


def _cached_clocks(
    session: Session, found: ColumnElement[bool], month: tuple[datetime, datetime]
) -> CachedClocks:
    in_month = (TicketClock.decided_at >= month[0]) & (TicketClock.decided_at < month[1])
    kept: dict[int, list[TicketClock]] = defaultdict(list)
    for clock in session.scalars(
        select(TicketClock)
        .join(Ticket, TicketClock.ticket_id == Ticket.id)
        .where(found, or_(in_month, Ticket.settled.is_(False)))
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


# -- what the figures are about -----------------------------------------------------------------------


def _projects(session: Session, month: date, scope: ColumnElement[bool]) -> tuple[ProjectRow, ...]:
    rules = current_rules(session).projects
    projects = session.scalars(
        select(Project)
        .where(scope)
        .options(joinedload(Project.unit).joinedload(Unit.parent))
        .order_by(Project.seq)
    )
    return tuple(_project(project, rules[project.seq], month) for project in projects)


def _project(project: Project, rules: ProjectRules, month: date) -> ProjectRow:
    top = project.unit.parent or project.unit
    targets = {kind.value for kind in rules.kinds_within(month, next_month(month))}
    return ProjectRow(
        seq=project.seq,
        name=project.name,
        unit_name=project.unit.name,
        unit=UnitRow(top.id, top.name),
        promised=frozenset(indicator for kind, indicator in MEASURED_BY.items() if kind.value in targets),
        in_service=rules.service is None
        or any(first < next_month(month) and month < end for first, end in rules.service),
    )


def months_offered(
    session: Session, now: datetime, scope: ColumnElement[bool] = EVERYTHING
) -> tuple[date, date]:
    """Return the first and the last month there is anything to show of: from the first of service to now."""
    current = month_of(now)
    service = session.scalar(select(func.min(ProjectService.starts_on)).join(Project).where(scope))
    reported = session.scalar(select(func.min(Ticket.reported_at)).join(Project).where(scope))
    known = [current]
    if service:
        known.append(service.replace(day=1))
    if reported:
        known.append(month_of(reported))
    return min(known), current


def arithmetic(session: Session, rows: MonthRows, clocks: Iterable[ClockRow]) -> dict[ClockKey, list[str]]:
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


def interpretations_in(session: Session, month: date) -> list[InterpretationVersion]:
    """Return the readings in force on some day of a month, by key and day."""
    day = InterpretationVersion.from_day
    versions = session.scalars(
        select(InterpretationVersion)
        .where(or_(day.is_(None), day < next_month(month)))
        .order_by(InterpretationVersion.key, day.is_not(None), day)
    )
    found: list[InterpretationVersion] = []
    for one in versions:
        if found and found[-1].key == one.key and one.from_day and one.from_day <= month:
            found.pop()
        found.append(one)
    return found


def contract_title(session: Session) -> str:
    """Return what the contract is called."""
    return session.scalar(select(ContractTerm.value).where(ContractTerm.key == "title")) or "合同"
