"""What stands in a cell: what Excel makes of a value, and how much room it needs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from unicodedata import east_asian_width

from reports.table import Format, Table
from sla.when import SHANGHAI

LINE = 15.0  # points
NARROWEST, WIDEST, WIDEST_LONG = 7, 32, 72  # characters; a Chinese one takes two
_TEXTS = (Format.TEXT, Format.LONG)
# What the values of a format take, words like 本月无数据 included.
_USUAL = {
    Format.COUNT: 3,
    Format.POINTS: 7,
    Format.PERCENT: 8,
    Format.INSTANT: 16,
    Format.DAY: 8,
}
LONGEST_TEXT = 32_000  # what a cell can hold, less a margin

_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_RISKY = tuple("=+-@\t\r\n'")


def cell_text(text: str) -> str:
    """Return a text as a cell can hold it: without characters XML does not know, and not too long."""
    # A bare carriage return is written in one way with lxml and in another without it.
    clean = _UNWRITABLE.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
    return clean if len(clean) <= LONGEST_TEXT else clean[:LONGEST_TEXT] + "…"


def is_risky(text: str) -> bool:
    """Tell whether somebody who edits the cell would turn the text into a formula."""
    return text.startswith(_RISKY)


def excel_value(value: Any) -> Any:
    """Return a value as Excel keeps it: instants as Shanghai time, for it knows no zones."""
    if isinstance(value, datetime):
        return value.astimezone(SHANGHAI).replace(tzinfo=None)
    if value is None or isinstance(value, (int, Decimal, date)):
        return value
    raise TypeError(f"not a value for a cell: {value!r}")


def width(text: str) -> int:
    """Return how many characters wide a text is; a Chinese one is two."""
    return sum(2 if east_asian_width(letter) in "WFA" else 1 for letter in text)


def width_of(table: Table, number: int) -> int:
    """Return the width of a column that fits what is in it, within bounds."""
    column = table.columns[number]
    if column.format in _TEXTS:
        values = (str(value) for value in table.frame.iloc[:, number] if value is not None)
        widest = max((width(line) for value in values for line in value.split("\n")), default=0)
    else:
        widest = _USUAL[column.format]
    # The head needs room for the filter's button beside it.
    most = WIDEST_LONG if column.format is Format.LONG else WIDEST
    return max(NARROWEST, min(most, max(widest, width(column.head)) + 4))


def lines_of(values: Sequence[Any], table: Table, widths: Sequence[int]) -> int:
    """Return how many lines a row needs, each text broken at the width of its column."""
    cells = zip(values, table.columns, widths, strict=True)
    return max((_lines(v, w) for v, c, w in cells if isinstance(v, str) and c.format in _TEXTS), default=1)


def _lines(text: str, across: int) -> int:
    # A line is broken a little before its end: no letter is cut in two, and there is an indent.
    return sum(1 + max(0, width(line) - 1) // max(1, across - 3) for line in text.split("\n"))
