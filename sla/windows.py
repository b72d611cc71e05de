"""When the service is open, and counting open time: one engine, two primitives (T3, T4, T5).

How it counts. Every window has a scale, the *position*: the number of open seconds up to an
instant. ``elapsed`` is a difference of two positions; ``deadline`` adds the allowance to the position
of the start and looks up the earliest instant with that position. A pause is a stretch of the
same scale, stepped over. The openings lie in sorted arrays, built a year at a time when first
needed, so each look-up is one bisect.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from threading import Lock

from sla.calendar import FIRST_YEAR, LAST_YEAR, Calendar, DayKind, days_of
from sla.errors import Invalid
from sla.interpretations import Interpretations
from sla.vocab import Window
from sla.when import SHANGHAI, day_of, start_of

Pause = tuple[datetime, datetime]

_FIRST = int(start_of(date(FIRST_YEAR, 1, 1)).timestamp())
_LAST = int(start_of(date(LAST_YEAR + 1, 1, 1)).timestamp())


class Openings(ABC):
    """The open time of one window. Instants are aware, of whole seconds; results are UTC.

    A time without offset or with a fraction of a second, a negative allowance and anything outside
    2000 to 2100 (Shanghai years) are ``Invalid``.
    """

    def deadline(self, start: datetime, allowance_s: int, pauses: Sequence[Pause] = ()) -> datetime:
        """Return the earliest ``t`` with ``allowance_s`` open seconds in ``[start, t)`` (T4, T5).

        It may be a closing instant or the start of a pause. An allowance of 0 gives the first
        instant from ``start`` on that is open and not paused.
        """
        if allowance_s <= 0:
            if allowance_s < 0:
                raise Invalid("时限不能是负数", "时限")
            return _instant(self._first_running(_seconds(start), pauses))
        at = _seconds(start)
        goal = self._position(at) + allowance_s
        if pauses:
            for begin, end in _merged(pauses, at):
                paused_from = self._position(begin)
                if goal <= paused_from:
                    break
                goal += self._position(end) - paused_from
        return _instant(self._reach(goal))

    def elapsed(self, a: datetime, b: datetime, pauses: Sequence[Pause] = ()) -> int:
        """Return the open seconds in ``[a, b)`` outside the pauses; 0 when ``b`` is not later (T4, T5)."""
        begin, end = _seconds(a), _seconds(b)
        if end <= begin:
            return 0
        total = self._position(end) - self._position(begin)
        for paused, resumed in _merged(pauses, begin):
            if paused >= end:
                break
            total -= self._position(min(resumed, end)) - self._position(paused)
        return total

    def is_open(self, t: datetime) -> bool:
        """Tell whether an instant lies in an opening; a closing instant does not."""
        at = _seconds(t)
        return self._opening(at) == at

    def next_open(self, t: datetime) -> datetime:
        """Return ``t`` if it is open, else the next instant that is."""
        return _instant(self._opening(_seconds(t)))

    def skipped_days(self, a: datetime, b: datetime) -> list[tuple[date, str]]:
        """Return the days of ``[a, b)``, first and last included, that never open, with the reason (F5)."""
        return []

    def estimated_between(self, a: datetime, b: datetime) -> bool:
        """Tell whether the days from ``a`` to ``b`` rest on an estimated year: it is provisional (T2)."""
        return False

    @property
    def size(self) -> int:
        """How many openings are laid out so far: what one look-up is searched in."""
        return 0

    def _first_running(self, at: int, pauses: Sequence[Pause]) -> int:
        found = self._opening(at)
        for begin, end in _merged(pauses, at):
            if found < begin:
                break
            if found < end:
                found = self._opening(end)
        return found

    @abstractmethod
    def _position(self, at: int) -> int:
        """Return how many open seconds lie before an instant, counted from a fixed one."""

    @abstractmethod
    def _reach(self, position: int) -> int:
        """Return the earliest instant with this position."""

    @abstractmethod
    def _opening(self, at: int) -> int:
        """Return the first open instant from ``at`` on."""


class AlwaysOpen(Openings):
    """7x24: every second is open, so an instant is its own position."""

    def _position(self, at: int) -> int:
        return at

    def _reach(self, position: int) -> int:
        return position

    def _opening(self, at: int) -> int:
        return at


@dataclass(frozen=True, slots=True)
class _Table:
    """The openings of consecutive years, in epoch seconds.

    Opening ``i`` is ``[starts[i], ends[i])`` and ``after[i]`` the position at its end; ``base`` is the
    position at ``since``. Adding years on either side leaves all positions as they are.
    """

    since: int
    until: int
    base: int
    starts: list[int]
    ends: list[int]
    after: list[int]


class OfficeOpen(Openings):
    """7x8, 6x8 and 5x8: the office hours of the days that count (T3)."""

    def __init__(self, window: Window, calendar: Calendar, interpretations: Interpretations) -> None:
        self._window, self._calendar, self._interpretations = window, calendar, interpretations
        self._growing = Lock()
        self._table = _Table(0, 0, 0, [], [], [])

    def skipped_days(self, a: datetime, b: datetime) -> list[tuple[date, str]]:
        _seconds(a), _seconds(b)
        if self._window is Window.EVERY_DAY or b <= a:
            return []
        first, last = day_of(a), day_of(b - timedelta(seconds=1))
        days = (first + timedelta(days=n) for n in range((last - first).days + 1))
        return [(day, self._calendar.describe(day)) for day in days if not self._opens(day)]

    def estimated_between(self, a: datetime, b: datetime) -> bool:
        if self._window is Window.EVERY_DAY:
            return False
        years = range(_year(_seconds(a)), _year(_seconds(b)) + 1)
        return any(map(self._calendar.is_estimated, years))

    @property
    def size(self) -> int:
        return len(self._table.starts)

    def _position(self, at: int) -> int:
        table = self._table
        if not table.since <= at < table.until:
            table = self._reaching(at)
        i = bisect_right(table.starts, at) - 1
        if i < 0:
            return table.base
        left = table.ends[i] - at
        return table.after[i] - left if left > 0 else table.after[i]

    def _reach(self, position: int) -> int:
        table = self._table
        while not table.after or position > table.after[-1]:
            table = self._reaching(table.until)
        i = bisect_left(table.after, position)
        return table.ends[i] - (table.after[i] - position)

    def _opening(self, at: int) -> int:
        table = self._table if self._table.since <= at < self._table.until else self._reaching(at)
        while not table.ends or at >= table.ends[-1]:
            table = self._reaching(table.until)
        i = bisect_right(table.ends, at)
        return max(at, table.starts[i])

    def _reaching(self, at: int) -> _Table:
        """Return the table grown to hold an instant. Readers without the lock keep a whole old one."""
        with self._growing:
            table, year = self._table, _year(at)
            if not table.until:
                table = self._grown(table, year, up=True)
            while at >= table.until:
                table = self._grown(table, _year(table.until), up=True)
            while at < table.since:
                table = self._grown(table, _year(table.since - 1), up=False)
            self._table = table
            return table

    def _grown(self, table: _Table, year: int, *, up: bool) -> _Table:
        """Return the table with the openings of one more year above it or below it."""
        openings = [opening for day in days_of(year) for opening in self._openings_of(day)]
        starts, ends = [start for start, _ in openings], [end for _, end in openings]
        total = sum(ends) - sum(starts)
        base = (table.after[-1] if table.after else table.base) if up else table.base - total
        after, position = [], base
        for start, end in openings:
            position += end - start
            after.append(position)
        edges = _midnight(date(year, 1, 1)), _midnight(date(year + 1, 1, 1))
        if not up:
            joined = starts + table.starts, ends + table.ends, after + table.after
            return _Table(edges[0], table.until, base, *joined)
        since = table.since if table.until else edges[0]
        joined = table.starts + starts, table.ends + ends, table.after + after
        return _Table(since, edges[1], table.base, *joined)

    def _openings_of(self, day: date) -> list[tuple[int, int]]:
        if not self._opens(day):
            return []
        midnight = _midnight(day)
        spans = self._interpretations.office_hours(day).spans_on(day)
        return [(midnight + _of_day(start), midnight + _of_day(end)) for start, end in spans]

    def _opens(self, day: date) -> bool:
        if self._window is Window.EVERY_DAY or self._calendar.is_workday(day):
            return True
        return self._window is Window.SIX_DAYS and day.weekday() == 5 and self._saturday_opens(day)

    def _saturday_opens(self, day: date) -> bool:
        # A Saturday the contract itself closes stays closed under either reading.
        if self._calendar.overrides.get(day) is DayKind.OVERRIDE_OFF:
            return False
        every = self._interpretations.six_by_eight(day) == "workdays_and_all_saturdays"
        return every or not self._calendar.is_day_off(day)


@lru_cache(maxsize=32)
def openings(window: Window, calendar: Calendar, interpretations: Interpretations) -> Openings:
    """Return the openings of a window; the same contents give the same object (T3)."""
    if window is Window.ALWAYS:
        return AlwaysOpen()
    return OfficeOpen(window, calendar, interpretations)


def _merged(pauses: Sequence[Pause], since: int) -> list[tuple[int, int]]:
    """Return the pauses as ordered, disjoint intervals from ``since`` on; empty ones fall out (T5)."""
    merged: list[tuple[int, int]] = []
    for begin, end in sorted((max(_seconds(a), since), _seconds(b)) for a, b in pauses):
        if end <= begin:
            continue
        if merged and begin <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((begin, end))
    return merged


def _seconds(instant: datetime) -> int:
    """Return the epoch second of an instant that keeps T1, else raise ``Invalid``."""
    if instant.tzinfo is None:
        raise Invalid("时间缺少时区，请加上偏移，例如 +08:00", "时间")
    if instant.microsecond:
        raise Invalid("时间只精确到秒，请去掉小数", "时间")
    return _in_range(int(instant.timestamp()))


def _in_range(at: int) -> int:
    if not _FIRST <= at < _LAST:
        raise Invalid(f"时间超出可处理的范围（{FIRST_YEAR} 年至 {LAST_YEAR} 年）", "时间")
    return at


def _instant(at: int) -> datetime:
    return datetime.fromtimestamp(_in_range(at), UTC)


def _year(at: int) -> int:
    return datetime.fromtimestamp(at, SHANGHAI).year


def _midnight(day: date) -> int:
    return int(start_of(day).timestamp())


def _of_day(moment: time) -> int:
    return moment.hour * 3600 + moment.minute * 60
