"""What a dispute is about: a breached clock of a ticket, or a duty late or missed. Loaded and locked here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.disputes.queries import dispute_seen
from app.duties.checks import find_occurrence
from app.duties.queries import listed
from app.duties.queries import occurrence as occurrence_seen
from app.duties.words import name_of, window_text
from app.tickets.derivation import derive_ticket
from app.tickets.queries import ticket_seen
from app.tickets.record import load_for_change
from models.contract import Project
from models.disputes import Dispute
from models.duties import Occurrence
from models.people import User
from models.tickets import Ticket
from sla.clock import Clock
from sla.errors import Conflict, NotFound
from sla.vocab import ClockKind, OccurrenceState, Verdict

BREACHED = (OccurrenceState.LATE, OccurrenceState.MISSED)


@dataclass(frozen=True)
class Subject:
    """A clock with its ticket, or an occurrence. ``breached`` tells whether there is anything to exempt."""

    project: Project | None
    name: str
    breached_at: datetime
    breached: bool
    ticket: Ticket | None = None
    clock: Clock | None = None
    occurrence: Occurrence | None = None


def of_clock(
    session: Session,
    actor: User,
    ticket_id: int,
    kind: ClockKind,
    number: int,
    now: datetime,
    *,
    lock: bool = True,
) -> Subject:
    """Return a clock of a ticket the actor may see; the ticket is locked unless one only looks."""
    load = load_for_change if lock else ticket_seen
    ticket = load(session, actor, ticket_id, now)
    derived = derive_ticket(session, ticket, now)
    clock = next((one for one in derived.clocks if (one.kind, one.round) == (kind, number)), None)
    if clock is None:
        raise NotFound("这张工单没有这项计时")
    return Subject(
        project=ticket.project,
        name=f"{ticket.number} {ticket.title}：{clock_name(kind, number)}",
        breached_at=clock.due_at,
        breached=clock.verdict is Verdict.BREACHED,
        ticket=ticket,
        clock=clock,
    )


def of_occurrence(
    session: Session, actor: User, occurrence_id: int, now: datetime, *, lock: bool = True
) -> Subject:
    """Return a duty the actor may see, locked unless one only looks."""
    if lock:
        one = find_occurrence(session, actor, occurrence_id, now)
    else:
        one = occurrence_seen(session, actor, occurrence_id, now).occurrence
    return Subject(
        project=one.project,
        name=f"{name_of(one)}（{window_text(one.slot)}）",
        breached_at=one.closes_at,
        breached=listed(one, now).state in BREACHED,
        occurrence=one,
    )


def subject_of(session: Session, actor: User, dispute: Dispute, now: datetime) -> Subject:
    """Return what an existing dispute is about, locked."""
    if dispute.ticket_id is None:
        assert dispute.occurrence_id is not None
        return of_occurrence(session, actor, dispute.occurrence_id, now)
    assert dispute.clock is not None
    assert dispute.round is not None
    return of_clock(session, actor, dispute.ticket_id, dispute.clock, dispute.round, now)


def dispute_about(session: Session, subject: Subject) -> Dispute | None:
    """Return the dispute about a subject, if there is one. The subject is locked, and so is that."""
    about = Dispute.occurrence_id == subject.occurrence.id if subject.occurrence else None
    if subject.ticket is not None and subject.clock is not None:
        about = (
            (Dispute.ticket_id == subject.ticket.id)
            & (Dispute.clock == subject.clock.kind)
            & (Dispute.round == subject.clock.round)
        )
    assert about is not None
    return session.scalar(select(Dispute).where(about).options(selectinload(Dispute.steps)))


def held(session: Session, actor: User, dispute_id: int, now: datetime) -> tuple[Dispute, Subject]:
    """Return a dispute the actor may see with its subject, both locked: of two at once the second waits.

    The subject is locked first, as everything else does that touches a ticket or a duty.
    """
    found = dispute_seen(session, actor, dispute_id, now)
    subject = subject_of(session, actor, found, now)
    locked = session.scalar(
        select(Dispute)
        .where(Dispute.id == found.id)
        .options(selectinload(Dispute.steps))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    assert locked is not None
    return locked, subject


def ensure_breached(subject: Subject) -> None:
    """Refuse to dispute what was done in time, still runs, or is exempt already."""
    if not subject.breached:
        raise Conflict(f"「{subject.name}」现在没有超时，不需要申请免责")


def clock_name(kind: ClockKind, number: int) -> str:
    """Return how a person names a clock of a ticket: ``到场（第 2 次）``."""
    return f"{kind.label}（第 {number + 1} 次）" if number else kind.label
