"""The attendance of a month (R1): who was there, the figures, and the rows behind them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from app.residents.roster import Establishments, Post, leaves, not_over, posts
from app.tickets.derivation import current_rules
from models.contract import Posting, Project
from models.people import User
from models.residents import Attendance, Leave, PostingMember
from sla.attendance import (
    AttendanceRow,
    Cover,
    Entry,
    HalfDay,
    People,
    figure,
    half_days,
    is_required_on,
    people_present,
    required_days,
)
from sla.calendar import Calendar
from sla.figures import Figure
from sla.vocab import Half, Presence, Standing
from sla.when import next_month

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Roll:
    """What was recorded for some days: the last entry about each half day, the covers, and who was there."""

    entries: dict[tuple[int, int, HalfDay], Attendance]  # by posting, person and half day
    covers: Sequence[Cover]
    people: People

    def there(self, posting_id: int, half_day: HalfDay) -> frozenset[int]:
        """Return the ids of the people who were there."""
        return self.people.get(posting_id, {}).get(half_day, frozenset())

    def counts(self, posting_id: int) -> dict[HalfDay, int]:
        """Return how many people were there in each half day."""
        return {half_day: len(who) for half_day, who in self.people.get(posting_id, {}).items()}


def holds(session: Session, posting_id: int, person_id: int, half_day: HalfDay) -> bool:
    """Tell whether somebody is expected on a posting: holds it that day, or stands in that half day."""
    day = half_day[0]
    held = session.scalar(
        select(PostingMember.id).where(
            PostingMember.posting_id == posting_id,
            PostingMember.user_id == person_id,
            PostingMember.from_day <= day,
            not_over(day),
        )
    )
    return held is not None or any(
        one.posting == posting_id and one.substitute == person_id and half_day in one.half_days
        for one in covers(session, day, day + ONE_DAY)
    )


def held_days(session: Session, posting_id: int, person_id: int) -> list[tuple[date, date | None]]:
    """Return from when until when (exclusive) somebody held a posting, each time."""
    rows = session.execute(
        select(PostingMember.from_day, PostingMember.until_day).where(
            PostingMember.posting_id == posting_id, PostingMember.user_id == person_id
        )
    )
    return [(first, until) for first, until in rows]


def is_required(session: Session, post: Post, day: date) -> bool:
    """Tell whether a posting is to be held on a day: within service, and a day of its pattern (T3)."""
    return is_required_on(post.rules, day, current_rules(session).book.calendar)


def roll(session: Session, first: date, end: date) -> Roll:
    """Return what was recorded of all postings for ``[first, end)``: one person may be on any of them."""
    recorded = session.scalars(
        select(Attendance).where(Attendance.day >= first, Attendance.day < end).order_by(Attendance.id)
    ).all()
    standing_in = covers(session, first, end)
    entries = (
        Entry(one.posting_id, one.user_id, one.day, one.half, one.presence is Presence.PRESENT)
        for one in recorded
    )
    return Roll(
        entries={(one.posting_id, one.user_id, (one.day, one.half)): one for one in recorded},
        covers=standing_in,
        people=people_present(entries, standing_in),
    )


def covers(session: Session, first: date, end: date) -> list[Cover]:
    """Return the approved substitutes within ``[first, end)``, while the person away held the posting."""
    approved = leaves(
        session,
        and_(
            Leave.standing == Standing.CONFIRMED,
            Leave.substitute_id.is_not(None),
            Leave.first_day < end,
            Leave.last_day >= first,
        ),
    )
    return [_cover(one, first, end) for one in sorted(approved, key=lambda one: one.id)]


def _cover(one: Leave, first: date, end: date) -> Cover:
    held = one.member
    start, stop = max(first, held.from_day), min(end, held.until_day or end)
    inside = tuple(half_day for half_day in of_leave(one) if start <= half_day[0] < stop)
    assert one.substitute_id is not None
    return Cover(held.posting_id, held.user_id, one.substitute_id, inside)


def of_leave(one: Leave) -> Iterable[HalfDay]:
    """Return the half days of a leave."""
    return half_days((one.first_day, one.first_half), (one.last_day, one.last_half))


def attendance_figures(
    session: Session,
    first: date,
    project_ids: Iterable[int],
    *,
    until: date | None = None,
    changes: Establishments | None = None,
) -> dict[int, Figure]:
    """Return the half days present and required in the month of ``first``, by the project's number (R1).

    Projects without a posting are left out. With ``until`` only the days before it count: in a month
    that is not over, those that are. A total of 0 is 不适用: no service, or no day of the pattern. With
    ``changes`` the postings have those heads and patterns instead of the ones in force.
    """
    wanted = Project.id.in_(list(project_ids))
    return figures_between(session, first, _end(first, until), wanted, changes)


def figures_between(
    session: Session,
    first: date,
    end: date,
    scope: ColumnElement[bool],
    changes: Establishments | None = None,
    calendar: Calendar | None = None,
) -> dict[int, Figure]:
    """Return the half days present and required in ``[first, end)`` by project: sums of ``rows_between``.

    ``calendar`` is another one than that in force, for looking ahead.
    """
    return figures_in(session, [(first, end)], scope, changes, calendar)[0]


def figures_in(
    session: Session,
    spans: Sequence[tuple[date, date]],
    scope: ColumnElement[bool],
    changes: Establishments | None = None,
    calendar: Calendar | None = None,
) -> list[dict[int, Figure]]:
    """Return the figures of ``figures_between`` for several spans of days, in as many queries as for one."""
    wanted = posts(session, scope, changes)
    first, end = min(one for one, _ in spans), max(one for _, one in spans)
    if not wanted or first >= end:
        return [{one.project.seq: Figure() for one in wanted} for _ in spans]
    people, days = _people(session, first, end), calendar or current_rules(session).book.calendar
    found: list[dict[int, Figure]] = [{} for _ in spans]
    for one in wanted:
        there = {half_day: len(who) for half_day, who in people.get(one.id, {}).items()}
        for sums, (a, b) in zip(found, spans, strict=True):
            part = figure(one.rules, there, a, b, days)
            sums[one.project.seq] = sums.get(one.project.seq, Figure()) + part
    return found


def attendance_rows(
    session: Session, first: date, project_ids: Iterable[int], *, until: date | None = None
) -> list[AttendanceRow]:
    """Return every required half day of the month of ``first``: the rows of ``attendance_figures`` (F5)."""
    return rows_between(session, first, _end(first, until), Project.id.in_(list(project_ids)))


def rows_between(session: Session, first: date, end: date, scope: ColumnElement[bool]) -> list[AttendanceRow]:
    """Return every required half day of ``[first, end)``; ``scope`` limits ``Project``. Six queries."""
    wanted = posts(session, scope)
    if not wanted or first >= end:
        return []
    people, days = _people(session, first, end), current_rules(session).book.calendar
    names = people_named(session, people)
    return [
        _row(one, (day, half), people.get(one.id, {}), names)
        for one in wanted
        for day in required_days(one.rules, first, end, days)
        for half in Half
    ]


def last_attendance_fact(
    session: Session, first: date, end: date, scope: ColumnElement[bool]
) -> datetime | None:
    """Return when something was last recorded about the postings' days of ``[first, end)``."""
    theirs = select(Posting.id).join(Project, Posting.project_id == Project.id).where(scope)
    recorded = session.scalar(
        select(func.max(Attendance.recorded_at)).where(
            Attendance.posting_id.in_(theirs), Attendance.day >= first, Attendance.day < end
        )
    )
    decided = session.scalar(
        select(func.max(Leave.decided_at))
        .join(PostingMember, Leave.member_id == PostingMember.id)
        .where(PostingMember.posting_id.in_(theirs), Leave.first_day < end, Leave.last_day >= first)
    )
    return max((one for one in (recorded, decided) if one), default=None)


def _people(session: Session, first: date, end: date) -> People:
    """Return who was there in ``[first, end)``; as plain values, for a year has many thousand entries."""
    found = session.execute(
        select(
            Attendance.posting_id, Attendance.user_id, Attendance.day, Attendance.half, Attendance.presence
        )
        .where(Attendance.day >= first, Attendance.day < end)
        .order_by(Attendance.id)
    )
    entries = (
        Entry(posting, person, day, half, presence is Presence.PRESENT)
        for posting, person, day, half, presence in found
    )
    return people_present(entries, covers(session, first, end))


def as_fact(row: AttendanceRow) -> dict[str, object]:
    """Return a row as ``month facts`` prints it; people by id, as in the ledger."""
    return {
        "type": "attendance",
        "project": row.project,
        "unit": row.unit,
        "posting": row.posting,
        "day": row.day.isoformat(),
        "half": row.half.value,
        "required": row.required,
        "present": row.present,
        "people": list(row.people),
    }


def _row(
    one: Post, half_day: HalfDay, there: Mapping[HalfDay, frozenset[int]], names: Mapping[int, str]
) -> AttendanceRow:
    who = tuple(sorted(there.get(half_day, ())))
    heads = one.rules.heads_on(half_day[0])
    return AttendanceRow(
        project=one.project.seq,
        unit=one.project.unit.name,
        posting=one.id,
        day=half_day[0],
        half=half_day[1],
        required=heads,
        present=min(heads, len(who)),
        people=who,
        names=tuple(names[person] for person in who),
    )


def people_named(session: Session, people: People) -> dict[int, str]:
    """Return the names of all who were there, by id."""
    ids = {person for days in people.values() for who in days.values() for person in who}
    found = session.execute(select(User.id, User.name).where(User.id.in_(ids)))
    return {person: name for person, name in found}  # noqa: C416


def _end(first: date, until: date | None) -> date:
    end = next_month(first)
    return end if until is None else max(first, min(end, until))
