"""Loading the contract: all files are read and checked first, then the tables are brought to what they say.

Twice is harmless. Rows are found again by their natural key and changed in place, so that what refers to
them stays; what people decided meanwhile (an agreed interpretation, an imported notice) is left alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base import Base
from models.calendar import CalendarDay, CalendarYear
from models.contract import (
    NOT_IN_TENDER,
    ContractTerm,
    Equipment,
    InterpretationVersion,
    Obligation,
    Posting,
    Project,
    Reading,
    Target,
    Unit,
)
from models.ledger import LedgerEntry
from seeds.checklists import merge_checklists
from seeds.checks import Data, check
from seeds.dropping import refuse_to_drop
from seeds.files import Row
from seeds.merge import Counts, Merge, merge, retire
from seeds.rows import FILES
from seeds.schemes import merge_scheme
from sla.calendar import DayKind, YearStatus
from sla.interpretations import Status

DATA = Path(__file__).parent / "data"

NOTICE_KINDS = (DayKind.DAY_OFF, DayKind.MAKEUP)

# What a row of a project is found again by, beside the project.
OF_PROJECTS: dict[str, tuple[type[Base], tuple[str, ...]]] = {
    "targets.csv": (Target, ("kind", "day", "severity", "complexity", "fault_level", "remote")),
    "obligations.csv": (Obligation, ("kind", "what", "scope")),
    "postings.csv": (Posting, ("pattern",)),
    "equipment.csv": (Equipment, ("name", "model")),
    "readings.csv": (Reading, ("subject", "other")),
}


@dataclass(frozen=True)
class LoadReport:
    """What a load did, by file."""

    files: dict[str, Counts]

    @property
    def changes_nothing(self) -> bool:
        """Tell whether the tables said all of this before."""
        return not (self.total.added or self.total.changed or self.total.removed)

    @property
    def total(self) -> Counts:
        """Return the counts of all files together."""
        return sum(self.files.values(), Counts())


def load(session: Session, folder: Path | None = None) -> LoadReport:
    """Load every file of ``folder``, by default the shipped ones.

    The first bad row is a ``LoadError``; then nothing has been written. A promise that clocks or duties
    rest on, and that no file names any more, is a ``LoadError`` too: the caller rolls back, and a document
    ends the promise instead (P4). What documents brought is no file's business and stays. Does not commit,
    and appends nothing to the ledger: reference data is no event.
    """
    data = validate(folder)
    merged = {"contract.csv": merge(session, ContractTerm, ("key",), _values(data["contract.csv"]))}
    merged["units.csv"] = units = _units(session, data["units.csv"])
    merged["projects.csv"] = projects = _projects(session, data["projects.csv"], units)
    merged["checklists.csv"] = merge_checklists(session, data["checklists.csv"])
    ids = {key[0]: row.id for key, row in projects.rows.items()}
    for file, (model, key) in OF_PROJECTS.items():
        wanted = [_of_project(row, ids) for row in data[file]]
        merged[file] = merge(session, model, ("project_id", *key), wanted, _of_files(session, model))
    refuse_to_drop(session, merged["targets.csv"].gone, merged["obligations.csv"].gone)
    merged |= _calendar(session, data)
    for file in (
        *OF_PROJECTS,
        "checklists.csv",
        "projects.csv",
        "units.csv",
        "contract.csv",
        "calendar_days.csv",
    ):
        retire(session, merged[file])
    merged["scheme.csv"] = merge_scheme(session, data["scheme.csv"])
    merged["interpretations.csv"] = _interpretations(session, data["interpretations.csv"])
    session.flush()
    session.expire_all()
    return LoadReport({file.name: merged[file.name].counts for file in FILES})


def validate(folder: Path | None = None) -> Data:
    """Read and check every file without a database."""
    data = {file.name: file.rows(folder or DATA) for file in FILES}
    check(data)
    return data


def _values(rows: list[Row]) -> list[dict[str, Any]]:
    return [dict(row.cells) for row in rows]


def _units(session: Session, rows: list[Row]) -> Merge:
    """Bring the units up to date, those without a parent first: a parent's number must be known."""
    tops = [
        {"name": row["name"], "parent_id": None, "line": row["line"]} for row in rows if not row["parent"]
    ]
    first = merge(session, Unit, ("name",), tops)
    subs = [
        {"name": row["name"], "parent_id": first.rows[(row["parent"],)].id, "line": row["line"]}
        for row in rows
        if row["parent"]
    ]
    then = merge(session, Unit, ("name",), subs, first.gone)
    return Merge(first.counts + then.counts, first.rows | then.rows, then.gone)


def _projects(session: Session, rows: list[Row], units: Merge) -> Merge:
    wanted = []
    for row in rows:
        values = dict(row.cells)
        values["unit_id"] = units.rows[(values.pop("unit"),)].id
        wanted.append(values)
    return merge(session, Project, ("seq",), wanted)


def _of_files(session: Session, model: type[Base]) -> list[Any]:
    """Return the rows that files brought, in their order; those of documents are left alone (P4)."""
    columns = model.__table__.c
    return list(session.scalars(select(model).where(columns.line != NOT_IN_TENDER).order_by(columns.id)))


def _of_project(row: Row, ids: dict[int, int]) -> dict[str, Any]:
    values = dict(row.cells)
    project = values.pop("project")
    if "visits" in values:
        values["visits"] = values["visits"] or 1
    return {"project_id": None if project is None else ids[project], **values}


def _calendar(session: Session, data: Data) -> dict[str, Merge]:
    """Bring the calendar up to date. A year whose notice was entered meanwhile stays as it is (T2)."""
    published = set(
        session.scalars(select(CalendarYear.year).where(CalendarYear.status == YearStatus.PUBLISHED))
    )
    decided = _decided_years(session)
    years = [
        dict(row.cells)
        for row in data["calendar_years.csv"]
        if row["year"] not in decided
        and (row["status"] is YearStatus.PUBLISHED or row["year"] not in published)
    ]
    ours = {values["year"] for values in years}
    days = [
        {"day": row["date"], "kind": row["kind"], "name": row["name"], "notice": row["notice"]}
        for row in data["calendar_days.csv"]
        if row["date"].year in ours
    ]
    merged = merge(session, CalendarDay, ("day", "kind"), days)
    merged.gone = [row for row in merged.gone if row.day.year in ours and row.kind in NOTICE_KINDS]
    return {
        "calendar_years.csv": merge(session, CalendarYear, ("year",), years),
        "calendar_days.csv": merged,
    }


def _decided_years(session: Session) -> set[int]:
    """Return the years whose notice somebody entered or corrected here: no file overrules them."""
    kinds = ("calendar.published", "calendar.corrected")
    found = session.scalars(select(LedgerEntry.subject).where(LedgerEntry.kind.in_(kinds)).distinct())
    return {int(subject.removeprefix("calendar:")) for subject in found}


def _interpretations(session: Session, rows: list[Row]) -> Merge:
    """Add the shipped readings; one that the bureau has agreed stays as agreed."""
    agreed = {
        (one.key, one.from_day)
        for one in session.scalars(
            select(InterpretationVersion).where(InterpretationVersion.status == Status.AGREED.value)
        )
    }
    wanted = [dict(row.cells) for row in rows if (row["key"], row["from_day"]) not in agreed]
    return merge(session, InterpretationVersion, ("key", "from_day"), wanted)
