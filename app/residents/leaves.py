"""Leave: asked for by the engineer, a substitute named by the manager, approved by the unit (R1, S2)."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.access import require
from app.residents.queries import of_leave
from app.residents.service import DECIDERS, ensure_open, lock
from models import ledger
from models.people import User
from models.residents import Leave, PostingMember
from sla.attendance import HalfDay
from sla.errors import Conflict, Forbidden, Invalid
from sla.vocab import Role, Standing

LONGEST = timedelta(days=92)


def ask(
    session: Session,
    actor: User,
    member: PostingMember,
    first: HalfDay,
    last: HalfDay,
    reason: str,
    now: datetime,
) -> Leave:
    """Ask for leave from one half day to another, both included, while one holds the posting."""
    require(actor, Role.ENGINEER)
    if actor.id != member.user_id:
        raise Forbidden("请假由本人提出")
    if last[0] - first[0] > LONGEST:
        raise Invalid(f"一次请假最多 {LONGEST.days} 天，更长请安排离岗", "last_day")
    leave = Leave(
        member=member,
        first_day=first[0],
        first_half=first[1],
        last_day=last[0],
        last_half=last[1],
        reason=reason,
        asked_at=now,
        standing=Standing.PENDING,
    )
    wanted = set(of_leave(leave))
    if not wanted:
        raise Invalid("请假的结束不能早于开始", "last_day")
    if first[0] < member.from_day or (member.until_day and last[0] >= member.until_day):
        raise Invalid("请假要在您的驻场期间以内", "first_day")
    lock(session, member.posting_id)
    ensure_open(session, member.posting_id, first[0], last[0])
    for other in _others(session, member, leave):
        if wanted & set(of_leave(other)):
            said = f"{other.first_day} {other.first_half.label}起的请假{other.standing.label}"
            raise Conflict(f"时间与{said}重复，请调整")
    session.add(leave)
    session.flush()
    payload = {
        "posting": member.posting_id,
        "person": member.user_id,
        "from": [first[0], first[1]],
        "through": [last[0], last[1]],
        "reason": reason,
    }
    _record(session, "leave.asked", leave, actor, now, payload)
    return leave


def name_substitute(
    session: Session, actor: User, leave: Leave, substitute: User | None, now: datetime
) -> None:
    """Name who stands in, as the manager, or nobody. An approved leave waits for approval again."""
    require(actor, Role.MANAGER)
    _hold(session, leave)
    if leave.standing is Standing.REJECTED:
        raise Conflict("这次请假没有批准，不能再安排顶岗")
    if substitute is not None:
        if substitute.role is not Role.ENGINEER or not substitute.is_active:
            raise Conflict("顶岗人只能是在用的驻场工程师")
        if substitute.id == leave.member.user_id:
            raise Invalid("顶岗人不能是请假的人自己", "substitute")
    new = substitute.id if substitute else None
    if new == leave.substitute_id:
        raise Conflict("顶岗人没有变化")
    ensure_open(session, leave.member.posting_id, leave.first_day, leave.last_day)
    leave.substitute_id = new
    if leave.standing is Standing.CONFIRMED:
        leave.standing, leave.decided_by_id, leave.decided_at = Standing.PENDING, None, None
        leave.decided_reason = ""
    session.flush()
    _record(session, "leave.substitute", leave, actor, now, {"person": new})


def decide(
    session: Session,
    actor: User,
    leave: Leave,
    standing: Standing,
    reason: str,
    now: datetime,
    *,
    substitute_id: int | None = None,
) -> None:
    """Approve or refuse, as the unit or the bureau; ``substitute_id`` is whom the decider saw named."""
    if actor.role not in DECIDERS:
        raise Forbidden("请假和顶岗由单位（或局方）批准")
    if standing is Standing.REJECTED and not reason:
        raise Invalid("请写明不批准的原因", "reason")
    _hold(session, leave)
    if leave.standing is not Standing.PENDING:
        raise Conflict(f"这次请假{leave.standing.label}，不能再次审批")
    if substitute_id != leave.substitute_id:
        raise Conflict("顶岗人刚刚变了，请看过以后再审批")
    ensure_open(session, leave.member.posting_id, leave.first_day, leave.last_day)
    if standing is Standing.CONFIRMED:
        _in_one_place(session, leave)
    leave.standing, leave.decided_by_id = standing, actor.id
    leave.decided_at, leave.decided_reason = now, reason
    session.flush()
    kind = "leave.approved" if standing is Standing.CONFIRMED else "leave.refused"
    _record(session, kind, leave, actor, now, {"substitute": leave.substitute_id, "reason": reason})


def _hold(session: Session, leave: Leave) -> None:
    lock(session, leave.member.posting_id)
    session.refresh(leave)


def _others(session: Session, member: PostingMember, leave: Leave) -> list[Leave]:
    return list(
        session.scalars(
            select(Leave).where(
                Leave.member_id == member.id,
                Leave.standing != Standing.REJECTED,
                Leave.first_day <= leave.last_day,
                Leave.last_day >= leave.first_day,
            )
        )
    )


def _in_one_place(session: Session, leave: Leave) -> None:
    """Refuse a substitute who stands in elsewhere or is on leave, and leave for somebody who stands in."""
    away = leave.member.user_id
    people = {away: "请假的人", leave.substitute_id: "顶岗人"}
    held = sorted(person for person in people if person is not None)
    session.scalars(select(User.id).where(User.id.in_(held)).order_by(User.id).with_for_update()).all()
    approved = session.scalars(
        select(Leave)
        .join(PostingMember)
        .where(
            or_(Leave.substitute_id.in_(held), PostingMember.user_id == leave.substitute_id),
            Leave.id != leave.id,
            Leave.standing == Standing.CONFIRMED,
            Leave.first_day <= leave.last_day,
            Leave.last_day >= leave.first_day,
        )
    )
    wanted = set(of_leave(leave))
    for other in approved:
        if wanted & set(of_leave(other)):
            who = people.get(other.substitute_id, "顶岗人")
            raise Conflict(f"{who}在这段时间另有顶岗或自己请假，请项目经理调整后再批准")


def _record(
    session: Session, kind: str, leave: Leave, actor: User, now: datetime, payload: dict[str, object]
) -> None:
    subject = f"leave:{leave.id}"
    ledger.append(session, kind=kind, subject=subject, actor_id=actor.id, at=now, payload=payload)
