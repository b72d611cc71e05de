"""A report as rows: what its page shows, its workbook holds and its document prints is one and the same.

A ``Listing`` is complete before anything is written: facts, sentences, parts with their rows, the places to
sign. The workbook has every column and row of each part; the page and the document show the columns named
``brief`` and say where the rest is. Equal listings give equal bytes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from reports.columns import Column
from reports.form import BLANK, STAMPED, SignPlace, write_places

if TYPE_CHECKING:
    from reports.table import Stream, Table

MOST_PRINTED = 300  # rows of a part in a document; the workbook has them all
UPRIGHT = 7  # columns of a table on an upright page
SUMMARY_SHEET = "概要"
GAPS = ("", "—", "不适用")
FIGURE = re.compile(r"[-+]?[0-9][0-9,]*(\.[0-9]+)?%?")
Progress = Callable[[int], None]
Row = tuple[Any, ...]


def nobody(_percent: int) -> None:
    """Hear of progress, and do nothing about it."""


@dataclass(frozen=True)
class Part:
    """One table of a report. ``note`` says what its figures add up to; ``brief`` names headings."""

    name: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    note: str = ""
    brief: tuple[str, ...] = ()

    @cached_property
    def shown(self) -> tuple[int, ...]:
        """Return the places of the columns that a page or a document has room for."""
        every = range(len(self.columns))
        return tuple(at for at in every if not self.brief or self.columns[at].head in self.brief)

    @property
    def headings(self) -> list[str]:
        """Return the headings of those columns."""
        return [self.columns[at].head for at in self.shown]

    @property
    def numbers(self) -> list[str]:
        """Return the headings of those of them that are aligned as figures; the first one names the row."""
        found = zip(self.shown, zip(*self.texts(MOST_PRINTED), strict=True), strict=False)
        return [self.columns[at].head for at, texts in found if at != self.shown[0] and _figures(texts)]

    @property
    def said(self) -> list[list[str]]:
        """Return every cell as a text."""
        return [
            [column.text(value) for column, value in zip(self.columns, row, strict=True)] for row in self.rows
        ]

    def texts(self, most: int | None = None) -> list[tuple[str, ...]]:
        """Return the first rows of those columns as people read them, all of them without ``most``."""
        return [tuple(self.columns[at].text(row[at]) for at in self.shown) for row in self.rows[:most]]


@dataclass(frozen=True)
class Listing:
    """A report. ``at`` is the time of its data, the only time its files know.

    ``signatures`` are roles with whether a stamp belongs there; ``sealed`` is the digest of the form it was
    made from, where there is one. ``is_form`` tells that somebody signs the document as a whole: it lacks
    nothing.
    """

    title: str
    subtitle: str
    at: datetime
    facts: tuple[tuple[str, str], ...] = ()
    text: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    signatures: tuple[tuple[str, bool], ...] = ()
    basis: str = ""
    sealed: str = field(default="", repr=False)
    is_form: bool = False

    @cached_property
    def digest(self) -> str:
        """Return the SHA-256 of all that is said, in hexadecimal: of the form's content, or of the rows."""
        if self.sealed:
            return self.sealed
        parts = [
            [one.name, one.note, [column.head for column in one.columns], one.said] for one in self.parts
        ]
        said = [self.title, self.subtitle, self.facts, self.text, parts, self.signatures, self.basis]
        return sha256(json.dumps(said, separators=(",", ":")).encode("ascii")).hexdigest()


def _figures(texts: Sequence[str]) -> bool:
    """Tell whether a column holds figures and nothing else but gaps."""
    said = [text for text in texts if text not in GAPS]
    return bool(said) and all(FIGURE.fullmatch(text) for text in said)


def part_of(name: str, made: Table | Stream, note: str = "", brief: Sequence[str] = ()) -> Part:
    """Return a table of the monthly report as a part; a heading that columns share stands before each."""
    columns = tuple(Column(f"{one.group}{one.head}", one.format) for one in made.columns)
    return Part(name, columns, tuple(map(tuple, made.rows())), note, tuple(brief))


def listing_workbook(data: Listing, tell: Progress = nobody) -> bytes:
    """Return the workbook: a sheet for what is said, and one for each part."""
    from reports.table import Format, stream
    from reports.workbook import Book

    book = Book(data.title, data.at)
    if data.facts or data.text or data.signatures:
        sheet = book.sheet(SUMMARY_SHEET)
        sheet.title(data.title, data.subtitle)
        sheet.widths(22, 96)
        for name, value in data.facts:
            sheet.pair(name, value)
        for number, line in enumerate(data.text, 1):
            sheet.pair(f"说明 {number}" if len(data.text) > 1 else "说明", line, Format.LONG)
        for role, stamp in data.signatures:
            sheet.pair(role, STAMPED if stamp else BLANK)
        sheet.pair("数据截至", data.at, Format.INSTANT)
        if data.basis:
            sheet.pair("依据", data.basis)
        sheet.pair("内容摘要（SHA-256）", data.digest)
    for number, one in enumerate(data.parts, 1):
        sheet = book.sheet(one.name)
        notes = [data.subtitle, one.note] if len(data.parts) > 1 or not data.facts else [one.note]
        sheet.title(one.name if data.facts or number > 1 else data.title, *(note for note in notes if note))
        sheet.table(stream(one.columns, one.rows), freeze=min(2, len(one.columns) - 1))
        tell(100 * number // len(data.parts))
    return book.to_bytes()


def listing_document(data: Listing, tell: Progress = nobody) -> bytes:
    """Return the document in the customary form: facts, sentences, tables, places to sign, the digest."""
    from reports.document import PAGE, PAGE_ACROSS, Document

    across = any(len(one.shown) > UPRIGHT for one in data.parts)
    made = Document(data.title, data.subtitle, data.at, across=across)
    if data.facts:
        made.pairs(data.facts)
    for line in data.text:
        made.text(line)
    for number, one in enumerate(data.parts, 1):
        made.heading(one.name)
        if one.note:
            made.text(one.note)
        rows = one.texts(None if data.is_form else MOST_PRINTED)
        if rows:
            widths = _widths([one.headings, *rows], PAGE_ACROSS if across else PAGE)
            made.table(one.headings, rows, widths)
        else:
            made.text("没有记录。")
        if len(one.rows) > len(rows):
            made.text(f"共 {len(one.rows)} 行，这里列出前 {len(rows)} 行，其余见工作簿。")
        tell(100 * number // len(data.parts))
    if data.signatures:
        write_places(made, [SignPlace(role, stamp=stamp) for role, stamp in data.signatures])
    if data.basis:
        made.text(f"依据：{data.basis}")
    made.text(f"内容摘要（SHA-256）：{data.digest}")
    return made.to_bytes()


def _widths(cells: Sequence[Sequence[str]], page: int) -> list[int]:
    """Return the widths of columns in millimetres, by their longest contents within bounds."""
    needs = [min(40, max(4, *(len(row[at]) for row in cells))) for at in range(len(cells[0]))]
    return [max(10, page * need // sum(needs)) for need in needs]
