"""What an export of a list is: what it asks, what a row says, and who looks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marshmallow import Schema
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.files.store import Store
from models.people import User
from reports.columns import Column, Format
from sla.errors import Conflict
from sla.vocab import Role

MOST = 10_000  # rows of a workbook that somebody waits for
AT_ONCE = 500  # rows read at a time

Said = dict[str, Any]
Row = tuple[Any, ...]
Columns = tuple[Column, ...]


@dataclass(frozen=True)
class Looking:
    """Who looks, at what moment, and where frozen months are kept."""

    session: Session
    viewer: User
    now: datetime
    store: Store


@dataclass(frozen=True)
class Export:
    """One list. ``find`` asks exactly what its page asks, a query or all that is found; ``rows`` says what
    some of it amounts to. ``roles`` are those of the page, ``schema`` reads what its address says.

    ``columns`` is a function where they depend on what is asked or found, and ``about`` says what was found
    where the title alone does not; it is given at least one thing that was. Neither goes with a query.
    """

    title: str
    roles: Set[Role]
    schema: type[Schema]
    columns: Columns | Callable[[Said, Sequence[Any]], Columns]
    find: Callable[[Looking, Said], Select[Any] | Sequence[Any]]
    rows: Callable[[Looking, Sequence[Any]], Iterable[Row]]
    about: Callable[[Sequence[Any]], str] | None = None


@dataclass(frozen=True)
class Found:
    """What a file is made of; the rows are read a part at a time, once."""

    columns: Columns
    about: str
    count: int
    rows: Iterator[Row]


def columns(*heads: str | tuple[str, Format]) -> Columns:
    """Return columns: text where a heading stands alone."""
    return tuple(Column(head) if isinstance(head, str) else Column(*head) for head in heads)


def found_by(export: Export, looking: Looking, said: Said) -> Found:
    """Return what an export finds; too many rows are ``Conflict``."""
    found = export.find(looking, dict(said))
    count = _count(looking.session, found)
    within_bound(count)
    known = [] if isinstance(found, Select) else found
    heads = export.columns(said, known) if callable(export.columns) else export.columns
    about = export.about(known) if export.about and known else ""
    parts = _parts(looking.session, found)
    return Found(heads, about, count, (row for part in parts for row in export.rows(looking, part)))


def within_bound(count: int, *, more: bool = False) -> None:
    """Refuse more rows than a file takes; ``more``: there are so many that nobody counted them."""
    if more or count > MOST:
        said = f"超过 {MOST:,} 行" if more else f"共 {count:,} 行"
        raise Conflict(f"{said}，一次最多导出 {MOST:,} 行，请先缩小筛选范围（例如按月份或项目）")


def _count(session: Session, found: Select[Any] | Sequence[Any]) -> int:
    if not isinstance(found, Select):
        return len(found)
    return session.scalar(select(func.count()).select_from(found.order_by(None).subquery())) or 0


def _parts(session: Session, found: Select[Any] | Sequence[Any]) -> Iterator[Sequence[Any]]:
    if isinstance(found, Select):
        yield from session.scalars(found.execution_options(yield_per=AT_ONCE)).partitions()
    else:
        yield from (found[at : at + AT_ONCE] for at in range(0, len(found), AT_ONCE))
