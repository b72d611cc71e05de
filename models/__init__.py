"""The tables. Importing this package imports them all, so that the metadata is complete."""

from models import (
    acceptance,
    amendments,
    base,
    calendar,
    callbacks,
    checklists,
    contract,
    duties,
    equipment,
    files,
    ledger,
    papers,
    people,
    residents,
    tickets,
    watch,
)

__all__ = [
    "acceptance",
    "amendments",
    "base",
    "calendar",
    "callbacks",
    "checklists",
    "contract",
    "duties",
    "equipment",
    "files",
    "ledger",
    "papers",
    "people",
    "residents",
    "tickets",
    "watch",
]
