"""When tickets come: workdays and days off, the rush after a holiday, hours of the day, bad days.

All numbers are made up; only their proportions matter. Nothing here knows the database.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from app.simulation.topics import topic_of
from sla.calendar import Calendar
from sla.vocab import Window
from sla.when import start_of

WORKDAY, DAY_OFF, WEEKEND = 1.32, 0.22, 0.36
AFTER_REST = {3: 1.9, 2: 1.25}  # the first workday after so many days off, at least
BAD_DAY, BUSY = (
    0.06,
    200,
)  # the chance of a workday with a big breakdown, in a life of so many tickets a month

# How many of a day's tickets come in each hour, on the two hours of a piece.
_OFFICE = (1, 0, 0, 2, 22, 20, 9, 22, 14, 5, 3, 2)
_EVENING = (2, 1, 1, 3, 16, 14, 9, 15, 12, 10, 11, 6)
_REST = (2, 1, 1, 4, 12, 13, 10, 11, 12, 14, 14, 6)


@dataclass(frozen=True)
class Arrival:
    """Somebody has trouble: when, and with which row; ``outage`` tells that it is part of a big one."""

    at: datetime
    seq: int
    outage: bool = False


def arrivals(
    day: date, calendar: Calendar, windows: dict[int, Window | None], rate: int, rng: Random
) -> list[Arrival]:
    """Return a Shanghai day's tickets in order; ``rate`` is the mean of a month of the whole contract."""
    whole = sum(topic_of(seq).share for seq in windows)
    mean = rate / 30.4 * day_factor(day, calendar)
    found = []
    for seq in windows:
        always = windows[seq] is Window.ALWAYS
        idle = 1.0 if always or calendar.is_workday(day) else 0.35
        hours, number = _hours(day, calendar, always), poisson(mean * idle * topic_of(seq).share / whole, rng)
        found += [Arrival(_moment(day, hours, rng), seq) for _ in range(number)]
    if calendar.is_workday(day) and rng.random() < BAD_DAY * min(1, rate / BUSY):
        found += _outage(day, windows, rng)
    return sorted(found, key=lambda one: (one.at, one.seq))


def day_factor(day: date, calendar: Calendar) -> float:
    """Return how busy a day is, compared with the mean."""
    if not calendar.is_workday(day):
        return DAY_OFF if calendar.is_day_off(day) else WEEKEND
    rested = next(n for n in range(40) if calendar.is_workday(day - timedelta(days=n + 1)))
    return WORKDAY * next((factor for days, factor in AFTER_REST.items() if rested >= days), 1.0)


def poisson(mean: float, rng: Random) -> int:
    """Draw a count (Knuth); the means here are small."""
    limit, product, count = math.exp(-mean), rng.random(), 0
    while product > limit:
        product *= rng.random()
        count += 1
    return count


def _hours(day: date, calendar: Calendar, always: bool) -> tuple[int, ...]:
    if not calendar.is_workday(day):
        return _REST
    return _EVENING if always else _OFFICE


def _moment(day: date, hours: tuple[int, ...], rng: Random) -> datetime:
    pair = rng.choices(range(12), hours)[0]
    return start_of(day) + timedelta(seconds=pair * 7200 + rng.randrange(7200))


def _outage(day: date, windows: dict[int, Window | None], rng: Random) -> list[Arrival]:
    """Return a big breakdown of one row: several people report it within two hours."""
    seq = rng.choices(list(windows), [topic_of(seq).share for seq in windows])[0]
    first = start_of(day) + timedelta(hours=8, seconds=rng.randrange(8 * 3600))
    later = [first + timedelta(seconds=rng.randrange(60, 7200)) for _ in range(rng.randint(1, 3))]
    return [Arrival(at, seq, outage=True) for at in (first, *later)]
