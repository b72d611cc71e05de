"""The scheme as the boxes of a form: one row for each indicator, each band, each bonus."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sla.assessment import MEASURABLE, MOST_BANDS, Scheme, Veto, plain

BONUSES = 3
ITEM_BOXES = {
    "weight": "分值",
    "name": "名称",
    "mode": "计分方式",
    "each": "每次扣分",
    "cap": "扣分上限",
    "floor": "最低得分",
}
BAND_BOXES = {"name": "名称", "least": "下限"}
BONUS_BOXES = {"indicator": "指标", "least": "比率", "points": "分数"}
SINGLE = {
    "bonus_cap": "加分合计最多",
    "observation_cap": "日常考核扣分的上限",
    "satisfaction": "满意度的依据",
}


def boxes() -> dict[str, str]:
    """Return the names of all boxes that hold the scheme itself, each with what it is called."""
    return {
        **{f"{box}_{of}": f"{of.label}的{said}" for of in MEASURABLE for box, said in ITEM_BOXES.items()},
        **{
            f"band_{box}_{place}": f"第 {place} 个等次的{said}"
            for place in range(1, MOST_BANDS + 1)
            for box, said in BAND_BOXES.items()
        },
        **{
            f"bonus_{box}_{place}": f"第 {place} 条加分的{said}"
            for place in range(1, BONUSES + 1)
            for box, said in BONUS_BOXES.items()
        },
        **{f"veto_{veto}": f"一票否决：{veto.label}" for veto in Veto},
        **SINGLE,
    }


def filled(scheme: Scheme) -> dict[str, str]:
    """Return the boxes of a scheme as they are filled in."""
    found: dict[str, str] = {}
    for item in scheme.items:
        said = {"weight": plain(item.weight), "name": item.name, "mode": str(item.mode)}
        said |= {"each": _unless_zero(plain(item.each)), "floor": _unless_zero(plain(item.floor))}
        said["cap"] = "" if item.cap is None else plain(item.cap)
        found |= {f"{box}_{item.indicator}": value for box, value in said.items()}
    for place, band in enumerate(scheme.bands, start=1):
        found |= {f"band_name_{place}": band.name, f"band_least_{place}": plain(band.least)}
    for place, bonus in enumerate(scheme.bonuses, start=1):
        said = {"indicator": str(bonus.indicator), "least": plain(bonus.least), "points": plain(bonus.points)}
        found |= {f"bonus_{box}_{place}": value for box, value in said.items()}
    found |= {f"veto_{veto}": "1" for veto in scheme.vetoes}
    return found | {
        "bonus_cap": plain(scheme.bonus_cap),
        "observation_cap": plain(scheme.observation_cap),
        "satisfaction": str(scheme.satisfaction),
    }


def moved_up(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was typed with the rows of bands and bonuses moved up over empty ones.

    A message names the place of a row: it must be the place on the screen.
    """
    moved = dict(values)
    for prefix, names, most in (("band", BAND_BOXES, MOST_BANDS), ("bonus", BONUS_BOXES, BONUSES)):
        rows = [
            {box: str(moved.pop(f"{prefix}_{box}_{place}", "")).strip() for box in names}
            for place in range(1, most + 1)
        ]
        for place, row in enumerate((row for row in rows if any(row.values())), start=1):
            moved |= {f"{prefix}_{box}_{place}": value for box, value in row.items()}
    return moved


def said_scheme(said: Mapping[str, str]) -> dict[str, Any]:
    """Return the boxes as plain values of a scheme; an indicator with no weight, or 0, is not judged."""
    return {
        "items": [
            {"indicator": str(indicator)} | {box: said.get(f"{box}_{indicator}", "") for box in ITEM_BOXES}
            for indicator in MEASURABLE
            if said.get(f"weight_{indicator}", "").strip("0.")
        ],
        "bands": _rows(said, "band", BAND_BOXES, MOST_BANDS),
        "bonuses": _rows(said, "bonus", BONUS_BOXES, BONUSES),
        "vetoes": [str(veto) for veto in Veto if said.get(f"veto_{veto}")],
        "bonus_cap": said.get("bonus_cap") or "0",
        "observation_cap": said.get("observation_cap") or "0",
        "satisfaction": said.get("satisfaction") or "ratings",
    }


def _rows(said: Mapping[str, str], prefix: str, names: Iterable[str], most: int) -> list[dict[str, str]]:
    found = [{box: said.get(f"{prefix}_{box}_{place}", "") for box in names} for place in range(1, most + 1)]
    return [row for row in found if any(row.values())]


def _unless_zero(text: str) -> str:
    return "" if text == "0" else text
