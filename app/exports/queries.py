"""A list as a workbook: what its page shows, all pages of it, within the same scope (S1)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.exports.looking import Export, Looking, found_by
from models.people import User
from sla.when import clock_text

FROZEN = 2  # columns that stay in sight


def workbook(session: Session, viewer: User, export: Export, said: dict[str, Any], now: datetime) -> bytes:
    """Return the file of a list; too many rows are ``Conflict``."""
    from reports.table import stream
    from reports.workbook import Book

    count, rows = found_by(export, Looking(session, viewer, now), said)
    book = Book(export.title, now)
    sheet = book.sheet(export.title)
    sheet.title(export.title, f"按列表的筛选和顺序导出，共 {count} 行；{viewer.name}，{clock_text(now)}")
    sheet.table(stream(export.columns, rows), freeze=min(FROZEN, len(export.columns) - 1))
    return book.to_bytes()
