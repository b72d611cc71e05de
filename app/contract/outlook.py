"""What a change of the rules would do and what earlier ones did, for a page and for programs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.contract.agree import Proposal
from app.contract.dues import DueDays, due_days
from app.contract.effect import DueChange, Effect, FigureChange, Side, figure_changes
from app.contract.laid import AttendanceMoved, DutiesMoved, attendance_moved, duties_moved
from app.contract.notice_file import NoticeDay, runs
from app.contract.notices import Publication, stored_days
from app.contract.relaying import duty_counts
from app.duties.layout import Difference
from models.ledger import LedgerEntry
from models.people import User
from sla.calendar import DayKind
from sla.clock import RuleBook
from sla.errors import Invalid
from sla.interpretations import Key
from sla.when import iso

MOST_FIGURES = 200  # that are listed; the rest is counted
LONGEST_RUN = 20  # days off in a row


@dataclass(frozen=True)
class Outlook:
    """The effect of a change on a page. ``details`` is false for who sees no business data (S1).

    ``kept`` are the frozen months it would have touched; their figures stay (M1).
    """

    counts: dict[str, int]
    details: bool
    dues: Sequence[DueChange]
    figures: Sequence[FigureChange]
    more_figures: bool
    months: Sequence[date]
    kept: Sequence[date] = ()
    days: DueDays = field(default_factory=DueDays)
    attendance: Sequence[AttendanceMoved] = ()
    duties: Sequence[DutiesMoved] = ()

    @property
    def nothing(self) -> bool:
        """Tell whether nothing at all would be another."""
        return not any(self.counts.values()) and not self.days.count and not self.attendance


@dataclass(frozen=True)
class Rules:
    """The rules in force and other ones; ``first`` is the first day of a reading, ``None`` of a calendar."""

    before: RuleBook
    after: RuleBook
    first: date | None = None

    def due_days(self, session: Session, now: datetime) -> DueDays:
        """Return the due days that change."""
        return due_days(session, self.before, self.after, self.first, now)

    def attendance(self, session: Session, now: datetime) -> list[AttendanceMoved]:
        """Return the attendance that changes."""
        return list(attendance_moved(session, self.before, self.after, now))


def outlook(
    session: Session,
    effect: Effect,
    duties: Difference,
    now: datetime,
    *,
    details: bool,
    rules: Rules | None = None,
) -> Outlook:
    """Put an effect together for a page; without ``details`` only its numbers.

    With ``rules`` also what they move besides tickets: due days of payments and disputes, attendance.
    """
    counts = effect.counts() | duty_counts(duties)
    if not details:
        return Outlook(counts, False, (), (), False, ())
    found = list(islice(figure_changes(session, effect, now), MOST_FIGURES + 1))
    return Outlook(
        *(counts, True, effect.listed, found[:MOST_FIGURES], len(found) > MOST_FIGURES, effect.months),
        effect.kept,
        rules.due_days(session, now) if rules else DueDays(),
        rules.attendance(session, now) if rules else (),
        duties_moved(session, duties),
    )


@dataclass(frozen=True)
class Decision:
    """What was once decided about the rules: when, by whom, and what the ledger keeps of it."""

    at: datetime
    by: str
    said: dict[str, Any]


def decisions(session: Session, subject: str) -> list[Decision]:
    """Return what the ledger keeps about a reading or a year of the calendar, the latest first."""
    rows = session.execute(
        select(LedgerEntry.recorded_at, LedgerEntry.payload, User.name)
        .outerjoin(User, LedgerEntry.actor_id == User.id)
        .where(LedgerEntry.subject == subject)
        .order_by(LedgerEntry.seq.desc())
    )
    return [Decision(row.recorded_at, row.name or "命令行", json.loads(row.payload)) for row in rows]


# -- a year's notice as the rows of a form -----------------------------------------------------------


FESTIVALS = ("元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节")


def festival_rows(session: Session, year: int, most: int) -> dict[str, str]:
    """Return what is known of a year as the values of the form: a festival a row."""
    days = stored_days(session, year).values()
    worked: dict[str, list[date]] = {}
    for one in days:
        if one.kind is DayKind.MAKEUP:
            worked.setdefault(one.name, []).append(one.day)
    rows: list[dict[str, str]] = []
    for first, last, kind, name in runs(days):
        if kind is DayKind.DAY_OFF:
            instead = worked.get(name, [])
            rows.append({"name": name, "first": str(first), "last": str(last), **_two(instead)})
            worked[name] = instead[2:]
    for name, rest in worked.items():
        rows += [{"name": name, **_two(rest[at : at + 2])} for at in range(0, len(rest), 2)]
    rows = rows or [{"name": name} for name in FESTIVALS]
    return {f"{part}_{at}": value for at, row in enumerate(rows[:most]) for part, value in row.items()}


def _two(days: Sequence[date]) -> dict[str, str]:
    return {part: str(day) for part, day in zip(("work1", "work2"), days, strict=False)}


def said_days(values: dict[str, Any], rows: int) -> tuple[NoticeDay, ...]:
    """Return the days that the rows of such a form amount to; a row that makes no sense is ``Invalid``."""
    found: list[NoticeDay] = []
    for row in range(rows):
        name, first, last = (values[f"{part}_{row}"] for part in ("name", "first", "last"))
        instead = [values[f"{part}_{row}"] for part in ("work1", "work2")]
        if (first or last or any(instead)) and not name:
            raise Invalid("填了日期的行要有名称", f"name_{row}")
        if last and (first is None or last < first):
            raise Invalid(f"{name}放假的最后一天不能早于第一天", f"last_{row}")
        if first and ((last or first) - first).days >= LONGEST_RUN:
            raise Invalid(f"{name}一次放假不会有 {LONGEST_RUN} 天，请核对", f"last_{row}")
        off = range(first.toordinal(), (last or first).toordinal() + 1) if first else ()
        found += [NoticeDay(date.fromordinal(number), DayKind.DAY_OFF, name) for number in off]
        found += [NoticeDay(day, DayKind.MAKEUP, name) for day in instead if day]
    return tuple(found)


# -- for programs ---------------------------------------------------------------------------------


def agreement_sheet(session: Session, found: Proposal, now: datetime) -> dict[str, Any]:
    """Return an agreement with its effect as ``contract agree`` prints it."""
    key: Key = found.key
    return {
        "key": key.name,
        "value": found.value,
        "from_day": str(found.from_day),
        "previous": {"value": found.previous.raw, "status": found.previous.status.value},
        "changed": False,
        **effect_sheet(
            *(session, found.effect, found.duties, now), Rules(found.before, found.book, found.from_day)
        ),
    }


def notice_sheet(session: Session, found: Publication, now: datetime) -> dict[str, Any]:
    """Return a notice with its effect as ``calendar import`` prints it."""
    return {
        "year": found.notice.year,
        "notice": found.notice.number,
        "days": len(found.notice.days),
        "differences": [
            {"date": str(one.day), "before": _said(one.before), "after": _said(one.after)}
            for one in found.changes
        ],
        "changed": False,
        **effect_sheet(session, found.effect, found.duties, now, Rules(found.before, found.book)),
    }


def effect_sheet(
    session: Session, effect: Effect, duties: Difference, now: datetime, rules: Rules
) -> dict[str, Any]:
    """Return an effect as plain values: its numbers, the first due times and days, every figure."""
    return {
        "effect": effect.counts() | duty_counts(duties),
        "dues": [
            {
                "ticket": one.number,
                "project": one.project,
                "kind": str(one.kind),
                "before": _side(one.before),
                "after": _side(one.after),
            }
            for one in effect.listed
        ],
        "figures": [
            {
                "month": f"{one.month:%Y-%m}",
                "project": one.project.seq if one.project else None,
                "indicator": str(one.indicator),
                "before": one.before.as_dict(),
                "after": one.after.as_dict(),
            }
            for one in figure_changes(session, effect, now)
        ],
        "due_days": [
            {
                "what": one.what,
                "step": one.step,
                "before": str(one.before) if one.before else None,
                "after": str(one.after) if one.after else None,
                "state_before": one.state[0],
                "state_after": one.state[1],
            }
            for one in rules.due_days(session, now).listed
        ],
        "attendance": [
            {
                "month": f"{one.month:%Y-%m}",
                "project": one.project,
                "before": one.before.as_dict(),
                "after": one.after.as_dict(),
            }
            for one in rules.attendance(session, now)
        ],
        "duties": [
            {
                "month": f"{one.month:%Y-%m}",
                "project": one.project,
                "indicator": str(one.indicator),
                "removed": one.removed,
                "added": one.added,
            }
            for one in duties_moved(session, duties)
        ],
        "frozen": [f"{month:%Y-%m}" for month in effect.kept],
    }


def _side(side: Side | None) -> dict[str, Any] | None:
    if side is None:
        return None
    return {"due_at": iso(side.due_at), "verdict": str(side.verdict), "provisional": side.provisional}


def _said(day: NoticeDay | None) -> str | None:
    return f"{day.kind.value} {day.name}" if day else None
