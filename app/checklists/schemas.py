"""What is valid input about checklists."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema

from app.checklists import service
from app.forms import FormSchema, text

COLUMNS = {
    "section": ("分组", service.LONGEST_SECTION),
    "text": ("检查内容", service.LONGEST_TEXT),
    "unit": ("单位", service.LONGEST_UNIT),
    "low": ("下限", service.LONGEST_LIMIT),
    "high": ("上限", service.LONGEST_LIMIT),
}
LONGEST_STAMP = 64


class DecisionForm(FormSchema):
    """The end of a draft; ``seen`` is the stamp of what the page showed."""

    seen = text("核对", LONGEST_STAMP, required=True)
    reason = text("原因", service.LONGEST_REASON)


def draft_schema() -> Schema:
    """Return what is valid for the form of a draft: five boxes for each row, an empty row is left out."""
    boxes: dict[str, Any] = {
        "seen": text("核对", LONGEST_STAMP, required=True),
        "reason": text("修改说明", service.LONGEST_REASON, required=True),
    }
    for place in range(1, service.MOST_ITEMS + 1):
        for name, (label, longest) in COLUMNS.items():
            boxes[f"{name}-{place}"] = text(f"第 {place} 行{label}", longest)
    return FormSchema.from_dict(boxes, name="DraftForm")()


def items_of(said: dict[str, Any]) -> list[service.Item]:
    """Return the rows of the form that say anything, in their order."""
    rows = ({name: said[f"{name}-{place}"] for name in COLUMNS} for place in range(1, service.MOST_ITEMS + 1))
    return [service.Item(**row) for row in rows if any(row.values())]
