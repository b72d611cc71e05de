"""The shipped draft of the scheme and smaller ones, as the rules know them."""

from __future__ import annotations

from typing import Any

from sla.assessment import Scheme, read_scheme
from sla.figures import Figure
from sla.vocab import Indicator

WEIGHTS = {
    Indicator.RESPONSE: "15",
    Indicator.ONSITE: "10",
    Indicator.RECOVERY: "20",
    Indicator.INSPECTION: "15",
    Indicator.ATTENDANCE: "10",
    Indicator.DOCUMENT: "10",
    Indicator.SATISFACTION: "15",
    Indicator.CONTAINMENT: "5",
}
BANDS = (("优秀", "90"), ("良好", "75"), ("合格", "60"), ("不合格", "0"))


def said(**changes: Any) -> dict[str, Any]:
    """The draft as plain values, with some of them replaced."""
    items = [{"indicator": str(one), "weight": weight} for one, weight in WEIGHTS.items()]
    return {
        "items": items,
        "bands": [{"name": name, "least": least} for name, least in BANDS],
        "vetoes": ["observation"],
        "observation_cap": "10",
    } | changes


def scheme(**changes: Any) -> Scheme:
    return read_scheme(said(**changes))


def two_items(first: dict[str, str] | None = None, **changes: Any) -> Scheme:
    """Response 60 and recovery 40; ``first`` says more about the response."""
    items = [
        {"indicator": "response", "weight": "60"} | (first or {}),
        {"indicator": "recovery", "weight": "40"},
    ]
    return scheme(items=items, **changes)


def figures(**counts: tuple[int, int]) -> dict[Indicator, Figure]:
    """``response=(9, 10)``: nine of ten in time."""
    return {Indicator(name): Figure(met, total) for name, (met, total) in counts.items()}
