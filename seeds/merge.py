"""Bringing a table to what a file says: rows are found by their natural key and changed in place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, astuple, dataclass
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models.base import Base


@dataclass
class Counts:
    """What one file did to its table. ``kept``: rows no file names any more, but that facts refer to."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    kept: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(mine + theirs for mine, theirs in zip(astuple(self), astuple(other), strict=True)))

    @property
    def moves(self) -> bool:
        """Tell whether the table says anything else than before."""
        return bool(self.added or self.changed or self.removed)

    def as_dict(self) -> dict[str, int]:
        """Return the counts for printing."""
        return asdict(self)


@dataclass
class Merge:
    """The rows of one table before and after; ``gone`` are those that no file row names."""

    counts: Counts
    rows: dict[tuple[Any, ...], Any]
    gone: list[Any]


def merge(
    session: Session,
    model: type[Base],
    key: tuple[str, ...],
    wanted: Iterable[Mapping[str, Any]],
    found: Iterable[Any] | None = None,
) -> Merge:
    """Add or change rows of ``model``, remove none yet. ``found``: the rows there are, if already read."""
    if found is None:
        found = session.scalars(select(model).order_by(*_primary(model)))
    before = {_key(row, key): row for row in found}
    counts = Counts()
    rows: dict[tuple[Any, ...], Any] = {}
    for values in wanted:
        natural = tuple(values[name] for name in key)
        row = before.pop(natural, None)
        if row is None:
            row = model(**values)
            session.add(row)
            counts.added += 1
        elif _change(row, values):
            counts.changed += 1
        else:
            counts.unchanged += 1
        rows[natural] = row
    session.flush()
    return Merge(counts, rows, list(before.values()))


def retire(session: Session, merged: Merge) -> None:
    """Remove the rows no file names any more, except those that something still refers to."""
    for row in merged.gone:
        model = type(row)
        try:
            with session.begin_nested():
                session.execute(delete(model).where(*(c == getattr(row, c.name) for c in _primary(model))))
            session.expunge(row)
            merged.counts.removed += 1
        except IntegrityError:
            merged.counts.kept += 1


def _key(row: Base, names: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in names)


def _primary(model: type[Base]) -> tuple[Any, ...]:
    return tuple(model.__table__.primary_key)


def _change(row: Base, values: Mapping[str, Any]) -> bool:
    different = {name: value for name, value in values.items() if getattr(row, name) != value}
    for name, value in different.items():
        setattr(row, name, value)
    return bool(different)
