"""A list as a workbook: what its page shows, all pages of it, within the same scope (S1)."""

from __future__ import annotations

from app.exports.looking import Export, Looking, Said, found_by
from sla.when import clock_text

FROZEN = 2  # columns that stay in sight


def workbook(export: Export, looking: Looking, said: Said) -> bytes:
    """Return the file of a list; too many rows are ``Conflict``."""
    from reports.table import stream
    from reports.workbook import Book

    found = found_by(export, looking, said)
    book = Book(export.title, looking.now)
    sheet = book.sheet(export.title)
    asked = f"按列表的筛选和顺序导出，共 {found.count} 行；{looking.viewer.name}，{clock_text(looking.now)}"
    sheet.title(export.title, f"{found.about}；{asked}" if found.about else asked)
    sheet.table(stream(found.columns, found.rows), freeze=min(FROZEN, len(found.columns) - 1))
    return book.to_bytes()
