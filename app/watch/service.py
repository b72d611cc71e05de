"""What is done in the name of the clock, and reading one's notices; nothing here commits."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.access import require
from app.people.service import create_person
from app.tickets.derivation import derive_ticket, to_event
from app.tickets.record import record
from app.watch.queries import NOT_TOLD, affected, notice_seen, notices_seen
from models.people import SYSTEM, User
from models.tickets import Ticket
from models.watch import Notice
from sla.errors import Invalid
from sla.timeline import fold
from sla.vocab import EventKind, Role

NO_PASSWORD = "!"  # the hash of none
SILENCE = "期满没有异议，视为验收通过"


def accept_by_silence(session: Session, ticket: Ticket, now: datetime) -> datetime | None:
    """Record the acceptance that silence has brought about, at its true moment; return that moment (C11).

    The ticket is locked and its events are loaded. The rules settle silence by themselves, so nothing
    changes by recording it: the event is evidence, and keeps what was settled from later changes of rules.
    """
    known = fold(to_event(row) for row in ticket.events)
    if known.claim is None or not known.claim.outstanding or known.closed_at or known.cancelled_at:
        return None
    settled = derive_ticket(session, ticket, now).facts.claim
    assert settled is not None
    if settled.accepted_at is None:
        return None
    record(
        session,
        ticket,
        system_account(session, now),
        EventKind.RECOVERY_ACCEPTED,
        now,
        occurred_at=settled.accepted_at,
        data={"claim": settled.stop.seq, "note": SILENCE},
    )
    return settled.accepted_at


def system_account(session: Session, now: datetime) -> User:
    """Return the account in whose name the watch acts, made when it is first needed.

    It speaks for neither side, is deactivated from the beginning and can never sign in.
    """
    named = select(User).where(User.username == SYSTEM)
    found = session.scalar(named)
    if found is not None:
        return found
    try:
        made = create_person(
            session, None, now, username=SYSTEM, name="系统", role=Role.AUDITOR, password_hash=NO_PASSWORD
        )
    except Invalid:  # somebody else has made it meanwhile
        made = session.scalars(named).one()
    made.deactivated_at = made.deactivated_at or now
    made.must_change_password = False
    return made


def read_one(session: Session, viewer: User, notice_id: int, now: datetime) -> Notice:
    """Mark one of one's own notices as read; twice is harmless."""
    require_told(viewer)
    found = notice_seen(session, viewer, notice_id, now)
    found.read_at = found.read_at or now
    return found


def read_all(session: Session, viewer: User, last: int, now: datetime) -> int:
    """Mark as read what this person was shown: everything up to the notice ``last``; return how many."""
    require_told(viewer)
    unread = notices_seen(viewer, now), Notice.read_at.is_(None), Notice.id <= last
    return affected(session, update(Notice).where(*unread).values(read_at=now))


def require_told(viewer: User) -> None:
    """Refuse those whom nothing is ever told."""
    require(viewer, *(role for role in Role if role not in NOT_TOLD))
