"""What people do with checklists: the manager drafts a version, the bureau approves it (O4, S2).

An approved version is never changed: works keep the one they were done by. A draft is used by nobody.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy.orm import Session

from app.access import require
from app.checklists import queries
from app.checklists.queries import Listed
from models import ledger
from models.checklists import ChecklistItem, ChecklistVersion
from models.people import User
from sla.errors import Conflict, Forbidden, Invalid
from sla.vocab import Role
from sla.when import iso

MOST_ITEMS = 40  # they must fit on one A4
LONGEST_TEXT, LONGEST_SECTION, LONGEST_UNIT, LONGEST_LIMIT = 100, 32, 16, 16  # characters
LONGEST_REASON = 400


@dataclass(frozen=True)
class Item:
    """One thing to look at, as it is typed; with ``unit`` a value is measured."""

    text: str
    section: str = ""
    unit: str = ""
    low: str = ""
    high: str = ""


def start_draft(session: Session, actor: User, found: Listed, now: datetime) -> ChecklistVersion:
    """Begin the next version as a copy of the one in use; a draft there is already is returned."""
    require(actor, Role.MANAGER)
    queries.lock(session, found.checklist.id)
    session.refresh(found.checklist, ["versions"])
    versions = found.checklist.versions
    if versions and versions[-1].approved_at is None:
        return versions[-1]
    made = ChecklistVersion(
        checklist=found.checklist,
        number=max((one.number for one in versions), default=0) + 1,
        drafted_by=actor,
        drafted_at=now,
        items=_rows(_typed(versions[-1].items) if versions else []),
    )
    session.add(made)
    session.flush()
    return made


def save_draft(
    session: Session,
    actor: User,
    draft: ChecklistVersion,
    items: Sequence[Item],
    reason: str,
    seen: str,
    now: datetime,
) -> ChecklistVersion:
    """Write a draft anew; ``seen`` is the stamp of the one the person had before them."""
    require(actor, Role.MANAGER)
    _as_seen(session, draft, seen)
    check(items)
    draft.items.clear()
    session.flush()
    draft.items.extend(_rows(items))
    draft.reason = _said(reason, LONGEST_REASON, "修改说明", "reason")
    draft.drafted_by, draft.drafted_at = actor, now
    session.flush()
    return draft


def approve(session: Session, actor: User, draft: ChecklistVersion, seen: str, now: datetime) -> None:
    """Put a version into use for what is begun from now on; nobody approves the own one (S2)."""
    require(actor, Role.BUREAU)
    _as_seen(session, draft, seen)
    if draft.drafted_by_id == actor.id:
        raise Forbidden("自己起草的检查表要由别人批准")
    check(_typed(draft.items))
    draft.approved_by, draft.approved_at = actor, now
    session.flush()
    _record(session, "checklist.approved", draft, actor, now, {"reason": draft.reason, "items": _told(draft)})


def discard(
    session: Session, actor: User, draft: ChecklistVersion, reason: str, seen: str, now: datetime
) -> None:
    """Give a draft up: the manager takes it back, or the bureau refuses it, with the reason."""
    require(actor, Role.MANAGER, Role.BUREAU)
    _as_seen(session, draft, seen)
    why = _said(reason, LONGEST_REASON, "原因", "reason")
    if not why:
        raise Invalid("请填写原因", "reason")
    _record(session, "checklist.discarded", draft, actor, now, {"reason": why})
    session.delete(draft)
    session.flush()


def stamp(draft: ChecklistVersion) -> str:
    """Return what a page names a draft by, so that nobody decides about one they have not seen."""
    rows = repr([(row.section, row.text, row.unit, row.low, row.high) for row in draft.items])
    return f"{iso(draft.drafted_at)}.{hashlib.sha256(rows.encode()).hexdigest()[:16]}"


def check(items: Sequence[Item]) -> None:
    """Refuse items that nobody could fill in; the message names the item."""
    if not 1 <= len(items) <= MOST_ITEMS:
        raise Invalid(f"检查表要有 1 至 {MOST_ITEMS} 项")
    known: set[str] = set()
    for place, item in enumerate(items, 1):
        named = f"第 {place} 项"
        _said(item.text, LONGEST_TEXT, f"{named}的内容", f"text-{place}")
        _said(item.section, LONGEST_SECTION, f"{named}的分组", f"section-{place}")
        _said(item.unit, LONGEST_UNIT, f"{named}的单位", f"unit-{place}")
        if not item.text.strip():
            raise Invalid(f"{named}没有写内容", f"text-{place}")
        if item.text.strip() in known:
            raise Invalid(f"{named}「{item.text}」写了两次", f"text-{place}")
        known.add(item.text.strip())
        _check_limits(item, named, place)


def _check_limits(item: Item, named: str, place: int) -> None:
    low, high = (
        _limit(text, named, f"{name}-{place}") for text, name in ((item.low, "low"), (item.high, "high"))
    )
    if (low is not None or high is not None) and not item.unit.strip():
        raise Invalid(f"{named}有上下限，请填写单位", f"unit-{place}")
    if low is not None and high is not None and low > high:
        raise Invalid(f"{named}的下限大于上限，请核对", f"low-{place}")


def _limit(text: str, named: str, field: str) -> Decimal | None:
    if not text.strip():
        return None
    try:
        number = Decimal(_said(text, LONGEST_LIMIT, f"{named}的上下限", field))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or "e" in text.lower() or "_" in text:
        raise Invalid(f"{named}的上下限请只填数字，例如 27 或 0.5", field)
    return number


def _said(text: str, longest: int, label: str, field: str) -> str:
    value = text.strip()
    if len(value) > longest:
        raise Invalid(f"{label}最多 {longest} 个字，请缩短", field)
    return value


def _as_seen(session: Session, draft: ChecklistVersion, seen: str) -> None:
    queries.lock(session, draft.checklist_id)
    session.refresh(draft, ["drafted_at", "approved_at", "items"])
    if draft.approved_at is not None or stamp(draft) != seen:
        raise Conflict("这份草稿刚才被改过或已批准，请刷新页面，核对后再操作")


def _rows(items: Sequence[Item]) -> list[ChecklistItem]:
    return [
        ChecklistItem(
            position=place,
            section=item.section.strip(),
            text=item.text.strip(),
            unit=item.unit.strip(),
            low=item.low.strip() or None,
            high=item.high.strip() or None,
        )
        for place, item in enumerate(items, 1)
    ]


def _typed(rows: Sequence[ChecklistItem]) -> list[Item]:
    return [Item(row.text, row.section, row.unit, row.low or "", row.high or "") for row in rows]


def _told(draft: ChecklistVersion) -> list[dict[str, Any]]:
    return [
        {"item": row.id, "section": row.section, "text": row.text, "unit": row.unit}
        | {"low": row.low, "high": row.high}
        for row in draft.items
    ]


def _record(
    session: Session, kind: str, draft: ChecklistVersion, actor: User, now: datetime, payload: dict[str, Any]
) -> None:
    told = {"version": draft.number, "drafted_by": draft.drafted_by_id, **payload}
    subject = f"checklist:{draft.checklist_id}"
    ledger.append(session, kind=kind, subject=subject, actor_id=actor.id, at=now, payload=told)
