"""Which clocks of a period belong to which target, counted (F1, C2, P4).

A stored clock does not keep its target. Where a row had one target of a kind all the time, every clock of
that kind is its; where it had several, by conditions or by documents that amended it, the tickets
concerned are derived once more, and so are those that are not settled, for time alone changes them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, false, func, or_, select, tuple_
from sqlalchemy.orm import Session, joinedload

from app.tickets.derivation import current_rules, derive_many
from models.contract import Project
from models.tickets import Ticket, TicketClock
from sla.clock import ProjectRules
from sla.figures import Figure, of_verdict
from sla.targets import Target
from sla.vocab import ClockKind, Verdict
from sla.when import end_of, start_of

BATCH = 500  # tickets to a query

Promised = tuple[int, Target]  # a project's id and one of its targets
FLOOR = None  # stands for the contract's own promise in the place of a row's target (C5)
Kept = dict[Promised | None, Figure]
Pair = tuple[int, ClockKind]  # a project's id and a kind of clock
Key = tuple[int, ClockKind, int]  # a ticket's id, a kind and a round


def targets_within(rules: ProjectRules, first: date, last: date) -> list[Target]:
    """Return every target a row had on some day of ``first`` to ``last``, those of the tender first."""
    changed = [day for day, _ in rules.versions if first < day <= last]
    found: dict[Target, None] = {}
    for day in (first, *changed):
        found |= dict.fromkeys(rules.on(day).everything)
    return list(found)


def clock_figures(
    session: Session, projects: Sequence[Project], first: date, last: date, now: datetime
) -> Kept:
    """Return what was kept of each target in the days ``first`` to ``last``.

    Clocks under the contract's floor are in ``FLOOR``.
    """
    rules = current_rules(session).projects
    targets = _by_pair({one.id: targets_within(rules[one.seq], first, last) for one in projects})
    several = [pair for pair, found in targets.items() if len(found) > 1]
    period = _decided_in(first, last)
    found: Kept = defaultdict(Figure)
    _count_stored(session, targets, period, found)
    _count_derived(session, targets, several, (first, last), now, found)
    return dict(found)


def _by_pair(promised: Mapping[int, Sequence[Target]]) -> dict[Pair, list[Target]]:
    found: dict[Pair, list[Target]] = defaultdict(list)
    kinds = {kind.value: kind for kind in ClockKind}
    for project_id, targets in promised.items():
        for target in targets:
            if target.kind.value in kinds:
                found[project_id, kinds[target.kind.value]].append(target)
    return dict(found)


def _decided_in(first: date, last: date) -> ColumnElement[bool]:
    return and_(TicketClock.decided_at >= start_of(first), TicketClock.decided_at < end_of(last))


def _count_stored(
    session: Session,
    targets: dict[Pair, list[Target]],
    period: ColumnElement[bool],
    found: Kept,
) -> None:
    """Count the clocks of settled tickets whose target is certain."""
    columns = TicketClock.project_id, TicketClock.kind, TicketClock.is_floor, TicketClock.verdict
    rows = session.execute(
        select(*columns, func.count())
        .join(Ticket, TicketClock.ticket_id == Ticket.id)
        .where(period, Ticket.settled.is_(True))
        .group_by(*columns)
    )
    for project_id, kind, is_floor, verdict, number in rows:
        one = _times(of_verdict(verdict), number)
        if is_floor:
            found[FLOOR] += one
        elif len(known := targets.get((project_id, kind), [])) == 1:
            found[project_id, known[0]] += one


def _count_derived(
    session: Session,
    targets: dict[Pair, list[Target]],
    several: Sequence[Pair],
    days: tuple[date, date],
    now: datetime,
    found: Kept,
) -> None:
    """Count the clocks of the tickets that have to be derived: those not settled, and of several targets."""
    start, end = start_of(days[0]), end_of(days[1])
    pairs = tuple_(TicketClock.project_id, TicketClock.kind).in_(several) if several else false()
    unsure = select(TicketClock.ticket_id).where(_decided_in(*days), pairs)
    query = select(Ticket).options(joinedload(Ticket.project)).order_by(Ticket.id)
    tickets = session.scalars(
        query.where(or_(Ticket.settled.is_(False) & (Ticket.reported_at < end), Ticket.id.in_(unsure)))
    ).all()
    for begin in range(0, len(tickets), BATCH):
        batch = tickets[begin : begin + BATCH]
        exempt = _exempt(session, [one.id for one in batch])
        derived = derive_many(session, batch, now)
        for ticket in batch:
            for clock in derived[ticket.id].clocks:
                pair = ticket.project_id, clock.kind
                counted = ticket.settled and (clock.is_floor or pair not in several)
                if counted or clock.decided_at is None or not start <= clock.decided_at < end:
                    continue
                if clock.is_floor or clock.target in targets.get(pair, ()):
                    which = None if clock.target is None or clock.is_floor else (pair[0], clock.target)
                    is_exempt = (ticket.id, clock.kind, clock.round) in exempt
                    found[which] += of_verdict(Verdict.EXEMPT if is_exempt else clock.verdict)


def _exempt(session: Session, ticket_ids: Sequence[int]) -> set[Key]:
    """Return the clocks whose breach was adjudicated as not the supplier's; a derivation need not know."""
    rows = session.execute(
        select(TicketClock.ticket_id, TicketClock.kind, TicketClock.round).where(
            TicketClock.ticket_id.in_(ticket_ids), TicketClock.verdict == Verdict.EXEMPT
        )
    )
    return {(ticket_id, kind, number) for ticket_id, kind, number in rows}


def _times(one: Figure, number: int) -> Figure:
    return Figure(one.met * number, one.total * number, one.exempt * number)
