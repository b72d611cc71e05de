"""Attendance of residents in half days (R1)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sla.calendar import Calendar
from sla.figures import Figure
from sla.hours import OfficeHours
from sla.vocab import Half, Window, Word
from sla.when import SHANGHAI, end_of, start_of

HalfDay = tuple[date, Half]
People = dict[int, dict[HalfDay, frozenset[int]]]  # who was there, by posting and half day

_NOON = timedelta(hours=12)
_GRACE = timedelta(minutes=30)  # to come in and sign; nobody is asked where they are before


class Stage(Word):
    """How far half a day on a posting has got: what a missing word means, and nothing that is counted."""

    AHEAD = "ahead", "尚未开始", "neutral"
    OPENING = "opening", "待签到", "info"
    RUNNING = "running", "未签到", "warn"
    OVER = "over", "未签到", "bad"


@dataclass(frozen=True)
class Establishment:
    """The heads and the pattern of a posting from a day on, by a document (P4)."""

    from_day: date
    heads: int
    pattern: Window


@dataclass(frozen=True)
class PostingRules:
    """A posting: its heads, its pattern (5x8 unless stated), and the days of service it falls in.

    ``service`` holds half-open Shanghai date ranges. ``changes`` are what documents made of heads and
    pattern, earliest first.
    """

    heads: int
    pattern: Window
    service: tuple[tuple[date, date], ...]
    changes: tuple[Establishment, ...] = ()

    def heads_on(self, day: date) -> int:
        """Return how many people are required on a day."""
        changed = self._on(day)
        return changed.heads if changed else self.heads

    def pattern_on(self, day: date) -> Window:
        """Return the pattern that holds on a day."""
        changed = self._on(day)
        return changed.pattern if changed else self.pattern

    def _on(self, day: date) -> Establishment | None:
        return next((one for one in reversed(self.changes) if one.from_day <= day), None)


@dataclass(frozen=True)
class Entry:
    """Half a day of a person on a posting as it was recorded; of several the last counts."""

    posting: int
    person: int
    day: date
    half: Half
    present: bool


@dataclass(frozen=True)
class Cover:
    """An approved leave with a substitute: who is away from a posting, who stands in, and when."""

    posting: int
    away: int
    substitute: int
    half_days: tuple[HalfDay, ...]


@dataclass(frozen=True)
class AttendanceRow:
    """One required half day of a posting: the rows that a figure is the sum of (F5).

    ``present`` is at most ``required``; ``people`` are the ids of all who were there, ``names`` theirs.
    """

    project: int
    unit: str
    posting: int
    day: date
    half: Half
    required: int
    present: int
    people: tuple[int, ...]
    names: tuple[str, ...]


def people_present(entries: Iterable[Entry], covers: Iterable[Cover]) -> People:
    """Return who was there; nobody in two places, nobody twice (R1). ``entries`` in order of recording.

    A substitute counts unless the person covered for was there after all, the substitute was recorded
    absent, or was somewhere else.
    """
    where: dict[tuple[int, HalfDay], int] = {}
    absent: set[tuple[int, int, HalfDay]] = set()
    for entry in entries:
        half_day = entry.day, entry.half
        said = entry.posting, entry.person, half_day
        absent.discard(said)
        if entry.present:
            where[entry.person, half_day] = entry.posting
        else:
            absent.add(said)
            if where.get((entry.person, half_day)) == entry.posting:
                del where[entry.person, half_day]
    for cover in covers:
        for half_day in cover.half_days:
            came = where.get((cover.away, half_day)) == cover.posting
            if not came and (cover.posting, cover.substitute, half_day) not in absent:
                where.setdefault((cover.substitute, half_day), cover.posting)
    found: dict[int, dict[HalfDay, set[int]]] = defaultdict(lambda: defaultdict(set))
    for (person, half_day), posting in where.items():
        found[posting][half_day].add(person)
    return {
        posting: {half_day: frozenset(people) for half_day, people in days.items()}
        for posting, days in found.items()
    }


def half_bounds(day: date, half: Half) -> tuple[datetime, datetime]:
    """Return the half-open interval of half a Shanghai day: it is cut at noon."""
    noon = start_of(day) + _NOON
    return (start_of(day), noon) if half is Half.MORNING else (noon, end_of(day))


def stage(pattern: Window, day: date, half: Half, hours: OfficeHours, now: datetime) -> Stage:
    """Return how far half a day has got: it begins with its office hours, and is over where it is cut.

    Half a day without office hours, and each of a posting in 7x24, begins where it is cut. For the first 30
    minutes whoever has not signed is still awaited; after that a word is missing.
    """
    first, end = half_bounds(day, half)
    begins = first if pattern is Window.ALWAYS else _opening(day, first, end, hours)
    if now < begins:
        return Stage.AHEAD
    if now >= end:
        return Stage.OVER
    return Stage.OPENING if now < begins + _GRACE else Stage.RUNNING


def _opening(day: date, first: datetime, end: datetime, hours: OfficeHours) -> datetime:
    """Return the first instant of office hours in ``[first, end)``; ``first`` where there is none."""
    spans = [tuple(datetime.combine(day, at, SHANGHAI) for at in span) for span in hours.spans_on(day)]
    return min((max(begin, first) for begin, close in spans if begin < end and close > first), default=first)


def required_days(rules: PostingRules, first: date, end: date, calendar: Calendar) -> list[date]:
    """Return the days of ``[first, end)`` on which the posting is to be held."""
    days = (first + timedelta(days=n) for n in range((end - first).days))
    return [day for day in days if is_required_on(rules, day, calendar)]


def is_required_on(rules: PostingRules, day: date, calendar: Calendar) -> bool:
    """Tell whether the posting is to be held on a day: within service, a day of its pattern, with heads."""
    held = _in_service(rules, day) and is_duty_day(rules.pattern_on(day), day, calendar)
    return held and rules.heads_on(day) > 0


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
    there = (min(rules.heads_on(day), present.get((day, half), 0)) for day in days for half in Half)
    return Figure(sum(there), 2 * sum(rules.heads_on(day) for day in days))


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
