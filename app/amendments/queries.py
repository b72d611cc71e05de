"""Reading documents, always within what the viewer may see (S1)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, false, select, true
from sqlalchemy.orm import Session, joinedload, selectinload

from app.access import SEE_ALL, projects_seen
from models.amendments import Amendment, AmendmentItem
from models.contract import Obligation, Project, Unit
from models.people import User
from sla.errors import NotFound
from sla.vocab import Role
from sla.when import day_of

NONE = "没有这份变更文件，或您无权查看"


def amendments_seen(viewer: User, today: date) -> ColumnElement[bool]:
    """Return the condition on ``Amendment`` that this viewer's scope puts (S1).

    A draft is the bureau's. Once handed in it is for the supplier and the auditor, and for whoever sees a
    project it amends.
    """
    if viewer.role is Role.BUREAU:
        return true()
    if viewer.role is Role.ADMIN:
        return false()
    handed_in = Amendment.entered_at.is_not(None)
    if viewer.role in SEE_ALL:
        return handed_in
    mine = select(AmendmentItem.amendment_id).where(items_seen(viewer, today))
    return and_(handed_in, Amendment.id.in_(mine))


def items_seen(viewer: User, today: date) -> ColumnElement[bool]:
    """Return the condition on ``AmendmentItem``: those of the projects the viewer sees."""
    if viewer.role in SEE_ALL:
        return true()
    return AmendmentItem.project_id.in_(select(Project.id).where(projects_seen(viewer, today)))


def listed(viewer: User, now: datetime) -> Select[Amendment]:
    """Return the query for the documents, the latest first."""
    return (
        select(Amendment)
        .where(amendments_seen(viewer, day_of(now)))
        .options(selectinload(Amendment.items))
        .order_by(Amendment.from_day.desc(), Amendment.id.desc())
    )


def amendment(session: Session, viewer: User, amendment_id: int, now: datetime) -> Amendment:
    """Return one document; out of scope is the same as not there."""
    found = session.scalar(
        _one(viewer, amendment_id, now).options(
            joinedload(Amendment.drafted_by),
            joinedload(Amendment.entered_by),
            joinedload(Amendment.confirmed_by),
            joinedload(Amendment.withdrawn_by),
        )
    )
    if found is None:
        raise NotFound(NONE)
    return found


def for_change(session: Session, actor: User, amendment_id: int, now: datetime) -> Amendment:
    """Return one document with its items, locked: of two who act on it the second sees what the first did."""
    found = session.scalar(
        _one(actor, amendment_id, now)
        .options(selectinload(Amendment.items).joinedload(AmendmentItem.obligation))
        .with_for_update(of=Amendment)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound(NONE)
    return found


def items_of(session: Session, viewer: User, amendment_id: int, now: datetime) -> Sequence[AmendmentItem]:
    """Return the items of a document that the viewer sees, in the tender's order."""
    return session.scalars(
        _items()
        .where(AmendmentItem.amendment_id == amendment_id, items_seen(viewer, day_of(now)))
        .order_by(Project.seq, AmendmentItem.id)
    ).all()


def of_project(session: Session, project: Project) -> Sequence[AmendmentItem]:
    """Return what confirmed documents change of a row, the earliest first; the scope is the caller's."""
    return session.scalars(
        _items()
        .join(AmendmentItem.amendment)
        .options(joinedload(AmendmentItem.amendment))
        .where(
            AmendmentItem.project_id == project.id,
            Amendment.confirmed_at.is_not(None),
            Amendment.withdrawn_at.is_(None),
        )
        .order_by(AmendmentItem.from_day, Amendment.confirmed_at, AmendmentItem.id)
    ).all()


def projects(session: Session) -> Sequence[Project]:
    """Return all rows with their units, for choosing some."""
    return session.scalars(select(Project).options(joinedload(Project.unit)).order_by(Project.seq)).all()


def duties(session: Session, project_id: int) -> Sequence[Obligation]:
    """Return the duties of a row that no document has dropped."""
    return session.scalars(
        select(Obligation)
        .where(Obligation.project_id == project_id, Obligation.until_day.is_(None))
        .order_by(Obligation.line, Obligation.id)
    ).all()


def _one(viewer: User, amendment_id: int, now: datetime) -> Select[Amendment]:
    return select(Amendment).where(Amendment.id == amendment_id, amendments_seen(viewer, day_of(now)))


def _items() -> Select[AmendmentItem]:
    return (
        select(AmendmentItem)
        .join(AmendmentItem.project)
        .options(
            joinedload(AmendmentItem.project).joinedload(Project.unit).joinedload(Unit.parent),
            joinedload(AmendmentItem.obligation),
            joinedload(AmendmentItem.posting),
        )
    )
