"""Reading how far months are closed, what they froze with, and what waits for somebody (S1, M1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, func, select, true
from sqlalchemy.orm import Session, joinedload, selectinload

from app.access import projects_seen
from models.closing import Adjustment, FrozenFile, MonthClose, Objection
from models.contract import Project
from models.people import User
from sla.adjustments import AdjustmentRow, from_plain
from sla.errors import NotFound
from sla.vocab import Role
from sla.when import day_of, next_month

READERS = frozenset({Role.BUREAU, Role.MANAGER, Role.AUDITOR, Role.CONTACT})
SEE_FILES = frozenset({Role.BUREAU, Role.MANAGER, Role.AUDITOR})


def close_of(session: Session, month: date, *, lock: bool = False) -> MonthClose | None:
    """Return how far a month has come, ``None`` while nothing was done; ``lock`` is for who changes it."""
    people = (
        *(MonthClose.computed_by, MonthClose.opened_by, MonthClose.signed_by, MonthClose.silent_by),
        *(MonthClose.prepared_by, MonthClose.frozen_by),
    )
    query = select(MonthClose).where(MonthClose.month == month)
    if lock:
        query = query.with_for_update(of=MonthClose).execution_options(populate_existing=True)
    else:
        query = query.options(*map(joinedload, people), selectinload(MonthClose.files))
    return session.scalar(query)


def closes(session: Session) -> dict[date, MonthClose]:
    """Return every month something was done about, by its first day."""
    found = session.scalars(select(MonthClose).options(selectinload(MonthClose.files)))
    return {one.month: one for one in found}


def frozen_months(session: Session) -> list[date]:
    """Return the frozen months, the earliest first."""
    query = select(MonthClose.month).where(MonthClose.frozen_at.is_not(None))
    return list(session.scalars(query.order_by(MonthClose.month)))


def open_from(session: Session) -> date | None:
    """Return the first day after the frozen months, in which corrections count; ``None``: none is frozen."""
    last = session.scalar(select(func.max(MonthClose.month)).where(MonthClose.frozen_at.is_not(None)))
    return next_month(last) if last else None


def frozen_file(session: Session, month: date, name: str) -> FrozenFile:
    """Return a file that a month froze with; another name is ``NotFound``."""
    query = select(FrozenFile).join(MonthClose)
    found = session.scalar(query.where(MonthClose.month == month, FrozenFile.name == name))
    if found is None:
        raise NotFound("没有这份冻结的文件")
    return found


# -- adjustments ------------------------------------------------------------------------------------------


def adjustments_in(
    session: Session, first: date, until: date, seqs: frozenset[int] | None, *, whole: bool
) -> tuple[AdjustmentRow, ...]:
    """Return the adjustments counted in some months, by number, of the projects named (``None``: all)."""
    counted = and_(Adjustment.in_month >= first, Adjustment.in_month < until)
    return _rows(session, counted, seqs, whole)


def adjustments_of(
    session: Session, month: date, seqs: frozenset[int] | None, *, whole: bool
) -> tuple[AdjustmentRow, ...]:
    """Return the adjustments that correct a frozen month, by number, of the projects named."""
    return _rows(session, Adjustment.of_month == month, seqs, whole)


def later_adjustments(
    session: Session, month: date, seqs: frozenset[int], *, whole: bool
) -> list[tuple[date, AdjustmentRow]]:
    """Return the adjustments that correct a month, each with the month it is counted in."""
    query = select(Adjustment).where(Adjustment.of_month == month).order_by(Adjustment.number)
    found = ((one.in_month, as_row(one)) for one in session.scalars(query))
    return [(at, one) for at, one in found if (whole if one.project is None else one.project in seqs)]


def _rows(
    session: Session, which: ColumnElement[bool], seqs: frozenset[int] | None, whole: bool
) -> tuple[AdjustmentRow, ...]:
    found = map(as_row, session.scalars(select(Adjustment).where(which).order_by(Adjustment.number)))
    return tuple(
        one for one in found if (whole if one.project is None else seqs is None or one.project in seqs)
    )


def as_row(one: Adjustment) -> AdjustmentRow:
    """Return a stored adjustment as the rules know it."""
    return AdjustmentRow(
        one.key,
        from_plain(one.before),
        from_plain(one.after),
        one.number,
        one.of_month,
        one.reason,
        one.recorded_at,
    )


# -- objections -------------------------------------------------------------------------------------------


def objections(
    session: Session, viewer: User, close: MonthClose | None, now: datetime
) -> Sequence[Objection]:
    """Return the objections to a month in scope: a contact sees those about the own projects."""
    if close is None:
        return []
    query = _with_people(select(Objection)).where(Objection.close_id == close.id, _seen(viewer, now))
    return session.scalars(query.order_by(Objection.id)).all()


def objection(session: Session, viewer: User, close: MonthClose, number: int, now: datetime) -> Objection:
    """Return one objection to a month; out of scope is the same as not there (S1)."""
    query = _with_people(select(Objection)).where(Objection.id == number, Objection.close_id == close.id)
    found = session.scalar(query.where(_seen(viewer, now)))
    if found is None:
        raise NotFound("没有这条异议，或您无权查看")
    return found


def unanswered(session: Session, close: MonthClose) -> Sequence[Objection]:
    """Return the objections to a month that the bureau has not answered."""
    query = select(Objection).where(Objection.close_id == close.id, Objection.answered_at.is_(None))
    return session.scalars(query.options(joinedload(Objection.project)).order_by(Objection.id)).all()


def _seen(viewer: User, now: datetime) -> ColumnElement[bool]:
    if viewer.role in SEE_FILES:
        return true()
    return Objection.project_id.in_(select(Project.id).where(projects_seen(viewer, day_of(now))))


def _with_people(query: Select[Objection]) -> Select[Objection]:
    parts = joinedload(Objection.project), joinedload(Objection.raised_by), joinedload(Objection.answered_by)
    return query.options(*parts)


# -- what waits -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Waiting:
    """One thing about closing that waits for somebody: what, which month's page it is done on, since when."""

    text: str
    month: date
    since: datetime
    due_at: datetime | None = None


def waiting_for(session: Session, viewer: User, now: datetime) -> list[Waiting]:
    """Return what waits for this viewer: the supplier's sign-off, the bureau's answers and signatures."""
    if viewer.role not in (Role.BUREAU, Role.MANAGER):
        return []
    in_review = and_(MonthClose.opened_at.is_not(None), MonthClose.frozen_at.is_(None))
    query = select(MonthClose).where(in_review).options(selectinload(MonthClose.objections))
    found: list[Waiting] = []
    for one in session.scalars(query.order_by(MonthClose.month)):
        found += _for_manager(one) if viewer.role is Role.MANAGER else _for_bureau(one, viewer, now)
    return found


def _for_manager(one: MonthClose) -> list[Waiting]:
    if one.signed_at is not None or one.silent_at is not None:
        return []
    assert one.opened_at is not None
    return [Waiting(f"{one.month:%Y-%m} 的月度结果等您签认", one.month, one.opened_at, one.objections_until)]


def _for_bureau(one: MonthClose, viewer: User, now: datetime) -> list[Waiting]:
    month = f"{one.month:%Y-%m}"
    raised = [each.raised_at for each in one.objections if each.answered_at is None]
    found = [Waiting(f"{month} 有 {len(raised)} 条异议等答复", one.month, min(raised))] if raised else []
    if one.prepared_by_id is None:
        if one.objections_until is not None and one.objections_until <= now:
            found.append(Waiting(f"{month} 的异议期已结束，等经办", one.month, one.objections_until))
    elif one.prepared_by_id != viewer.id and one.prepared_at is not None:
        found.append(Waiting(f"{month} 已经办，等您审核冻结", one.month, one.prepared_at))
    return found


def in_review(session: Session) -> Sequence[MonthClose]:
    """Return the months whose review is open, the earliest first."""
    query = select(MonthClose).where(MonthClose.opened_at.is_not(None), MonthClose.frozen_at.is_(None))
    return session.scalars(query.order_by(MonthClose.month)).all()


def overdue(session: Session, now: datetime) -> Sequence[MonthClose]:
    """Return the months whose time for objections is over and which the supplier has not signed."""
    query = select(MonthClose).where(
        MonthClose.objections_until <= now,
        MonthClose.frozen_at.is_(None),
        MonthClose.silent_at.is_(None),
        MonthClose.signed_at.is_(None),
    )
    return session.scalars(query.order_by(MonthClose.month)).all()
