"""How a column of a report is written, in a workbook, in a document and on a page alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from sla.when import clock_text


class Format(Enum):
    """How the values of a column are written; text may stand in any of them instead of a value."""

    TEXT = "text"
    LONG = "long"  # text of several lines
    COUNT = "0"
    POINTS = "0.00"
    PERCENT = "0.00%"  # of a fraction: 1 is 100 %
    INSTANT = "yyyy-mm-dd hh:mm:ss"
    DAY = "yyyy-mm-dd"


@dataclass(frozen=True)
class Column:
    """One column: its heading, its format, and the heading it shares with its neighbours, if any."""

    head: str
    format: Format = Format.TEXT
    group: str = ""

    @property
    def is_number(self) -> bool:
        """Tell whether its values are aligned as figures."""
        return self.format in (Format.COUNT, Format.POINTS, Format.PERCENT)

    def text(self, value: Any) -> str:
        """Return a value as people read it where there are no cells: times are Shanghai's."""
        if value is None:
            return ""
        if isinstance(value, datetime):
            return clock_text(value)
        if isinstance(value, Decimal) and self.format is Format.PERCENT:
            return f"{value * 100:.2f}%"
        if isinstance(value, Decimal) and self.format is Format.POINTS:
            return f"{value:.2f}"
        if isinstance(value, (str, int, date, Decimal)):
            return str(value)
        raise TypeError(f"not a value for a report: {value!r}")
