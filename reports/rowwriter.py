"""The rows of tables, written as the sheet's XML while they are made: none of them is kept in memory.

openpyxl keeps or writes a cell at a time, each an object or three; a hundred thousand rows took more than a
gigabyte. The text of a row is put together here, into a file that is dropped with the writer, and goes into
the sheet where a placeholder stands (ECMA-376, part 1, 18.3.1.73 ``row`` and 18.3.1.4 ``c``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from secrets import token_hex
from tempfile import TemporaryFile
from typing import IO, Any, Self
from xml.sax.saxutils import escape

from openpyxl.utils import get_column_letter, range_boundaries

from reports.cells import LINE, TEXTS, cell_text, excel_value, is_risky, lines_of, width, width_of
from reports.columns import Column, Format

EPOCH = datetime.fromisoformat("1899-12-30")  # day 0 of Excel, which knows no zones
DAY = 86_400
CHUNK = 1 << 16
IN_MEMORY = 200  # rows; more of them are put into a file
_DIMENSION = re.compile(rb'<dimension ref="([^"]+)"')

Styles = Mapping[str, tuple[int, int]]  # by its name: the number of a style, and of it for risky texts


class Rows:
    """The rows of one table, from row ``first`` of the sheet on; ``count`` grows as they are written."""

    def __init__(self, first: int, columns: Sequence[Column], styles: Styles, instead: str) -> None:
        self.first, self.count = first, 0
        self.columns = columns
        self._widest = [0] * len(columns)
        self._pieces: list[bytes] = []
        self._file: IO[bytes] | None = None
        self._cells = [
            (get_column_letter(number), column.format in TEXTS, styles[column.format.name], styles[instead])
            for number, column in enumerate(columns, 1)
        ]
        self._longs = [column.format is Format.LONG for column in columns]

    @property
    def last(self) -> int:
        """Return the last row of the table; the one before the first if there is none."""
        return self.first + self.count - 1

    def add(self, values: Sequence[Any]) -> None:
        """Write one row, as high as its texts need."""
        row, lines = self.first + self.count, 1
        cells = []
        for number, value in enumerate(values):
            letter, is_text, style, instead = self._cells[number]
            if value is None:
                cells.append(f'<c r="{letter}{row}" s="{style[0]}"/>')
            elif isinstance(value, str):
                if is_text:
                    wide, needed = _room(value, self._longs[number])
                    lines = max(lines, needed)
                    self._widest[number] = max(self._widest[number], wide)
                used = style if is_text else instead
                cells.append(f'<c r="{letter}{row}" s="{used[is_risky(value)]}" t="inlineStr"{_text(value)}')
            else:
                if is_text:
                    self._widest[number] = max(self._widest[number], width(str(value)))
                cells.append(f'<c r="{letter}{row}" s="{style[0]}"><v>{_number(value)}</v></c>')
        head = f'<row r="{row}" ht="{LINE * lines + 2}" customHeight="1">'
        self._pieces.append((head + "".join(cells) + "</row>").encode())
        self.count += 1
        if len(self._pieces) == IN_MEMORY:
            self._put_away()

    def widths(self) -> list[int]:
        """Return how wide the columns are for what was written so far."""
        return [width_of(column, wide) for column, wide in zip(self.columns, self._widest, strict=True)]

    def _put_away(self) -> None:
        self._file = self._file or TemporaryFile()  # noqa: SIM115, closed by Tables
        self._file.writelines(self._pieces)
        self._pieces.clear()

    def xml(self) -> Iterator[bytes]:
        """Yield the rows as XML, piece by piece."""
        if self._file:
            self._file.seek(0)
            while piece := self._file.read(CHUNK):
                yield piece
        yield from self._pieces

    def close(self) -> None:
        """Drop the rows."""
        self._pieces.clear()
        if self._file:
            self._file.close()


class Tables:
    """The tables of one book. What ``keep`` returns stands where a table belongs until it is filled in."""

    def __init__(self) -> None:
        self._mark = token_hex(16)  # nobody can have typed it
        self._tables: list[Rows] = []
        row = rf"<row [^>]*><c [^>]*><is><t>{self._mark}-([0-9]+)</t></is></c></row>"
        self._place = re.compile(row.encode())

    def keep(self, rows: Rows) -> str:
        """Take the rows of a table; return what marks its place."""
        self._tables.append(rows)
        return f"{self._mark}-{len(self._tables) - 1}"

    def filled(self, xml: bytes) -> Iterator[bytes]:
        """Yield a part of the book with the rows in their places, if there are any."""
        found = list(self._place.finditer(xml))
        tables = [self._tables[int(one[1])] for one in found]
        start = _with_dimension(xml[: found[0].start()] if found else xml, tables)
        ends = [one.start() for one in found[1:]] + [len(xml)]
        yield start
        for place, table, end in zip(found, tables, ends, strict=True) if found else ():
            yield from table.xml()
            yield xml[place.end() : end]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for one in self._tables:
            one.close()


def _with_dimension(xml: bytes, tables: Sequence[Rows]) -> bytes:
    """Return the beginning of a sheet that says how large it is with its tables."""
    found = _DIMENSION.search(xml)
    if found is None or not tables:
        return xml
    _, _, across, down = (int(one or 1) for one in range_boundaries(found[1].decode()))
    across = max(across, *(len(one.columns) for one in tables))
    down = max(down, *(one.last for one in tables))
    ref = f"A1:{get_column_letter(across)}{down}".encode()
    return xml[: found.start(1)] + ref + xml[found.end(1) :]


@lru_cache(maxsize=4096)
def _room(text: str, is_long: bool) -> tuple[int, int]:
    """Return how wide a text is at its widest, and how many lines it takes."""
    if text.isascii() and "\n" not in text:
        wide = len(text)
        return wide, lines_of((wide,), is_long)
    wides = [width(line) for line in text.split("\n")]
    return max(wides), lines_of(wides, is_long)


@lru_cache(maxsize=4096)
def _text(value: str) -> str:
    """Return the rest of a cell with a text. What looks like a formula or a number is a text all the same."""
    text = cell_text(value)
    if not text:
        return "/>"
    space = ' xml:space="preserve"' if text != text.strip() else ""
    return f"><is><t{space}>{escape(text)}</t></is></c>"


def _number(value: Any) -> str:
    if isinstance(value, (int, Decimal)):
        return f"{float(value):.16g}"
    known: datetime | date = excel_value(value)
    if isinstance(known, datetime):
        since = known - EPOCH
        return f"{since.days + since.seconds / DAY:.16g}"
    return str((known - EPOCH.date()).days)
