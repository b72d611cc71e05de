"""T3 to T5 said a second time, as naively as possible: walk the time and count.

Written apart from the engine and using none of it: integers of epoch seconds, minute after minute,
second after second where an edge falls inside a minute, no search and no arithmetic on lengths.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache

EPOCH = date(1970, 1, 1)
EIGHT_HOURS = 8 * 3600  # Shanghai is eight hours ahead of UTC all year

Hours = Callable[[date], Iterable[tuple[int, int]]]
Pauses = Iterable[tuple[datetime, datetime]]


def plain_hours(day: date) -> list[tuple[int, int]]:
    """08:00-12:00 and 14:00-18:00 in minutes of the day."""
    return [(480, 720), (840, 1080)]


class Walk:
    """One window, told by the rows of the notices, the contract's own days and the hours of a day."""

    def __init__(
        self,
        window: str,
        kinds: Mapping[date, str],
        overrides: Mapping[date, str] | None = None,
        hours: Hours = plain_hours,
        all_saturdays: bool = False,
    ) -> None:
        self.window, self.kinds, self.overrides, self.hours = window, kinds, overrides or {}, hours
        self.all_saturdays = all_saturdays
        self.minutes_of = cache(self._minutes_of)

    def worked(self, day: date) -> bool:
        if day in self.overrides:
            return self.overrides[day] == "override_work"
        if self.kinds.get(day) == "makeup":
            return True
        if self.kinds.get(day) == "day_off":
            return False
        return day.strftime("%a") not in ("Sat", "Sun")

    def day_counts(self, day: date) -> bool:
        if self.window == "7x8" or self.worked(day):
            return True
        if self.window != "6x8" or day.strftime("%a") != "Sat":
            return False
        if day in self.overrides:
            return False
        return self.all_saturdays or self.kinds.get(day) != "day_off"

    def _minutes_of(self, number: int) -> list[bool]:
        """Whether each minute of a day (counted from 1970) is open."""
        if self.window == "7x24":
            return [True] * 1440
        day = EPOCH + timedelta(days=number)
        if not self.day_counts(day):
            return [False] * 1440
        spans = list(self.hours(day))
        return [any(start <= minute < end for start, end in spans) for minute in range(1440)]

    def is_open(self, at: int) -> bool:
        number, second = divmod(at + EIGHT_HOURS, 86400)
        return self.minutes_of(number)[second // 60]

    def deadline(self, start: datetime, allowance: int, pauses: Pauses = ()) -> datetime:
        stops = _seconds(pauses)
        edges = _inside_minutes(stops)
        at, left = int(start.timestamp()), allowance
        if left == 0:
            while not self._counts(at, stops):
                at += _step(at, edges)
        while left > 0:
            step = min(_step(at, edges), left)
            if self._counts(at, stops):
                left -= step
            at += step
        return datetime.fromtimestamp(at, UTC)

    def elapsed(self, a: datetime, b: datetime, pauses: Pauses = ()) -> int:
        stops = _seconds(pauses)
        end = int(b.timestamp())
        edges = [*_inside_minutes(stops), end]
        at, total = int(a.timestamp()), 0
        while at < end:
            step = _step(at, edges)
            if self._counts(at, stops):
                total += step
            at += step
        return total

    def _counts(self, at: int, stops: list[tuple[int, int]]) -> bool:
        return self.is_open(at) and not any(begin <= at < end for begin, end in stops)


def _seconds(pauses: Pauses) -> list[tuple[int, int]]:
    return [(int(begin.timestamp()), int(end.timestamp())) for begin, end in pauses]


def _inside_minutes(stops: list[tuple[int, int]]) -> list[int]:
    return [edge for stop in stops for edge in stop if edge % 60]


def _step(at: int, edges: list[int]) -> int:
    """A whole minute where nothing changes inside it, else one second."""
    if at % 60 or any(at < edge < at + 60 for edge in edges):
        return 1
    return 60
