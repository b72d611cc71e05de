"""Reading acceptances, always within what the viewer may see (S1).

Bureau, manager and auditor see every round. Somebody with an account whom the bureau put into the group sees
that round; a contact besides has the page of the own unit. Nobody else sees any of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, false, or_, select, true
from sqlalchemy.orm import Session, joinedload

from app.contract.queries import calendar
from models.acceptance import Acceptance, Conformity, GroupMember, UnitOpinion
from models.contract import ContractTerm, Project, ProjectService, ServiceYear, Unit
from models.people import User
from sla.acceptance import Due, Member, Progress, report_due
from sla.errors import NotFound
from sla.vocab import AcceptanceStage, Opinion, Role, Word

ALL_ROUNDS = frozenset({Role.BUREAU, Role.MANAGER, Role.AUDITOR})
NOT_THERE = "没有这次验收，或您无权查看"


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


@dataclass(frozen=True)
class Heard:
    """A unit that is asked in a round, and what it said, ``None`` while it has not been heard."""

    unit: Unit
    opinion: UnitOpinion | None


# -- for the payments and the damages -----------------------------------------------------------------


def passed(session: Session, year_id: int, stage: AcceptanceStage) -> Acceptance | None:
    """Return the round that passed, concluded by one bureau person and checked by another (P1).

    Whether its 验收报告 is signed by both sides, ``report_signed`` tells.
    """
    found = _finished(session, year_id, stage, Opinion.PASSED)
    return found[-1] if found else None


def failures(
    session: Session, year_id: int, stage: AcceptanceStage = AcceptanceStage.FINAL
) -> list[Acceptance]:
    """Return the rounds that failed, the first one first: the second one is the second failure (P3)."""
    return _finished(session, year_id, stage, Opinion.FAILED)


def _finished(
    session: Session, year_id: int, stage: AcceptanceStage, conclusion: Opinion
) -> list[Acceptance]:
    query = select(Acceptance).where(
        Acceptance.service_year_id == year_id,
        Acceptance.stage == stage,
        Acceptance.conclusion == conclusion,
        Acceptance.checked_at.is_not(None),
    )
    return list(session.scalars(query.order_by(Acceptance.round)))


# -- scope --------------------------------------------------------------------------------------------


def rounds_seen(viewer: User) -> ColumnElement[bool]:
    """Return the condition on ``Acceptance`` that this viewer's scope puts (S1)."""
    if viewer.role in ALL_ROUNDS:
        return true()
    if viewer.role is not Role.CONTACT:
        return false()
    own = GroupMember.user_id == viewer.id, GroupMember.removed_at.is_(None)
    return Acceptance.id.in_(select(GroupMember.acceptance_id).where(*own))


def unit_of(viewer: User) -> int | None:
    """Return the unit a contact speaks for; a sub-unit is spoken for by its parent's contacts."""
    own = viewer.unit if viewer.role is Role.CONTACT else None
    return own.id if own and own.parent_id is None else None


# -- rounds -------------------------------------------------------------------------------------------


def years(session: Session) -> Sequence[ServiceYear]:
    """Return the service years that were opened, the latest first."""
    return session.scalars(select(ServiceYear).order_by(ServiceYear.number.desc())).all()


def year(session: Session, number: int) -> ServiceYear:
    """Return a service year by its number."""
    found = session.scalar(select(ServiceYear).where(ServiceYear.number == number))
    if found is None:
        raise NotFound("没有这个服务年度")
    return found


def rounds(session: Session, viewer: User) -> Sequence[Acceptance]:
    """Return the rounds in scope, the latest first."""
    query = select(Acceptance).options(joinedload(Acceptance.year)).where(rounds_seen(viewer))
    return session.scalars(query.order_by(Acceptance.id.desc())).all()


def unit_rounds(session: Session, viewer: User) -> list[tuple[Acceptance, Heard]]:
    """Return the opened rounds in which a contact's unit is asked, or the unit above it, the latest first."""
    own = viewer.unit
    if viewer.role is not Role.CONTACT or own is None:
        return []
    query = select(Acceptance).options(joinedload(Acceptance.year)).where(Acceptance.opened_at.is_not(None))
    return [
        (of, one)
        for of in session.scalars(query.order_by(Acceptance.id.desc()))
        for one in heard(session, of)
        if one.unit.id in (own.id, own.parent_id)
    ]


def rounds_of(session: Session, of: ServiceYear, stage: AcceptanceStage) -> Sequence[Acceptance]:
    """Return the rounds of one stage of a year, the first one first."""
    query = select(Acceptance).where(Acceptance.service_year_id == of.id, Acceptance.stage == stage)
    return session.scalars(query.order_by(Acceptance.round)).all()


def find(session: Session, viewer: User, round_id: int) -> Acceptance:
    """Return one round with its people; out of scope is the same as not there (S1)."""
    people = (
        *(Acceptance.year, Acceptance.reported_by, Acceptance.opened_by, Acceptance.concluded_by),
        *(Acceptance.checked_by, Acceptance.statement_by, Acceptance.countersigned_by),
        *(Acceptance.unsigned_by, Acceptance.further_by),
    )
    found = session.scalar(
        select(Acceptance)
        .options(*(joinedload(one) for one in people))
        .where(Acceptance.id == round_id, rounds_seen(viewer))
    )
    if found is None:
        raise NotFound(NOT_THERE)
    return found


def opened(session: Session, viewer: User, round_id: int) -> Acceptance:
    """Return a round for the page of a unit: a contact finds it as soon as the bureau has opened it."""
    scope = rounds_seen(viewer)
    if viewer.role is Role.CONTACT:
        scope = or_(scope, Acceptance.opened_at.is_not(None))
    query = select(Acceptance).options(joinedload(Acceptance.year))
    found = session.scalar(query.where(Acceptance.id == round_id, scope))
    if found is None:
        raise NotFound(NOT_THERE)
    return found


def due_of(session: Session, of: Acceptance) -> Due | None:
    """Return until when this round had to be reported: T6 for a year's first, the rework's end after that."""
    if of.round > 1:
        before = session.scalar(
            select(Acceptance.rework_due).where(
                Acceptance.service_year_id == of.service_year_id,
                Acceptance.stage == of.stage,
                Acceptance.round == of.round - 1,
            )
        )
        return Due(before, provisional=False) if before else None
    return due_for(session, of.year) if of.stage is AcceptanceStage.FINAL else None


def due_for(session: Session, of: ServiceYear) -> Due:
    """Return until when the supplier reports a year (T6, tender line 4430)."""
    return report_due(of.ends_on, term(session, "acceptance_report_workdays"), calendar(session))


def term(session: Session, key: str) -> int:
    """Return a term of the contract that is a number."""
    return int(session.scalars(select(ContractTerm.value).where(ContractTerm.key == key)).one())


# -- group and units ----------------------------------------------------------------------------------


def members(session: Session, of: Acceptance) -> Sequence[GroupMember]:
    """Return the members of the group, the leader first."""
    query = select(GroupMember).options(joinedload(GroupMember.user), joinedload(GroupMember.entered_by))
    found = session.scalars(
        query.where(GroupMember.acceptance_id == of.id, GroupMember.removed_at.is_(None)).order_by(
            GroupMember.id
        )
    ).all()
    return sorted(found, key=lambda one: (one.role != "leader", one.id))


def member(session: Session, of: Acceptance, member_id: int) -> GroupMember:
    """Return a member of a round's group."""
    found = next((one for one in members(session, of) if one.id == member_id), None)
    if found is None:
        raise NotFound("验收小组里没有这个人")
    return found


def asked(session: Session, of: Acceptance) -> list[Unit]:
    """Return the units with a project in service in the period, each with its sub-units, by the tender."""
    served = select(ProjectService.project_id).where(
        ProjectService.starts_on <= of.last_day, ProjectService.ends_on > of.first_day
    )
    projects = session.scalars(
        select(Project)
        .options(joinedload(Project.unit).joinedload(Unit.parent))
        .where(Project.id.in_(served))
        .order_by(Project.seq)
    )
    return list(dict.fromkeys(one.unit.parent or one.unit for one in projects))


def heard(session: Session, of: Acceptance) -> list[Heard]:
    """Return every unit that is asked in a round, with what it said."""
    said = {
        one.unit_id: one
        for one in session.scalars(
            select(UnitOpinion)
            .options(joinedload(UnitOpinion.entered_by))
            .where(UnitOpinion.acceptance_id == of.id)
        )
    }
    return [Heard(unit, said.get(unit.id)) for unit in asked(session, of)]


def heard_of(session: Session, viewer: User, of: Acceptance, unit_id: int) -> Heard:
    """Return one unit of a round; a contact finds the own one, or the one above it, and no other (S1)."""
    own = viewer.unit
    if viewer.role is Role.CONTACT and (own is None or unit_id not in (own.id, own.parent_id)):
        raise NotFound("没有这家单位，或您无权查看")
    found = next((one for one in heard(session, of) if one.unit.id == unit_id), None)
    if found is None:
        raise NotFound("这次验收不征求这家单位的意见")
    return found


def progress(session: Session, of: Acceptance) -> Progress:
    """Return what a conclusion rests on, as things stand."""
    unjudged = select(Conformity.id).where(
        Conformity.acceptance_id == of.id, Conformity.to_judge.is_(True), Conformity.conforms.is_(None)
    )
    return Progress(
        opened=of.opened_at is not None,
        members=[Member(one.name, one.role, one.opinion) for one in members(session, of)],
        silent=[one.unit.name for one in heard(session, of) if one.opinion is None],
        unjudged=len(session.scalars(unjudged).all()),
    )


# -- what waits ---------------------------------------------------------------------------------------


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
