"""The shipped checklists: version 1 of each, approved from the beginning, never changed once it was used."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.checklists import Checklist, ChecklistItem, ChecklistVersion
from models.duties import Work
from seeds.files import Row
from seeds.merge import Merge, merge
from sla.when import start_of

SHIPPED = 1
SHIPPED_AT = start_of(date(2025, 1, 1))
COLUMNS = ("position", "section", "text", "unit", "low", "high")


def merge_checklists(session: Session, rows: list[Row]) -> Merge:
    """Bring version 1 of each checklist to what the file says; what people have made stays as it is."""
    names = {row["code"]: row["name"] for row in rows}
    lists = merge(session, Checklist, ("code",), [{"code": c, "name": n} for c, n in names.items()])
    versions = session.scalars(select(ChecklistVersion).where(ChecklistVersion.number == SHIPPED)).all()
    shipped = {"number": SHIPPED, "drafted_at": SHIPPED_AT, "approved_at": SHIPPED_AT, "reason": "随系统提供"}
    first = merge(
        *(session, ChecklistVersion, ("checklist_id", "number")),
        [{"checklist_id": lists.rows[(code,)].id} | shipped for code in names],
        versions,
    )
    ids = {code: first.rows[lists.rows[(code,)].id, SHIPPED].id for code in names}
    items = session.scalars(
        select(ChecklistItem).where(ChecklistItem.version_id.in_(ids.values())).order_by(ChecklistItem.id)
    ).all()
    used = set(session.scalars(select(Work.checklist_version_id).distinct()))
    wanted = [
        {"version_id": ids[row["code"]]} | {name: row[name] for name in COLUMNS} | {"unit": row["unit"] or ""}
        for row in rows
        if ids[row["code"]] not in used
    ]
    free = [item for item in items if item.version_id not in used]
    merged = merge(session, ChecklistItem, ("version_id", "position"), wanted, free)
    merged.counts.unchanged += len(items) - len(free)
    return merged
