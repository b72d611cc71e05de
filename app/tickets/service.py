"""What people do with open tickets, one function a use case; opening one is in opening.py.

Each takes the session, the actor and ``now``, checks, records one event and returns the derivation.
None commits: the edge does, once (section 3).
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.tickets.actions import ensure
from app.tickets.derivation import derive_ticket
from app.tickets.record import moment, not_ones_own, record, required, stored_instant
from models.people import Assignment, User
from models.tickets import Ticket
from sla.clock import Derivation
from sla.errors import Conflict, Invalid
from sla.vocab import EventKind, PauseReason, Role
from sla.when import day_of


def respond(
    session: Session,
    actor: User,
    ticket: Ticket,
    now: datetime,
    occurred_at: datetime | None = None,
    note: str = "",
    device_at: datetime | None = None,
) -> Derivation:
    """Record the first human response (C6)."""
    before = _check(session, actor, ticket, "respond", now)
    at = moment(occurred_at, now, before.facts.reported_at)
    return record(
        session, ticket, actor, EventKind.RESPONDED, now, occurred_at=at, data=_told(note, device_at)
    )


def request_onsite(
    session: Session,
    actor: User,
    ticket: Ticket,
    now: datetime,
    *,
    remote_failed: bool = False,
    occurred_at: datetime | None = None,
    note: str = "",
    device_at: datetime | None = None,
) -> Derivation:
    """Ask for on-site work: the arrival clock starts (C7). Said twice, it is still one request."""
    before = _check(session, actor, ticket, "request_onsite", now)
    facts = before.facts
    said_so = facts.awaiting_arrival and any(failed for _, failed in facts.rounds[-1].requests)
    if facts.awaiting_arrival and (said_so or not remote_failed):
        raise Conflict("已经申请到场，正在等待工程师到达，不需要重复申请")
    last = facts.rounds[-1].arrival if facts.rounds else None
    floor = last.occurred_at if last else facts.reported_at
    at = moment(occurred_at, now, floor, "上次到场时间" if last else "报告时间")
    data = {"remote_failed": remote_failed or None, **_told(note, device_at)}
    return record(session, ticket, actor, EventKind.ONSITE_REQUESTED, now, occurred_at=at, data=data)


def arrive(
    session: Session,
    actor: User,
    ticket: Ticket,
    now: datetime,
    occurred_at: datetime | None = None,
    note: str = "",
    device_at: datetime | None = None,
) -> Derivation:
    """Record the arrival on site (C7); without a request it counts from the report."""
    before = _check(session, actor, ticket, "arrive", now)
    floor, said = before.facts.reported_at, "报告时间"
    if before.facts.awaiting_arrival:
        floor, said = before.facts.rounds[-1].requests[0][0].occurred_at, "申请到场时间"
    at = moment(occurred_at, now, floor, said)
    return record(session, ticket, actor, EventKind.ARRIVED, now, occurred_at=at, data=_told(note, device_at))


def contain(
    session: Session,
    actor: User,
    ticket: Ticket,
    now: datetime,
    occurred_at: datetime | None = None,
    note: str = "",
    device_at: datetime | None = None,
) -> Derivation:
    """Record that a security event no longer spreads (C8)."""
    before = _check(session, actor, ticket, "contain", now)
    at = moment(occurred_at, now, before.facts.reported_at)
    return record(
        session, ticket, actor, EventKind.CONTAINED, now, occurred_at=at, data=_told(note, device_at)
    )


def claim_recovery(
    session: Session,
    actor: User,
    ticket: Ticket,
    now: datetime,
    occurred_at: datetime | None = None,
    note: str = "",
    device_at: datetime | None = None,
) -> Derivation:
    """Claim that the work is done (C8); after a rejection it cannot lie before that rejection (C11)."""
    before = _check(session, actor, ticket, "claim_recovery", now)
    rejected = [c.rejected_at for c in before.facts.claims if c.rejected_at]
    floor, said = (max(rejected), "上次退回时间") if rejected else (before.facts.reported_at, "报告时间")
    at = moment(occurred_at, now, floor, said)
    data = _told(required(note, "处理结果", "note"), device_at)
    return record(session, ticket, actor, EventKind.RECOVERY_CLAIMED, now, occurred_at=at, data=data)


def accept(session: Session, actor: User, ticket: Ticket, now: datetime, note: str = "") -> Derivation:
    """Accept the recovery (C8, S2)."""
    before = _check(session, actor, ticket, "accept", now)
    not_ones_own(actor, ticket, _claim_seq(before))
    data = {"claim": _claim_seq(before), "note": note}
    return record(session, ticket, actor, EventKind.RECOVERY_ACCEPTED, now, data=data)


def reject(session: Session, actor: User, ticket: Ticket, now: datetime, reason: str) -> Derivation:
    """Reject the recovery: the claim is void and the clock never stopped (C11)."""
    before = _check(session, actor, ticket, "reject", now)
    data = {"claim": _claim_seq(before), "reason": required(reason, "退回原因", "reason")}
    return record(session, ticket, actor, EventKind.RECOVERY_REJECTED, now, data=data)


def pause(
    session: Session,
    actor: User,
    ticket: Ticket,
    now: datetime,
    reason: PauseReason,
    note: str,
    occurred_at: datetime | None = None,
    device_at: datetime | None = None,
) -> Derivation:
    """Claim that the clock stands still (C13); it counts at once and waits for the unit."""
    before = _check(session, actor, ticket, "pause", now)
    facts = before.facts
    floors = [(facts.reported_at, "报告时间")]
    floors += [(p.end, "上次挂起结束时间") for p in facts.pauses if p.end]
    # Until the rejection the work was said to be done, so it was not waiting for anything (C11).
    floors += [(c.rejected_at, "上次退回时间") for c in facts.claims if c.rejected_at]
    at = moment(occurred_at, now, *max(floors))
    data = {"reason": str(reason), **_told(required(note, "挂起说明", "note"), device_at)}
    return record(session, ticket, actor, EventKind.PAUSED, now, occurred_at=at, data=data)


def resume(
    session: Session,
    actor: User,
    ticket: Ticket,
    now: datetime,
    occurred_at: datetime | None = None,
    note: str = "",
    device_at: datetime | None = None,
) -> Derivation:
    """End the pause."""
    before = _check(session, actor, ticket, "resume", now)
    running = before.facts.open_pause
    assert running is not None
    at = moment(occurred_at, now, running.start, "挂起开始时间")
    return record(session, ticket, actor, EventKind.RESUMED, now, occurred_at=at, data=_told(note, device_at))


def assign(
    session: Session, actor: User, ticket: Ticket, now: datetime, engineer_id: int, note: str = ""
) -> Derivation:
    """Give the ticket to an engineer who is assigned to its project today, perhaps with a word."""
    _check(session, actor, ticket, "assign", now)
    today = day_of(now)
    engineer = session.scalar(
        select(User)
        .join(Assignment)
        .where(
            User.id == engineer_id,
            User.role == Role.ENGINEER,
            User.deactivated_at.is_(None),
            Assignment.project_id == ticket.project_id,
            Assignment.from_day <= today,
            Assignment.until_day.is_(None) | (Assignment.until_day > today),
        )
    )
    if engineer is None:
        raise Invalid("请选择负责这个项目的在岗工程师", "engineer")
    ticket.assignee = engineer
    data = {"engineer": engineer.id, "note": note}
    return record(session, ticket, actor, EventKind.ASSIGNED, now, data=data)


def add_note(session: Session, actor: User, ticket: Ticket, now: datetime, note: str) -> Derivation:
    """Add a remark to the story; it changes no clock."""
    _check(session, actor, ticket, "note", now)
    return record(session, ticket, actor, EventKind.NOTED, now, data={"note": required(note, "说明", "note")})


def cancel(session: Session, actor: User, ticket: Ticket, now: datetime, reason: str) -> Derivation:
    """Cancel a ticket: what was decided stays, what was not is void. Only the unit or the bureau may."""
    _check(session, actor, ticket, "cancel", now)
    data = {"reason": required(reason, "撤销原因", "reason")}
    return record(session, ticket, actor, EventKind.CANCELLED, now, data=data)


def close(
    session: Session, actor: User, ticket: Ticket, now: datetime, rating: int, comment: str = ""
) -> Derivation:
    """Close an accepted ticket with a rating of 1 to 5 (F4)."""
    _check(session, actor, ticket, "close", now)
    if isinstance(rating, bool) or rating not in range(1, 6):
        raise Invalid("满意度请选 1 至 5 分", "rating")
    return record(session, ticket, actor, EventKind.CLOSED, now, data={"rating": rating, "note": comment})


def _check(session: Session, actor: User, ticket: Ticket, action: str, now: datetime) -> Derivation:
    derived = derive_ticket(session, ticket, now)
    ensure(action, actor, derived)
    return derived


def _told(note: str, device_at: datetime | None) -> dict[str, object]:
    """Return what is kept of a step beside its times; ``device_at`` only where a device sent it later."""
    return {"note": note, "device_at": stored_instant(device_at) if device_at else None}


def _claim_seq(derived: Derivation) -> int:
    assert derived.facts.claim is not None
    return derived.facts.claim.stop.seq
