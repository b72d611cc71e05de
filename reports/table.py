"""A report is rows first and a sheet second: a table is a frame that knows how each column is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

import pandas as pd


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


@dataclass(frozen=True)
class Table:
    """A frame and its columns, in the same order."""

    columns: tuple[Column, ...]
    frame: pd.DataFrame

    def rows(self) -> Iterator[Sequence[Any]]:
        """Yield the rows, each once."""
        yield from self.frame.itertuples(index=False, name=None)

    @property
    def grouped(self) -> bool:
        """Tell whether the heading has two rows."""
        return any(column.group for column in self.columns)

    def place(self, head: str, group: str = "") -> int:
        """Return the number of a column, counted from 1."""
        return [(c.head, c.group) for c in self.columns].index((head, group)) + 1


@dataclass(frozen=True)
class Listing:
    """Rows of which there may be many: each is made when it is written, and kept nowhere."""

    columns: tuple[Column, ...]
    made: Iterable[Sequence[Any]]

    def rows(self) -> Iterator[Sequence[Any]]:
        """Yield the rows, once."""
        yield from self.made


def listing(columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> Listing:
    """Make a listing."""
    return Listing(tuple(columns), rows)


def table(columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> Table:
    """Make a table. Values stay the objects they are: nothing is guessed, no whole number becomes a float."""
    names = [f"{column.group}{column.head}" for column in columns]
    return Table(tuple(columns), pd.DataFrame([list(row) for row in rows], columns=names, dtype=object))
