"""Whether anything has changed that a viewer may see (S1): a few counts by index, in one query."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, ScalarSelect, func, select
from sqlalchemy.orm import Session

from app.access import SEE_ALL, projects_seen
from app.duties.queries import works_seen
from app.watch.queries import notices_seen
from models.contract import Project
from models.duties import Work
from models.people import User
from models.tickets import Ticket, TicketEvent
from models.watch import Notice
from sla.when import day_of

# A fact carries the time at which its request began and is seen when that has ended: so much later at most.
SLACK = timedelta(seconds=5)
LONGEST = timedelta(hours=12)  # a page that is open longer begins anew


@dataclass(frozen=True)
class Pulse:
    """What has happened since a page was made: facts about tickets, works handed in or decided, notices."""

    events: int
    works: int
    notices: int
    unread: int

    @property
    def changes(self) -> int:
        """Return how many changes that is."""
        return self.events + self.works + self.notices


def pulse(session: Session, viewer: User, since: datetime, now: datetime) -> Pulse:
    """Return what has changed in the viewer's scope since a moment, at most half a day ago."""
    since = max(since, now - LONGEST) - SLACK
    parts = (_events(viewer, since, now), _works(viewer, since, now), *_notices(viewer, since, now))
    return Pulse(*(int(number or 0) for number in session.execute(select(*parts)).one()))


def _events(viewer: User, since: datetime, now: datetime) -> ScalarSelect[int]:
    query = select(func.count(TicketEvent.id)).where(TicketEvent.recorded_at >= since)
    if viewer.role not in SEE_ALL:
        seen = select(Project.id).where(projects_seen(viewer, day_of(now)))
        # Asked of each recent fact, not joined: who sees many tickets would have all their facts looked at.
        whose = select(Ticket.project_id).where(Ticket.id == TicketEvent.ticket_id)
        query = query.where(whose.correlate(TicketEvent).scalar_subquery().in_(seen))
    return query.scalar_subquery()


def _works(viewer: User, since: datetime, now: datetime) -> ColumnElement[int]:
    seen = works_seen(viewer, day_of(now))
    handed_in = select(func.count(Work.id)).where(Work.recorded_at >= since, seen)
    decided = select(func.count(Work.id)).where(Work.decided_at >= since, seen)
    return handed_in.scalar_subquery() + decided.scalar_subquery()


def _notices(viewer: User, since: datetime, now: datetime) -> tuple[ScalarSelect[int], ScalarSelect[int]]:
    mine = select(func.count(Notice.id)).where(notices_seen(viewer, now))
    told, unread = mine.where(Notice.created_at >= since), mine.where(Notice.read_at.is_(None))
    return told.scalar_subquery(), unread.scalar_subquery()
