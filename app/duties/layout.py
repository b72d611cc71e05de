"""The year laid out: every obligation becomes its occurrences, each once (O1, O2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.contract.queries import calendar, interpretations
from models.contract import Obligation, ProjectService, ServiceYear
from models.duties import CycleChange, DeclaredPeriod, Occurrence
from sla.calendar import Calendar
from sla.interpretations import Interpretations
from sla.obligations import Slot, slots
from sla.vocab import Cycle, PeriodKind

_BATCH = 2000
Span = tuple[date, date]

SPECIAL = "special_period"


@dataclass(frozen=True)
class Plan:
    """All that laying out needs, read at once."""

    calendar: Calendar
    interpretations: Interpretations
    spans: dict[tuple[int | None, int], Span]
    changes: dict[int, list[CycleChange]]
    periods: list[DeclaredPeriod]


def lay_out(session: Session) -> int:
    """Create every occurrence of every activated service year that is missing; return how many.

    Running it again, or after a renewal or a declared period, adds only what is not there (O1, O3).
    """
    plan = _read(session)
    known = set(session.execute(select(Occurrence.obligation_id, Occurrence.opens_at)).tuples())
    rows = [row for row in _wanted(session, plan) if (row["obligation_id"], row["opens_at"]) not in known]
    for first in range(0, len(rows), _BATCH):
        session.execute(insert(Occurrence), rows[first : first + _BATCH])
    return len(rows)


def _read(session: Session) -> Plan:
    spans: dict[tuple[int | None, int], Span] = {
        (one.project_id, one.service_year_id): (one.starts_on, one.ends_on)
        for one in session.scalars(select(ProjectService))
    }
    for year in session.scalars(select(ServiceYear)):
        spans[None, year.id] = (year.starts_on, year.ends_on)
    changes: dict[int, list[CycleChange]] = {}
    for change in session.scalars(select(CycleChange).order_by(CycleChange.from_day)):
        changes.setdefault(change.obligation_id, []).append(change)
    periods = session.scalars(select(DeclaredPeriod).where(DeclaredPeriod.withdrawn_at.is_(None)))
    return Plan(calendar(session), interpretations(session), spans, changes, list(periods))


def _wanted(session: Session, plan: Plan) -> Iterator[dict[str, Any]]:
    for obligation in session.scalars(select(Obligation).order_by(Obligation.id)):
        for (project_id, year_id), span in plan.spans.items():
            if project_id != obligation.project_id:
                continue
            for slot, period_id in _slots(obligation, span, plan):
                yield {
                    "obligation_id": obligation.id,
                    "project_id": obligation.project_id,
                    "service_year_id": year_id,
                    "period_id": period_id,
                    "opens_at": slot.opens_at,
                    "closes_at": slot.closes_at,
                    "waived_reason": "",
                }


def _slots(obligation: Obligation, span: Span, plan: Plan) -> Iterator[tuple[Slot, int | None]]:
    for cycle, part in _cycles(obligation, span, plan.changes.get(obligation.id, [])):
        if cycle is not Cycle.FILING_DAILY:
            yield from ((slot, None) for slot in _laid(cycle, part, span, plan))
    seen: set[Slot] = set()
    for period in periods_of(obligation, plan.periods):
        days = max(span[0], period.first_day), min(span[1], _after(period.last_day))
        for slot in _laid(Cycle.FILING_DAILY, days, days, plan):
            if slot not in seen:
                seen.add(slot)
                yield slot, period.id


def _cycles(obligation: Obligation, span: Span, changes: list[CycleChange]) -> Iterator[tuple[Cycle, Span]]:
    """Return the cycles in force within a span, each with its part of it."""
    cycle, start = obligation.cycle, span[0]
    for change in changes:
        if change.from_day >= span[1]:
            break
        if change.from_day > start:
            yield cycle, (start, change.from_day)
            start = change.from_day
        cycle = change.cycle
    yield cycle, (start, span[1])


def _laid(cycle: Cycle, part: Span, span: Span, plan: Plan) -> list[Slot]:
    """Return the slots of a cycle in a part of the year; ``yearly`` is due once in the whole of it."""
    if cycle is Cycle.YEARLY:
        part = (part[0], span[1])
    rests = plan.interpretations.value("daily_on_rest_days", part[0]) != "yes"
    return slots(cycle, part[0], part[1], plan.calendar.is_workday if rests else None)


def periods_of(obligation: Obligation, periods: Iterable[DeclaredPeriod]) -> Iterator[DeclaredPeriod]:
    """Return the declared periods that make daily duties of an obligation (O2)."""
    for period in periods:
        if period.project_id is not None and period.project_id != obligation.project_id:
            continue
        if period.kind is PeriodKind.FILING:
            wanted = obligation.cycle is Cycle.FILING_DAILY
        else:
            wanted = obligation.when == SPECIAL
        if wanted:
            yield period


def _after(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)
