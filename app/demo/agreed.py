"""What units and supplier of the demonstration agree and disagree about: call-backs, and two disputes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from sqlalchemy import select

from app.callbacks import service as callbacks
from app.callbacks.service import Answer
from app.disputes import service as disputes
from app.disputes.subjects import of_clock
from app.simulation.world import World
from models.callbacks import CallBack
from models.contract import Project
from models.disputes import Dispute
from models.people import User
from models.tickets import TicketClock
from sla.disputes import Attribution
from sla.errors import DomainError
from sla.vocab import Satisfaction, Verdict
from sla.when import day_of, start_of

SIGNED = {
    1: (Satisfaction.SATISFIED, ""),
    6: (Satisfaction.BASICALLY, "夜间值守电话有时占线"),
    22: (Satisfaction.SATISFIED, ""),
    34: (Satisfaction.SATISFIED, ""),
    44: (Satisfaction.DISSATISFIED, "三号塔机离线两次，来得太慢"),
}
WAITING = (24, 26, 28)  # rows of the contact among the eight
FOLLOWED_UP = "两处现场的网关已更换，巡检改为每周两次。"
PATIENCE = timedelta(days=8)  # from the end of the time to a claim: less than ten workdays


def put_on(world: World, now: datetime) -> None:
    """Schedule it all; what would lie before the life is left out."""
    first, last = _month_before(day_of(now) - timedelta(days=3))
    asked = start_of(last + timedelta(days=1)) + timedelta(hours=33)
    if start_of(last) > world.now:
        world.schedule(asked, _careful(world, lambda: _ask(world, first, last)))
    for ago, seq, decides in ((timedelta(days=7, hours=2), None, True), (timedelta(minutes=95), 27, False)):
        at = now - ago
        if at > world.now:
            world.schedule(at, _careful(world, lambda s=seq, d=decides: _dispute(world, s, d)))  # type: ignore[misc]


def _month_before(day: date) -> tuple[date, date]:
    last = day.replace(day=1) - timedelta(days=1)
    return last.replace(day=1), last


def _ask(world: World, first: date, last: date) -> None:
    chosen = [world.projects[seq].id for seq in (*SIGNED, *WAITING)]
    made, _ = callbacks.start(world.session, world.cast.bureau[0], first, last, world.now, chosen)
    for n, one in enumerate(made):
        if one.project.seq in SIGNED:
            at = world.now + timedelta(hours=1, minutes=25 * n)
            world.schedule(at, _careful(world, lambda o=one: _sign(world, o)))  # type: ignore[misc]


def _sign(world: World, one: CallBack) -> None:
    satisfaction, remarks = SIGNED[one.project.seq]
    answer = Answer(satisfaction, True, remarks)
    callbacks.sign(world.session, _contact(world, one.project), one.id, answer, True, world.now)
    if satisfaction is Satisfaction.DISSATISFIED:
        engineer = world.cast.engineers[one.project.seq][0]
        after = world.now + timedelta(days=1)
        world.schedule(
            after,
            _careful(
                world,
                lambda: callbacks.follow_up(world.session, engineer, one.id, FOLLOWED_UP, world.now),
            ),
        )


def _dispute(world: World, seq: int | None, decides: bool) -> None:
    """Let the manager claim that a breach of the last days was the unit's doing, if there is one."""
    known = select(Dispute.id).where(Dispute.ticket_id == TicketClock.ticket_id)
    query = (
        select(TicketClock)
        .join(Project, Project.id == TicketClock.project_id)
        .where(
            TicketClock.verdict == Verdict.BREACHED,
            TicketClock.stopped_at.is_not(None),
            TicketClock.outcome_provisional.is_(False),
            TicketClock.due_at > world.now - PATIENCE,
            ~known.exists(),
        )
        .order_by(Project.seq != (seq or 0), TicketClock.due_at.desc(), TicketClock.id)
    )
    clock = world.session.scalars(query.limit(1)).first()
    if clock is None:
        return
    manager = world.cast.managers[0]
    subject = of_clock(world.session, manager, clock.ticket_id, clock.kind, clock.round, world.now)
    why = "单位机房当时停电检修，工程师在楼下等到送电。"
    made = disputes.claim(world.session, manager, subject, Attribution.UNIT, why, world.now)
    if decides and made.project:
        contact = _contact(world, made.project)
        agreed = world.now + timedelta(hours=20)
        world.schedule(agreed, _careful(world, lambda: _comment(world, made, contact)))


def _comment(world: World, one: Dispute, contact: User) -> None:
    disputes.comment(world.session, contact, one.id, True, "情况属实，检修通知另附。", world.now)
    at = world.now + timedelta(days=1)
    world.schedule(at, _careful(world, lambda: _decide(world, one)))


def _decide(world: World, one: Dispute) -> None:
    bureau, said = world.cast.bureau[1], "检修通知与时间相符，不计乙方。"
    disputes.decide(world.session, bureau, one.id, True, Attribution.UNIT, said, world.now)


def _contact(world: World, project: Project) -> User:
    return world.cast.contacts[project.unit_id][0]


def _careful(world: World, step: Callable[[], object]) -> Callable[[], None]:
    """Return a step whose refusal is put down: a demonstration begins in any week of the year."""

    def act() -> None:
        try:
            with world.session.begin_nested():
                step()
        except DomainError as error:
            world.refusals.append(f"{world.now}: {error.message}")

    return act
