"""What an export of a list is: what it asks, what a row says, and who looks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marshmallow import Schema
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from models.people import User
from reports.columns import Column, Format
from sla.errors import Conflict
from sla.vocab import Role

MOST = 10_000  # rows of a workbook that somebody waits for
AT_ONCE = 500  # rows read at a time

Said = dict[str, Any]
Row = tuple[Any, ...]


@dataclass(frozen=True)
class Looking:
    """Who looks, at what moment."""

    session: Session
    viewer: User
    now: datetime


@dataclass(frozen=True)
class Export:
    """One list. ``find`` asks exactly what its page asks, a query or all that is found; ``rows`` says what
    some of it amounts to. ``roles`` are those of the page, ``schema`` reads what narrows it."""

    title: str
    roles: Set[Role]
    schema: type[Schema]
    columns: tuple[Column, ...]
    find: Callable[[Looking, Said], Select[Any] | Sequence[Any]]
    rows: Callable[[Looking, Sequence[Any]], Iterable[Row]]


def columns(*heads: str | tuple[str, Format]) -> tuple[Column, ...]:
    """Return columns: text where a heading stands alone."""
    return tuple(Column(head) if isinstance(head, str) else Column(*head) for head in heads)


def found_by(export: Export, looking: Looking, said: Said) -> tuple[int, Iterator[Row]]:
    """Return how many rows there are, and the rows, read a part at a time; too many are ``Conflict``."""
    found = export.find(looking, said)
    count = _count(looking.session, found)
    if count > MOST:
        raise Conflict(f"共 {count:,} 行，一次最多导出 {MOST:,} 行，请先缩小筛选范围（例如按月份或项目）")
    return count, (row for part in _parts(looking.session, found) for row in export.rows(looking, part))


def _count(session: Session, found: Select[Any] | Sequence[Any]) -> int:
    if not isinstance(found, Select):
        return len(found)
    return session.scalar(select(func.count()).select_from(found.order_by(None).subquery())) or 0


def _parts(session: Session, found: Select[Any] | Sequence[Any]) -> Iterator[Sequence[Any]]:
    if isinstance(found, Select):
        yield from session.scalars(found.execution_options(yield_per=AT_ONCE)).partitions()
    else:
        yield found
