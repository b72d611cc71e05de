"""The three groups duties are shown in: inspections, documents, and all other ones (F4)."""

from __future__ import annotations

from sqlalchemy import ColumnElement

from models.contract import Obligation

INSPECTION, DOCUMENT = "inspection", "report"  # kinds of obligations
GROUPS = {"inspection": "巡检", "document": "报告和方案", "other": "其他"}


def in_group(group: str) -> ColumnElement[bool]:
    """Return the condition on ``Obligation`` that it belongs to a group."""
    if group == "inspection":
        return Obligation.kind == INSPECTION
    if group == "document":
        return Obligation.kind == DOCUMENT
    return Obligation.kind.not_in((INSPECTION, DOCUMENT))
