"""Joining and leaving a posting, with the papers that go with it, and who comes instead.

The contract asks for a signed confidentiality agreement of everybody (article 12), for a stable team
(article 10), and lets the buyer ask for somebody else at any time (article 8).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.access import require
from app.people.assignments import AssignmentState, assign, end_assignment, last_day, state_of
from app.residents.queries import ONE_DAY
from app.residents.roster import Post
from app.residents.service import lock
from models import ledger
from models.contract import Project
from models.people import Assignment, User
from models.residents import Attendance, PostingMember, ReplacementRequest
from sla.errors import Conflict, Invalid
from sla.vocab import Presence, Role
from sla.when import day_of


@dataclass(frozen=True)
class Papers:
    """What joining and leaving ask for; a day that has not come is ``None``."""

    signed_on: date | None = None
    handed_on: date | None = None
    returned_on: date | None = None
    note: str = ""


def join(
    session: Session,
    actor: User,
    post: Post,
    person: User,
    now: datetime,
    *,
    from_day: date,
    through: date | None = None,
    papers: Papers = Papers(),
) -> PostingMember:
    """Put an engineer on a posting from a day on, through a last one if there is one.

    An engineer who is not assigned to the project yet is, for the same days: otherwise they would see none
    of its tickets. Joining without a signed agreement is possible and stays visible as a gap.
    """
    require(actor, Role.MANAGER)
    if person.role is not Role.ENGINEER or not person.is_active:
        raise Conflict("只能安排在用的驻场工程师")
    if through is not None and through < from_day:
        raise Invalid("最后一天不能早于到岗日", "last_day")
    _check(papers, day_of(now))
    lock(session, post.id)
    session.scalar(select(User.id).where(User.id == person.id).with_for_update())
    until_day = through + ONE_DAY if through else None
    _is_free(session, person, from_day, until_day)
    member = PostingMember(
        posting=post.posting,
        user=person,
        from_day=from_day,
        until_day=until_day,
        confidentiality_signed_on=papers.signed_on,
        accounts_handed_on=papers.handed_on,
        accounts_returned_on=papers.returned_on,
        handover_note=papers.note,
    )
    session.add(member)
    session.flush()
    _ensure_assigned(session, actor, member, post.project.seq, now)
    _record(session, "member.joined", member, actor, now)
    return member


def set_papers(session: Session, actor: User, member: PostingMember, papers: Papers, now: datetime) -> bool:
    """Put down when the agreement was signed, accounts and keys were handed over and returned; tell whether
    anything changed."""
    require(actor, Role.MANAGER)
    _check(papers, day_of(now))
    if papers == papers_of(member):
        return False
    _put(member, papers)
    session.flush()
    _record(session, "member.papers", member, actor, now)
    return True


def end(
    session: Session,
    actor: User,
    member: PostingMember,
    through: date,
    now: datetime,
    *,
    returned_on: date | None = None,
    note: str = "",
) -> None:
    """Let somebody's time on a posting end with a day; the assignment to the project ends with it."""
    require(actor, Role.MANAGER)
    lock(session, member.posting_id)
    session.refresh(member)
    until_day = through + ONE_DAY
    if through < member.from_day:
        raise Invalid(f"最后一天不能早于到岗日 {member.from_day}", "last_day")
    if member.until_day is not None and until_day > member.until_day:
        raise Conflict(f"已安排到 {member.until_day - ONE_DAY} 为止；要延长，请重新安排到岗")
    _nothing_later(session, member, until_day)
    papers = papers_of(member)
    papers = Papers(
        papers.signed_on, papers.handed_on, returned_on or papers.returned_on, note or papers.note
    )
    _check(papers, day_of(now))
    member.until_day = until_day
    _put(member, papers)
    session.flush()
    _end_assignment(session, actor, member, through, now)
    _record(session, "member.ended", member, actor, now)


def papers_of(member: PostingMember) -> Papers:
    """Return what is put down about a member's joining and leaving."""
    return Papers(
        member.confidentiality_signed_on,
        member.accounts_handed_on,
        member.accounts_returned_on,
        member.handover_note,
    )


def ask_replacement(
    session: Session, actor: User, member: PostingMember, reason: str, now: datetime
) -> ReplacementRequest:
    """Ask the supplier, as the bureau, for somebody else on a posting, with the reason (article 8)."""
    require(actor, Role.BUREAU)
    lock(session, member.posting_id)
    if member.until_day is not None and member.until_day <= day_of(now):
        raise Conflict(f"{member.user.name}已经离岗")
    waiting = select(ReplacementRequest.id).where(
        ReplacementRequest.member_id == member.id, ReplacementRequest.answered_at.is_(None)
    )
    if session.scalar(waiting) is not None:
        raise Conflict("已经提出更换，乙方还没有答复")
    asked = ReplacementRequest(member=member, reason=reason, asked_by_id=actor.id, asked_at=now)
    session.add(asked)
    session.flush()
    payload = {"posting": member.posting_id, "person": member.user_id, "reason": reason}
    _append(session, "replacement.asked", asked, actor, now, payload)
    return asked


def answer_replacement(
    session: Session,
    actor: User,
    request: ReplacementRequest,
    post: Post,
    person: User,
    now: datetime,
    *,
    from_day: date,
    papers: Papers = Papers(),
) -> PostingMember:
    """Answer with the new person and the day: the one holds the posting until the day before."""
    require(actor, Role.MANAGER)
    old = request.member
    lock(session, old.posting_id)
    session.refresh(request)
    if request.answered_at is not None:
        raise Conflict("这项更换要求已经答复过")
    if person.id == old.user_id:
        raise Invalid("请安排另外一个人", "person")
    if from_day <= old.from_day:
        raise Invalid(f"接替日要晚于原来的到岗日 {old.from_day}", "from_day")
    if old.until_day is None or old.until_day > from_day:
        end(session, actor, old, from_day - ONE_DAY, now)
    new = join(session, actor, post, person, now, from_day=from_day, papers=papers)
    request.answered_by_id, request.answered_at = actor.id, now
    request.answer = f"{from_day} 起由{person.name}接替" + (f"。{papers.note}" if papers.note else "")
    session.flush()
    payload = {"member": new.id, "person": person.id, "from_day": from_day, "note": papers.note}
    _append(session, "replacement.answered", request, actor, now, payload)
    return new


def _check(papers: Papers, today: date) -> None:
    days = {
        "signed_on": ("保密协议签署日", papers.signed_on),
        "handed_on": ("账号钥匙交接日", papers.handed_on),
        "returned_on": ("账号钥匙交回日", papers.returned_on),
    }
    for field, (label, day) in days.items():
        if day is not None and day > today:
            raise Invalid(f"{label}不能晚于今天", field)
    if papers.returned_on and papers.handed_on and papers.returned_on < papers.handed_on:
        raise Invalid("账号钥匙交回不能早于交接", "returned_on")


def _put(member: PostingMember, papers: Papers) -> None:
    member.confidentiality_signed_on = papers.signed_on
    member.accounts_handed_on = papers.handed_on
    member.accounts_returned_on = papers.returned_on
    member.handover_note = papers.note


def _is_free(session: Session, person: User, from_day: date, until_day: date | None) -> None:
    """Refuse a second posting at the same time: a person is in one place."""
    wanted = [
        PostingMember.user_id == person.id,
        or_(PostingMember.until_day.is_(None), PostingMember.until_day > from_day),
    ]
    if until_day is not None:
        wanted.append(PostingMember.from_day < until_day)
    other = session.scalar(select(PostingMember).where(*wanted))
    if other is not None:
        project = session.get_one(Project, other.posting.project_id)
        raise Conflict(
            f"{person.name}这段时间已在第 {project.seq} 项「{project.name}」驻场（{other.from_day} 起），"
            "请先安排离岗"
        )


def _nothing_later(session: Session, member: PostingMember, until_day: date) -> None:
    """Refuse an end before a day on which the person is recorded as present."""
    later = select(Attendance).where(
        Attendance.posting_id == member.posting_id,
        Attendance.user_id == member.user_id,
        Attendance.day >= until_day,
    )
    if member.until_day is not None:
        later = later.where(Attendance.day < member.until_day)
    last = {(one.day, one.half): one for one in session.scalars(later.order_by(Attendance.id))}
    for (day, half), one in last.items():
        if one.presence is Presence.PRESENT:
            raise Conflict(f"{day} {half.label}已登记在岗，最后一天不能早于它；登记有误请先更正")


def _assignments(session: Session, member: PostingMember) -> list[Assignment]:
    found = session.scalars(
        select(Assignment)
        .where(
            Assignment.user_id == member.user_id,
            Assignment.project_id == member.posting.project_id,
            or_(Assignment.until_day.is_(None), Assignment.until_day > member.from_day),
        )
        .execution_options(populate_existing=True)
    )
    return [one for one in found if state_of(one, one.from_day) is not AssignmentState.WITHDRAWN]


def _ensure_assigned(session: Session, actor: User, member: PostingMember, seq: int, now: datetime) -> None:
    until = member.until_day
    held = [one for one in _assignments(session, member) if until is None or one.from_day < until]
    if not held:
        through = until - ONE_DAY if until else None
        assign(session, actor, member.user, now, project_seq=seq, from_day=member.from_day, through=through)


def _end_assignment(
    session: Session, actor: User, member: PostingMember, through: date, now: datetime
) -> None:
    for one in _assignments(session, member):
        last = last_day(one)
        if one.from_day <= through and (last is None or last > through):
            end_assignment(session, actor, one, through, now)


def _record(session: Session, kind: str, member: PostingMember, actor: User, now: datetime) -> None:
    payload = {
        "posting": member.posting_id,
        "person": member.user_id,
        "from_day": member.from_day,
        "until_day": member.until_day,
        "signed_on": member.confidentiality_signed_on,
        "handed_on": member.accounts_handed_on,
        "returned_on": member.accounts_returned_on,
        "note": member.handover_note,
    }
    subject = f"member:{member.id}"
    ledger.append(session, kind=kind, subject=subject, actor_id=actor.id, at=now, payload=payload)


def _append(
    session: Session,
    kind: str,
    request: ReplacementRequest,
    actor: User,
    now: datetime,
    payload: Mapping[str, Any],
) -> None:
    subject = f"replacement:{request.id}"
    ledger.append(session, kind=kind, subject=subject, actor_id=actor.id, at=now, payload=payload)
