"""The calendar as it is shipped, read straight from the files."""

import csv
from datetime import date
from pathlib import Path

from sla.calendar import Calendar, DayKind, YearStatus
from sla.interpretations import Interpretations

DATA = Path(__file__).parents[2] / "seeds" / "data"


def table(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


DAYS = table("calendar_days.csv")
YEARS = table("calendar_years.csv")
KINDS = {date.fromisoformat(row["date"]): row["kind"] for row in DAYS}

CALENDAR = Calendar(
    days={day: DayKind[kind.upper()] for day, kind in KINDS.items()},
    years={int(row["year"]): YearStatus[row["status"].upper()] for row in YEARS},
    names={date.fromisoformat(row["date"]): row["name"] for row in DAYS},
)
SHIPPED = Interpretations.shipped()
