"""The tables. Importing this package imports them all, so that the metadata is complete."""

from models import (
    base,
    calendar,
    checklists,
    contract,
    duties,
    equipment,
    files,
    ledger,
    people,
    residents,
    submissions,
    tickets,
    watch,
)

__all__ = [
    "base",
    "calendar",
    "checklists",
    "contract",
    "duties",
    "equipment",
    "files",
    "ledger",
    "people",
    "residents",
    "submissions",
    "tickets",
    "watch",
]
