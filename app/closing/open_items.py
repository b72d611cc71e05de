"""The one list of what has to be decided before a month is frozen, and what is only worth knowing (M1).

A new sort of thing that can be open is a ``Check`` of its own in ``CHECKS``: its label, how its items are
found, and whether it stops the freezing. Each item leads to the place where it is decided.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, literal, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.disputes.queries import course_of
from app.months.tickets import tickets_of
from app.residents.roster import posts
from app.tickets.derivation import Waiting, current_rules, events_of, waiting_for_unit
from models.callbacks import CallBack, CallBackAnswer
from models.closing import MonthClose, Objection
from models.contract import Posting, Project
from models.disputes import Dispute
from models.duties import Occurrence, OccurrenceWork, Work
from models.residents import AttendanceMonth, Leave, PostingMember
from models.tickets import Ticket
from sla.attendance import required_days
from sla.clocks import backentries, derive
from sla.disputes import DisputeState
from sla.period import Period
from sla.vocab import Standing

UNDECIDED = frozenset({DisputeState.COMMENTING, DisputeState.DECIDING, DisputeState.REVIEWING})


@dataclass(frozen=True)
class Item:
    """One open thing: in words, and the page it is decided on."""

    text: str
    endpoint: str
    args: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Check:
    """One sort of open thing. ``stops`` tells that the month is not frozen while there is any."""

    name: str
    label: str
    find: Callable[[Look], Iterator[Item]]
    stops: bool = True


@dataclass(frozen=True)
class Group:
    """What a check found."""

    check: Check
    items: Sequence[Item]


@dataclass(frozen=True)
class Look:
    """Where checks look: a month, within a scope of ``Project``, at a moment.

    ``whole`` tells whether what is about the whole contract is in scope, too.
    """

    session: Session
    period: Period
    scope: ColumnElement[bool]
    now: datetime
    whole: bool = True

    @property
    def mine(self) -> Any:
        """Return the ids of the projects in scope, as a subquery."""
        return select(Project.id).where(self.scope)

    @cached_property
    def waiting(self) -> list[tuple[Ticket, Waiting]]:
        """Return what waits for the unit's word about tickets and may move a figure of this month.

        What was said to have happened after the month cannot; a claim about a ticket's class moves its
        clocks from the report on, whenever it is made.
        """
        found: list[tuple[Ticket, Waiting]] = []
        end = self.period.bounds[1]
        tickets = self.session.scalars(
            select(Ticket)
            .where(tickets_of(self.period, self.scope), Ticket.waiting > 0, Ticket.reported_at < end)
            .options(joinedload(Ticket.project))
            .order_by(Ticket.id)
        ).all()
        events, rules = events_of(self.session, [one.id for one in tickets]), current_rules(self.session)
        for ticket in tickets:
            own = events[ticket.id]
            derived = derive(own, rules.projects[ticket.project.seq], rules.book, self.now)
            late = {stop.seq for stop in backentries(derived, rules.book)}
            happened = {event.seq: event.occurred_at for event in own}
            found += [
                (ticket, one)
                for one in waiting_for_unit(derived, late)
                if one.what == "claim" or happened[one.seq] < end
            ]
        return found


def _of_tickets(what: str) -> Callable[[Look], Iterator[Item]]:
    def find(look: Look) -> Iterator[Item]:
        for ticket, one in look.waiting:
            if one.what == what:
                text = f"{ticket.number} {ticket.title}（{ticket.project.seq} {ticket.project.name}）"
                yield Item(text, "tickets.show", {"ticket_id": ticket.id})

    return find


def _works(look: Look) -> Iterator[Item]:
    """Yield the back-entered works of the month's duties that nobody has decided about (C12)."""
    start, end = look.period.bounds
    served = (
        select(OccurrenceWork.work_id)
        .join(Occurrence)
        .where(Occurrence.closes_at > start, Occurrence.closes_at <= end)
    )
    query = select(Work).where(
        Work.id.in_(served),
        Work.backentered,
        Work.finished_at.is_not(None),
        Work.standing == Standing.PENDING,
        Work.project_id.in_(look.mine),
    )
    for work in look.session.scalars(query.options(joinedload(Work.project)).order_by(Work.id)):
        assert work.project is not None
        yield Item(f"{work.project.seq} {work.project.name} 的补录", "works.show", {"work_id": work.id})


def _leaves(look: Look) -> Iterator[Item]:
    """Yield the leaves that touch the month and nobody has decided about (R1)."""
    query = (
        select(Leave)
        .join(PostingMember, Leave.member_id == PostingMember.id)
        .join(Posting, PostingMember.posting_id == Posting.id)
        .where(
            Leave.standing == Standing.PENDING,
            Leave.first_day < look.period.until_day,
            Leave.last_day >= look.period.first_day,
            Posting.project_id.in_(look.mine),
        )
        .options(joinedload(Leave.member))
        .order_by(Leave.id)
    )
    for leave in look.session.scalars(query):
        yield Item(
            f"{leave.first_day} 起的请假",
            "residents.show",
            {"posting_id": leave.member.posting_id, "month": look.period.key},
        )


def _attendance(look: Look) -> Iterator[Item]:
    """Yield the postings whose month the unit or the bureau has not confirmed (R1)."""
    confirmed = set(
        look.session.scalars(
            select(AttendanceMonth.posting_id).where(
                AttendanceMonth.month == look.period.first_day, AttendanceMonth.standing == Standing.CONFIRMED
            )
        )
    )
    calendar = current_rules(look.session).book.calendar
    for post in posts(look.session, Posting.project_id.in_(look.mine)):
        if post.id not in confirmed and required_days(
            post.rules, look.period.first_day, look.period.until_day, calendar
        ):
            text = f"{post.project.seq} {post.project.name}"
            yield Item(text, "residents.show", {"posting_id": post.id, "month": look.period.key})


def _disputes(look: Look) -> Iterator[Item]:
    """Yield the disputes about breaches of the month in which a decision is still to come (A3).

    A duty that ended at 24:00 ended in the month that was over then.
    """
    start, end = look.period.bounds
    query = (
        select(Dispute)
        .where(
            Dispute.breached_at >= start,
            Dispute.breached_at <= end,
            or_(Dispute.project_id.in_(look.mine), Dispute.project_id.is_(None) & literal(look.whole)),
        )
        .options(joinedload(Dispute.project), selectinload(Dispute.steps))
        .order_by(Dispute.id)
    )
    for one in look.session.scalars(query):
        edge = start if one.occurrence_id is not None else end
        if one.breached_at != edge and course_of(look.session, one, look.now).state in UNDECIDED:
            whose = f"{one.project.seq} {one.project.name}" if one.project else "合同整体"
            yield Item(f"{one.number}（{whose}）", "disputes.show", {"dispute_id": one.id})


def _objections(look: Look) -> Iterator[Item]:
    query = (
        select(Objection)
        .join(MonthClose)
        .where(
            MonthClose.month == look.period.first_day,
            Objection.answered_at.is_(None),
            or_(Objection.project_id.in_(look.mine), Objection.project_id.is_(None) & literal(look.whole)),
        )
        .options(joinedload(Objection.project))
        .order_by(Objection.id)
    )
    for one in look.session.scalars(query):
        whose = f"{one.project.seq} {one.project.name}" if one.project else "合同整体"
        yield Item(f"{whose}：{one.text[:40]}", "closing.show", {"month": look.period.key})


def _callbacks(look: Look) -> Iterator[Item]:
    """Yield the call-backs of the month that nobody has signed; they stand beside the figures (F4)."""
    signed = select(CallBackAnswer.callback_id)
    query = select(CallBack).where(
        CallBack.last_day >= look.period.first_day,
        CallBack.last_day < look.period.until_day,
        CallBack.id.not_in(signed),
        CallBack.project_id.in_(look.mine),
    )
    for one in look.session.scalars(query.options(joinedload(CallBack.project)).order_by(CallBack.id)):
        yield Item(f"{one.project.seq} {one.project.name}", "callbacks.show", {"callback_id": one.id})


CHECKS: tuple[Check, ...] = (
    Check("recovery", "待验收的恢复", _of_tickets("recovery")),
    Check("pause", "待确认的挂起", _of_tickets("pause")),
    Check("claim", "待确认的定性", _of_tickets("claim")),
    Check("backentry", "待确认的工单补录", _of_tickets("backentry")),
    Check("work", "待确认的应办补录", _works),
    Check("leave", "待审批的请假", _leaves),
    Check("attendance", "未确认的月度出勤", _attendance),
    Check("dispute", "未裁定的争议", _disputes),
    Check("objection", "未答复的异议", _objections),
    Check("callback", "未签署的回访", _callbacks, stops=False),
)


def open_items(
    session: Session, period: Period, scope: ColumnElement[bool], now: datetime, *, whole: bool = True
) -> list[Group]:
    """Return what is open about a month in a scope, one group for each check, the empty ones too."""
    look = Look(session, period, scope, now, whole)
    return [Group(check, tuple(check.find(look))) for check in CHECKS]


def blocking(groups: Sequence[Group]) -> list[Group]:
    """Return the groups that stop the freezing."""
    return [one for one in groups if one.check.stops and one.items]
