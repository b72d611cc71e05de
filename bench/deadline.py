"""What one ``deadline`` costs beside its floor (T4).

The floor is one ``bisect`` in an array as long as the window's own, and a datetime read and written:
no engine that answers from precomputed openings can do with less. Both run over the same starts in
the same run; the best of several rounds is taken.
"""

import csv
import random
from bisect import bisect_right
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import perf_counter_ns

from sla.calendar import Calendar, DayKind, YearStatus
from sla.interpretations import Interpretations
from sla.vocab import Window
from sla.when import start_of
from sla.windows import Openings, openings

SEEDS = Path(__file__).parent.parent / "seeds" / "data"
FIRST = start_of(date(2025, 1, 1))
STARTS = [FIRST + timedelta(seconds=random.Random(n).randrange(700 * 86400)) for n in range(2000)]
FOUR_HOURS = 4 * 3600


def rows() -> Iterator[tuple[str, float, float]]:
    """Yield name, nanoseconds of ours, nanoseconds of the floor."""
    calendar, readings = _calendar(), Interpretations.shipped()
    for window in Window:
        opens = openings(window, calendar, readings)
        for count in (0, 1, 4):
            asked = _asked(opens, count)
            asked(min(STARTS)), asked(max(STARTS))  # so that all openings needed are laid out
            ours, floor = _best(asked, _floor(max(opens.size, 1)))
            yield f"deadline {window}, pauses: {count}", ours, floor


def _floor(length: int) -> Callable[[datetime], object]:
    step = 730 * 86400 // length
    array = [int(FIRST.timestamp()) + n * step for n in range(length)]

    def one(start: datetime) -> datetime:
        at = int(start.timestamp())
        bisect_right(array, at)
        return datetime.fromtimestamp(at, UTC)

    return one


def _asked(opens: Openings, count: int) -> Callable[[datetime], object]:
    half_hours = [(timedelta(hours=n), timedelta(hours=n, minutes=30)) for n in range(count)]
    pauses = {start: [(start + a, start + b) for a, b in half_hours] for start in STARTS}
    return lambda start: opens.deadline(start, FOUR_HOURS, pauses[start])


def _best(*ways: Callable[[datetime], object], rounds: int = 15) -> list[float]:
    """Return each way's nanoseconds a call; the ways take turns, so that a busy moment hits all."""
    best = [float("inf")] * len(ways)
    for _ in range(rounds):
        for n, one in enumerate(ways):
            began = perf_counter_ns()
            for start in STARTS:
                one(start)
            best[n] = min(best[n], (perf_counter_ns() - began) / len(STARTS))
    return best


def _calendar() -> Calendar:
    with (SEEDS / "calendar_days.csv").open(encoding="utf-8", newline="") as file:
        days = {date.fromisoformat(row["date"]): DayKind[row["kind"].upper()] for row in csv.DictReader(file)}
    return Calendar(days, {2025: YearStatus.PUBLISHED, 2026: YearStatus.PUBLISHED})
