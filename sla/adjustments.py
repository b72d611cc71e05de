"""What a row adds to a month, and how a frozen month is corrected afterwards (M1).

A row counts in at most one month (F1). A frozen month keeps what it counted; when the rows derived now say
something else of it, the difference is booked row by row in the next month that is not frozen. So the frozen
months, their adjustments and the open months together are always what deriving everything afresh gives.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sla.errors import Damaged
from sla.figures import Figure
from sla.vocab import Indicator

NOTHING = Figure()


@dataclass(frozen=True)
class Counted:
    """What one row adds: to which indicator of which project, and how much.

    A clock in workdays has no indicator, a duty of the whole contract no project. ``subject`` and ``said``
    are for people: which row it is, and how it stands; they make no difference between two.
    """

    indicator: Indicator | None
    project: int | None
    figure: Figure
    subject: str = field(default="", compare=False)
    said: str = field(default="", compare=False)


Book = Mapping[str, Counted]  # by the key that tells a row from every other one


@dataclass(frozen=True)
class Difference:
    """A row of a frozen month that is another now; a side is ``None`` where it does not count there."""

    key: str
    before: Counted | None
    after: Counted | None

    @property
    def subject(self) -> str:
        """Return which row it is, in words."""
        side = self.after or self.before
        return side.subject if side else self.key

    def effects(self) -> Iterator[tuple[int | None, Indicator | None, Figure]]:
        """Yield what it adds, to which project's which indicator; taking away is negative."""
        if self.before:
            yield self.before.project, self.before.indicator, NOTHING - self.before.figure
        if self.after:
            yield self.after.project, self.after.indicator, self.after.figure


@dataclass(frozen=True)
class AdjustmentRow(Difference):
    """A difference as it was recorded: its number, the frozen month it corrects, and when it was found."""

    number: int = 0
    of_month: date = date.min
    reason: str = ""
    recorded_at: datetime | None = None

    @property
    def label(self) -> str:
        """Return its number as people say it."""
        return f"TZ{self.number:05d}"

    @property
    def project(self) -> int | None:
        """Return the row of the tender it belongs to, which decides who sees it (S1)."""
        side = self.after or self.before
        return side.project if side else None


def differences(booked: Book, fresh: Book) -> list[Difference]:
    """Return every row that counts otherwise now than it was booked, by key."""
    keys = sorted(booked.keys() | fresh.keys())
    pairs = ((key, booked.get(key), fresh.get(key)) for key in keys)
    return [Difference(key, before, after) for key, before, after in pairs if before != after]


def booked(frozen: Book, adjustments: Iterable[Difference]) -> dict[str, Counted]:
    """Return what is booked of a month by now: what it froze with, and its adjustments, oldest first."""
    book = dict(frozen)
    for one in adjustments:
        if one.after is None:
            book.pop(one.key, None)
        else:
            book[one.key] = one.after
    return book


def effect(adjustments: Iterable[Difference]) -> dict[tuple[int | None, Indicator], Figure]:
    """Return the sums of some adjustments by project and indicator."""
    found: dict[tuple[int | None, Indicator], Figure] = {}
    for one in adjustments:
        for project, indicator, figure in one.effects():
            if indicator is not None:
                found[project, indicator] = found.get((project, indicator), NOTHING) + figure
    return found


# -- the book as text, whose digest people sign ---------------------------------------------------------


def written(month: str, book: Book, adjustments: Iterable[int] = ()) -> str:
    """Return a month's book as its one text: equal books with equal adjustments give equal bytes."""
    rows = {key: _plain(one) for key, one in book.items()}
    said = {"month": month, "rows": rows, "adjustments": sorted(adjustments)}
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(text: str) -> str:
    """Return the SHA-256 of such a text, in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def read_back(text: str, sha256: str) -> dict[str, Counted]:
    """Return the book of such a text; ``Damaged`` if it is not the one its digest says."""
    if digest(text) != sha256:
        raise Damaged("冻结的月度数据与摘要不符，可能已被改动，系统没有采用；请联系系统管理员从备份恢复")
    return {key: _read(one) for key, one in json.loads(text)["rows"].items()}


def as_plain(one: Counted | None) -> dict[str, Any] | None:
    """Return what a row adds as plain values, for tables, evidence and programs."""
    if one is None:
        return None
    return {
        "indicator": one.indicator and str(one.indicator),
        "project": one.project,
        "met": one.figure.met,
        "total": one.figure.total,
        "exempt": one.figure.exempt,
        "subject": one.subject,
        "said": one.said,
    }


def from_plain(said: Mapping[str, Any] | None) -> Counted | None:
    """Return what such values say."""
    return None if said is None else _read([said[name] for name in _COLUMNS])


_COLUMNS = ("indicator", "project", "met", "total", "exempt", "subject", "said")


def _plain(one: Counted) -> list[Any]:
    plain = as_plain(one)
    assert plain is not None
    return [plain[name] for name in _COLUMNS]


def _read(said: list[Any]) -> Counted:
    indicator, project, met, total, exempt, subject, state = said
    figure = Figure(met, total, exempt)
    return Counted(indicator and Indicator(indicator), project, figure, subject, state)
