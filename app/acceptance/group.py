"""The acceptance group: who is in it, and the opinion each of them signs (P2, tender lines 4436–4440)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.acceptance import queries
from app.acceptance.service import checked, held, still_open, witness
from app.access import require
from app.files.service import Taken
from app.papers.service import make_paper
from models.acceptance import Acceptance, GroupMember
from models.people import User
from sla.errors import Conflict, Forbidden, Invalid
from sla.vocab import GroupRole, Opinion, PaperKind, Role

LONGEST_NAME = 64  # characters
LONGEST_ORGANISATION = 100
LONGEST_OPINION = 1000
SIGNERS = (Role.BUREAU, Role.CONTACT)  # whose accounts may be in the group: never the supplier's people
MOST_MEMBERS = 40


@dataclass(frozen=True)
class NewMember:
    """Somebody for the group; without ``user_id`` they have no account and sign on paper."""

    role: GroupRole
    name: str = ""
    organisation: str = ""
    user_id: int | None = None


def add(session: Session, actor: User, of: Acceptance, new: NewMember, now: datetime) -> GroupMember:
    """Put somebody into the group: by their account, or an outside person by name and organisation.

    The supplier's people are refused: nobody accepts the own work. There is one leader.
    """
    require(actor, Role.BUREAU)
    of = held(session, of)
    still_open(of)
    there = queries.members(session, of)
    if len(there) >= MOST_MEMBERS:
        raise Conflict(f"验收小组最多 {MOST_MEMBERS} 人")
    if new.role is GroupRole.LEADER and any(one.role is GroupRole.LEADER for one in there):
        raise Conflict("组长已经有了，先移出原来的组长", "role")
    user = _account(session, new.user_id, there) if new.user_id else None
    made = GroupMember(
        acceptance_id=of.id,
        role=new.role,
        user=user,
        name=user.name if user else checked(new.name, LONGEST_NAME, "姓名", "name", required=True),
        organisation=_organisation(new, user),
    )
    session.add(made)
    session.flush()
    told = {"member": made.id, "user": new.user_id, "name": made.name, "organisation": made.organisation}
    witness(session, of, actor, "member_added", now, told | {"role": new.role})
    return made


def remove(session: Session, actor: User, of: Acceptance, member_id: int, reason: str, now: datetime) -> None:
    """Take somebody out of the group; what they signed stays on record."""
    require(actor, Role.BUREAU)
    of = held(session, of)
    still_open(of)
    found = queries.member(session, of, member_id)
    why = checked(reason, 400, "原因", "reason", required=True)
    found.removed_at = now
    told = {"member": found.id, "name": found.name, "opinion": found.opinion, "reason": why}
    witness(session, of, actor, "member_removed", now, told)


def sign(
    session: Session, actor: User, of: Acceptance, opinion: Opinion, text: str, now: datetime
) -> GroupMember:
    """Sign the own opinion as a member; signing again replaces it until the conclusion."""
    of = held(session, of)
    still_open(of)
    found = next((one for one in queries.members(session, of) if one.user_id == actor.id), None)
    if found is None:
        raise Forbidden("您不在这次的验收小组里")
    _say(found, actor, opinion, text, now)
    told = {"member": found.id, "opinion": opinion, "text": found.opinion_text}
    witness(session, of, actor, "member_signed", now, told)
    return found


def enter(
    session: Session,
    actor: User,
    of: Acceptance,
    member_id: int,
    opinion: Opinion,
    text: str,
    files: Sequence[Taken],
    now: datetime,
) -> GroupMember:
    """Enter what an outside member signed on paper, with the scan; who has an account signs in person."""
    require(actor, Role.BUREAU)
    of = held(session, of)
    still_open(of)
    found = queries.member(session, of, member_id)
    if found.user_id is not None:
        raise Forbidden(f"{found.name}有账号，由本人登录签署")
    if not files:
        raise Invalid("请上传本人签字的意见书扫描件", "file")
    _say(found, actor, opinion, text, now)
    make_paper(
        *(session, actor, PaperKind.OPINION, of.subject, f"验收小组成员意见书：{found.name}", now),
        number=f"member-{found.id}",
        files=files,
    )
    told = {"member": found.id, "opinion": opinion, "text": found.opinion_text}
    told["sha256"] = [one.sha256 for one in files]
    witness(session, of, actor, "member_entered", now, told)
    return found


def _say(found: GroupMember, actor: User, opinion: Opinion, text: str, now: datetime) -> None:
    """Write down an opinion; who says 不合格 says why."""
    needed = opinion is Opinion.FAILED
    found.opinion_text = checked(text, LONGEST_OPINION, "意见", "said", required=needed)
    found.opinion, found.entered_by, found.signed_at = opinion, actor, now


def _account(session: Session, user_id: int, there: Sequence[GroupMember]) -> User:
    found = session.scalar(select(User).where(User.id == user_id, User.deactivated_at.is_(None)))
    if found is None:
        raise Invalid("请从列表中选择", "user")
    if found.role not in SIGNERS:
        raise Invalid(f"{found.role.label}不能进入验收小组，只有局方和单位的人可以", "user")
    if any(one.user_id == found.id for one in there):
        raise Conflict(f"{found.name}已经在验收小组里", "user")
    return found


def _organisation(new: NewMember, user: User | None) -> str:
    if user is not None and user.unit is not None:
        return user.unit.name
    said = checked(new.organisation, LONGEST_ORGANISATION, "单位", "organisation", required=user is None)
    return said or Role.BUREAU.label
