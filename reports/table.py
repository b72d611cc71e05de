"""A report is rows first and a sheet second: a table is a frame that knows how each column is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from reports.columns import Column, Format

__all__ = ["Column", "Format", "Table", "table"]


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
class Stream:
    """Rows of which there may be many: each is made when it is written, and kept nowhere."""

    columns: tuple[Column, ...]
    made: Iterable[Sequence[Any]]

    def rows(self) -> Iterator[Sequence[Any]]:
        """Yield the rows, once."""
        yield from self.made


def stream(columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> Stream:
    """Make a stream."""
    return Stream(tuple(columns), rows)


def table(columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> Table:
    """Make a table. Values stay the objects they are: nothing is guessed, no whole number becomes a float."""
    names = [f"{column.group}{column.head}" for column in columns]
    return Table(tuple(columns), pd.DataFrame([list(row) for row in rows], columns=names, dtype=object))
