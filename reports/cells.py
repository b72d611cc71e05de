"""What stands in a cell: what Excel makes of a value, and how much room it needs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from unicodedata import east_asian_width

from reports.columns import Column, Format
from sla.when import SHANGHAI

LINE = 15.0  # points
NARROWEST, WIDEST, WIDEST_LONG = 7, 32, 72  # characters; a Chinese one takes two
TEXTS = (Format.TEXT, Format.LONG)
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
    if text.isascii():
        return len(text)
    return sum(2 if east_asian_width(letter) in "WFA" else 1 for letter in text)


def width_of(column: Column, widest: int) -> int:
    """Return the width of a column that fits its head and its widest text, within bounds."""
    widest = widest if column.format in TEXTS else _USUAL[column.format]
    # The head needs room for the filter's button beside it.
    return max(NARROWEST, min(_most(column.format is Format.LONG), max(widest, width(column.head)) + 4))


def lines_of(wides: Iterable[int], is_long: bool) -> int:
    """Return how many lines a text needs whose own lines are so wide.

    Only what does not fit the widest column there may be is broken: every other column is as wide as it
    needs. A line is broken a little before its end: no letter is cut in two, and there is an indent.
    """
    across = _most(is_long) - 3
    return sum(1 + max(0, wide - 1) // across for wide in wides)


def _most(is_long: bool) -> int:
    return WIDEST_LONG if is_long else WIDEST
