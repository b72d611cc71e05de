"""What is due when, always within what the viewer may see (S1)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session

from app.contract.pages import Day, calendar_day
from app.contract.queries import calendar
from app.duties.queries import (
    Filters,
    Listed,
    closes_in,
    in_state,
    listed,
    missed,
    occurrences,
    occurrences_seen,
)
from models.contract import Project
from models.duties import Occurrence
from models.people import User
from sla.calendar import Calendar
from sla.errors import NotFound
from sla.vocab import OccurrenceState
from sla.when import day_of, end_of, month_of, next_month, start_of

ONE_DAY = timedelta(days=1)
OVERDUE = 8  # on one's own page; the list of the missed has them all


@dataclass(frozen=True)
class Line:
    """An occurrence in a list by day; ``more`` of the same duty follow within the week."""

    one: Listed
    open_now: bool
    more: int = 0


@dataclass(frozen=True)
class Agenda:
    """An engineer's duties: late but still possible, due today, due in the rest of the week; ``later`` is
    how many can be done now and close after the week."""

    overdue: Sequence[Line]
    all_overdue: int
    today: Sequence[Line]
    week: Sequence[Line]
    later: int
    done_today: int


@dataclass(frozen=True)
class DayOf:
    """A day with what falls due on it."""

    day: Day
    lines: Sequence[Line]


@dataclass(frozen=True)
class Tally:
    """The figures of a start page: open and due today, missed in this month."""

    due_today: int
    missed: int


def agenda(session: Session, viewer: User, now: datetime) -> Agenda:
    """Return what this person has to do today and until Sunday, what closes first first."""
    today = day_of(now)
    sunday = today + timedelta(days=6 - today.weekday())
    closing = occurrences(viewer, now).where(
        Occurrence.closes_at > now,
        Occurrence.closes_at <= end_of(sunday),
        Occurrence.done_at.is_(None),
        Occurrence.waived_at.is_(None),
    )
    found = [listed(one, now) for one in session.scalars(closing)]
    over = missed(session, viewer, now, OVERDUE)
    numbers = session.execute(
        select(
            _count(in_state(now) == OccurrenceState.MISSED),
            _count(Occurrence.opens_at <= now, Occurrence.closes_at > end_of(sunday), _undone()),
            _count(Occurrence.done_at >= start_of(today), Occurrence.done_at < end_of(today)),
        ).where(occurrences_seen(viewer, today))
    ).one()
    due = [one for one in found if one.occurrence.closes_at <= end_of(today)]
    return Agenda(
        overdue=[Line(one, True) for one in over],
        all_overdue=numbers[0],
        today=[_line(one, now) for one in due],
        week=_drawn_together(found[len(due) :], now),
        later=numbers[1],
        done_today=numbers[2],
    )


def week(session: Session, viewer: User, monday: date, now: datetime) -> list[DayOf]:
    """Return a week, Monday first, each day with what falls due on it, however that stands."""
    query = occurrences(viewer, now).where(
        Occurrence.closes_at > start_of(monday), Occurrence.closes_at <= start_of(monday + timedelta(days=7))
    )
    days = [monday + timedelta(days=n) for n in range(7)]
    return _by_day(days, session.scalars(query), calendar(session), now)


def month(session: Session, viewer: User, project: Project, first: date, now: datetime) -> list[DayOf]:
    """Return the days of a month of a project, each with what falls due on it (F1: its last day)."""
    query = occurrences(viewer, now, Filters(project=project.seq)).where(closes_in(first))
    days = [first + timedelta(days=n) for n in range((next_month(first) - first).days)]
    return _by_day(days, session.scalars(query), calendar(session), now)


def months_of(project: Project, now: datetime) -> tuple[date, date]:
    """Return the first and the last month of a project's service; this month before any year is opened."""
    spans = [(one.starts_on, one.ends_on - ONE_DAY) for one in project.services]
    if not spans:
        return month_of(now), month_of(now)
    return min(a for a, _ in spans).replace(day=1), max(b for _, b in spans).replace(day=1)


def month_shown(project: Project, wanted: date | None, now: datetime) -> date:
    """Return the month asked for, or the one nearest to now; outside of service it is ``NotFound``."""
    first, last = months_of(project, now)
    if wanted is None:
        return max(first, min(last, month_of(now)))
    if not first <= wanted <= last:
        raise NotFound(f"这个项目的应办只在 {first:%Y-%m} 至 {last:%Y-%m}")
    return wanted


def tally(session: Session, viewer: User, now: datetime) -> Tally:
    """Count what is open and closes today, and what was missed in this month: one query."""
    today = day_of(now)
    due = Occurrence.opens_at <= now, Occurrence.closes_at > now, Occurrence.closes_at <= end_of(today)
    row = session.execute(
        select(
            _count(*due, _undone()),
            _count(in_state(now) == OccurrenceState.MISSED),
        ).where(occurrences_seen(viewer, today), closes_in(month_of(now)))
    ).one()
    return Tally(*row)


def _undone() -> ColumnElement[bool]:
    return and_(Occurrence.done_at.is_(None), Occurrence.waived_at.is_(None))


def _count(*conditions: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(case((and_(*conditions), 1)))


def _line(one: Listed, now: datetime, more: int = 0) -> Line:
    return Line(one, one.occurrence.opens_at <= now and one.occurrence.waived_at is None, more)


def _drawn_together(found: Iterable[Listed], now: datetime) -> list[Line]:
    """Return one line for each duty: its next time, and how many more follow in the week."""
    by_duty: dict[int, list[Listed]] = defaultdict(list)
    for one in found:
        by_duty[one.occurrence.obligation_id].append(one)
    return [_line(several[0], now, len(several) - 1) for several in by_duty.values()]


def _by_day(days: Sequence[date], found: Iterable[Occurrence], known: Calendar, now: datetime) -> list[DayOf]:
    on: dict[date, list[Line]] = defaultdict(list)
    for one in found:
        on[day_of(one.closes_at - timedelta(seconds=1))].append(_line(listed(one, now), now))
    return [DayOf(calendar_day(known, day), on[day]) for day in days]
