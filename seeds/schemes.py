"""The shipped draft of the assessment scheme (A1): version 1, signed by nobody, the bureau's to change."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.assessment import SchemeVersion
from seeds.files import Row
from seeds.merge import Counts, Merge
from sla.assessment import Scheme, SchemeState, Veto, read_points, read_scheme
from sla.errors import Invalid
from sla.vocab import Indicator

PARTS = ("item", "band", "veto", "setting")
SETTINGS = ("observation_cap", "bonus_cap", "satisfaction", "title")
_KEYS: dict[str, tuple[str, ...]] = {
    "item": tuple(Indicator),
    "band": tuple("123456"),
    "veto": tuple(Veto),
    "setting": SETTINGS,
}


def check_scheme(rows: list[Row]) -> None:
    """Refuse a word nobody knows, points that are none, and a scheme that does not hold together."""
    for row in rows:
        known = _KEYS[row["part"]]
        if row["key"] not in known:
            row.refuse("key", f"应为 {'、'.join(known)} 之一，现在是「{row['key']}」")
        if row["part"] in ("item", "band"):
            try:
                read_points(row["value"], "分值", "value", Decimal(100))
            except Invalid as error:
                row.refuse("value", error.message)
    try:
        scheme_of(rows)
    except Invalid as error:
        rows[-1].refuse("value", error.message)


def scheme_of(rows: list[Row]) -> Scheme:
    """Return the scheme the file says; one that cannot be is ``Invalid``."""
    of = {part: [row for row in rows if row["part"] == part] for part in PARTS}
    said: dict[str, Any] = {row["key"]: row["value"] for row in of["setting"] if row["key"] != "title"}
    items = [{"indicator": row["key"], "name": row["name"], "weight": row["value"]} for row in of["item"]]
    bands = [{"name": row["name"], "least": row["value"]} for row in of["band"]]
    return read_scheme(said | {"items": items, "bands": bands, "vetoes": [row["key"] for row in of["veto"]]})


def merge_scheme(session: Session, rows: list[Row]) -> Merge:
    """Add the draft where there is no scheme yet; what the bureau made of it stays as it is."""
    if session.scalar(select(SchemeVersion.id).limit(1)) is not None:
        return Merge(Counts(unchanged=len(rows)), {}, [])
    title = next((row["value"] for row in rows if row["key"] == "title"), "考核办法")
    session.add(
        SchemeVersion(number=1, name=title, content=scheme_of(rows).as_dict(), state=SchemeState.DRAFT)
    )
    return Merge(Counts(added=len(rows)), {}, [])
