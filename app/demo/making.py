"""Making the demonstration: schema, contract, people, and a life of the contract up to this minute."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app import passwords
from app.demo import agreed, assessed, closing, money, stage
from app.demo.guard import check_database
from app.demo.people import ensure, let_in
from app.files.store import Store
from app.settings import Settings
from app.simulation import attendance, duties, life
from app.simulation.people import gather
from app.simulation.world import World
from models.engine import write_session
from models.migrations import upgrade
from models.tickets import Ticket
from seeds.loader import load
from sla.when import day_of, start_of

MONTHS_BACK = 3
RATE = 130  # tickets a month: enough to look at, and made while somebody waits
SEED = 45

Tell = Callable[[str], None]


def prepare(
    engine: Engine, settings: Settings, now: datetime, tell: Tell, rate: int = RATE, months: int = MONTHS_BACK
) -> str:
    """Make the demonstration if it is not there, and return the password of its sign-ins.

    It begins ``months`` before the month of ``now`` and gets ``rate`` tickets a month.

    What is there is kept. The password is the one of the settings, else a new one each time: only its hash
    is stored, so an old one could not be told.
    """
    check_database(engine, settings.demo)
    upgrade(engine)
    with write_session(engine) as session, session.begin():
        load(session)
    password = settings.demo_password or passwords.invented()
    # In one transaction: who interrupts it finds nothing half made, and the next start begins anew.
    with write_session(engine) as session, session.begin():
        if session.scalar(select(Ticket.id).limit(1)) is None:
            store = Store(settings.data_dir / "files")
            live_until(session, now, tell, rate, months, demo=settings.demo, store=store)
        let_in(session, password, now, demo=settings.demo)
    return password


def live_until(
    session: Session,
    now: datetime,
    tell: Tell,
    rate: int,
    months: int = MONTHS_BACK,
    *,
    demo: bool,
    store: Store | None = None,
) -> World:
    """Live through the months before ``now``, with the eight in the leading parts.

    With a ``store`` for its files the first month is closed on the way.
    """
    plan = life.Plan(_first(day_of(now), months), now, SEED, rate)
    tell(f"正在生成演示数据（{plan.first} 至今，约需半分钟，只在第一次）……")
    life.begin(session, plan)
    people = ensure(session, start_of(plan.first), demo=demo)
    cast = gather(session, SEED, start_of(plan.first), demo=demo, leads=people)

    def over(day: date, world: World) -> None:
        if (day + timedelta(days=1)).day == 1:
            tell(f"  {day:%Y 年 %m 月}，累计 {world.done['open_ticket']} 张工单")

    def further(world: World) -> None:
        stage.put_on(world, now)
        assessed.put_on(world, now)
        agreed.put_on(world, now)
        duties.put_on(world, now, SEED)
        attendance.put_on(world, plan.first, now, SEED)
        if store is not None:
            closing.put_on(world, plan.first, now, store)

    lived = life.live(session, plan, cast, over=over, further=further)
    money.put_on(session, cast.bureau[0], cast.bureau[1], cast.managers[0], now)
    return lived


def _first(today: date, months: int) -> date:
    """Return the first of the month so many months before."""
    first = today.year * 12 + today.month - 1 - months
    return date(first // 12, first % 12 + 1, 1)
