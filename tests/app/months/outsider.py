"""What an outsider makes of ``month facts``: the figures again, from nothing but the printed lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

CLOCKS = ("response", "onsite", "containment", "recovery")
DUTIES = ("inspection", "duty", "document")
DUTY_OF = {"inspection": "inspection", "report": "document"}  # any other kind is "duty"
INDICATORS = (*CLOCKS, "first_fix", *DUTIES, "attendance", "satisfaction", "backentry")


def recompute(month: str, lines: Iterable[dict[str, Any]]) -> dict[Any, dict[str, Any]]:
    """Return the indicators by project number, and under ``"contract"`` for all."""
    met: dict[Any, int] = defaultdict(int)
    total: dict[Any, int] = defaultdict(int)

    def add(project: int | None, indicator: str, more: int, of: int) -> None:
        for whose in (project, "contract"):  # a duty of the whole contract is nobody's but the contract's
            met[whose, indicator] += more
            total[whose, indicator] += of

    for line in lines:
        if line["type"] == "clock":
            assert line["decided_at"].startswith(month)
            if line["kind"] in CLOCKS and not line["exempt"] and line["verdict"] in ("met", "breached"):
                add(line["project"], line["kind"], line["verdict"] == "met", 1)
        elif line["type"] == "ticket":
            if line["kind"] in ("incident", "security") and (line["accepted_at"] or "").startswith(month):
                add(line["project"], "first_fix", line["rejections"] == 0, 1)
            if line["rating"] and line["closed_at"].startswith(month):
                add(line["project"], "satisfaction", line["rating"], 5)
            for stop in line["milestones"]:
                if stop["recorded_at"].startswith(month):
                    add(line["project"], "backentry", stop["backentered"], 1)
        elif line["type"] == "occurrence":
            last = datetime.fromisoformat(line["closes_at"]) - timedelta(seconds=1)
            assert f"{last:%Y-%m}" == month
            kept = line["done_at"] is not None and line["done_at"] < line["closes_at"]
            if line["waived_at"] is None and line["state"] != "pending":
                add(line["project"], DUTY_OF.get(line["kind"], "duty"), kept, 1)
        elif line["type"] == "attendance":
            assert line["day"].startswith(month)
            assert line["present"] == min(line["required"], len(line["people"]))
            add(line["project"], "attendance", line["present"], line["required"])
    seen = {whose for whose, _ in total} | {"contract"}
    return {whose: {i: _figure(met[whose, i], total[whose, i]) for i in INDICATORS} for whose in seen}


def _figure(met: int, total: int) -> dict[str, Any]:
    if not total:
        return {"met": 0, "total": 0, "rate": None}
    rate = (Decimal(100) * met / total).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return {"met": met, "total": total, "rate": str(rate)}
