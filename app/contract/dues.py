"""Which due days other rules would move: of payments, disputes, reviews of months and acceptances.

Nothing is written here. Both sides are judged on the same day, today or the first day the other rules hold.
What was once told and stored stays: the end of a review that is open, a rework that was set.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.closing.queries import closes
from app.disputes.subjects import clock_name
from app.payments.facts import STAGES, YearView, year_view
from models.acceptance import Acceptance
from models.contract import ServiceYear
from models.disputes import Dispute
from models.tickets import TicketClock
from sla.acceptance import due_after
from sla.clock import RuleBook
from sla.closing import objections_until
from sla.disputes import Course, claim_ends, course
from sla.payment_facts import Gate, Stage
from sla.period import after
from sla.period import month as month_period
from sla.vocab import Verdict
from sla.when import day_of, start_of

SHOWN = 100  # that are listed; the rest is counted
CLAIMABLE = timedelta(days=120)  # no claim can be made about what ran out longer ago: 60 workdays at most
ONE_SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class DueDay:
    """The last day of something under the two rules; ``None`` where there is none.

    ``state`` holds how it stands under each, where that is another; ``firm`` says that a day which was
    provisional would be so no more, or the other way round.
    """

    what: str
    step: str
    before: date | None
    after: date | None
    state: tuple[str, str] = ("", "")
    firm: bool = False

    @property
    def changed(self) -> bool:
        """Tell whether anything is another."""
        return self.before != self.after or self.state[0] != self.state[1] or self.firm


@dataclass
class DueDays:
    """Those that change; ``count`` are all of them, ``listed`` the first."""

    count: int = 0
    listed: list[DueDay] = field(default_factory=list)

    def add(self, one: DueDay) -> None:
        """Take one in, if it changes."""
        if one.changed:
            self.count += 1
            if len(self.listed) < SHOWN:
                self.listed.append(one)


def due_days(
    session: Session, before: RuleBook, after: RuleBook, first: date | None, now: datetime
) -> DueDays:
    """Return every due day that differs under two rules.

    ``first`` is the first day of another reading; a calendar holds at once: ``None``.
    """
    found = DueDays()
    if before.version == after.version:
        return found
    at = max(now, start_of(first)) if first else now
    for parts in (_payments, _reviews, _acceptances, _disputes, _claims):
        for one in parts(session, before, after, at):
            found.add(one)
    return found


# -- payments (P1) --------------------------------------------------------------------------------------


def _payments(session: Session, before: RuleBook, after: RuleBook, at: datetime) -> Iterator[DueDay]:
    for number in session.scalars(select(ServiceYear.number).order_by(ServiceYear.number)):
        was, will = (year_view(session, number, at, book) for book in (before, after))
        for stage in STAGES:
            yield from _stage(number, was, will, stage)


def _stage(number: int, was: YearView, will: YearView, stage: int) -> Iterator[DueDay]:
    one, other = was.stages[stage], will.stages[stage]
    what = f"第 {number} 服务年度第 {stage} 次付款"
    yield DueDay(
        *(what, "应付日", one.due, other.due, (_standing(one), _standing(other))),
        firm=one.due is not None and other.due is not None and one.provisional != other.provisional,
    )
    gates = {gate.key: gate for gate in other.gates}
    for gate in one.gates:
        then = gates[gate.key]
        states = (_gate(gate), _gate(then))
        yield DueDay(what, gate.key.label, gate.due, then.due, states)


def _standing(stage: Stage) -> str:
    return f"{stage.state.label}，逾期 {stage.days_late} 天" if stage.days_late else stage.state.label


def _gate(gate: Gate) -> str:
    if gate.met:
        return f"{gate.since} 满足" if gate.since else "已满足"
    named = [f"第 {one.seq} 项" for one in gate.missing if one.seq is not None]
    told = "、".join(named[:5]) + ("等" if len(named) > 5 else "")
    return f"未满足：{told or gate.missing[0].what}"


# -- months and acceptances (M1, P2) --------------------------------------------------------------------


def _reviews(session: Session, before: RuleBook, after_: RuleBook, at: datetime) -> Iterator[DueDay]:
    """Yield when the review of the next month would end if it were opened on that day."""
    known = closes(session)
    opened = [month for month, one in known.items() if one.opened_at is not None]
    year = session.scalar(select(ServiceYear.starts_on).order_by(ServiceYear.number).limit(1))
    if year is None:
        return
    following = after(month_period(max(opened))) if opened else month_period(year.replace(day=1))
    opening = max(at, following.bounds[1])
    (was, one), (will, other) = (objections_until(opening, book) for book in (before, after_))
    what = f"{following.key} 的异议期（{day_of(opening)} 开始）"
    yield DueDay(what, "异议截止", _last(was), _last(will), firm=one != other)


def _acceptances(session: Session, before: RuleBook, after: RuleBook, at: datetime) -> Iterator[DueDay]:
    """Yield until when the supplier may sign a conclusion, where it has not done so yet."""
    waiting = select(Acceptance).where(
        Acceptance.checked_at.is_not(None),
        Acceptance.countersigned_at.is_(None),
        Acceptance.unsigned_at.is_(None),
    )
    for one in session.scalars(waiting.order_by(Acceptance.id)):
        assert one.checked_at is not None
        since = day_of(one.checked_at)
        was, will = (
            due_after(since, book.interpretations.objection_days(since), book.calendar)
            for book in (before, after)
        )
        what = f"{one.stage.label}第 {one.round} 轮"
        yield DueDay(what, "乙方签署截止", was.day, will.day, firm=was.provisional != will.provisional)


# -- disputes (A3) --------------------------------------------------------------------------------------


def _disputes(session: Session, before: RuleBook, after: RuleBook, at: datetime) -> Iterator[DueDay]:
    for one in session.scalars(select(Dispute).options(selectinload(Dispute.steps)).order_by(Dispute.id)):
        if not one.steps:
            continue
        has_unit = one.project_id is not None
        was, will = (course(one.facts, has_unit, book, at) for book in (before, after))
        if was.final and will.final:
            continue
        days = [_last(its.until) if its.until else None for its in (was, will)]
        yield DueDay(one.number, _step(was, will), days[0], days[1], (_course(was), _course(will)))


def _step(was: Course, will: Course) -> str:
    turn = was.turn or will.turn
    return f"{turn.label}办理截止" if turn else "申请复核截止"


def _course(its: Course) -> str:
    told = "，已逾期" if its.overdue else "，为最终认定" if its.final else ""
    return its.state.label + told


def _claims(session: Session, before: RuleBook, after: RuleBook, at: datetime) -> Iterator[DueDay]:
    """Yield until when breaches can be claimed that nobody has disputed, if it can be done by either rule."""
    known = select(Dispute.ticket_id, Dispute.clock, Dispute.round).where(Dispute.ticket_id.is_not(None))
    disputed = {tuple(one) for one in session.execute(known)}
    rows = session.scalars(
        select(TicketClock)
        .where(
            TicketClock.verdict == Verdict.BREACHED,
            TicketClock.due_at > at - CLAIMABLE,
            TicketClock.due_at <= at,
        )
        .options(joinedload(TicketClock.ticket))
        .order_by(TicketClock.due_at, TicketClock.id)
    )
    for row in rows:
        if (row.ticket_id, row.kind, row.round) in disputed:
            continue
        was, will = (claim_ends(row.due_at, book) for book in (before, after))
        if max(was, will) > at:
            name = f"{row.ticket.number} {clock_name(row.kind, row.round)}"
            yield DueDay(name, "申请免责截止", _last(was), _last(will))


def _last(until: datetime) -> date:
    """Return the last day of what ends at 24:00."""
    return day_of(until - ONE_SECOND)
