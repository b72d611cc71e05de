"""What the workbook of a month costs beside a bare write-only dump of the same cells, and its memory.

Both are made in a process of their own from the rows of a month of 100,000 clocks, 20,000 without
``--full``: ours is the whole book with its styles, heights and widths; the floor appends the values of the
same cells and saves. Their CPU time in turns, medians. The memory is the peak of another process that reads
the rows from the database and makes the book, with all it has loaded; its bound is 250 MB.
"""

import resource
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time_ns
from typing import Any

from openpyxl import Workbook, load_workbook

from app.months.service import period_report
from models.engine import make_engine, read_session
from reports.catalogue import MONTHLY
from reports.period import PeriodReport
from sla.period import month

JULY, NOW = month(date(2025, 7, 1)), datetime(2025, 8, 10, 1, tzinfo=UTC)
SMALL, FULL = 20_000, 100_000
ROUNDS = 3
MOST = 250  # MB

Cells = list[tuple[str, list[tuple[Any, ...]]]]


def rows() -> Iterator[tuple[str, float, float]]:
    """Yield name, nanoseconds of CPU of ours, nanoseconds of the floor; then megabytes and their bound."""
    # The process that is measured loads none of what only fills the database.
    from bench.month import fill
    from models.migrations import upgrade

    count = FULL if "--full" in sys.argv else SMALL
    with TemporaryDirectory() as folder:
        path = Path(folder) / "book.sqlite3"
        engine = make_engine(f"sqlite:///{path}")
        upgrade(engine)
        fill(engine, count)
        engine.dispose()
        ours, floor = _told("time", path)
        (peak,) = _told("memory", path)
    yield f"workbook, {count:,} clocks", ours, floor
    yield f"workbook, {count:,} clocks, MB", peak, MOST


def _told(what: str, path: Path) -> list[float]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.book", what, str(path)], capture_output=True, text=True, check=True
    )
    return [float(one) for one in done.stdout.split()]


def _report(path: str) -> PeriodReport:
    engine = make_engine(f"sqlite:///{path}")
    with read_session(engine) as session:
        return period_report(session, None, JULY, NOW)


def _times(path: str) -> list[float]:
    report = _report(path)
    cells = _cells(MONTHLY.write(report))
    ours, floor = [], []
    for _ in range(ROUNDS):
        began = process_time_ns()
        MONTHLY.write(report)
        ours.append(process_time_ns() - began)
        began = process_time_ns()
        _dump(cells)
        floor.append(process_time_ns() - began)
    return [median(ours), median(floor)]


def _cells(data: bytes) -> Cells:
    book = load_workbook(BytesIO(data), read_only=True)
    return [(sheet.title, list(sheet.iter_rows(values_only=True))) for sheet in book.worksheets]


def _dump(cells: Cells) -> None:
    book = Workbook(write_only=True)
    for name, lines in cells:
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append(line)
    book.save(BytesIO())


def _peak(path: str) -> float:
    MONTHLY.write(_report(path))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    asked, where = sys.argv[1:]
    print(*(_times(where) if asked == "time" else [_peak(where)]))
