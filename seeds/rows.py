"""Every file of the contract: its columns, what each may hold, and what makes a row the same row again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from seeds.cells import (
    Reader,
    day,
    flag,
    number,
    one_of,
    one_of_or_some,
    optional,
    optional_text,
    required,
    share,
    text,
    whole,
    word,
)
from seeds.files import Row, read
from sla.calendar import DayKind, YearStatus
from sla.interpretations import Status
from sla.obligations import SPECIAL, special_kinds
from sla.vocab import Complexity, Cycle, DayType, Severity, TargetKind, Window

TENDER_LINES = 4996
LINE = whole(1, TENDER_LINES)
SEQ = whole(1, 999)
WINDOW = word(Window)

DELIVERY_MODES = ("resident", "remote_onsite", "remote_first", "remote", "online", "technical_service")
OBLIGATION_KINDS = (
    *("inspection", "backup", "report", "training", "visit", "review", "extraction", "duty_shift"),
    *("scan", "drill", "survey", "maintenance", "archive", "other"),
)
SOURCES = ("sla_cell", "work_text", "remark", "contract")
CHECKLISTS = (
    *("machine_room", "ups_cooling", "servers", "network_security", "application", "database", "backup"),
    *("terminals", "video_conference"),
)
SUBJECTS = (
    *("response", "onsite", "recovery", "inspection", "window", "residents", "pattern", "service_start"),
    *("name", "unit", "seq", "cycle", "training", "delivery_mode", "numbering", "change"),
)


@dataclass(frozen=True)
class File:
    """One file. ``key`` names the columns that no two rows may share; load order is list order."""

    name: str
    columns: dict[str, Reader]
    key: tuple[str, ...]

    def rows(self, folder: Path) -> list[Row]:
        """Read the file: every cell in its vocabulary, no row twice; otherwise ``LoadError``."""
        rows = [self._valued(row) for row in read(folder / self.name, list(self.columns))]
        seen: dict[tuple[object, ...], int] = {}
        for row in rows:
            key = tuple(row[column] for column in self.key)
            if key in seen:
                row.refuse(self.key[-1], f"与第 {seen[key]} 行重复（{'、'.join(self.key)} 相同）")
            seen[key] = row.number
        return rows

    def _valued(self, row: Row) -> Row:
        for column, reader in self.columns.items():
            try:
                row.cells[column] = reader(row[column])
            except ValueError as error:
                row.refuse(column, str(error))
        return row


CONTRACT = File(
    "contract.csv", {"key": required, "value": required, "label": required, "line": LINE}, ("key",)
)
UNITS = File("units.csv", {"name": required, "parent": optional(required), "line": LINE}, ("name",))
PROJECTS = File(
    "projects.csv",
    {
        "seq": SEQ,
        "unit": required,
        "name": required,
        "service_level": optional(whole(1, 4)),
        "window": optional(WINDOW),
        "residents": whole(0, 99),
        "delivery_mode": one_of(*DELIVERY_MODES),
        "service_start": optional(day),
        "terminable": flag,
        "line": LINE,
        "line_end": LINE,
    },
    ("seq",),
)
TARGETS = File(
    "targets.csv",
    {
        "project": SEQ,
        "kind": word(TargetKind),
        "minutes": optional(whole(0, 100_000)),
        "ratio": optional(share),
        "workdays": optional(whole(1, 250)),
        "day": optional(word(DayType)),
        "severity": optional(word(Severity)),
        "complexity": optional(word(Complexity)),
        "fault_level": optional(whole(1, 4)),
        "remote": optional(one_of("failed")),
        "window": optional(WINDOW),
        "line": LINE,
    },
    ("project", "kind", "day", "severity", "complexity", "fault_level", "remote"),
)
OBLIGATIONS = File(
    "obligations.csv",
    {
        "project": optional(SEQ),
        "kind": one_of(*OBLIGATION_KINDS),
        "what": required,
        "cycle": word(Cycle),
        "quota": optional(whole(1, 1_000_000)),
        "scope": optional_text,
        "when": optional(one_of_or_some(("filing_period", SPECIAL), special_kinds(SPECIAL))),
        "checklist": optional(one_of(*CHECKLISTS)),
        "visits": optional(whole(2, 31)),
        "source": one_of(*SOURCES),
        "line": LINE,
    },
    ("project", "kind", "what", "scope"),
)
CHECKLIST_ITEMS = File(
    "checklists.csv",
    {
        "code": one_of(*CHECKLISTS),
        "name": required,
        "position": whole(1, 99),
        "section": required,
        "text": required,
        "unit": optional(text(8)),
        "low": optional(number),
        "high": optional(number),
    },
    ("code", "position"),
)
POSTINGS = File(
    "postings.csv",
    {"project": SEQ, "heads": whole(1, 99), "pattern": WINDOW, "line": LINE},
    ("project", "pattern"),
)
EQUIPMENT = File(
    "equipment.csv",
    {
        "project": SEQ,
        "name": required,
        "model": optional_text,
        "quantity": whole(1, 1_000_000),
        "unit": text(8),
        "line": LINE,
    },
    ("project", "name", "model"),
)
READINGS = File(
    "readings.csv",
    {
        "project": SEQ,
        "subject": one_of(*SUBJECTS),
        "taken": required,
        "other": required,
        "why": required,
        "line": LINE,
        "other_line": optional(LINE),
    },
    ("project", "subject", "other"),
)
INTERPRETATIONS = File(
    "interpretations.csv",
    {
        "key": required,
        "value": required,
        "status": word(Status),
        "from_day": optional(day),
        "reason": required,
    },
    ("key", "from_day"),
)
CALENDAR_YEARS = File(
    "calendar_years.csv",
    {"year": whole(2000, 2100), "status": word(YearStatus), "notice": optional_text},
    ("year",),
)
CALENDAR_DAYS = File(
    "calendar_days.csv",
    {
        "date": day,
        "kind": one_of(DayKind.DAY_OFF.value, DayKind.MAKEUP.value),
        "name": text(32),
        "notice": optional_text,
    },
    ("date",),
)
SCHEME = File(
    "scheme.csv",
    {
        "part": one_of("item", "band", "veto", "setting"),
        "key": required,
        "name": optional_text,
        "value": optional_text,
    },
    ("part", "key"),
)
FILES = (
    *(CONTRACT, UNITS, PROJECTS, TARGETS, CHECKLIST_ITEMS, OBLIGATIONS, POSTINGS, EQUIPMENT, READINGS),
    *(INTERPRETATIONS, CALENDAR_YEARS, CALENDAR_DAYS, SCHEME),
)
