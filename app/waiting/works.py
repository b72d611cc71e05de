"""What of duties waits: works for the unit's word, rejected ones for their engineer, draws to deliver."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask import url_for
from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, exists, func, select
from sqlalchemy.orm import Session, joinedload

from app.access import projects_seen
from app.duties import words
from app.duties.checks import NO_WORK
from app.duties.queries import occurrences_seen, works_seen
from app.duties.works import decide as decide_work
from app.duties.works import load_for_change
from app.filters import brief_text
from app.paging import Page
from app.waiting.kind import Desk, Find, Item, counted
from models.contract import Obligation, Project
from models.duties import Occurrence, OccurrenceWork, Work
from models.people import User
from sla.errors import NotFound
from sla.vocab import Cycle, Standing
from sla.when import day_of

GIVEN = and_(Work.finished_at.is_not(None), Work.standing == Standing.PENDING)


def find(backentered: bool) -> Find:
    """Return how works are found: those whose time waits to be confirmed, or the others."""

    def look(desk: Desk, page: int, size: int) -> Page[Item]:
        number = desk.once("works", lambda: _numbers(desk)).get(backentered, 0)
        page = min(max(1, page), max(1, -(-number // size)))
        if not number:
            return Page([], 1, 0, size)
        query = _waiting(desk.viewer, desk.now).where(Work.backentered == backentered).options(*_HELD)
        found = desk.session.scalars(
            query.order_by(Work.recorded_at, Work.id).limit(size).offset((page - 1) * size)
        )
        return Page([_item(work) for work in found], page, number, size)

    return look


def decide(session: Session, actor: User, key: str, confirmed: bool, reason: str, now: datetime) -> Work:
    """Confirm or reject a work; the key is its number."""
    work = load_for_change(session, actor, number_in(key), now)
    return decide_work(session, actor, work, confirmed, now, reason)


def hold(session: Session, keys: Sequence[str]) -> None:
    """Lock the works of several keys and then what they serve, each in one order."""
    ids = {number_in(key) for key in keys}
    session.scalars(select(Work.id).where(Work.id.in_(ids)).order_by(Work.id).with_for_update()).all()
    served = select(OccurrenceWork.occurrence_id).where(OccurrenceWork.work_id.in_(ids))
    locked = select(Occurrence.id).where(Occurrence.id.in_(served)).order_by(Occurrence.id)
    session.scalars(locked.with_for_update()).all()


def count(viewer: User, now: datetime) -> ScalarSelect[int]:
    """Count the works whose time waits to be confirmed; the others are done without anybody's word."""
    return counted(_waiting(viewer, now).where(Work.backentered))


# -- rejected works -------------------------------------------------------------------------------------


def find_returned(desk: Desk, page: int, size: int) -> Page[Item]:
    """Find one's own works that were rejected while their duty is still not done."""
    query = _returned(desk.viewer, desk.now).options(*_HELD).order_by(Work.decided_at, Work.id)
    found = desk.session.scalars(query).all()
    items = [_returned_item(work) for work in found]
    return Page(items[(page - 1) * size : page * size], page, len(items), size)


def count_returned(viewer: User, now: datetime) -> ScalarSelect[int]:
    return counted(_returned(viewer, now))


# -- draws ----------------------------------------------------------------------------------------------


def find_draws(desk: Desk, page: int, size: int) -> Page[Item]:
    """Find what the unit asked for from its quota and nobody has delivered yet (O2)."""
    held = joinedload(Occurrence.obligation), joinedload(Occurrence.project).joinedload(Project.unit)
    query = _draws(desk.viewer, desk.now).options(*held).order_by(Occurrence.opens_at, Occurrence.id)
    items = [_draw_item(one) for one in desk.session.scalars(query)]
    return Page(items[(page - 1) * size : page * size], page, len(items), size)


def count_draws(viewer: User, now: datetime) -> ScalarSelect[int]:
    return counted(_draws(viewer, now))


# -- what the above have in common -----------------------------------------------------------------------

_HELD = (
    joinedload(Work.obligation),
    joinedload(Work.project).joinedload(Project.unit),
    joinedload(Work.by),
    joinedload(Work.decided_by),
)


def number_in(key: str) -> int:
    """Return the number a key is; anything else is nothing that waits."""
    if not (key.isascii() and key.isdigit()) or int(key) >= 2**31:
        raise NotFound(NO_WORK)
    return int(key)


def _waiting(viewer: User, now: datetime) -> Select[Work]:
    return select(Work).where(GIVEN, works_seen(viewer, day_of(now)), Work.by_id != viewer.id)


def _numbers(desk: Desk) -> dict[bool, int]:
    query = _waiting(desk.viewer, desk.now).with_only_columns(Work.backentered, func.count())
    return {bool(late): number for late, number in desk.session.execute(query.group_by(Work.backentered))}


def _still_undone() -> ColumnElement[bool]:
    return exists().where(
        OccurrenceWork.work_id == Work.id,
        OccurrenceWork.occurrence_id == Occurrence.id,
        Occurrence.done_at.is_(None),
        Occurrence.waived_at.is_(None),
    )


def _returned(viewer: User, now: datetime) -> Select[Work]:
    return select(Work).where(
        Work.standing == Standing.REJECTED,
        Work.by_id == viewer.id,
        works_seen(viewer, day_of(now)),
        _still_undone(),
    )


def _draws(viewer: User, now: datetime) -> Select[Occurrence]:
    seen = select(Project.id).where(projects_seen(viewer, day_of(now)))
    quotas = select(Obligation.id).where(Obligation.cycle == Cycle.QUOTA)
    return select(Occurrence).where(
        Occurrence.obligation_id.in_(quotas),
        Occurrence.done_at.is_(None),
        Occurrence.waived_at.is_(None),
        Occurrence.project_id.in_(seen),
        occurrences_seen(viewer, day_of(now)),
    )


def _item(work: Work) -> Item:
    assert work.occurred_at is not None
    assert work.recorded_at is not None
    done, told = brief_text(work.occurred_at), brief_text(work.recorded_at)
    if work.backentered:
        said = f"完成于 {done}，登记于 {told}"
        effect = f"确认后按 {done} 判定；驳回则这次不算，要重做"
    else:
        said, effect = f"完成于 {done}", "确认或不确认都已算完成；驳回则这次不算，要重做"
    return Item(
        key=str(work.id),
        title=work.obligation.what,
        path=url_for("works.show", work_id=work.id),
        who=work.by.name,
        since=work.recorded_at,
        project=work.project,
        said=(said, *_note(work)),
        effects=(effect,),
    )


def _note(work: Work) -> tuple[str, ...]:
    note = " ".join(work.note.split())
    return (note if len(note) <= 80 else note[:79] + "…",) if note else ()


def _returned_item(work: Work) -> Item:
    assert work.decided_at is not None
    assert work.decided_by is not None
    return Item(
        key=str(work.id),
        title=work.obligation.what,
        path=url_for("works.show", work_id=work.id),
        who=f"{work.decided_by.name}（{work.decided_by.role.label}）",
        since=work.decided_at,
        project=work.project,
        said=(f"驳回：{work.decided_reason}",),
    )


def _draw_item(one: Occurrence) -> Item:
    return Item(
        key=str(one.id),
        title=words.name_of(one),
        path=url_for("duties.show", occurrence_id=one.id),
        who=one.project.unit.name if one.project else words.WHOLE_CONTRACT,
        since=one.opens_at,
        project=one.project,
        said=(f"{words.closes_text(one.slot)} 截止",),
    )
