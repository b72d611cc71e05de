"""Where the data of each report come from; the one list beside ``reports/catalogue.py``.

A collector reads within the viewer's scope (S1) and returns what is to be written; ``None`` as the viewer is
the command line. Only who makes a report imports this module: the frames need pandas, which is slow to load.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from app.reports import of_contract, of_periods
from app.reports.choice import Choice
from models.people import User
from reports.listing import Listing, Progress, listing_document, listing_workbook, nobody

Collector = Callable[[Session, User | None, Choice, datetime], "Made | Listing"]
READ = 60  # per cent: by then the rows are read, and writing begins


@dataclass(frozen=True)
class Made:
    """A report: its rows, and files that are more than its rows, by their ending."""

    listing: Listing
    files: Mapping[str, Callable[[], bytes]] = field(default_factory=dict)


def make(
    session: Session, viewer: User | None, choice: Choice, now: datetime, tell: Progress = nobody
) -> Made:
    """Return a report; ``tell`` hears how far it is."""
    tell(10)
    found = COLLECT[choice.offer.name](session, viewer, choice, now)
    tell(READ)
    return found if isinstance(found, Made) else Made(found)


def write(made: Made, ending: str, tell: Progress = nobody) -> bytes:
    """Return a file of a report. Equal data give equal bytes."""
    if ending in made.files:
        return made.files[ending]()
    writer = listing_workbook if ending == "xlsx" else listing_document
    return writer(made.listing, lambda percent: tell(READ + percent * (95 - READ) // 100))


def _monthly(session: Session, viewer: User | None, choice: Choice, now: datetime) -> Made:
    listing, workbook = of_periods.monthly(session, viewer, choice, now)
    return Made(listing, {"xlsx": workbook})


def _scores(session: Session, viewer: User | None, choice: Choice, now: datetime) -> Made:
    listing, stored = of_periods.scores(session, viewer, choice, now)
    return Made(listing, {} if stored is None else {"xlsx": lambda: stored})


def _work(session: Session, viewer: User | None, choice: Choice, now: datetime) -> Made:
    listing, document = of_contract.work(session, viewer, choice, now)
    return Made(listing, {"docx": document})


COLLECT: Mapping[str, Collector] = {
    "monthly": _monthly,
    "unit": of_periods.unit,
    "scores": _scores,
    "quarterly": of_periods.score_sheet,
    "yearly": of_periods.score_sheet,
    "work": _work,
    "projects": of_contract.projects,
    "inspections": of_contract.inspections,
    "attendance": of_periods.attendance,
    "callbacks": of_periods.callbacks,
    "breaches": of_periods.breaches,
    "payment": of_contract.payment,
    "acceptance": of_contract.acceptance,
}
