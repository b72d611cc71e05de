"""A form for signing as a Word document: the same content, the same digest as on the printed page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

PAGE = 166  # millimetres between the margins
BLANK = "（签字）　　　　　　　　　　　　年　　月　　日"
STAMPED = "（签字、盖章）　　　　　　　　　年　　月　　日"


@dataclass(frozen=True)
class SheetTable:
    """A table of the form."""

    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class SignedSheet:
    """All that the document says. ``code`` is the QR picture (PNG) of ``address``; ``at`` its only time."""

    title: str
    subtitle: str
    facts: tuple[tuple[str, str], ...]
    text: tuple[str, ...]
    tables: tuple[SheetTable, ...]
    signatures: tuple[tuple[str, bool], ...]
    basis: str
    digest: str
    address: str
    code: bytes
    at: datetime


def signed_document(data: SignedSheet) -> bytes:
    """Return the file. It depends on the data alone: equal data give equal bytes."""
    from reports.document import Document

    made = Document(data.title, data.subtitle, data.at)
    made.pairs(data.facts)
    for number, line in enumerate(data.text, 1):
        made.text(f"{number}. {line}" if len(data.text) > 1 else line)
    for one in data.tables:
        if one.caption:
            made.heading(one.caption)
        made.table(one.headings, one.rows, widths_of(one))
    if data.signatures:
        made.heading("签署")
        made.pairs([(role, STAMPED if stamp else BLANK) for role, stamp in data.signatures])
    if data.basis:
        made.text(f"依据：{data.basis}")
    made.text(f"内容摘要（SHA-256）：{data.digest}\n网址：{data.address}")
    made.picture(data.code, 28)
    return made.to_bytes()


def widths_of(table: SheetTable) -> Sequence[int]:
    """Return the widths of the columns in millimetres, by their longest contents within bounds."""
    cells = [table.headings, *table.rows]
    needs = [min(40, max(4, *(len(row[at]) for row in cells))) for at in range(len(table.headings))]
    return [max(10, PAGE * need // sum(needs)) for need in needs]
