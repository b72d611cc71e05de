"""What the supplier's desk owes beside the tickets: claims in time, documents, answers, people on post."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy.orm import Session

from app.dispatch.roster import Roster, Station, roster
from app.disputes import queries as disputes
from app.disputes.claimable import Claimable, claimable
from app.duties.queries import Filters, Listed, listed, occurrences
from app.waiting import queries as waiting
from app.waiting.kind import Desk
from models.disputes import Dispute
from models.duties import Occurrence
from models.people import User
from sla.disputes import Course
from sla.vocab import OccurrenceState
from sla.when import month_bounds, month_of

ANSWERS = ("complaint", "observation", "objection", "replacement")
MOST = 60  # lines of a kind on the page
One = TypeVar("One")


@dataclass(frozen=True)
class Office:
    """What is owed. ``claims`` are under way, each with whose turn it is; ``answers`` wait for a word."""

    claimable: Sequence[Claimable]
    claims: Sequence[tuple[Dispute, Course]]
    documents: Sequence[Listed]
    answers: Sequence[waiting.Group]
    roster: Roster

    @property
    def to_claim(self) -> list[tuple[Claimable, int]]:
        """Return what can be claimed: the tickets, then of each duty its first time and how many follow."""
        duties = [one for one in self.claimable if one.occurrence]
        drawn = first_of_each(duties, lambda one: one.occurrence.obligation_id if one.occurrence else 0)
        return [(one, 0) for one in self.claimable if one.ticket] + drawn

    @property
    def ordered(self) -> list[Listed]:
        """Return the documents, the late ones first."""
        return sorted(self.documents, key=lambda one: one.state is not OccurrenceState.MISSED)

    @property
    def late(self) -> list[Listed]:
        """Return the documents that are past their time."""
        return [one for one in self.documents if one.state is OccurrenceState.MISSED]

    @property
    def drawn(self) -> list[tuple[Listed, int]]:
        """Return the documents, the late ones first; of each its first time, and how many follow."""
        late = {one.occurrence.id for one in self.late}
        ahead = [one for one in self.documents if one.occurrence.id not in late]
        both = (first_of_each(some, lambda one: one.occurrence.obligation_id) for some in (self.late, ahead))
        return [one for some in both for one in some]

    @property
    def empty_posts(self) -> list[Station]:
        """Return the postings where nobody is there in this half day."""
        return [one for one in self.roster.gaps if not one.there]

    @property
    def asked(self) -> int:
        """Return how much waits for an answer."""
        return sum(one.found.total for one in self.answers)

    @property
    def total(self) -> int:
        """Return how much is owed in all, every time of a duty by itself."""
        parts = self.claimable, self.claims, self.documents, self.roster.gaps
        return sum(map(len, parts)) + self.asked


def first_of_each(found: Iterable[One], key: Callable[[One], int]) -> list[tuple[One, int]]:
    """Return the first of each kind in its order, and how many of it follow."""
    several: dict[int, list[One]] = {}
    for one in found:
        several.setdefault(key(one), []).append(one)
    return [(some[0], len(some) - 1) for some in several.values()]


def office(session: Session, viewer: User, now: datetime) -> Office:
    """Return what is owed, however much it is in the same number of queries a kind."""
    desk = Desk(session, viewer, now)
    groups = [one for code in ANSWERS for one in waiting.of_kind(desk, code, 1)]
    return Office(
        claimable=claimable(session, viewer, now),
        claims=_claims(session, viewer, now),
        documents=_documents(session, viewer, now),
        answers=[one for one in groups if one.found.total],
        roster=roster(session, now),
    )


def _claims(session: Session, viewer: User, now: datetime) -> list[tuple[Dispute, Course]]:
    """Return the disputes under way, what ends first coming first."""
    found = session.scalars(disputes.disputes(viewer, now, "open", None)).unique()
    courses = [(one, disputes.course_of(session, one, now)) for one in found]
    return sorted(courses, key=lambda pair: (pair[1].until is None, pair[1].until or now, pair[0].id))


def _documents(session: Session, viewer: User, now: datetime) -> list[Listed]:
    """Return the reports and plans of this month that are not handed over, and those late before it."""
    query = occurrences(viewer, now, Filters(group="document")).where(
        Occurrence.opens_at <= now,
        Occurrence.closes_at <= month_bounds(month_of(now))[1],
        Occurrence.done_at.is_(None),
        Occurrence.waived_at.is_(None),
    )
    return [listed(one, now) for one in session.scalars(query)]
