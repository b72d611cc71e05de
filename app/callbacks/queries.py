"""Reading call-backs, always within what the viewer may see (S1)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, exists, false, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from app.access import projects_seen
from models.callbacks import CallBack, CallBackAnswer, FollowUp
from models.contract import Project, ProjectService
from models.people import User
from models.tickets import Ticket
from sla.callbacks import CallBackState
from sla.errors import NotFound
from sla.figures import Figure
from sla.fold import TOP_RATING
from sla.rows import CallBackRow
from sla.vocab import SIDES, Role, Satisfaction, Side
from sla.when import day_of, end_of, iso, start_of

Period = tuple[date, date]

SHOWN = {"all": "全部", "asked": "待签署", "complaint": "未了结的问题"}
# Which states wait for which side.
WAITS: dict[Side, tuple[CallBackState, ...]] = {
    Side.UNIT: (CallBackState.ASKED, CallBackState.FOLLOWED),
    Side.BUREAU: (CallBackState.FOLLOWED,),
    Side.SUPPLIER: (CallBackState.COMPLAINT,),
}
_BEFORE_SIGNING = frozenset({Role.CONTACT, Role.BUREAU, Role.AUDITOR})
SIGNED_ONLY = frozenset(Role) - _BEFORE_SIGNING  # who sees a call-back once it is signed, and not before


def callbacks_seen(viewer: User, today: date) -> ColumnElement[bool]:
    """Return the condition on ``CallBack`` that this viewer's scope puts (S1).

    The supplier sees those of the projects in scope once they are signed, and not before.
    """
    if viewer.role is Role.ADMIN:
        return false()
    mine = CallBack.project_id.in_(select(Project.id).where(projects_seen(viewer, today)))
    return mine if viewer.role in _BEFORE_SIGNING else and_(mine, _answered())


def callbacks(
    viewer: User, now: datetime, show: str = "all", period: Period | None = None
) -> Select[CallBack]:
    """Return the query for the list, the latest period first, in the tender's order."""
    query = (
        select(CallBack)
        .join(CallBack.project)
        .where(callbacks_seen(viewer, day_of(now)))
        .options(*_loaded())
        .order_by(CallBack.last_day.desc(), CallBack.first_day.desc(), Project.seq)
    )
    if period is not None:
        query = query.where(CallBack.first_day == period[0], CallBack.last_day == period[1])
    if show == "asked":
        query = query.where(~_answered())
    elif show == "complaint":
        query = query.where(_complained())
    return query


def callback_seen(session: Session, viewer: User, callback_id: int, now: datetime) -> CallBack:
    """Return one call-back with all its page needs; out of scope is the same as not there (S1)."""
    query = select(CallBack).where(CallBack.id == callback_id, callbacks_seen(viewer, day_of(now)))
    found = session.scalar(query.options(*_loaded(), joinedload(CallBack.asked_by)))
    if found is None:
        raise NotFound("没有这次回访，或您无权查看")
    return found


def to_sign(session: Session, viewer: User, now: datetime) -> Sequence[CallBack]:
    """Return what waits for the signature of this contact."""
    if viewer.role is not Role.CONTACT:
        return []
    return session.scalars(callbacks(viewer, now, "asked")).all()


def waiting_for(session: Session, viewer: User, now: datetime) -> list[tuple[CallBack, CallBackState]]:
    """Return what waits for this viewer: to be signed or settled by the unit, to be settled by the bureau,
    to be followed up by the supplier."""
    if viewer.role is Role.HOTLINE:
        return []
    return [
        (one, state)
        for state in WAITS.get(viewer.side, ())
        for one in session.scalars(waiting_in(viewer, now, state).options(*_loaded()))
    ]


def waiting_in(viewer: User, now: datetime, state: CallBackState) -> Select[CallBack]:
    """Return the query for the call-backs in scope that wait in one state, the oldest period first."""
    conditions = {
        CallBackState.ASKED: ~_answered(),
        CallBackState.COMPLAINT: and_(_complained(), ~_followed()),
        CallBackState.FOLLOWED: and_(_complained(), _followed()),
    }
    return (
        select(CallBack)
        .join(CallBack.project)
        .where(callbacks_seen(viewer, day_of(now)), conditions[state])
        .order_by(CallBack.last_day, CallBack.first_day, Project.seq)
    )


def periods(session: Session, viewer: User, now: datetime) -> list[Period]:
    """Return the periods units were asked about, the latest first."""
    rows = session.execute(
        select(CallBack.first_day, CallBack.last_day)
        .where(callbacks_seen(viewer, day_of(now)))
        .distinct()
        .order_by(CallBack.last_day.desc(), CallBack.first_day.desc())
    )
    return [(first, last) for first, last in rows]


def in_service(session: Session, first: date, last: date) -> Sequence[Project]:
    """Return the projects in service on some day of a period, both days included."""
    overlaps = exists().where(
        ProjectService.project_id == Project.id,
        ProjectService.starts_on <= last,
        ProjectService.ends_on > first,
    )
    query = select(Project).where(overlaps).options(joinedload(Project.unit))
    return session.scalars(query.order_by(Project.seq)).all()


def ratings(session: Session, project_ids: Iterable[int], first: date, last: date) -> dict[int, Figure]:
    """Return the ratings of the tickets closed in a period, by project: their sum, and five for each (F4)."""
    closed = Ticket.closed_at >= start_of(first), Ticket.closed_at < end_of(last)
    rows = session.execute(
        select(Ticket.project_id, func.sum(Ticket.rating), func.count(Ticket.rating))
        .where(Ticket.project_id.in_(list(project_ids)), Ticket.rating.is_not(None), *closed)
        .group_by(Ticket.project_id)
    )
    return {project_id: Figure(int(points or 0), TOP_RATING * many) for project_id, points, many in rows}


def rows_signed(
    session: Session, scope: ColumnElement[bool], since: datetime, until: datetime
) -> tuple[CallBackRow, ...]:
    """Return the call-backs signed in ``[since, until)`` for the projects of a scope, in the tender's order.

    Of several answers to one call-back the last one in that time stands for it, and nothing later is told.
    """
    said = CallBackAnswer.said_at
    answers = session.scalars(
        select(CallBackAnswer)
        .join(CallBackAnswer.callback)
        .join(CallBack.project)
        .where(scope, said >= since, said < until)
        .options(
            contains_eager(CallBackAnswer.callback).contains_eager(CallBack.project).joinedload(Project.unit)
        )
        .order_by(CallBackAnswer.id)
    )
    last = {answer.callback_id: answer for answer in answers}
    rows = (_row(answer, until) for answer in last.values())
    return tuple(sorted(rows, key=lambda row: (row.project, row.first_day, row.last_day)))


def as_fact(row: CallBackRow) -> dict[str, object]:
    """Return a row as ``month facts`` prints it."""
    return {
        "type": "callback",
        "project": row.project,
        "unit": row.unit,
        "first_day": row.first_day.isoformat(),
        "last_day": row.last_day.isoformat(),
        "satisfaction": str(row.satisfaction),
        "running_well": row.running_well,
        "channel": str(row.channel),
        "said_at": iso(row.said_at),
        "settled_at": iso(row.settled_at) if row.settled_at else None,
    }


def good_callbacks(session: Session, day: date) -> dict[int, CallBackAnswer | None]:
    """Return the latest answer of each project as it stood at the end of a day; ``None`` without one.

    ``is_good`` of the answer tells whether it opens the gate of the first payment (P1).
    """
    found: dict[int, CallBackAnswer | None] = dict.fromkeys(session.scalars(select(Project.id)))
    rows = session.execute(
        select(CallBack.project_id, CallBackAnswer)
        .join(CallBackAnswer.callback)
        .where(CallBackAnswer.said_at < end_of(day))
        .order_by(CallBackAnswer.said_at, CallBackAnswer.id)
    )
    return found | {project_id: answer for project_id, answer in rows}  # noqa: C416


def unanswered(session: Session, before: datetime) -> Sequence[CallBack]:
    """Return the call-backs asked before an instant that nobody has answered."""
    query = select(CallBack).where(CallBack.asked_at < before, ~_answered())
    loaded = joinedload(CallBack.project).joinedload(Project.unit)
    return session.scalars(query.options(loaded).order_by(CallBack.id)).all()


def _row(answer: CallBackAnswer, until: datetime) -> CallBackRow:
    one = answer.callback
    settled = one.settled_at if one.settled_at and one.settled_at < until else None
    return CallBackRow(
        id=one.id,
        project=one.project.seq,
        unit=one.project.unit.name,
        first_day=one.first_day,
        last_day=one.last_day,
        satisfaction=answer.satisfaction,
        running_well=answer.running_well,
        channel=answer.channel,
        said_by=answer.said_by,
        said_at=answer.said_at,
        remarks=answer.remarks,
        settled_at=settled,
        last_fact=max(answer.entered_at, settled or answer.entered_at),
    )


def _answered() -> ColumnElement[bool]:
    return exists().where(CallBackAnswer.callback_id == CallBack.id)


def _complained() -> ColumnElement[bool]:
    """Return the condition that the last answer is a complaint which nobody has found settled since."""
    return exists().where(
        CallBackAnswer.id == _last_answer(),
        or_(CallBackAnswer.satisfaction == Satisfaction.DISSATISFIED, CallBackAnswer.running_well.is_(False)),
        or_(CallBack.settled_at.is_(None), CallBack.settled_at < CallBackAnswer.entered_at),
    )


def _followed() -> ColumnElement[bool]:
    """Return the condition that the supplier had the last word on the last answer."""
    last_word = (
        select(func.max(FollowUp.id))
        .where(FollowUp.callback_id == CallBack.id)
        .correlate(CallBack)
        .scalar_subquery()
    )
    suppliers = select(User.id).where(User.role.in_([one for one in Role if SIDES[one] is Side.SUPPLIER]))
    return exists().where(
        FollowUp.id == last_word,
        FollowUp.by_id.in_(suppliers),
        CallBackAnswer.id == _last_answer(),
        FollowUp.at >= CallBackAnswer.entered_at,
    )


def _last_answer() -> ScalarSelect[int]:
    return (
        select(func.max(CallBackAnswer.id))
        .where(CallBackAnswer.callback_id == CallBack.id)
        .correlate(CallBack)
        .scalar_subquery()
    )


def _loaded() -> tuple[ORMOption, ...]:
    return (
        joinedload(CallBack.project).joinedload(Project.unit),
        selectinload(CallBack.answers).joinedload(CallBackAnswer.entered_by),
        selectinload(CallBack.follow_ups).joinedload(FollowUp.by),
        joinedload(CallBack.settled_by),
    )
