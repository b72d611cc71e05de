"""Attendance of residents in half days (R1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sla.calendar import Calendar
from sla.figures import Figure
from sla.vocab import Half, Window

HalfDay = tuple[date, Half]


@dataclass(frozen=True)
class PostingRules:
    """A posting: its heads, its pattern (5x8 unless stated), and the days of service it falls in.

    ``service`` holds half-open Shanghai date ranges.
    """

    heads: int
    pattern: Window
    service: tuple[tuple[date, date], ...]


def required_days(rules: PostingRules, first: date, end: date, calendar: Calendar) -> list[date]:
    """Return the days of ``[first, end)`` on which the posting is to be held."""
    days = (first + timedelta(days=n) for n in range((end - first).days))
    return [day for day in days if _in_service(rules, day) and is_duty_day(rules.pattern, day, calendar)]


def is_duty_day(pattern: Window, day: date, calendar: Calendar) -> bool:
    """Tell whether a pattern asks for a day: workdays, Saturdays that are no day off, or every day (T3)."""
    if pattern is Window.WORKDAYS:
        return calendar.is_workday(day)
    if pattern is Window.SIX_DAYS:
        return calendar.is_workday(day) or (day.weekday() == 5 and not calendar.is_day_off(day))
    return True


def figure(
    rules: PostingRules, present: Mapping[HalfDay, int], first: date, end: date, calendar: Calendar
) -> Figure:
    """Return the half days present and required in ``[first, end)`` (R1).

    ``present`` counts the people there in each half day; more than the heads count as the heads, so
    that the rate is at most 1 and one day's surplus does not fill another's gap.
    """
    days = required_days(rules, first, end, calendar)
    there = (min(rules.heads, present.get((day, half), 0)) for day in days for half in Half)
    return Figure(sum(there), 2 * rules.heads * len(days))


def half_days(first: HalfDay, last: HalfDay) -> Iterable[HalfDay]:
    """Return every half day from ``first`` to ``last``, both included; none if they are out of order."""
    for n in range((last[0] - first[0]).days + 1):
        day = first[0] + timedelta(days=n)
        for half in Half:
            if (day, _order(half)) >= (first[0], _order(first[1])) and (day, _order(half)) <= (
                last[0],
                _order(last[1]),
            ):
                yield day, half


def _order(half: Half) -> int:
    return list(Half).index(half)


def _in_service(rules: PostingRules, day: date) -> bool:
    return any(start <= day < end for start, end in rules.service)
