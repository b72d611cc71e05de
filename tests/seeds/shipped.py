"""The contract as it is shipped, and copies of its files with one thing broken."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

from seeds.files import Row
from seeds.loader import DATA, validate

CONTRACT = validate()


def rows(file: str, project: int | None) -> list[Row]:
    return [row for row in CONTRACT[file] if row["project"] == project]


def project(seq: int) -> Row:
    return next(row for row in CONTRACT["projects.csv"] if row["seq"] == seq)


def term(key: str) -> str:
    return str(next(row for row in CONTRACT["contract.csv"] if row["key"] == key)["value"])


def targets(seq: int) -> dict[str, int | str]:
    """Every promise of a row: its kind and conditions as one text, and the number."""
    return {described(row): measure(row) for row in rows("targets.csv", seq)}


def described(row: Row) -> str:
    level = f"level {row['fault_level']}" if row["fault_level"] else None
    words = [row["kind"], row["day"], row["severity"], row["complexity"], level, row["remote"], row["window"]]
    return " ".join(word for word in words if word)


def measure(row: Row) -> int | str:
    given = [row[name] for name in ("minutes", "workdays", "ratio") if row[name] is not None]
    (only,) = given
    value: int | str = only
    return value


def inspections(seq: int) -> list[tuple[str, str]]:
    """The inspections of the SLA cell: cycle and scope."""
    return [
        (row["cycle"].value, row["scope"])
        for row in rows("obligations.csv", seq)
        if row["kind"] == "inspection" and row["source"] == "sla_cell"
    ]


def duties(seq: int) -> dict[str, str]:
    """Everything else that recurs: what, and how often."""
    return {
        row["what"]: row["cycle"].value
        for row in rows("obligations.csv", seq)
        if not (row["kind"] == "inspection" and row["source"] == "sla_cell")
    }


def readings(seq: int, subject: str) -> dict[str, str]:
    """The reading taken and what else the text says, for one subject of one row."""
    return {row["other"]: row["taken"] for row in rows("readings.csv", seq) if row["subject"] == subject}


def copy_of_the_files(folder: Path) -> Path:
    made = folder / "contract"
    shutil.copytree(DATA, made)
    return made


def rewrite(path: Path, change: Callable[[list[list[str]]], object]) -> None:
    """Change the cells of a file; the first list is the header."""
    with path.open(encoding="utf-8", newline="") as file:
        cells = list(csv.reader(file))
    change(cells)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(cells)


def with_cell(folder: Path, file: str, line: int, column: str, value: str) -> Path:
    """Return a copy of the files with one cell changed; ``line`` counts as an editor does, header first."""

    def change(cells: list[list[str]]) -> None:
        cells[line - 1][cells[0].index(column)] = value

    made = copy_of_the_files(folder)
    rewrite(made / file, change)
    return made
