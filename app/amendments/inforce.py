"""What the confirmed documents make of the contract, for whoever computes with it (P4).

This module imports tables and rules only: the rules of a row, the plan of duties, and the postings read it.
``also`` is a document that is only being considered; it comes after all others.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from models.amendments import Amendment, AmendmentItem
from models.contract import Obligation, Project
from sla.amendments import REPLACING, Change, ItemKind
from sla.attendance import Establishment

TIMED = (ItemKind.TARGET, ItemKind.TARGET_DROPPED, ItemKind.ROW)  # what moves clocks


def items_in_force(session: Session, also: Amendment | None = None) -> list[AmendmentItem]:
    """Return the items of all confirmed documents, in the order in which these were confirmed."""
    found = session.scalars(
        select(AmendmentItem)
        .join(AmendmentItem.amendment)
        .options(contains_eager(AmendmentItem.amendment))
        .where(Amendment.confirmed_at.is_not(None), Amendment.withdrawn_at.is_(None))
        .order_by(Amendment.confirmed_at, Amendment.id, AmendmentItem.id)
    )
    return [*found, *(also.items if also else ())]


def changes_of(items: Iterable[AmendmentItem]) -> dict[int, list[Change]]:
    """Return what the items change of targets and windows, by project."""
    found: dict[int, list[Change]] = defaultdict(list)
    places: dict[int, int] = {}
    for item in items:
        place = places.setdefault(item.amendment_id, len(places))
        if item.what in TIMED:
            found[item.project_id].append(_change(item, place))
    return found


def _change(item: AmendmentItem, place: int) -> Change:
    dropped = item.what is ItemKind.TARGET_DROPPED
    assert item.kind is not None or not dropped
    return Change(
        from_day=item.from_day,
        document=place,
        replaces=item.amendment.kind in REPLACING,
        source=f"{item.amendment.name}，自 {item.from_day} 起",
        target=item.target if item.what is ItemKind.TARGET else None,
        dropped=(item.kind, item.when) if dropped and item.kind else None,
        window=item.window if item.what is ItemKind.ROW else None,
    )


def fingerprint(changes: Mapping[int, Sequence[Change]]) -> str:
    """Return a digest of all changes, empty while there are none (F5)."""
    if not changes:
        return ""
    return hashlib.sha256(repr(sorted(changes.items())).encode()).hexdigest()


def establishments(items: Iterable[AmendmentItem]) -> dict[int, tuple[Establishment, ...]]:
    """Return the heads and patterns that documents give postings, by posting, earliest first (R1)."""
    found: dict[int, dict[date, Establishment]] = defaultdict(dict)
    for item in items:
        if item.what is ItemKind.POSTING and item.posting_id and item.pattern and item.heads is not None:
            found[item.posting_id][item.from_day] = Establishment(item.from_day, item.heads, item.pattern)
    return {posting: tuple(made[day] for day in sorted(made)) for posting, made in found.items()}


def read_establishments(session: Session) -> dict[int, tuple[Establishment, ...]]:
    """Return those of the confirmed documents."""
    return establishments(items_in_force(session))


def level_on(items: Sequence[AmendmentItem], project_id: int, base: int | None, day: date) -> int | None:
    """Return the service level of a row on a day; it names the row and moves no clock."""
    found = [
        (item.from_day, place, item.service_level)
        for place, item in enumerate(items)
        if item.project_id == project_id and item.service_level and item.from_day <= day
    ]
    return max(found)[2] if found else base


def quotas_on(session: Session, day: date) -> dict[int, int]:
    """Return the quotas that documents changed, by obligation, as they stand on a day (O2)."""
    found = session.execute(
        select(AmendmentItem.obligation_id, AmendmentItem.quota)
        .join(AmendmentItem.amendment)
        .where(
            AmendmentItem.what == ItemKind.DUTY_QUOTA,
            AmendmentItem.from_day <= day,
            Amendment.confirmed_at.is_not(None),
            Amendment.withdrawn_at.is_(None),
        )
        .order_by(AmendmentItem.from_day, Amendment.confirmed_at, AmendmentItem.id)
    )
    return {row.obligation_id: row.quota for row in found if row.obligation_id and row.quota}


def quota_on(session: Session, obligation: Obligation, day: date) -> int:
    """Return how often a quota may be drawn in the service year, as it stands on a day."""
    return quotas_on(session, day).get(obligation.id, obligation.quota or 0)


def amended_since(session: Session, since: datetime) -> dict[int, list[str]]:
    """Return the documents confirmed since a moment, by the number of the project they change."""
    rows = session.execute(
        select(AmendmentItem, Project.seq)
        .join(AmendmentItem.amendment)
        .join(Project, AmendmentItem.project_id == Project.id)
        .options(contains_eager(AmendmentItem.amendment))
        .where(Amendment.confirmed_at >= since, Amendment.withdrawn_at.is_(None))
        .order_by(Amendment.confirmed_at, AmendmentItem.id)
    )
    found: dict[int, dict[str, None]] = defaultdict(dict)
    for item, seq in rows:
        found[seq][f"{item.amendment.name}，自 {item.from_day} 起"] = None
    return {seq: list(names) for seq, names in found.items()}
