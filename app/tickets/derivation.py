"""From stored events to facts and clocks, and back into the rows that cache them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.amendments.inforce import changes_of, items_in_force
from app.contract.kept import Kept
from app.contract.queries import project_rules, rule_book
from models.amendments import Amendment
from models.disputes import Dispute
from models.tickets import Ticket, TicketClock, TicketEvent, TicketMilestone
from sla.alerts import alerts
from sla.clock import Clock, Derivation, ProjectRules, RuleBook
from sla.clocks import backentries, derive, is_settled
from sla.disputes import ClockKey, exempted
from sla.timeline import Event, Milestone
from sla.vocab import Standing, Verdict
from sla.when import iso

_RULES = "lvyue.rules"


@dataclass(frozen=True)
class Rules:
    """All rules in force: one row's by its number in the tender, and the book they share."""

    projects: dict[int, ProjectRules]
    book: RuleBook


_KEPT: Kept[Rules] = Kept()


def current_rules(session: Session) -> Rules:
    """Return the rules, read once a session; whoever changes them calls ``forget_rules``."""
    if _RULES not in session.info:
        session.info[_RULES] = _KEPT.get(session, read_rules)
    rules: Rules = session.info[_RULES]
    return rules


def read_rules(session: Session, also: Amendment | None = None) -> Rules:
    """Return the rules as they are stored; ``also`` with a document that is only considered (P4)."""
    changes = changes_of(items_in_force(session, also))
    return Rules(project_rules(session, changes), rule_book(session, changes))


def forget_rules(session: Session) -> None:
    """Drop the rules read so far, after a change of contract, calendar or interpretation."""
    session.info.pop(_RULES, None)


def to_event(row: TicketEvent) -> Event:
    """Return a stored event as the rules know it."""
    return Event(row.seq, row.kind, row.side, row.occurred_at, row.recorded_at, row.data)


def derive_ticket(
    session: Session, ticket: Ticket, now: datetime, further: Iterable[Event] = ()
) -> Derivation:
    """Derive a ticket from its events; ``further`` are events that are only being considered (C10)."""
    events = [to_event(row) for row in ticket.events] + list(further)
    granted = {one.clock_key for one in ticket.disputes if one.granted and one.clock_key}
    rules = current_rules(session)
    return derive_exempt(events, rules.projects[ticket.project.seq], rules.book, now, granted)


def derive_many(session: Session, tickets: Sequence[Ticket], now: datetime) -> dict[int, Derivation]:
    """Derive several tickets with one query for all their events; their projects must be loaded."""
    ids = [ticket.id for ticket in tickets]
    rules, events, granted = current_rules(session), events_of(session, ids), exemptions_of(session, ids)
    return {
        t.id: derive_exempt(
            events[t.id], rules.projects[t.project.seq], rules.book, now, granted.get(t.id, ())
        )
        for t in tickets
    }


def derive_exempt(
    events: Iterable[Event],
    project: ProjectRules,
    book: RuleBook,
    now: datetime,
    granted: Collection[ClockKey],
) -> Derivation:
    """Derive a ticket: what its events amount to, with its granted exemptions (A3, C14).

    This is the one place where an exemption meets a clock; whatever is stored or counted comes from here.
    """
    derived = derive(events, project, book, now)
    return replace(derived, clocks=exempted(derived.clocks, granted)) if granted else derived


def exemptions_of(session: Session, ticket_ids: Sequence[int]) -> dict[int, set[ClockKey]]:
    """Return the clocks of tickets for which an exemption is granted now, in batches."""
    found: dict[int, set[ClockKey]] = {}
    for first in range(0, len(ticket_ids), 500):
        batch = ticket_ids[first : first + 500]
        about = select(Dispute).where(Dispute.ticket_id.in_(batch)).options(selectinload(Dispute.steps))
        for one in session.scalars(about):
            if one.granted and one.ticket_id and one.clock_key:
                found.setdefault(one.ticket_id, set()).add(one.clock_key)
    return found


def events_of(session: Session, ticket_ids: Sequence[int]) -> dict[int, list[Event]]:
    """Return the events of tickets, oldest first, in batches that every database takes."""
    found: dict[int, list[Event]] = {ticket_id: [] for ticket_id in ticket_ids}
    for first in range(0, len(ticket_ids), 500):
        batch = ticket_ids[first : first + 500]
        rows = session.scalars(
            select(TicketEvent)
            .where(TicketEvent.ticket_id.in_(batch))
            .order_by(TicketEvent.ticket_id, TicketEvent.seq)
        )
        for row in rows:
            found[row.ticket_id].append(to_event(row))
    return found


def store(session: Session, ticket: Ticket, derived: Derivation) -> None:
    """Replace the rows that cache a ticket's facts and clocks; only the first due time is kept (C10)."""
    book = current_rules(session).book
    late = {m.seq for m in backentries(derived, book)}
    for name, value in ticket_values(derived, late).items():
        setattr(ticket, name, value)
    _store_clocks(ticket, derived, book)
    _store_milestones(session, ticket, derived.facts.milestones, late)


def ticket_values(derived: Derivation, late: set[int]) -> dict[str, object]:
    """Return what a ticket's events amount to, as the columns of its row; ``late`` are the 补录 stops."""
    facts = derived.facts
    return {
        "kind": facts.kind,
        "state": facts.state,
        "own_finding": facts.own_finding,
        "reported_at": facts.reported_at,
        "rejections": facts.rejections,
        "rating": facts.rating,
        "accepted_at": facts.claim.accepted_at if facts.claim else None,
        "closed_at": facts.closed_at,
        "cancelled_at": facts.cancelled_at,
        "settled": is_settled(derived),
        "next_due_at": min((c.due_at for c in derived.clocks if c.verdict is Verdict.RUNNING), default=None),
        "waiting": len(waiting_for_unit(derived, late)),
    }


@dataclass(frozen=True)
class Waiting:
    """What waits for the unit: ``what`` is recovery, pause, claim or backentry, ``seq`` its event."""

    what: str
    seq: int


def waiting_for_unit(derived: Derivation, late: set[int]) -> list[Waiting]:
    """Return everything about a ticket that waits for the unit's word (S2)."""
    facts = derived.facts
    if facts.cancelled_at:
        return []
    found = [Waiting("pause", p.seq) for p in facts.pauses if p.standing is Standing.PENDING]
    found += [Waiting("claim", c.seq) for c in facts.classification.claims]
    for m in facts.milestones:
        if m.seq in late and m.standing is Standing.PENDING:
            found.append(Waiting("backentry", m.seq))
        found += [Waiting("backentry", seq) for seq in m.corrections]
    if facts.claim and facts.claim.outstanding and not facts.closed_at:
        found.append(Waiting("recovery", facts.claim.stop.seq))
    return sorted(found, key=lambda w: w.seq)


def clock_values(clock: Clock, rule_version: str) -> dict[str, object]:
    """Return a derived clock as the columns of its row, without the due time first derived."""
    return {
        "minutes": clock.minutes,
        "workdays": clock.workdays,
        "window": clock.window,
        "starts_at": clock.starts_at,
        "due_at": clock.due_at,
        "stopped_at": clock.stopped_at,
        "decided_at": clock.decided_at,
        "verdict": clock.verdict,
        "is_floor": clock.is_floor,
        "due_provisional": clock.due_provisional,
        "outcome_provisional": clock.outcome_provisional,
        "judged_by_record": clock.judged_by_record,
        "pauses": [[iso(a), iso(b), why] for a, b, why in clock.pauses],
        "rule_version": rule_version,
    }


def _store_clocks(ticket: Ticket, derived: Derivation, book: RuleBook) -> None:
    kept = {(row.kind, row.round): row for row in ticket.clocks}
    for clock in derived.clocks:
        row = kept.pop((clock.kind, clock.round), None)
        if row is None:
            row = TicketClock(
                project_id=ticket.project_id,
                kind=clock.kind,
                round=clock.round,
                original_due_at=clock.due_at,
            )
            ticket.clocks.append(row)
        changed = (row.verdict, row.due_at) != (clock.verdict, clock.due_at)
        for name, value in clock_values(clock, book.version).items():
            if getattr(row, name) != value:
                setattr(row, name, value)
        _let_be_watched(row, changed, [alert.at for alert in alerts(derived, clock, book)])
    for row in kept.values():
        ticket.clocks.remove(row)


def _let_be_watched(row: TicketClock, changed: bool, moments: Sequence[datetime]) -> None:
    """Say when the watch has to look at a clock: from its first moment on if it is another than before.

    Moments that have passed are not left out: what was told of them the watch knows, and tells it once.
    """
    if not moments:
        row.tell_at = None
    elif changed or (row.tell_at is None and row.verdict is Verdict.RUNNING):
        row.tell_at = moments[0]


def _store_milestones(
    session: Session, ticket: Ticket, milestones: Sequence[Milestone], late: set[int]
) -> None:
    kinds = {event.seq: event.kind for event in ticket.events}
    kept = {row.seq: row for row in ticket.milestones}
    for m in milestones:
        row = kept.get(m.seq)
        if row is None:
            row = TicketMilestone(project_id=ticket.project_id, seq=m.seq, kind=kinds[m.seq])
            ticket.milestones.append(row)
        row.occurred_at, row.recorded_at = m.occurred_at, m.recorded_at
        row.backentered, row.standing = m.seq in late, m.standing
