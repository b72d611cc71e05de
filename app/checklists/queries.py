"""Reading checklists. They hold no business of any unit: only drafts are not for everybody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from models.checklists import Checklist, ChecklistVersion
from models.contract import Obligation
from models.people import User
from sla.errors import NotFound
from sla.vocab import Role

SEE_DRAFTS = frozenset({Role.MANAGER, Role.BUREAU, Role.AUDITOR})
NO_LIST = "没有这份检查表，或您无权查看"


@dataclass(frozen=True)
class Listed:
    """A checklist with the version in use and, for those who see drafts, the one being drafted."""

    checklist: Checklist
    used: ChecklistVersion | None
    draft: ChecklistVersion | None


def listed(checklist: Checklist, viewer: User) -> Listed:
    """Return a checklist as this viewer sees it."""
    approved = [one for one in checklist.versions if one.approved_at is not None]
    drafts = [one for one in checklist.versions if one.approved_at is None]
    shown = drafts[-1] if drafts and viewer.role in SEE_DRAFTS else None
    return Listed(checklist, approved[-1] if approved else None, shown)


def checklists(session: Session, viewer: User) -> list[Listed]:
    """Return every checklist; the administrator has no business with them (S1)."""
    if viewer.role is Role.ADMIN:
        return []
    options = selectinload(Checklist.versions).selectinload(ChecklistVersion.items)
    return [
        listed(one, viewer)
        for one in session.scalars(select(Checklist).options(options).order_by(Checklist.id))
    ]


def checklist(session: Session, viewer: User, checklist_id: int) -> Listed:
    """Return one checklist with its versions; otherwise ``NotFound``."""
    versions = selectinload(Checklist.versions)
    found = None
    if viewer.role is not Role.ADMIN:
        found = session.scalar(
            select(Checklist)
            .where(Checklist.id == checklist_id)
            .options(
                versions.selectinload(ChecklistVersion.items),
                versions.joinedload(ChecklistVersion.drafted_by),
                versions.joinedload(ChecklistVersion.approved_by),
            )
        )
    if found is None:
        raise NotFound(NO_LIST)
    return listed(found, viewer)


def draft(session: Session, viewer: User, version_id: int) -> ChecklistVersion:
    """Return a draft, for those who see drafts, locked where the session writes; otherwise ``NotFound``."""
    found = None
    if viewer.role in SEE_DRAFTS:
        found = session.scalar(
            select(ChecklistVersion)
            .where(ChecklistVersion.id == version_id, ChecklistVersion.approved_at.is_(None))
            .options(
                joinedload(ChecklistVersion.checklist),
                joinedload(ChecklistVersion.drafted_by),
                selectinload(ChecklistVersion.items),
            )
        )
    if found is None:
        raise NotFound("没有这份草稿：它可能刚被启用或撤销，或不在您可以查看的范围内")
    return found


def lock(session: Session, checklist_id: int) -> None:
    """Let those who change one checklist take turns."""
    session.scalar(select(Checklist.id).where(Checklist.id == checklist_id).with_for_update())


def used_by(session: Session) -> dict[str, int]:
    """Return how many duties use each checklist, by its code."""
    rows: Sequence[tuple[str | None, int]] = [
        (code, number)
        for code, number in session.execute(
            select(Obligation.checklist, func.count())
            .where(Obligation.checklist.is_not(None))
            .group_by(Obligation.checklist)
        )
    ]
    return {code: number for code, number in rows if code is not None}
