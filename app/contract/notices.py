"""A year's holiday notice put in force, its effect shown beforehand (T2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.access import require
from app.contract.changing import (
    book_in_force,
    check_may_change,
    check_seen,
    checked_reason,
    hold_contract,
    put_in_force,
)
from app.contract.effect import Days, Effect, effect_of
from app.contract.notice_file import NoticeDay, whole_year
from app.contract.relaying import NOTHING, duty_counts, relay, relaying
from app.duties.layout import Difference
from models.calendar import CalendarDay, CalendarYear
from models.ledger import append
from models.people import User
from sla.calendar import Calendar, DayKind, YearStatus, days_of
from sla.clock import RuleBook
from sla.errors import Invalid
from sla.vocab import Role

LONGEST_NUMBER = 100  # characters
NOTICE_KINDS = (DayKind.DAY_OFF, DayKind.MAKEUP)
PUBLISHERS = (Role.ADMIN, Role.BUREAU)


@dataclass(frozen=True)
class Notice:
    """A year's notice: its number, all of its days; a reason where it corrects what is published."""

    year: int
    number: str
    days: tuple[NoticeDay, ...]
    reason: str = ""


@dataclass(frozen=True)
class DayChange:
    """A day that would be another; a side is ``None`` where nothing is said of it."""

    day: date
    before: NoticeDay | None
    after: NoticeDay | None


@dataclass(frozen=True)
class Publication:
    """A checked notice with all that it would do; ``known`` when exactly this is published already."""

    notice: Notice
    changes: tuple[DayChange, ...]
    corrects: bool
    known: bool
    before: RuleBook
    book: RuleBook
    effect: Effect
    duties: Difference


def propose_notice(session: Session, said: Notice, now: datetime, *, lock: bool = False) -> Publication:
    """Check a notice and work out its effect; writes nothing. ``lock`` is for who saves it next.

    An estimate may be replaced whenever its notice comes. What is published may be corrected, with a
    reason, where the days concerned may still change.
    """
    notice = _checked(said)
    before = book_in_force(session)
    row = session.get(CalendarYear, notice.year)
    corrects = row is not None and row.status is YearStatus.PUBLISHED
    stored = stored_days(session, notice.year)
    changes = _differences(stored, {one.day: one for one in notice.days})
    known = corrects and not changes and row is not None and row.notice == notice.number
    if corrects and not known:
        notice = replace(notice, reason=checked_reason(notice.reason, "更正的依据"))
        for change in changes:
            check_may_change(session, change.day, now, "days")
    book = replace(before, calendar=_with_notice(before.calendar, notice))
    days = None if known else _span(notice.year, changes, whole=not corrects)
    return Publication(
        notice,
        changes,
        corrects,
        known,
        before,
        book,
        effect_of(session, book, days, now, lock=lock),
        NOTHING if known else relaying(session, book, now),
    )


def publish(session: Session, actor: User | None, said: Notice, now: datetime, seen: str = "") -> Publication:
    """Put a year's notice in place of what is known of it, and derive anew what rests on that year (T2).

    Exactly the same notice again changes nothing (``known`` is set). ``actor`` is ``None`` for the
    command line; ``seen`` is the version of the rules that the effect was shown for.
    """
    if actor is not None:
        require(actor, *PUBLISHERS)
    hold_contract(session)
    found = propose_notice(session, said, now, lock=True)
    if found.known:
        return found
    check_seen(found.before, seen)
    notice, previous = found.notice, _as_plain(session, found.notice.year)
    year = session.get(CalendarYear, notice.year) or CalendarYear(year=notice.year)
    year.status, year.notice = YearStatus.PUBLISHED, notice.number
    session.add(year)
    first, last = date(notice.year, 1, 1), date(notice.year, 12, 31)
    session.execute(
        delete(CalendarDay).where(CalendarDay.day.between(first, last), CalendarDay.kind.in_(NOTICE_KINDS))
    )
    session.add_all(
        CalendarDay(day=one.day, kind=one.kind, name=one.name, notice=notice.number) for one in notice.days
    )
    put_in_force(session, found.effect, now)
    relay(session, found.duties)
    append(
        session,
        kind="calendar.corrected" if found.corrects else "calendar.published",
        subject=f"calendar:{notice.year}",
        actor_id=actor.id if actor else None,
        at=now,
        payload={
            **_as_plain(session, notice.year),
            "reason": notice.reason,
            "previous": previous,
            "rules": found.book.version,
            "effect": found.effect.counts() | duty_counts(found.duties),
        },
    )
    return found


def stored_days(session: Session, year: int) -> dict[date, NoticeDay]:
    """Return what the notice, or the estimate, of a year says of its days."""
    rows = session.scalars(
        select(CalendarDay)
        .where(CalendarDay.day.between(date(year, 1, 1), date(year, 12, 31)))
        .where(CalendarDay.kind.in_(NOTICE_KINDS))
        .order_by(CalendarDay.day)
    )
    return {row.day: NoticeDay(row.day, row.kind, row.name) for row in rows}


def _checked(said: Notice) -> Notice:
    days_of(said.year)  # within the years the calendar knows
    number = said.number.strip()
    if not number:
        raise Invalid("请填写通知文号，例如 国办发明电〔2026〕7号", "notice")
    if len(number) > LONGEST_NUMBER:
        raise Invalid(f"通知文号最多 {LONGEST_NUMBER} 个字，请缩短", "notice")
    return replace(said, number=number, days=whole_year(said.days, said.year, "放假通知"))


def _differences(before: Mapping[date, NoticeDay], after: Mapping[date, NoticeDay]) -> tuple[DayChange, ...]:
    days = sorted(before.keys() | after.keys())
    return tuple(
        DayChange(day, before.get(day), after.get(day)) for day in days if before.get(day) != after.get(day)
    )


def _span(year: int, changes: tuple[DayChange, ...], *, whole: bool) -> Days | None:
    """Return the days to be derived anew: a first notice concerns its whole year, for 暂定 goes."""
    if whole:
        return Days(date(year, 1, 1), date(year + 1, 1, 1))
    moved = [one.day for one in changes if _kind(one.before) != _kind(one.after)]
    return Days(moved[0], moved[-1] + timedelta(days=1)) if moved else None


def _kind(day: NoticeDay | None) -> DayKind | None:
    return day.kind if day else None


def _with_notice(known: Calendar, notice: Notice) -> Calendar:
    days = {day: kind for day, kind in known.days.items() if day.year != notice.year}
    names = {day: name for day, name in known.names.items() if day.year != notice.year}
    return Calendar(
        days=days | {one.day: one.kind for one in notice.days},
        years={**known.years, notice.year: YearStatus.PUBLISHED},
        overrides=known.overrides,
        names=names | {one.day: one.name for one in notice.days},
    )


def _as_plain(session: Session, year: int) -> dict[str, object]:
    """Return a year as the ledger keeps it."""
    row = session.get(CalendarYear, year)
    return {
        "year": year,
        "status": row.status if row else YearStatus.ESTIMATED,
        "notice": row.notice if row else "",
        "days": [[one.day, one.kind, one.name] for one in stored_days(session, year).values()],
    }
