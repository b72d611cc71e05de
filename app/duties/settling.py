"""When an occurrence was done, worked out from the works that serve it (O4, C12)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from app.tickets.derivation import current_rules
from models.duties import Occurrence, OccurrenceWork, Work
from sla.clock import RuleBook
from sla.obligations import Slot, is_backentered, judged_done_at
from sla.vocab import Standing
from sla.when import day_of

ONE_SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Served:
    """What one work says about one occurrence: when it was done, when that was recorded."""

    occurred_at: datetime
    recorded_at: datetime
    standing: Standing


def settle_occurrences(session: Session, ids: Iterable[int]) -> None:
    """Write ``done_at`` of these occurrences anew, from their finished works that were not rejected.

    They are locked first: of two works finished at once, the second sees the first.
    """
    wanted = sorted(set(ids))
    if not wanted:
        return
    session.flush()
    locked = session.scalars(
        select(Occurrence)
        .where(Occurrence.id.in_(wanted))
        .options(joinedload(Occurrence.obligation))
        .order_by(Occurrence.id)
        .with_for_update(of=Occurrence)
        .execution_options(populate_existing=True)
    ).all()
    served = _served(session, locked)
    book = current_rules(session).book
    for one in locked:
        done_at = done(one.slot, served.get(one.id, []), one.obligation.visits, book)
        if one.done_at != done_at:
            one.done_at = done_at
    session.flush()


def done(slot: Slot, served: Iterable[Served], visits: int, book: RuleBook) -> datetime | None:
    """Return the moment an occurrence is judged by; ``None`` while it is not done.

    With ``visits`` above 1 it is the visit on the Nth workday; visits on days off do not count (O4).
    """
    judged = sorted(_judged(slot, one, book) for one in served)
    if visits == 1:
        return judged[0] if judged else None
    days = set()
    for at in judged:
        if book.calendar.is_workday(day_of(at)):
            days.add(day_of(at))
            if len(days) == visits:
                return at
    return None


def last_moment(slot: Slot) -> datetime:
    """Return the last second at which an occurrence can be done in time."""
    return slot.closes_at - ONE_SECOND


def within(occurred_at: datetime, slot: Slot, covers: int) -> datetime:
    """Return when a work says an occurrence was done: of several it covers, each within its own window."""
    return min(occurred_at, last_moment(slot)) if covers > 1 else occurred_at


def is_late_entry(occurred_at: datetime, recorded_at: datetime, slots: list[Slot], book: RuleBook) -> bool:
    """Tell whether a work is 补录 for any occurrence it serves (C12)."""
    if not slots:
        allowed = _allowed(occurred_at, book)
        return (recorded_at - occurred_at).total_seconds() > allowed
    claims = ((within(occurred_at, slot, len(slots)), slot) for slot in slots)
    return any(is_backentered(at, recorded_at, slot, _allowed(at, book)) for at, slot in claims)


def _judged(slot: Slot, one: Served, book: RuleBook) -> datetime:
    allowed = _allowed(one.occurred_at, book)
    return judged_done_at(one.occurred_at, one.recorded_at, slot, allowed, one.standing)


def _allowed(at: datetime, book: RuleBook) -> int:
    return 60 * book.interpretations.backentry_minutes(day_of(at))


def _served(session: Session, occurrences: Iterable[Occurrence]) -> dict[int, list[Served]]:
    by_id = {one.id: one for one in occurrences}
    found: dict[int, list[Served]] = {}
    for occurrence_id, work, covers in _works(session, list(by_id)):
        at = within(work.occurred_at, by_id[occurrence_id].slot, covers)
        found.setdefault(occurrence_id, []).append(Served(at, work.recorded_at, work.standing))
    return found


def _works(session: Session, ids: list[int]) -> Iterator[tuple[int, Served, int]]:
    links = select(OccurrenceWork.work_id).where(OccurrenceWork.occurrence_id.in_(ids))
    every = (
        select(OccurrenceWork.work_id, func.count().label("covers"))
        .where(OccurrenceWork.work_id.in_(links))
        .group_by(OccurrenceWork.work_id)
        .subquery()
    )
    rows = session.execute(
        select(
            OccurrenceWork.occurrence_id,
            Work.occurred_at,
            Work.recorded_at,
            Work.standing,
            every.c.covers,
        )
        .join(Work, Work.id == OccurrenceWork.work_id)
        .join(every, every.c.work_id == OccurrenceWork.work_id)
        .where(
            OccurrenceWork.occurrence_id.in_(ids),
            Work.finished_at.is_not(None),
            Work.standing != Standing.REJECTED,
        )
    )
    for occurrence_id, occurred_at, recorded_at, standing, covers in rows:
        yield occurrence_id, Served(occurred_at, recorded_at, standing), covers
