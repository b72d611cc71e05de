"""Making a work: once for each submission, with the checklist that was in use."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, selectinload

from app.duties.checks import locked_works, said
from models.checklists import Checklist, ChecklistVersion
from models.contract import Obligation
from models.duties import Occurrence, Work
from models.people import User
from sla.errors import Conflict, Invalid

LONGEST_SUBMISSION = 64  # characters


def already(session: Session, actor: User, submission: str) -> Work | None:
    """Return the work this person has made from a submission before, locked."""
    return session.scalar(locked_works().where(Work.submission == submission.strip(), Work.by_id == actor.id))


def make(
    session: Session,
    actor: User,
    obligation: Obligation,
    served: Sequence[Occurrence],
    submission: str,
    now: datetime,
    *,
    checklist: ChecklistVersion | None = None,
    device_at: datetime | None = None,
) -> Work:
    """Make a draft; of two that come at once with one submission, both get the same work."""
    key = said(submission, LONGEST_SUBMISSION, "提交编号", "submission", required=True)
    work = Work(
        obligation=obligation,
        project_id=obligation.project_id,
        submission=key,
        version=1,
        by=actor,
        started_at=now,
        device_at=device_at,
        checklist=checklist,
        occurrences=[],
        lines=[],
    )
    try:
        with session.begin_nested():
            session.add(work)
            work.occurrences.extend(served)
    except IntegrityError:
        if made := already(session, actor, key):
            return made
        raise Conflict("这个提交编号已被别人使用，请刷新页面后重新提交", "submission") from None
    return work


def checklist_of(
    session: Session, obligation: Obligation, version_id: int | None = None
) -> ChecklistVersion | None:
    """Return the approved version of an obligation's checklist: the last one, or the one named.

    Somebody without network may still have an earlier version before them; a draft is never used.
    """
    if obligation.checklist is None:
        return None
    query = (
        select(ChecklistVersion)
        .join(ChecklistVersion.checklist)
        .where(Checklist.code == obligation.checklist, ChecklistVersion.approved_at.is_not(None))
        .options(selectinload(ChecklistVersion.items))
        .order_by(ChecklistVersion.number.desc())
        .limit(1)
    )
    if version_id is not None:
        query = query.where(ChecklistVersion.id == version_id)
    found = session.scalar(query)
    if found is None and version_id is not None:
        raise Invalid("检查表的版本与这项应办不符，请刷新页面后重新填写", "checklist_version_id")
    if found is None:
        raise Conflict("这项应办的检查表还没有经局方批准，暂时不能填写")
    return found
