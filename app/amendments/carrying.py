"""Carrying the duties and postings of a document out, and taking them back before its first day (O1, R1)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.duties.layout import Difference, apply, difference, read_plan
from models.amendments import Amendment, AmendmentItem
from models.base import Base
from models.contract import NOT_IN_TENDER, Obligation, Posting
from models.duties import CycleChange
from models.people import User
from sla.amendments import ItemKind
from sla.vocab import Cycle
from sla.when import day_of, end_of

SOURCE = "amendment"
NOTHING = Difference([], [])


def duties_if(session: Session, amendment: Amendment, now: datetime) -> Difference:
    """Return which occurrences from tomorrow on a document would take away and add; writes nothing."""
    cycles: dict[int, dict[date, Cycle]] = {}
    dropped: dict[int, date] = {}
    new: list[Obligation] = []
    for item in amendment.items:
        if item.what is ItemKind.DUTY_NEW:
            duty = _obligation(item)
            duty.id = -len(new) - 1  # looked at, never stored: its rows need a number to go by
            new.append(duty)
        elif item.what is ItemKind.DUTY_CYCLE and item.obligation_id and item.cycle:
            cycles.setdefault(item.obligation_id, {})[item.from_day] = item.cycle
        elif item.what is ItemKind.DUTY_DROPPED and item.obligation_id:
            dropped[item.obligation_id] = item.from_day
    if not (cycles or dropped or new):
        return NOTHING
    plan = read_plan(session)
    changes = plan.changes | {one: plan.changes.get(one, {}) | more for one, more in cycles.items()}
    then = replace(plan, changes=changes, new=new, dropped=dropped)
    return difference(session, then, _tomorrow(now), {*cycles, *dropped})


def carry_out(session: Session, amendment: Amendment, actor: User, now: datetime) -> Difference:
    """Make what a document brings, end what it drops, and lay the future out anew."""
    for item in amendment.items:
        if item.what is ItemKind.DUTY_NEW:
            item.obligation = _obligation(item)
        elif item.what is ItemKind.DUTY_CYCLE:
            session.add(_cycle_change(item, actor, now))
        elif item.what is ItemKind.DUTY_DROPPED and item.obligation:
            item.obligation.until_day = item.from_day
        elif item.what is ItemKind.POSTING and item.posting_id is None:
            item.posting = Posting(
                project_id=item.project_id, heads=0, pattern=item.pattern, line=NOT_IN_TENDER
            )
    session.flush()
    return _lay_out(session, amendment.items, now)


def take_back(session: Session, amendment: Amendment, now: datetime) -> Difference:
    """Undo all of it; the caller has checked that nothing of the document holds yet."""
    session.execute(delete(CycleChange).where(CycleChange.amendment_id == amendment.id))
    for item in amendment.items:
        if item.what is ItemKind.DUTY_DROPPED and item.obligation:
            item.obligation.until_day = None
        elif item.what is ItemKind.DUTY_NEW and item.obligation:
            item.obligation.until_day = item.obligation.from_day
    session.flush()
    found = _lay_out(session, amendment.items, now)
    for item in amendment.items:
        if item.what is ItemKind.DUTY_NEW and item.obligation:
            _remove(session, item, "obligation_id", item.obligation)
        elif item.what is ItemKind.POSTING and item.posting and item.posting.line == NOT_IN_TENDER:
            _remove(session, item, "posting_id", item.posting)
    return found


def _lay_out(session: Session, items: Iterable[AmendmentItem], now: datetime) -> Difference:
    ids = {
        item.obligation_id for item in items if item.obligation_id and item.what is not ItemKind.DUTY_QUOTA
    }
    if not ids:
        return NOTHING
    found = difference(session, read_plan(session), _tomorrow(now), ids)
    apply(session, found)
    return found


def _remove(session: Session, item: AmendmentItem, column: str, made: Base) -> None:
    """Remove what a document brought, unless something refers to it already."""
    model, number = type(made), getattr(item, column)
    shared = select(AmendmentItem.id).where(
        getattr(AmendmentItem, column) == number, AmendmentItem.id != item.id
    )
    if session.scalar(shared) is not None:
        return
    try:
        with session.begin_nested():
            setattr(item, column, None)
            session.flush()
            session.execute(delete(model).where(model.__table__.c.id == number))
    except IntegrityError:
        session.refresh(item)


def _obligation(item: AmendmentItem) -> Obligation:
    return Obligation(
        project_id=item.project_id,
        kind=item.duty_kind,
        what=item.duty_what,
        cycle=item.cycle,
        quota=item.quota,
        scope=item.scope,
        when=None,
        source=SOURCE,
        checklist=item.checklist,
        visits=1,
        line=NOT_IN_TENDER,
        from_day=item.from_day,
    )


def _cycle_change(item: AmendmentItem, actor: User, now: datetime) -> CycleChange:
    return CycleChange(
        obligation_id=item.obligation_id,
        from_day=item.from_day,
        cycle=item.cycle,
        reason=item.amendment.name,
        approved_by=actor,
        approved_at=now,
        amendment_id=item.amendment_id,
    )


def _tomorrow(now: datetime) -> datetime:
    return end_of(day_of(now))
