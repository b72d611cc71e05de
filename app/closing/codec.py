"""The rows of a month as JSON and back, so that a frozen month is read from its own bytes for ever (M1).

A dataclass becomes an object with its fields, an instant ISO 8601 in UTC, a word its text. What is read back
equals what was written, but for the target of a clock, which its arithmetic already tells.
"""

from __future__ import annotations

import json
import types
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from reports.period import ClockKey, Reading
from sla.calendar import Calendar, DayKind, YearStatus
from sla.clock import RuleBook
from sla.interpretations import Interpretations, Status, Version
from sla.rows import PeriodRows
from sla.vocab import ClockKind

T = TypeVar("T")
FORMAT = 1  # of the file; a later reader still has to know the earlier ones


@dataclass(frozen=True)
class Record:
    """All that the pages and reports of a month are made of: its rows, its rules, and each clock's lines."""

    contract: str
    rows: PeriodRows
    rules: RuleBook
    readings: Sequence[Reading]
    because: Mapping[ClockKey, Sequence[str]]


def encode(record: Record) -> bytes:
    """Return a record as the bytes of ``record.json``; equal records give equal bytes."""
    clocks = tuple(replace(row, clock=replace(row.clock, target=None)) for row in record.rows.clocks)
    lines = [[of, str(kind), number, list(said)] for (of, kind, number), said in record.because.items()]
    said = {
        "format": FORMAT,
        "contract": record.contract,
        "rows": plain(replace(record.rows, clocks=clocks)),
        "rules": _rules(record.rules),
        "readings": [plain(one) for one in record.readings],
        "because": sorted(lines),
    }
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def decode(data: bytes) -> Record:
    """Return the record of such bytes; another format is a ``ValueError``."""
    said = json.loads(data)
    if said["format"] != FORMAT:
        raise ValueError(f"unknown format of a frozen month: {said['format']!r}")
    rows: PeriodRows = made(PeriodRows, said["rows"])
    return Record(
        contract=said["contract"],
        rows=rows,
        rules=_read_rules(said["rules"]),
        readings=[made(Reading, one) for one in said["readings"]],
        because={(of, ClockKind(kind), number): lines for of, kind, number, lines in said["because"]},
    )


def plain(value: Any) -> Any:
    """Return a value of the rules as plain values, for JSON."""
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, (set, frozenset)):
        return sorted(plain(one) for one in value)
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    return value


@cache
def _hints(kind: type) -> dict[str, Any]:
    known = get_type_hints(kind)
    return {one.name: known[one.name] for one in fields(kind)}


def made(kind: Any, value: Any) -> Any:
    """Return a value as its declared type has it."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        (one,) = [each for each in inner if each is not type(None)]
        return None if value is None else made(one, value)
    if origin is tuple:
        several = inner[1:] == (Ellipsis,)
        kinds = (inner[0] for _ in value) if several else inner
        return tuple(made(each, one) for each, one in zip(kinds, value, strict=False))
    if origin is frozenset:
        return frozenset(made(inner[0], one) for one in value)
    if is_dataclass(kind):
        assert isinstance(kind, type)
        # What a month frozen earlier did not know yet has its default.
        known = ((name, hint) for name, hint in _hints(kind).items() if name in value)
        return kind(**{name: made(hint, value[name]) for name, hint in known})
    if kind is datetime:
        return datetime.fromisoformat(value).astimezone(UTC)
    if kind is date:
        return date.fromisoformat(value)
    if isinstance(kind, type) and issubclass(kind, (Enum, Decimal)):
        return kind(value)
    return value


# -- the rules --------------------------------------------------------------------------------------------


def _rules(book: RuleBook) -> dict[str, Any]:
    calendar = book.calendar
    return {
        "version": book.version,
        "amendments": book.amendments,
        "calendar": {
            "days": {str(day): str(kind) for day, kind in calendar.days.items()},
            "years": {str(year): str(status) for year, status in calendar.years.items()},
            "overrides": {str(day): str(kind) for day, kind in calendar.overrides.items()},
            "names": {str(day): name for day, name in calendar.names.items()},
        },
        "interpretations": {
            key: [[plain(one.from_day), one.raw, str(one.status)] for one in versions]
            for key, versions in book.interpretations.versions.items()
        },
    }


def _read_rules(said: dict[str, Any]) -> RuleBook:
    days = said["calendar"]
    calendar = Calendar(
        days={date.fromisoformat(day): DayKind(kind) for day, kind in days["days"].items()},
        years={int(year): YearStatus(status) for year, status in days["years"].items()},
        overrides={date.fromisoformat(day): DayKind(kind) for day, kind in days["overrides"].items()},
        names={date.fromisoformat(day): name for day, name in days["names"].items()},
    )
    versions = {
        key: tuple(
            Version(day and date.fromisoformat(day), raw, Status(status)) for day, raw, status in found
        )
        for key, found in said["interpretations"].items()
    }
    return RuleBook(calendar, Interpretations(versions), said.get("amendments", ""))
