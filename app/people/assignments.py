"""Which engineer looks after which project, from when until when: it decides what they see (S1)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import require
from app.people.service import record
from models.contract import Project
from models.people import Assignment, User
from sla.errors import Conflict, Invalid
from sla.vocab import Role, Word

ONE_DAY = timedelta(days=1)


class AssignmentState(Word):
    """How an assignment stands on a day."""

    AHEAD = "ahead", "未开始", "info"
    NOW = "now", "派驻中", "good"
    OVER = "over", "已结束", "neutral"
    WITHDRAWN = "withdrawn", "已撤回", "neutral"


def state_of(row: Assignment, today: date) -> AssignmentState:
    """Return how an assignment stands on a Shanghai day."""
    if row.until_day is not None and row.until_day <= row.from_day:
        return AssignmentState.WITHDRAWN
    if row.until_day is not None and row.until_day <= today:
        return AssignmentState.OVER
    return AssignmentState.AHEAD if row.from_day > today else AssignmentState.NOW


def last_day(row: Assignment) -> date | None:
    """Return the last day of an assignment, ``None`` when it has no end or was withdrawn."""
    if row.until_day is None or row.until_day <= row.from_day:
        return None
    return row.until_day - ONE_DAY


def assign(
    session: Session,
    actor: User | None,
    user: User,
    now: datetime,
    *,
    project_seq: int,
    from_day: date,
    through: date | None = None,
) -> Assignment:
    """Give an engineer a project from a day on, through a last one if there is one (both Shanghai days)."""
    _may_assign(actor)
    if user.role is not Role.ENGINEER or not user.is_active:
        raise Conflict("只能派驻在用的驻场工程师")
    if through is not None and through < from_day:
        raise Invalid("最后一天不能早于开始日", "last_day")
    project = session.scalar(select(Project).where(Project.seq == project_seq))
    if project is None:
        raise Invalid("请从列表中选择运维项目", "project")
    # Two at once: the second waits here and then finds what the first has made.
    session.scalar(select(User.id).where(User.id == user.id).with_for_update())
    until_day = through + ONE_DAY if through else None
    row = _free_row(session, user, project, from_day, until_day)
    row.until_day = until_day
    session.flush()
    _record(session, "assignment.made", row, project, actor, now)
    return row


def end_assignment(
    session: Session, actor: User | None, row: Assignment, through: date, now: datetime
) -> None:
    """Let an assignment end with a day; one that has not begun is withdrawn when the day lies before it."""
    _may_assign(actor)
    if state_of(row, row.from_day) is AssignmentState.WITHDRAWN:
        raise Conflict("这条派驻安排已经撤回")
    until_day = max(row.from_day, through + ONE_DAY)
    if row.until_day is not None and until_day > row.until_day:
        raise Conflict(f"这条派驻安排到 {row.until_day - ONE_DAY} 为止；要延长，请新增一条")
    row.until_day = until_day
    session.flush()
    _record(session, "assignment.ended", row, row.project, actor, now)


def _free_row(
    session: Session, user: User, project: Project, from_day: date, until_day: date | None
) -> Assignment:
    """Return the row to write: a new one, or a withdrawn one of the same day. An overlap is ``Conflict``."""
    theirs = select(Assignment).where(Assignment.user_id == user.id, Assignment.project_id == project.id)
    withdrawn = None
    for other in session.scalars(theirs.execution_options(populate_existing=True)):
        if state_of(other, from_day) is AssignmentState.WITHDRAWN:
            withdrawn = other if other.from_day == from_day else withdrawn
        elif (until_day is None or other.from_day < until_day) and (
            other.until_day is None or from_day < other.until_day
        ):
            raise Conflict(f"{user.name}在这段时间已派驻该项目（{other.from_day} 起），请先结束原来的安排")
    if withdrawn is None:
        withdrawn = Assignment(user=user, project=project, from_day=from_day)
        session.add(withdrawn)
    return withdrawn


def _may_assign(actor: User | None) -> None:
    if actor is not None:
        require(actor, Role.ADMIN, Role.MANAGER)


def _record(
    session: Session, kind: str, row: Assignment, project: Project, actor: User | None, now: datetime
) -> None:
    payload = {"project": project.seq, "from_day": row.from_day, "until_day": row.until_day}
    record(session, kind, row.user, actor, now, payload)
