"""The duties of a life: inspections filled in, reports handed over, a few late, a few forgotten.

Carried out between the tickets, through the same use cases as people use; each occurrence has its own dice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from decimal import ROUND_DOWN, Decimal
from itertools import groupby
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.duties.drafts import checklist_of
from app.duties.lines import Line
from app.duties.works import WorkForm, decide, record_evidence, submit
from app.simulation.world import World
from models.checklists import ChecklistItem
from models.duties import Occurrence, Work
from models.people import User
from sla.vocab import Cycle, ItemResult
from sla.when import day_of, end_of

FORGOTTEN, LATE = 0.03, 0.07  # of a hundred occurrences three are never done and four too late
WEEK = timedelta(days=7)
_EVERY_DAY = (Cycle.DAILY, Cycle.TWICE_DAILY)


def put_on(world: World, until: datetime, seed: int, *, goes_on: bool = False) -> None:
    """Schedule what is done for every occurrence that opens before ``until``.

    ``goes_on`` is for a life that begins where another ended and may be gone on with: what opened before
    is left alone, and a week that goes on after the end has its note at its own end.
    """
    opened = [Occurrence.opens_at < (until + WEEK if goes_on else until)]
    opened += [Occurrence.opens_at >= world.now] if goes_on else []
    query = (
        select(Occurrence)
        .where(*opened, Occurrence.project_id.is_not(None))
        .options(joinedload(Occurrence.obligation), joinedload(Occurrence.project))
        .order_by(Occurrence.obligation_id, Occurrence.opens_at)
    )
    for _, found in groupby(world.session.scalars(query), key=lambda one: one.obligation_id):
        occurrences = list(found)
        duty = occurrences[0].obligation
        if duty.cycle in _EVERY_DAY and not duty.checklist:
            _weekly(world, occurrences, until)
        else:
            _singly(world, occurrences, until, seed)


def _singly(world: World, occurrences: Iterable[Occurrence], until: datetime, seed: int) -> None:
    for one in occurrences:
        rng = Random(f"{seed}:duty:{one.id}")
        roll, length = rng.random(), one.closes_at - one.opens_at
        at = one.opens_at + timedelta(seconds=round(length.total_seconds() * rng.uniform(0.35, 0.85)))
        if FORGOTTEN <= roll < LATE:
            at = one.closes_at + timedelta(minutes=rng.randrange(30, 600))
        if roll >= FORGOTTEN and at < until:
            act = _inspect(world, one) if one.obligation.checklist else _hand_over(world, one)
            world.schedule(at, world.tried("work", act))


def _weekly(world: World, occurrences: Iterable[Occurrence], until: datetime) -> None:
    """Let one note a week tell of each day, and the unit confirm it on the next morning (C12)."""
    for _, found in groupby(occurrences, key=lambda one: day_of(one.opens_at).isocalendar()[:2]):
        week = list(found)
        # In the evening of the last day: what falls due in its second half has begun by then.
        at = end_of(day_of(week[-1].opens_at)) - timedelta(hours=3)
        if at < until:
            world.schedule(at, world.tried("work", _hand_over(world, week[-1], week[0])))


def _inspect(world: World, one: Occurrence) -> Callable[[], None]:
    def act() -> None:
        version = checklist_of(world.session, one.obligation)
        assert version is not None
        lines = [Line(item.id, ItemResult.NORMAL, _measured(item)) for item in version.items]
        submit(world.session, _engineer(world, one), WorkForm(one.id, f"duty-{one.id}", lines), world.now)

    return act


def _measured(item: ChecklistItem) -> str:
    """Return a value well within the limits, nothing where nothing is measured."""
    if not item.unit:
        return ""
    low, high = Decimal(item.low or 0), Decimal(item.high or item.low or 1)
    return str(((low + 2 * high) / 3).quantize(Decimal("0.1"), ROUND_DOWN)) if item.high else str(high)


def _hand_over(world: World, last: Occurrence, first: Occurrence | None = None) -> Callable[[], None]:
    days = day_of((first or last).opens_at), day_of(last.closes_at - timedelta(seconds=1))

    def act() -> None:
        said = f"已按要求完成「{last.obligation.what}」，记录存档。"
        key, engineer = f"duty-{last.id}", _engineer(world, last)
        work = record_evidence(world.session, engineer, last.obligation_id, *days, said, key, world.now)
        if first is not None:
            confirmed = world.tried("work_confirmed", _confirm(world, last, work))
            world.schedule(last.closes_at + timedelta(hours=9), confirmed)

    return act


def _confirm(world: World, one: Occurrence, work: Work) -> Callable[[], None]:
    def act() -> None:
        assert one.project is not None
        decide(world.session, world.cast.contacts[one.project.unit_id][0], work, True, world.now)

    return act


def _engineer(world: World, one: Occurrence) -> User:
    """Return who does a row's duties: its engineer, the manager where it has none."""
    assert one.project is not None
    return (world.cast.engineers.get(one.project.seq) or world.cast.managers)[0]
