"""A long list, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

PAGE_SIZE = 20
T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of a list: what is on it, which one it is (from 1), and how many things there are in all."""

    items: Sequence[T]
    page: int
    total: int
    size: int = PAGE_SIZE

    @property
    def pages(self) -> int:
        """Return how many pages there are; an empty list has one."""
        return max(1, -(-self.total // self.size))


def paged(session: Session, query: Select[Any], page: int, size: int = PAGE_SIZE) -> Page[Any]:
    """Return one page of a query for objects; a number beyond the end gives the last page."""
    total = session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    last = max(1, -(-total // size))
    page = min(max(1, page), last)
    found = session.scalars(query.limit(size).offset((page - 1) * size)).unique().all()
    return Page(found, page, total, size)
