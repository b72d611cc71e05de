"""What other rules make of the figures that no ticket moves: attendance, and the duties that are to come.

The days over are counted anew by the other calendar (R1). Of duties only what is to come changes (O1):
how many fall due in a month. Frozen months stay (M1).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select, true
from sqlalchemy.orm import Session

from app.closing.queries import frozen_months
from app.duties.layout import Difference
from app.residents.queries import figures_between
from models.contract import Obligation, Project
from sla.clock import RuleBook
from sla.figures import Figure
from sla.obligations import indicator_of
from sla.vocab import Indicator
from sla.when import day_of, month_of, next_month

ONE_SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class AttendanceMoved:
    """The attendance of a project in a month that is not frozen, over the days that are over."""

    month: date
    project: int
    before: Figure
    after: Figure


@dataclass(frozen=True)
class DutiesMoved:
    """How many more or fewer times duties fall due in a month; ``project`` is ``None`` for the contract."""

    month: date
    project: int | None
    indicator: Indicator
    removed: int
    added: int


def attendance_moved(
    session: Session, before: RuleBook, after: RuleBook, now: datetime
) -> Iterator[AttendanceMoved]:
    """Yield every month's attendance that other working days change, up to today."""
    days = [day for day in _differing(before, after) if day < day_of(now)]
    if not days:
        return
    frozen = set(frozen_months(session))
    for month in sorted({day.replace(day=1) for day in days} - frozen):
        end = min(next_month(month), day_of(now))
        was = figures_between(session, month, end, true(), calendar=before.calendar)
        will = figures_between(session, month, end, true(), calendar=after.calendar)
        for seq in sorted(was):
            if was[seq] != will[seq]:
                yield AttendanceMoved(month, seq, was[seq], will[seq])


def _differing(before: RuleBook, after: RuleBook) -> list[date]:
    """Return the days that one of two calendars names and the other takes otherwise."""
    one, other = before.calendar, after.calendar
    named = {*one.days, *other.days, *one.overrides, *other.overrides}
    return sorted(
        day
        for day in named
        if (one.is_workday(day), one.is_day_off(day)) != (other.is_workday(day), other.is_day_off(day))
    )


def duties_moved(session: Session, change: Difference) -> list[DutiesMoved]:
    """Return what a new layout takes away and adds, by month, project and indicator."""
    rows = [*change.removed, *change.added]
    if not rows:
        return []
    kinds = {number: kind for number, kind in session.execute(select(Obligation.id, Obligation.kind))}  # noqa: C416
    kinds |= change.planned
    seqs = {number: seq for number, seq in session.execute(select(Project.id, Project.seq))}  # noqa: C416
    counted = [Counter(_place(row, kinds, seqs) for row in part) for part in (change.removed, change.added)]
    places = sorted({*counted[0], *counted[1]}, key=lambda one: (one[0], one[1] or 0, one[2]))
    return [DutiesMoved(*place, counted[0][place], counted[1][place]) for place in places]


def _place(
    row: dict[str, object], kinds: dict[int, str], seqs: dict[int, int]
) -> tuple[date, int | None, Indicator]:
    obligation, project, closes = row["obligation_id"], row["project_id"], row["closes_at"]
    assert isinstance(obligation, int)
    assert isinstance(closes, datetime)
    seq = seqs[project] if isinstance(project, int) else None
    return month_of(closes - ONE_SECOND), seq, indicator_of(kinds[obligation])
