"""Recurring duties laid out on the calendar, and how each occurrence stands (O1–O3).

Occurrence k is anchored to the calendar, never to occurrence k−1, so that downtime creates and loses
nothing. A cycle is a cutting of the calendar into periods; a service year cuts the first and the last.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sla.vocab import Cycle, Indicator, OccurrenceState, Standing
from sla.when import end_of, start_of

Days = tuple[date, date]  # first day, and the day after the last

_NOON = timedelta(hours=12)

# Each occurrence belongs to one indicator (F4), by the kind of its obligation: reports and plans are
# documents; every kind not named here is another duty.
MEASURED_AS: Mapping[str, Indicator] = {"inspection": Indicator.INSPECTION, "report": Indicator.DOCUMENT}


@dataclass(frozen=True)
class Slot:
    """When one occurrence may be done: ``[opens_at, closes_at)``, aware UTC."""

    opens_at: datetime
    closes_at: datetime


def slots(
    cycle: Cycle, start: date, end: date, is_workday: Callable[[date], bool] | None = None
) -> list[Slot]:
    """Return the slots of a cycle within ``[start, end)`` (O2); none for quota and unstated cycles.

    A first or last period that the bounds cut to less than half of its days is not due
    (interpretation ``short_window``). ``is_workday`` is given where daily duties rest on days off
    (interpretation ``daily_on_rest_days``).
    """
    if cycle in (Cycle.DAILY, Cycle.TWICE_DAILY, Cycle.FILING_DAILY):
        days = (start + timedelta(days=n) for n in range((end - start).days))
        wanted = [day for day in days if is_workday is None or is_workday(day)]
        halves = _halves if cycle is Cycle.TWICE_DAILY else _whole
        return [slot for day in wanted for slot in halves(day)]
    if cycle is Cycle.YEARLY:
        return [Slot(start_of(start), start_of(end))] if start < end else []
    if cycle not in _PERIODS:
        return []
    return [
        Slot(start_of(max(first, start)), start_of(min(after, end)))
        for first, after in _periods(cycle, start, end)
        if 2 * (min(after, end) - max(first, start)).days >= (after - first).days
    ]


def indicator_of(kind: str) -> Indicator:
    """Return the indicator to which the occurrences of an obligation of this kind belong (F4)."""
    return MEASURED_AS.get(kind, Indicator.DUTY)


def state_of(slot: Slot, done_at: datetime | None, waived: bool, now: datetime | None) -> OccurrenceState:
    """Return how an occurrence stands at ``now`` (O3). Done at the closing instant is late."""
    if waived:
        return OccurrenceState.WAIVED
    if done_at is not None:
        return OccurrenceState.DONE if done_at < slot.closes_at else OccurrenceState.LATE
    if now is not None and now >= slot.closes_at:
        return OccurrenceState.MISSED
    return OccurrenceState.PENDING


def judged_done_at(
    occurred_at: datetime, recorded_at: datetime, slot: Slot, allowed_s: int, standing: Standing
) -> datetime:
    """Return the moment a performance is judged by: its record until a back-entry is confirmed (C12)."""
    if standing is not Standing.CONFIRMED and is_backentered(occurred_at, recorded_at, slot, allowed_s):
        return recorded_at
    return occurred_at


def is_backentered(occurred_at: datetime, recorded_at: datetime, slot: Slot, allowed_s: int) -> bool:
    """Tell whether a performance is 补录: recorded too late, or just late enough to matter (C12)."""
    late = (recorded_at - occurred_at).total_seconds() > allowed_s
    return late or occurred_at < slot.closes_at <= recorded_at


def _whole(day: date) -> list[Slot]:
    return [Slot(start_of(day), end_of(day))]


def _halves(day: date) -> list[Slot]:
    noon = start_of(day) + _NOON
    return [Slot(start_of(day), noon), Slot(noon, end_of(day))]


def _periods(cycle: Cycle, start: date, end: date) -> Iterator[Days]:
    first = _PERIODS[cycle][0](start)
    while first < end:
        after = _PERIODS[cycle][1](first)
        yield first, after
        first = after


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _quarter_of_month(day: date) -> date:
    return day.replace(day=min(22, (day.day - 1) // 7 * 7 + 1))


def _after_quarter_of_month(first: date) -> date:
    return first.replace(day=first.day + 7) if first.day < 22 else _later(first, 1)


def _later(first: date, months: int) -> date:
    number = first.year * 12 + first.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


def _first_of(months: int) -> Callable[[date], date]:
    return lambda day: date(day.year, (day.month - 1) // months * months + 1, 1)


# For each cycle: the first day of the period a day lies in, and the first day of the next one.
_PERIODS: dict[Cycle, tuple[Callable[[date], date], Callable[[date], date]]] = {
    Cycle.WEEKLY: (_monday, lambda first: first + timedelta(days=7)),
    Cycle.FOUR_PER_MONTH: (_quarter_of_month, _after_quarter_of_month),
    Cycle.MONTHLY: (_first_of(1), lambda first: _later(first, 1)),
    Cycle.QUARTERLY: (_first_of(3), lambda first: _later(first, 3)),
    Cycle.HALF_YEARLY: (_first_of(6), lambda first: _later(first, 6)),
}
