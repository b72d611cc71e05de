"""The breaches for which an exemption can still be claimed (A3), and until when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from app.access import projects_seen
from app.disputes.subjects import BREACHED, clock_name
from app.duties.queries import in_state, occurrences
from app.duties.words import name_of, window_text
from app.tickets.derivation import current_rules
from models.contract import Project
from models.disputes import Dispute
from models.duties import Occurrence
from models.people import User
from models.tickets import Ticket, TicketClock
from sla.clock import RuleBook
from sla.disputes import claim_ends
from sla.vocab import TicketState, Verdict
from sla.when import day_of, start_of

ONE_DAY = timedelta(days=1)
LONGEST_PERIOD = 90  # days looked back: more than any number of workdays that was ever agreed


@dataclass(frozen=True)
class Claimable:
    """A breach nobody has claimed an exemption for yet. ``workdays`` are left, today included."""

    name: str
    about: str
    project: Project | None
    breached_at: datetime
    ends: datetime
    workdays: int
    ticket: TicketClock | None = None
    occurrence: Occurrence | None = None


def claimable(session: Session, viewer: User, now: datetime) -> list[Claimable]:
    """Return what the viewer sees and can still be claimed, what ends first coming first."""
    book = current_rules(session).book
    first = _first_day(book, now)
    found = [*_clocks(session, viewer, book, first, now), *_duties(session, viewer, book, first, now)]
    return sorted((one for one in found if one.ends > now), key=lambda one: (one.ends, one.breached_at))


def _first_day(book: RuleBook, now: datetime) -> date:
    """Return the first day whose breaches can still be claimed."""
    day = day_of(now)
    for _ in range(LONGEST_PERIOD):
        if claim_ends(start_of(day), book) <= now:
            break
        day -= ONE_DAY
    return day


def _clocks(
    session: Session, viewer: User, book: RuleBook, first: date, now: datetime
) -> Iterator[Claimable]:
    breached = or_(
        TicketClock.verdict == Verdict.BREACHED,
        # Past due, and the watch has not looked yet.
        and_(TicketClock.verdict == Verdict.RUNNING, Ticket.state != TicketState.PAUSED),
    )
    disputed = exists().where(
        Dispute.ticket_id == TicketClock.ticket_id,
        Dispute.clock == TicketClock.kind,
        Dispute.round == TicketClock.round,
    )
    query = (
        select(TicketClock, Ticket)
        .join(Ticket, Ticket.id == TicketClock.ticket_id)
        .join(Ticket.project)
        .where(
            projects_seen(viewer, day_of(now)),
            breached,
            TicketClock.due_at >= start_of(first),
            TicketClock.due_at <= now,
            Ticket.cancelled_at.is_(None),
            ~disputed,
        )
        .options(contains_eager(Ticket.project).joinedload(Project.unit))
    )
    for clock, ticket in session.execute(query):
        yield Claimable(
            clock_name(clock.kind, clock.round),
            f"{ticket.number} {ticket.title}",
            ticket.project,
            clock.due_at,
            *_left(clock.due_at, book, now),
            ticket=clock,
        )


def _duties(
    session: Session, viewer: User, book: RuleBook, first: date, now: datetime
) -> Iterator[Claimable]:
    query = (
        occurrences(viewer, now)
        .where(
            Occurrence.closes_at > start_of(first),
            Occurrence.closes_at <= now,
            in_state(now).in_([state.value for state in BREACHED]),
            ~exists().where(Dispute.occurrence_id == Occurrence.id),
        )
        .options(joinedload(Occurrence.project).joinedload(Project.unit))
    )
    for one in session.scalars(query).unique():
        ends = _left(one.closes_at, book, now)
        yield Claimable(
            name_of(one), window_text(one.slot), one.project, one.closes_at, *ends, occurrence=one
        )


def _left(breached_at: datetime, book: RuleBook, now: datetime) -> tuple[datetime, int]:
    ends = claim_ends(breached_at, book)
    return ends, book.calendar.workdays_between(day_of(now), day_of(ends - timedelta(seconds=1)))
