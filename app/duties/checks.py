"""What must hold before something is done for a duty: who, which, when, and with what words."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.access import require
from app.duties.queries import occurrences_seen, works_seen
from models.checklists import ChecklistVersion
from models.duties import Occurrence, Work, WorkLine
from models.people import User
from sla.errors import Conflict, Forbidden, Invalid, NotFound
from sla.vocab import Role
from sla.when import check_instant, clock_text, day_of

NO_WORK = "没有这份记录，或您无权查看"


def may_work(actor: User, project_id: int | None) -> None:
    """Refuse who does no duties: an engineer does those of a project, the manager all (S1)."""
    if project_id is None:
        require(actor, Role.MANAGER)
    else:
        require(actor, Role.ENGINEER, Role.MANAGER)


def find_occurrence(session: Session, actor: User, occurrence_id: int, now: datetime) -> Occurrence:
    """Return an occurrence the actor may see, locked: who waives and who works take turns."""
    found = session.scalar(
        select(Occurrence)
        .where(Occurrence.id == occurrence_id, occurrences_seen(actor, day_of(now)))
        .options(joinedload(Occurrence.obligation))
        .with_for_update(of=Occurrence)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound("没有这项应办，或您无权查看")
    return found


def locked_works() -> Select[Work]:
    """Return the query for works with all that is needed to change them, locked."""
    return (
        select(Work)
        .options(
            joinedload(Work.obligation),
            joinedload(Work.project),
            joinedload(Work.checklist).selectinload(ChecklistVersion.items),
            selectinload(Work.lines).joinedload(WorkLine.item),
            selectinload(Work.occurrences),
        )
        .with_for_update(of=Work)
        .execution_options(populate_existing=True)
    )


def in_scope(session: Session, actor: User, work: Work, now: datetime) -> None:
    """Refuse a work the actor may not see as if it were not there (S1)."""
    seen = select(Work.id).where(Work.id == work.id, works_seen(actor, day_of(now)))
    if session.scalar(seen) is None:
        raise NotFound(NO_WORK)


def own_draft(session: Session, actor: User, work: Work, now: datetime, version: int | None) -> None:
    """Refuse to write in another person's draft, in a finished work, or over what was saved elsewhere."""
    in_scope(session, actor, work, now)
    if work.by_id != actor.id:
        raise Forbidden("只能填写自己开始的记录")
    may_work(actor, work.project_id)
    if work.finished_at is not None:
        raise Conflict(f"这份记录已于 {clock_text(work.finished_at)} 提交，不能再修改")
    if version is not None and version != work.version:
        raise Conflict("这份记录刚才在别的页面保存过，请刷新页面，核对后再填写")


def moment(
    occurred_at: datetime | None, device_at: datetime | None, now: datetime, not_before: datetime | None
) -> datetime:
    """Return when a work was done: nothing lies in the future, or before its window opens (C12).

    A device whose clock is ahead of the server's would never be let in: what it says is set back by
    as much as ``device_at``, its time of sending, is ahead.
    """
    if occurred_at is None:
        return now
    at = check_instant(occurred_at, "完成时间")
    if device_at is not None and now < at <= device_at:
        at = now - (device_at - at)
    if at > now:
        raise Invalid(
            f"完成时间 {clock_text(at)} 在将来，请改为不晚于现在（{clock_text(now)}）", "occurred_at"
        )
    if not_before is not None and at < not_before:
        told = f"完成时间 {clock_text(at)} 早于这项应办的开始（{clock_text(not_before)}），请核对"
        raise Invalid(told, "occurred_at")
    return at


def said(text: str, longest: int, label: str, field: str, *, required: bool = False) -> str:
    """Return a text without blanks at its ends, of a length that fits."""
    value = text.strip()
    if len(value) > longest:
        raise Invalid(f"{label}最多 {longest} 个字，请缩短", field)
    if required and not value:
        raise Invalid(f"请填写{label}", field)
    return value


def something(note: str, with_file: bool) -> None:
    """Refuse evidence that is neither a note nor a file."""
    if not note and not with_file:
        raise Invalid("请填写完成情况，或附上文件", "note")
