"""The year laid out: every obligation becomes its occurrences, each once (O1, O2)."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Table, delete, insert, select
from sqlalchemy.orm import Session

from app.contract.queries import calendar, interpretations
from models.contract import Obligation, ProjectService, ServiceYear
from models.duties import CycleChange, DeclaredPeriod, Occurrence, OccurrenceWork
from sla.calendar import Calendar
from sla.interpretations import Interpretations
from sla.obligations import Slot, slots, special_kinds
from sla.vocab import Cycle, PeriodKind

_BATCH = 2000
Span = tuple[date, date]
Row = dict[str, Any]  # the columns of an occurrence that is to be made

TABLE = cast(Table, Occurrence.__table__)


@dataclass(frozen=True)
class Plan:
    """All that laying out needs, read at once. ``changes`` are the agreed cycles by obligation and day.

    ``new`` and ``dropped`` are for looking ahead: obligations that are not there yet, and the day from which
    one that is there would be no more.
    """

    calendar: Calendar
    interpretations: Interpretations
    spans: dict[int | None, list[tuple[int, Span]]]
    changes: dict[int, dict[date, Cycle]]
    periods: list[DeclaredPeriod]
    new: Sequence[Obligation] = ()
    dropped: Mapping[int, date] = field(default_factory=dict)
    _laid: dict[tuple[Cycle, Span], list[Slot]] = field(default_factory=dict, init=False, repr=False)

    def laid(self, cycle: Cycle, part: Span) -> list[Slot]:
        """Return the slots of a cycle in a part of a year; most rows share theirs."""
        if (cycle, part) not in self._laid:
            self._laid[cycle, part] = slots(cycle, *part, lambda day: not self.rests(day))
        return self._laid[cycle, part]

    def rests(self, day: date) -> bool:
        """Tell whether daily duties rest on a day (interpretation ``daily_on_rest_days``)."""
        if self.interpretations.value("daily_on_rest_days", day) == "yes":
            return False
        return not self.calendar.is_workday(day)

    def spans_of(self, obligation: Obligation) -> Iterator[tuple[int, Span]]:
        """Return the years of an obligation within the days that documents leave it."""
        first = obligation.from_day or date.min
        last = self.dropped.get(obligation.id, obligation.until_day or date.max)
        for year_id, (start, end) in self.spans.get(obligation.project_id, []):
            if max(start, first) < min(end, last):
                yield year_id, (max(start, first), min(end, last))


@dataclass(frozen=True)
class Laid:
    """What was laid out: how many occurrences of each cycle, and their rows."""

    cycles: dict[Cycle, int]
    rows: list[Row]


@dataclass(frozen=True)
class Difference:
    """What a change of plan takes away and adds; ``removed`` are the columns of rows there are.

    ``planned`` are the kinds of obligations that are not stored yet, by the numbers their rows go by.
    """

    removed: list[Row]
    added: list[Row]
    planned: Mapping[int, str] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """SHA-256 over all rows, by which the ledger names them without telling each."""
        return digest([*self.removed, *self.added])


def lay_out(session: Session) -> int:
    """Create every occurrence of every activated service year that is missing; return how many.

    Running it again, or after a renewal or a declared period, adds only what is not there (O1, O3).
    """
    return len(add_missing(session).rows)


def add_missing(session: Session) -> Laid:
    """Create what is missing; return what was made."""
    there = session.execute(select(Occurrence.obligation_id, Occurrence.opens_at))
    known = {(row.obligation_id, row.opens_at) for row in there}
    every = _wanted(session, read_plan(session), None)
    new = [(row, cycle) for row, cycle in every if (row["obligation_id"], row["opens_at"]) not in known]
    rows = [row for row, _ in new]
    _insert(session, rows)
    return Laid(dict(Counter(cycle for _, cycle in new)), rows)


def difference(
    session: Session, plan: Plan, since: datetime, obligation_ids: Collection[int] | None = None
) -> Difference:
    """Compare a plan with the occurrences that open at or after ``since``, without writing.

    What was touched stays: an occurrence with a work of any kind, or one that was waived.
    """
    here = select(
        Occurrence.id,
        Occurrence.obligation_id,
        Occurrence.project_id,
        Occurrence.service_year_id,
        Occurrence.period_id,
        Occurrence.opens_at,
        Occurrence.closes_at,
        (Occurrence.waived_at.is_not(None) | Occurrence.id.in_(select(OccurrenceWork.occurrence_id))).label(
            "touched"
        ),
    ).where(Occurrence.opens_at >= since)
    if obligation_ids is not None:
        here = here.where(Occurrence.obligation_id.in_(obligation_ids))
    found = [dict(row) for row in session.execute(here.order_by(Occurrence.id)).mappings()]
    touched = {(row["obligation_id"], row["opens_at"]) for row in found if row["touched"]}
    free = {_key(row): row for row in found if not row["touched"]}
    added = []
    for row in wanted(session, plan, obligation_ids):
        if row["opens_at"] < since or (row["obligation_id"], row["opens_at"]) in touched:
            continue
        if free.pop(_key(row), None) is None:
            added.append(row)
    return Difference(list(free.values()), added, {one.id: one.kind for one in plan.new})


def apply(session: Session, change: Difference) -> None:
    """Carry out a difference: what goes is deleted first, so that what comes may open at the same time."""
    ids = [row["id"] for row in change.removed]
    for first in range(0, len(ids), _BATCH):
        session.execute(delete(Occurrence).where(Occurrence.id.in_(ids[first : first + _BATCH])))
    _insert(session, change.added)


def digest(rows: Iterable[Row]) -> str:
    """Return SHA-256 over obligation, opening and closing (Unix seconds) of each row, in hexadecimal."""
    values = ((row["obligation_id"], row["opens_at"], row["closes_at"]) for row in rows)
    lines = (f"{of} {opens.timestamp():.0f} {closes.timestamp():.0f}\n" for of, opens, closes in values)
    return hashlib.sha256("".join(sorted(lines)).encode("ascii")).hexdigest()


def read_plan(session: Session) -> Plan:
    """Read the plan as it stands."""
    spans: dict[int | None, list[tuple[int, Span]]] = {}
    for one in session.scalars(select(ProjectService).order_by(ProjectService.starts_on)):
        spans.setdefault(one.project_id, []).append((one.service_year_id, (one.starts_on, one.ends_on)))
    years = session.scalars(select(ServiceYear).order_by(ServiceYear.number))
    spans[None] = [(year.id, (year.starts_on, year.ends_on)) for year in years]
    changes: dict[int, dict[date, Cycle]] = {}
    for change in session.scalars(select(CycleChange)):
        changes.setdefault(change.obligation_id, {})[change.from_day] = change.cycle
    periods = session.scalars(
        select(DeclaredPeriod).where(DeclaredPeriod.withdrawn_at.is_(None)).order_by(DeclaredPeriod.id)
    )
    return Plan(calendar(session), interpretations(session), spans, changes, list(periods))


def wanted(session: Session, plan: Plan, obligation_ids: Collection[int] | None = None) -> Iterator[Row]:
    """Yield every occurrence a plan asks for, as the columns of its row."""
    return (row for row, _ in _wanted(session, plan, obligation_ids))


def periods_of(obligation: Obligation, periods: Iterable[DeclaredPeriod]) -> Iterator[DeclaredPeriod]:
    """Return the declared periods that make daily duties of an obligation (O2)."""
    for period in periods:
        if period.project_id is not None and period.project_id != obligation.project_id:
            continue
        if period.kind is PeriodKind.FILING:
            made = obligation.cycle is Cycle.FILING_DAILY
        else:
            # What the bureau declares for one project alone it means for that project, whatever it is called.
            made = period.kind in (named := special_kinds(obligation.when)) or bool(
                named and period.kind is PeriodKind.OTHER and period.project_id is not None
            )
        if made:
            yield period


def cycle_on(obligation: Obligation, changes: dict[date, Cycle], day: date) -> Cycle:
    """Return the cycle of an obligation in force on a day: the contract's, or the one agreed last."""
    in_force = max((first for first in changes if first <= day), default=None)
    return obligation.cycle if in_force is None else changes[in_force]


def _wanted(
    session: Session, plan: Plan, obligation_ids: Collection[int] | None
) -> Iterator[tuple[Row, Cycle]]:
    query = select(Obligation).order_by(Obligation.id)
    if obligation_ids is not None:
        query = query.where(Obligation.id.in_(obligation_ids))
    for obligation in (*session.scalars(query), *plan.new):
        for year_id, span in plan.spans_of(obligation):
            for slot, cycle, period_id in _slots(obligation, span, plan):
                row = {
                    "obligation_id": obligation.id,
                    "project_id": obligation.project_id,
                    "service_year_id": year_id,
                    "period_id": period_id,
                    "opens_at": slot.opens_at,
                    "closes_at": slot.closes_at,
                    "note": "",
                    "waived_reason": "",
                }
                yield row, cycle


def _slots(obligation: Obligation, span: Span, plan: Plan) -> Iterator[tuple[Slot, Cycle, int | None]]:
    # A day of special duty may fall on the first day of an agreed week or month: one begins there.
    opened: set[datetime] = set()
    for cycle, part in _cycles(obligation, span, plan.changes.get(obligation.id, {})):
        if cycle is not Cycle.FILING_DAILY:
            # Due once in the whole of the year, also where it is agreed within it.
            whole = cycle is Cycle.YEARLY
            for slot in plan.laid(cycle, (part[0], span[1]) if whole else part):
                opened.add(slot.opens_at)
                yield slot, cycle, None
    for period in periods_of(obligation, plan.periods):
        days = max(span[0], period.first_day), min(span[1], _after(period.last_day))
        for slot in slots(Cycle.FILING_DAILY, *days):
            if slot.opens_at not in opened:
                opened.add(slot.opens_at)
                yield slot, Cycle.FILING_DAILY, period.id


def _cycles(obligation: Obligation, span: Span, changes: dict[date, Cycle]) -> Iterator[tuple[Cycle, Span]]:
    """Return the cycles in force within a span, each with its part of it."""
    cycle, first = cycle_on(obligation, changes, span[0]), span[0]
    for day in sorted(day for day in changes if span[0] < day < span[1]):
        # A day from which nothing is different cuts no week or month in two.
        if changes[day] is not cycle:
            yield cycle, (first, day)
            cycle, first = changes[day], day
    yield cycle, (first, span[1])


def _key(row: Row) -> tuple[Any, ...]:
    return row["obligation_id"], row["opens_at"], row["closes_at"], row["period_id"]


def _insert(session: Session, rows: list[Row]) -> None:
    # The table's own insert, by batches: no row becomes an object, of which a year would make thousands.
    for first in range(0, len(rows), _BATCH):
        session.execute(insert(TABLE), rows[first : first + _BATCH])


def _after(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)
