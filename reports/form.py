"""A form for signing as a Word document: the same content, the same digest as on the printed page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reports.document import Document

PAGE = 166  # millimetres between the margins
BLANK = "（签字）　　　　　　　　　　　　年　　月　　日"
STAMPED = "（签字、盖章）　　　　　　　　　年　　月　　日"
SIGNING = ("签署方", "姓名", "签字", "盖章", "日期")
SIGNING_WIDTHS = (38, 26, 36, 30, 36)


@dataclass(frozen=True)
class SheetTable:
    """A table of the form; ``figures`` names the headings whose cells are aligned as figures."""

    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    figures: tuple[str, ...] = ()


@dataclass(frozen=True)
class SignPlace:
    """A place to sign: on whose behalf, the name if it is known, and whether a stamp belongs there."""

    role: str
    name: str = ""
    stamp: bool = False


@dataclass(frozen=True)
class SignedSheet:
    """All that the document says. ``code`` is the QR picture (PNG) of ``address``; ``at`` its only time."""

    title: str
    subtitle: str
    facts: tuple[tuple[str, str], ...]
    text: tuple[str, ...]
    tables: tuple[SheetTable, ...]
    signatures: tuple[SignPlace, ...]
    basis: str
    digest: str
    address: str
    code: bytes = field(repr=False)
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
        right = [at for at, head in enumerate(one.headings) if head in one.figures]
        made.table(one.headings, one.rows, widths_of(one), right)
    if data.signatures:
        write_places(made, data.signatures)
    if data.basis:
        made.text(f"依据：{data.basis}")
    made.text(f"内容摘要（SHA-256）：{data.digest}\n网址：{data.address}")
    made.picture(data.code, 28)
    return made.to_bytes()


def write_places(made: Document, places: Sequence[SignPlace]) -> None:
    """Write the block in which each side signs, stamps and dates."""
    made.heading("签署")
    made.table(SIGNING, [_place(one) for one in places], SIGNING_WIDTHS, height=14)


def _place(one: SignPlace) -> tuple[str, ...]:
    """Return a line to sign on; where no stamp belongs, a dash says so."""
    return (one.role, one.name, "", "（盖章处）" if one.stamp else "—", "　　年　　月　　日")


def widths_of(table: SheetTable) -> Sequence[int]:
    """Return the widths of the columns in millimetres, by their longest contents within bounds."""
    cells = [table.headings, *table.rows]
    needs = [min(40, max(4, *(len(row[at]) for row in cells))) for at in range(len(table.headings))]
    return [max(10, PAGE * need // sum(needs)) for need in needs]
