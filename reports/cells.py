"""What stands in a cell: what Excel makes of a value, and how much room it needs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from unicodedata import east_asian_width

from reports.table import Column, Format, Table
from sla.when import SHANGHAI

LINE = 15.0  # points
NARROWEST, WIDEST, WIDEST_LONG = 8, 44, 72  # characters; a Chinese one takes two
LONGEST_TEXT = 32_000  # what a cell can hold, less a margin

_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_RISKY = tuple("=+-@\t\r\n'")


def cell_text(text: str) -> str:
    """Return a text as a cell can hold it: without characters XML does not know, and not too long."""
    clean = _UNWRITABLE.sub("", text)
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
    if column.format in (Format.TEXT, Format.LONG):
        values = (str(value) for value in table.frame.iloc[:, number] if value is not None)
        widest = max((width(line) for value in values for line in value.split("\n")), default=0)
    else:
        widest = 20 if column.format is Format.INSTANT else 11
    # The head needs room for the filter's button.
    return max(NARROWEST, min(_most(column), max(widest, width(column.head) + 3) + 2))


def height_of(values: Sequence[Any], columns: Sequence[Column]) -> int:
    """Return how many lines a row needs; 0 where one is enough."""
    long = [v for v, c in zip(values, columns, strict=True) if c.format is Format.LONG and isinstance(v, str)]
    lines = max((_lines(text) for text in long), default=1)
    return lines if lines > 1 else 0


def _lines(text: str) -> int:
    return sum(1 + max(0, width(line) - 1) // (WIDEST_LONG - 2) for line in text.split("\n"))


def _most(column: Column) -> int:
    return WIDEST_LONG if column.format is Format.LONG else WIDEST
