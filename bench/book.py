"""What the workbook of a month costs beside a bare write-only dump of the same cells, and its memory.

Both are made in a process of their own of a month of 100,000 clocks: ours is everything, from the figures and
the rows in the database to the whole book with its styles, heights and widths; the floor appends the values
of the same cells, which it has in memory, and saves. Their CPU time in turns, once, or the medians of three
rounds with ``--full``. The memory is the peak of another process that does the same as ours, with all it has
loaded, pandas among it; its bound is 250 MB.
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
from sla.period import month

JULY, NOW = month(date(2025, 7, 1)), datetime(2025, 8, 10, 1, tzinfo=UTC)
CLOCKS = 100_000
ROUNDS = 3
MOST = 250  # MB

Cells = list[tuple[str, list[tuple[Any, ...]]]]


def rows() -> Iterator[tuple[str, float, float]]:
    """Yield name, nanoseconds of CPU of ours, nanoseconds of the floor; then megabytes and their bound."""
    # The process that is measured loads none of what only fills the database.
    from bench.month import fill
    from models.migrations import upgrade

    rounds = ROUNDS if "--full" in sys.argv else 1
    with TemporaryDirectory() as folder:
        path = Path(folder) / "book.sqlite3"
        engine = make_engine(f"sqlite:///{path}")
        upgrade(engine)
        fill(engine, CLOCKS)
        engine.dispose()
        ours, floor = _told("time", path, rounds)
        (peak,) = _told("memory", path)
    yield f"workbook, {CLOCKS:,} clocks", ours, floor
    yield f"workbook, {CLOCKS:,} clocks, MB", peak, MOST


def _told(what: str, path: Path, rounds: int = 1) -> list[float]:
    asked = [sys.executable, "-m", "bench.book", what, str(path), str(rounds)]
    done = subprocess.run(asked, capture_output=True, text=True, check=True)
    return [float(one) for one in done.stdout.split()]


def _made(path: str) -> bytes:
    engine = make_engine(f"sqlite:///{path}")
    with read_session(engine) as session:
        made = MONTHLY.write(period_report(session, None, JULY, NOW))
    engine.dispose()
    return made


def _times(path: str, rounds: int) -> list[float]:
    cells = _cells(_made(path))
    ours, floor = [], []
    for _ in range(rounds):
        began = process_time_ns()
        _made(path)
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
    """Return the megabytes this process held at most. Linux counts its parent's into ``ru_maxrss``."""
    _made(path)
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    lines = status.read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024


if __name__ == "__main__":
    asked, where, times = sys.argv[1:]
    print(*(_times(where, int(times)) if asked == "time" else [_peak(where)]))
