"""What waits for somebody in acceptances, the oldest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from app.acceptance.queries import heard, unit_of
from models.acceptance import Acceptance
from models.contract import Unit
from models.people import User
from sla.vocab import AcceptanceStage, Role, Word


class Ask(Word):
    """What somebody is waited for in an acceptance."""

    UNIT = "unit", "填写单位验收意见", "warn"
    MEMBER = "member", "签署验收小组意见", "warn"
    OPEN = "open", "组织验收", "warn"
    CHECK = "check", "审核验收结论", "warn"
    COUNTERSIGN = "countersign", "确认验收报告", "warn"
    REWORK = "rework", "返工后重新提交验收", "bad"


@dataclass(frozen=True)
class Waiting:
    """One thing that waits for the viewer: what, in which round, and which unit's word it is, if one's."""

    ask: Ask
    round: Acceptance
    unit: Unit | None = None


def waiting_for(session: Session, viewer: User, now: datetime) -> list[Waiting]:
    """Return what waits for this viewer in acceptances, the oldest first; ``now`` judges the rework days."""
    unfinished = select(Acceptance).options(joinedload(Acceptance.year), joinedload(Acceptance.members))
    query = unfinished.where(or_(Acceptance.checked_at.is_(None), Acceptance.countersigned_at.is_(None)))
    found: list[Waiting] = []
    for one in session.scalars(query.order_by(Acceptance.id)).unique():
        found += _for_member(one, viewer)
        if viewer.role is Role.BUREAU:
            found += _for_bureau(one, viewer)
        if viewer.role is Role.CONTACT:
            found += _for_contact(session, one, viewer)
        if viewer.role is Role.MANAGER and one.checked_at is not None and one.unsigned_at is None:
            found.append(Waiting(Ask.COUNTERSIGN, one))
    if viewer.role is Role.MANAGER:
        found += [Waiting(Ask.REWORK, one) for one in _in_rework(session)]
    return found


def _for_member(one: Acceptance, viewer: User) -> list[Waiting]:
    unsigned = any(
        member.user_id == viewer.id and member.removed_at is None and member.opinion is None
        for member in one.members
    )
    return [Waiting(Ask.MEMBER, one)] if one.opened_at and one.conclusion is None and unsigned else []


def _for_bureau(one: Acceptance, viewer: User) -> list[Waiting]:
    if one.opened_at is None:
        return [Waiting(Ask.OPEN, one)]
    if one.conclusion is not None and one.checked_at is None and one.concluded_by_id != viewer.id:
        return [Waiting(Ask.CHECK, one)]
    return []


def _for_contact(session: Session, one: Acceptance, viewer: User) -> list[Waiting]:
    if one.opened_at is None or one.conclusion is not None:
        return []
    silent = [each.unit for each in heard(session, one) if each.opinion is None]
    return [Waiting(Ask.UNIT, one, unit) for unit in silent if unit.id == unit_of(viewer)]


def _in_rework(session: Session) -> list[Acceptance]:
    """Return the failed rounds after which the supplier has not reported again."""
    query = select(Acceptance).options(joinedload(Acceptance.year)).order_by(Acceptance.round)
    last: dict[tuple[int, AcceptanceStage], Acceptance] = {}
    for one in session.scalars(query):
        last[one.service_year_id, one.stage] = one
    return [one for one in last.values() if one.failed and one.rework_due]


def is_rework_late(of: Acceptance, today: date) -> bool:
    """Tell whether the days for rework are over."""
    return of.rework_due is not None and today > of.rework_due
