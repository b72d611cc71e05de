"""The first month of the demonstration is closed in its own time; the second is under review by now."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from app.closing import service
from app.closing.open_items import Look
from app.duties import works
from app.files.store import Store
from app.months.queries import EVERYTHING
from app.residents.roster import posts
from app.residents.service import decide_month
from app.simulation.world import World
from app.tickets import decisions
from app.tickets import service as tickets
from app.tickets.derivation import Waiting
from models.duties import Work
from models.people import User
from models.tickets import Ticket
from sla.errors import DomainError
from sla.period import Period, after, month
from sla.vocab import Standing

log = logging.getLogger("lvyue")

FIRST_REVIEW = timedelta(days=1, hours=9)  # after the month's end
LAST_REVIEW = timedelta(days=1)  # before now
FREEZING = timedelta(days=16, hours=10)  # after the month's end: past any time for objections


def put_on(world: World, first: date, now: datetime, store: Store) -> None:
    """Schedule the closing of the first months; what is not due before ``now`` is left to the visitor."""
    period = month(first)
    end, following = period.bounds[1], after(period)

    def review() -> None:
        service.open_review(world.session, world.cast.bureau[0], period, world.now)

    def sign() -> None:
        service.sign(world.session, world.cast.managers[0], period, "数字无误", world.now)

    def freeze() -> None:
        _decide_all(world, period)
        held = service.held(world.session, period, world.now)
        if not held.standing.accepted:
            service.sign(world.session, world.cast.managers[0], period, "", world.now)
        service.prepare(world.session, world.cast.bureau[0], period, world.now)
        service.freeze(world.session, store, world.cast.bureau[1], period, world.now)

    def review_next() -> None:
        service.open_review(world.session, world.cast.bureau[0], following, world.now)

    if end + FREEZING < now:
        _at(world, end + FIRST_REVIEW, review)
        _at(world, end + FIRST_REVIEW + timedelta(days=2), sign)
        _at(world, end + FREEZING, freeze)
        if following.is_over(now - LAST_REVIEW):
            _at(world, now - LAST_REVIEW, review_next)


def _at(world: World, when: datetime, step: Callable[[], None]) -> None:
    """Let a step be taken; a month that cannot be closed stays as it is and stops nothing."""

    def taken() -> None:
        try:
            with world.session.begin_nested():
                step()
        except DomainError as error:
            log.warning("演示的月份没有关账：%s", error.message)

    world.schedule(when, taken)


def _decide_all(world: World, period: Period) -> None:
    """Let the bureau decide whatever is open about a month: what one of the two said, the other decides."""
    session, now = world.session, world.now
    first, second = world.cast.bureau[:2]
    for ticket, one in Look(session, period, EVERYTHING, now).waiting:
        _tried(session, _judge, session, first, ticket, one, now) or _tried(
            session, _judge, session, second, ticket, one, now
        )
    for group in service.held(session, period, now).open:
        for item in group.items if group.check.name == "work" else ():
            _tried(session, _confirm_work, session, second, item.args["work_id"], now)
    _tried(session, service.confirm_attendance, session, first, period, now)
    for post in posts(session):
        said = Standing.CONFIRMED
        _tried(session, decide_month, session, second, post, period.first_day, said, "核对无误", now)


def _judge(session: Session, person: User, ticket: Ticket, one: Waiting, now: datetime) -> None:
    if one.what == "recovery":
        tickets.accept(session, person, ticket, now)
    else:
        decisions.confirm(session, person, ticket, now, one.what, one.seq, "已向单位核实")


def _confirm_work(session: Session, person: User, work_id: int, now: datetime) -> None:
    works.decide(session, person, session.get_one(Work, work_id), True, now)


def _tried(session: Session, act: Callable[..., object], *said: object) -> bool:
    """Carry something out; what the state forbids is simply not done."""
    try:
        with session.begin_nested():
            act(*said)
    except DomainError:
        return False
    return True
