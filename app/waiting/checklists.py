"""Drafts of checklists that wait for the bureau (O4, S2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask import url_for
from sqlalchemy import ScalarSelect, Select, select
from sqlalchemy.orm import Session, joinedload

from app.checklists import queries, service
from app.paging import Page
from app.waiting.kind import Desk, Item, counted, sliced
from app.waiting.works import number_in
from models.checklists import Checklist, ChecklistVersion
from models.people import User


def find(desk: Desk, page: int, size: int) -> Page[Item]:
    """Find the drafts of others: nobody approves the own one."""
    query = _drafts(desk.viewer).options(
        joinedload(ChecklistVersion.checklist),
        joinedload(ChecklistVersion.drafted_by),
        joinedload(ChecklistVersion.items),
    )
    found = desk.session.scalars(query.order_by(ChecklistVersion.drafted_at, ChecklistVersion.id)).unique()
    return sliced([_item(one) for one in found], page, size)


def decide(session: Session, actor: User, key: str, confirmed: bool, reason: str, now: datetime) -> None:
    """Approve a draft or refuse it; the key is its number and the stamp of what the page showed."""
    version, _, seen = key.partition("-")
    draft = queries.draft(session, actor, number_in(version))
    if confirmed:
        service.approve(session, actor, draft, seen, now)
    else:
        service.discard(session, actor, draft, reason, seen, now)


def hold(session: Session, keys: Sequence[str]) -> None:
    """Lock the checklists of several drafts, in one order."""
    ids = {number_in(key.partition("-")[0]) for key in keys}
    of = select(ChecklistVersion.checklist_id).where(ChecklistVersion.id.in_(ids))
    locked = select(Checklist.id).where(Checklist.id.in_(of)).order_by(Checklist.id)
    session.scalars(locked.with_for_update()).all()


def count(viewer: User, _now: datetime) -> ScalarSelect[int]:
    return counted(_drafts(viewer))


def _drafts(viewer: User) -> Select[ChecklistVersion]:
    return select(ChecklistVersion).where(
        ChecklistVersion.approved_at.is_(None), ChecklistVersion.drafted_by_id.is_distinct_from(viewer.id)
    )


def _item(one: ChecklistVersion) -> Item:
    return Item(
        key=f"{one.id}-{service.stamp(one)}",
        title=f"{one.checklist.name}第 {one.number} 版",
        path=url_for("checklists.draft", version_id=one.id),
        who=one.drafted_by.name if one.drafted_by else "",
        since=one.drafted_at,
        said=(f"{len(one.items)} 项", *((one.reason,) if one.reason else ())),
        effects=("批准后新开始的巡检用这一版，已经做的不变；驳回则草稿作废",),
    )
