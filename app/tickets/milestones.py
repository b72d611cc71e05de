"""The milestones of a ticket as the supplier sees them: what is done, and what to tap for the next one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists
from sqlalchemy.orm import Session

from app.tickets import queries
from app.tickets.actions import Action, offered
from app.tickets.derivation import events_of
from app.tickets.page import TicketPage, next_step
from models.people import User
from models.tickets import Ticket, TicketMilestone
from sla.clock import Derivation
from sla.timeline import Facts, Milestone, fold
from sla.vocab import ClockKind, Standing, TicketKind


@dataclass(frozen=True)
class AtHand:
    """An open ticket on a start page: the clock that comes due next, and what is done next with one tap.

    ``backentered`` tells that a stop of it was entered late and nobody has confirmed it yet (C12).
    """

    ticket: Ticket
    clock: queries.Next | None
    step: Action | None
    backentered: bool


@dataclass(frozen=True)
class Stop:
    """One milestone: ``state`` is done, now, todo or none (nothing asks for it); ``code`` is its action.

    ``offered`` tells that the action is possible now; ``backentered`` that its time was entered late.
    """

    code: str
    label: str
    state: str
    at: datetime | None = None
    due_at: datetime | None = None
    backentered: bool = False
    offered: bool = False


def at_hand(session: Session, viewer: User, now: datetime, most: int) -> list[AtHand]:
    """Return the open tickets in scope, what expires next first: two queries and one for the clocks."""
    late = exists().where(
        TicketMilestone.ticket_id == Ticket.id,
        TicketMilestone.backentered,
        TicketMilestone.standing == Standing.PENDING,
    )
    query = queries.tickets(viewer, queries.Filters(), now).add_columns(late.label("late")).limit(most)
    found = session.execute(query).unique().all()
    steps = steps_of(session, viewer, [row[0] for row in found])
    return [AtHand(one, queries.next_clock(one, now), steps[one.id], late) for one, late in found]


def steps_of(session: Session, viewer: User, tickets: Sequence[Ticket]) -> dict[int, Action | None]:
    """Return what this viewer is most likely to do next to each of several tickets, by id, in one query.

    The facts alone say so: no rule and no clock is asked.
    """
    events = events_of(session, [ticket.id for ticket in tickets])
    found: dict[int, Action | None] = {}
    for ticket in tickets:
        known = Derivation(fold(events[ticket.id]), (), True)
        found[ticket.id] = next_step(viewer, known, offered(viewer, known))
    return found


def stops(found: TicketPage) -> list[Stop]:
    """Return the milestones of one ticket in the order in which they are reached."""
    facts = found.derived.facts
    may = {action.code for action in (*found.others, found.step) if action}
    late = {line.seq for line in found.story if line.backentered}
    asked = facts.rounds[-1].arrival if facts.rounds else None
    ways: list[tuple[str, str, ClockKind, Milestone | None, bool]] = [
        ("respond", "响应", ClockKind.RESPONSE, facts.response, not facts.own_finding),
        ("arrive", "到场", ClockKind.ONSITE, asked, bool(facts.rounds)),
        ("contain", "遏制", ClockKind.CONTAINMENT, facts.containment, True),
        ("claim_recovery", "恢复", ClockKind.RECOVERY, facts.claim.stop if facts.claim else None, True),
    ]
    if facts.kind is not TicketKind.SECURITY:
        ways = [way for way in ways if way[0] != "contain"]
    return [_stop(found, facts, may, late, *way) for way in ways]


def _stop(
    found: TicketPage,
    facts: Facts,
    may: set[str],
    late: set[int],
    code: str,
    label: str,
    kind: ClockKind,
    stop: Milestone | None,
    wanted: bool,
) -> Stop:
    clocks = [card.clock for card in found.clocks if card.clock.kind is kind]
    due = clocks[-1].due_at if clocks else None
    if stop:
        return Stop(code, label, "done", stop.occurred_at, due, stop.seq in late, code in may)
    is_next = found.step is not None and found.step.code == code
    ended = facts.closed_at or facts.cancelled_at or facts.claim
    state = "none" if ended or not wanted else "now" if is_next else "todo"
    return Stop(code, label, state, None, due, False, code in may)
