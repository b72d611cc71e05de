"""Reading acceptances, always within what the viewer may see (S1).

Bureau, manager and auditor see every round. Somebody with an account whom the bureau put into the group sees
that round; a contact besides has the page of the own unit. Nobody else sees any of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, false, or_, select, true
from sqlalchemy.orm import Session, joinedload

from app.contract.queries import calendar
from models.acceptance import Acceptance, Conformity, GroupMember, UnitOpinion
from models.contract import ContractTerm, Project, ProjectService, ServiceYear, Unit
from models.people import User
from sla.acceptance import Due, Member, Progress, report_due
from sla.errors import NotFound
from sla.vocab import AcceptanceStage, Role

ALL_ROUNDS = frozenset({Role.BUREAU, Role.MANAGER, Role.AUDITOR})
NOT_THERE = "没有这次验收，或您无权查看"


@dataclass(frozen=True)
class Heard:
    """A unit that is asked in a round, and what it said, ``None`` while it has not been heard."""

    unit: Unit
    opinion: UnitOpinion | None


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
