"""``simulate``: a deterministic life of the contract (section 5); progress on standard error, JSON out."""

from __future__ import annotations

import logging
import re
import sys
from datetime import date, datetime, timedelta
from typing import Any

import click
from sqlalchemy.orm import Session

from app.contract.commands import Day, put, require_contract
from app.database import current_engine
from app.demo.guard import check_database
from app.settings import SettingsError, current_settings
from app.simulation import attendance, duties, life
from app.simulation.people import dismiss, gather
from app.simulation.world import World
from models.engine import write_session
from sla.errors import Conflict, Invalid
from sla.when import next_month, parse_day, parse_instant, start_of

log = logging.getLogger("lvyue")

MOST_MONTHS, MOST_TICKETS, LARGEST_SEED = 36, 3000, 2**53
RATE = 360


class Whole(click.ParamType[int]):
    """A whole number within limits; another one is bad use (exit 2)."""

    name = "integer"

    def __init__(self, lowest: int, highest: int) -> None:
        self.lowest, self.highest = lowest, highest

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        text = str(value).strip()
        if not re.fullmatch(r"[0-9]{1,18}", text) or not self.lowest <= int(text) <= self.highest:
            self.fail(f"要填 {self.lowest} 到 {self.highest} 之间的整数，现在是「{text[:40]}」", param, ctx)
        return int(text)


class Instant(click.ParamType[datetime]):
    """A day (its beginning in Shanghai) or an instant with its offset; anything else is bad use (exit 2)."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        try:
            return (
                parse_instant(value, "--until")
                if "T" in str(value)
                else start_of(parse_day(value, "--until"))
            )
        except Invalid as error:
            self.fail(error.message, param, ctx)


@click.command("simulate")
@click.option("--from", "first", type=Day(), help="The first day, e.g. 2025-07-01.")
@click.option("--months", type=Whole(1, MOST_MONTHS), help="How many months at most.")
@click.option("--seed", type=Whole(0, LARGEST_SEED), help="Equal seeds give equal lives.")
@click.option("--rate", type=Whole(1, MOST_TICKETS), default=RATE, show_default=True, help="Tickets a month.")
@click.option("--until", type=Instant(), help="Stop here (exclusive), if that is earlier.")
@click.option("--only-tickets", is_flag=True, help="Leave out duties and attendance: two thirds of the time.")
@click.option("--append", is_flag=True, help="Go on where there are tickets already.")
def simulate_command(
    first: date | None,
    months: int | None,
    seed: int | None,
    rate: int,
    until: datetime | None,
    only_tickets: bool,
    append: bool,
) -> None:
    """Make up a life of the contract, through the same use cases as people's."""
    if first is None or months is None or seed is None:
        raise click.UsageError(
            "--from、--months、--seed 都要给出，例如 --from 2025-07-01 --months 3 --seed 1"
        )
    plan = life.Plan(first, _end(first, months, until), seed, rate)
    require_contract()
    try:
        check_database(current_engine(), current_settings().demo)
    except SettingsError as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    with write_session(current_engine()) as session:
        put(_simulate(session, plan, append, current_settings().demo, only_tickets))


def _end(first: date, months: int, until: datetime | None) -> datetime:
    after = first.replace(day=1)
    for _ in range(months):
        after = next_month(after)
    # The 31st of a month without one: its months end with the month.
    last = min(after + timedelta(days=first.day - 1), next_month(after))
    end = min(start_of(last), until) if until else start_of(last)
    if end <= start_of(first):
        raise click.UsageError("--until 要晚于 --from 那天的零点")
    return end


def _simulate(
    session: Session, plan: life.Plan, append: bool, demo: bool, only_tickets: bool
) -> dict[str, Any]:
    """Live through the plan, a transaction for each day; whatever happens, the people are dismissed."""
    start = start_of(plan.first)
    try:
        life.begin(session, plan, append=append)
    except Conflict as error:
        raise click.UsageError(error.message) from None
    cast = gather(session, plan.seed, start, demo=demo)
    session.commit()

    def over(day: date, world: World) -> None:
        session.commit()
        if day.day in (10, 20) or (day + timedelta(days=1)).day == 1:
            log.info("已模拟到 %s：%d 张工单", day, world.done["open_ticket"])

    def further(world: World) -> None:
        if not only_tickets:
            duties.put_on(world, plan.until, plan.seed, goes_on=True)
            attendance.put_on_paper(world, plan.until, plan.seed)

    try:
        world = life.live(session, plan, cast, over=over, further=further)
    except BaseException:
        session.rollback()
        dismiss(session, plan.until)
        session.commit()
        raise
    made = life.finish(session, plan, world)
    session.commit()
    for refusal in world.refusals:
        log.warning("被拒绝：%s", refusal)
    return made
