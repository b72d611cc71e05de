"""What a person's calendar holds, within the viewer's scope (S1), in a constant number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager, joinedload

from app.account.queries import digest, may_sign_in
from app.duties.queries import occurrences_seen
from app.tickets.queries import ENDED, seen
from models.contract import Obligation
from models.duties import Occurrence
from models.people import User
from models.tickets import Ticket
from models.watch import FeedAddress
from sla.errors import NotFound
from sla.vocab import Cycle, Role
from sla.when import day_of

BACK = timedelta(days=7)  # what was missed stays in sight for a week
AHEAD = timedelta(days=45)
MOST = 1000  # of each sort
# In the calendar of everybody's projects the daily duties would drown the rest.
DAILY = (Cycle.DAILY, Cycle.TWICE_DAILY, Cycle.FILING_DAILY)
OVERSEERS = (Role.BUREAU, Role.AUDITOR, Role.MANAGER, Role.HOTLINE)


def owner(session: Session, token: str, demo: bool) -> User:
    """Return whose calendar a secret address opens; revoked, unknown and deactivated are ``NotFound``."""
    found = session.scalar(
        select(User)
        .join(FeedAddress, FeedAddress.user_id == User.id)
        .where(FeedAddress.token_hash == digest(token), FeedAddress.revoked_at.is_(None))
    )
    if found is None or not may_sign_in(found, demo):
        raise NotFound("没有这个日历")
    return found


def address(session: Session, user: User) -> FeedAddress | None:
    """Return a person's present address, if there is one."""
    return session.scalar(
        select(FeedAddress).where(FeedAddress.user_id == user.id, FeedAddress.revoked_at.is_(None))
    )


def duties(session: Session, viewer: User, now: datetime) -> Sequence[Occurrence]:
    """Return the duties in scope that are due soon, or were lately, and are not done; the next first."""
    query = (
        select(Occurrence)
        .join(Occurrence.obligation)
        .options(contains_eager(Occurrence.obligation), joinedload(Occurrence.project))
        .where(
            occurrences_seen(viewer, day_of(now)),
            Occurrence.closes_at > now - BACK,
            Occurrence.opens_at <= now + AHEAD,
            Occurrence.done_at.is_(None),
            Occurrence.waived_at.is_(None),
        )
        .order_by(Occurrence.closes_at, Occurrence.id)
        .limit(MOST)
    )
    if viewer.role in OVERSEERS:
        query = query.where(Obligation.cycle.not_in(DAILY))
    return session.scalars(query).all()


def tickets(session: Session, viewer: User, now: datetime) -> Sequence[Ticket]:
    """Return the open tickets in scope that something is due of, the next first."""
    query = (
        seen(viewer, now)
        .where(Ticket.state.not_in(ENDED), Ticket.next_due_at.is_not(None))
        .order_by(Ticket.next_due_at, Ticket.id)
        .limit(MOST)
    )
    return session.scalars(query).all()
