"""The postings of a life: earlier months from signed paper, the present one as people tap (R1).

What is entered from paper costs a tenth of what is tapped, and somebody waits for the demonstration.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from random import Random

from app.residents import simulated
from app.residents.simulated import Seats, Step
from app.simulation.world import World
from sla.when import day_of, month_of, next_month, start_of

MORNING = timedelta(hours=9)
EVENING = timedelta(hours=1)  # before midnight


def put_on(world: World, first: date, until: datetime, seed: int) -> None:
    """Schedule who was there from a day up to an instant; equal seeds give equal facts."""
    held = simulated.seat(world.session, first, world.cast)
    rng, present = Random(f"{seed}:attendance"), month_of(until)
    month = first.replace(day=1)
    while month < present:
        world.schedule(start_of(next_month(month)) + MORNING, _paper(world, held, month, rng))
        month = next_month(month)
    _follow(world, simulated.daily(world.session, held, max(first, present), until, rng, world.cast), until)


def put_on_paper(world: World, until: datetime, seed: int) -> None:
    """Schedule every month that is over by ``until`` from signed paper, on the evening of its last day.

    Nothing of it depends on ``until``: a shorter life is the beginning of a longer one.
    """
    first = day_of(world.now)
    held = simulated.seat(world.session, first, world.cast)
    rng, month = Random(f"{seed}:attendance"), first.replace(day=1)
    while (end := start_of(next_month(month))) <= until:
        paper = _paper(world, held, month, rng, end + MORNING)
        world.schedule(end - EVENING, world.tried("attendance", paper))
        month = next_month(month)


def _paper(
    world: World, held: Seats, month: date, rng: Random, said_from: datetime | None = None
) -> Callable[[], None]:
    """Return the step in which the manager enters a month and the units say their words, an hour later."""

    def act() -> None:
        for post, member in held:
            simulated.from_paper(world.session, post, member, month, rng, world.cast, world.now)
        after = said_from or world.now + timedelta(hours=1)
        for at, word in simulated.month_end(world.session, held, after, rng, world.cast):
            world.schedule(at, word)

    return act


def _follow(world: World, steps: Iterator[Step], until: datetime) -> None:
    """Schedule the next of some steps, which will schedule the one after it."""
    found = next(steps, None)
    if found is None or found[0] >= until:
        return
    at, act = found

    def both() -> None:
        act()
        _follow(world, steps, until)

    world.schedule(at, both)
