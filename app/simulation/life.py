"""A life of the contract: each day's tickets, opened and followed to wherever they get (section 5)."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.contract.queries import service_year
from app.contract.service import activate
from app.simulation.asides import scatter
from app.simulation.opening import opening
from app.simulation.people import Cast, dismiss
from app.simulation.rhythm import Arrival, arrivals
from app.simulation.unit import Life
from app.simulation.world import World
from app.tickets.derivation import forget_rules
from models.tickets import Ticket, TicketEvent
from sla.errors import Conflict
from sla.vocab import Role
from sla.when import clock_text, day_of, iso, start_of

log = logging.getLogger("lvyue")


@dataclass(frozen=True)
class Plan:
    """What a life is made from: the same plan on an empty database gives the same facts.

    It runs from the beginning of ``first`` up to ``until`` (exclusive, aware UTC); ``rate`` is the mean
    number of tickets a month of the whole contract.
    """

    first: date
    until: datetime
    seed: int
    rate: int


def begin(session: Session, plan: Plan, *, append: bool = False) -> None:
    """Check that a life may be made here, and let the contract take effect if it has not."""
    start = start_of(plan.first)
    last = session.scalar(select(func.max(TicketEvent.recorded_at)))
    if last is not None and not append:
        raise Conflict("数据库里已经有工单；模拟只在空库上进行，要接着已有的数据继续请加 --append")
    if last is not None and last > start:
        raise Conflict(f"已有的工单记录到 {clock_text(last)}，--from 不能早于它")
    if service_year(session, 1) is None:
        activate(session, None, plan.first, start, "模拟")
        forget_rules(session)


def live(
    session: Session,
    plan: Plan,
    cast: Cast,
    *,
    over: Callable[[date, World], None],
    further: Callable[[World], None] = lambda world: None,
) -> World:
    """Live through the plan with these people; ``over`` is called after each Shanghai day.

    ``further`` may schedule more before it begins. Whether and when to commit, ``over`` decides.
    """
    world = World(session, cast, start_of(plan.first))
    submissions = f"sim-{plan.seed}-{session.scalar(select(func.max(Ticket.id))) or 0}"
    for day in _days(plan):
        world.schedule(start_of(day), _dawn(world, plan, day, f"{submissions}-{day:%Y%m%d}"))
    further(world)
    for day in world.run(plan.until):
        over(day, world)
    return world


def finish(session: Session, plan: Plan, world: World) -> dict[str, Any]:
    """Dismiss the people and return what has been made."""
    dismiss(session, plan.until)
    session.flush()
    states = session.execute(select(Ticket.state, func.count()).group_by(Ticket.state)).all()
    kinds = session.execute(select(Ticket.kind, func.count()).group_by(Ticket.kind)).all()
    return {
        "from": plan.first.isoformat(),
        "until": iso(plan.until),
        "seed": plan.seed,
        "rate": plan.rate,
        "tickets": sum(number for _, number in kinds),
        "events": session.scalar(select(func.count()).select_from(TicketEvent)),
        "kinds": {str(kind): number for kind, number in sorted(kinds)},
        "states": {str(state): number for state, number in sorted(states)},
        "works": world.done["work"],
        "attendance_months": world.done["attendance"],
        "refusals": len(world.refusals),
    }


def _days(plan: Plan) -> list[date]:
    last = day_of(plan.until - timedelta(seconds=1))
    return [plan.first + timedelta(days=n) for n in range((last - plan.first).days + 1)]


def _dawn(world: World, plan: Plan, day: date, submissions: str) -> Callable[[], None]:
    """Return the step that draws a day's tickets; every day and every ticket has dice of its own."""

    def draw() -> None:
        windows = {seq: project.window for seq, project in world.projects.items()}
        rng = Random(f"{plan.seed}:{day}")
        for number, one in enumerate(arrivals(day, world.book.calendar, windows, plan.rate, rng)):
            dice = Random(f"{plan.seed}:{day}:{number}")
            world.schedule(one.at, _birth(world, one, f"{submissions}-{number}", dice))

    return draw


def _birth(world: World, arrival: Arrival, submission: str, rng: Random) -> Callable[[], None]:
    def birth() -> None:
        life = Life(world, arrival.seq, rng)
        life.hurried = arrival.outage
        start = opening(life, arrival, submission)
        if life.open(start.actor, start.new):
            follow(life)

    return birth


def follow(life: Life) -> None:
    """Let everything begin that a new ticket sets going."""
    life.notice()
    scatter(life)
    if life.ticket.opened_by.role is Role.ENGINEER and life.facts.reported_at < life.now:
        life.behind = life.facts.reported_at  # whoever puts it down afterwards has begun already
    if life.facts.own_finding:
        life.plan_work()
    else:
        life.await_response()
