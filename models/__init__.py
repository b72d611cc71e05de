"""The tables. Importing this package imports them all, so that the metadata is complete."""

from models import (
    acceptance,
    base,
    calendar,
    callbacks,
    checklists,
    closing,
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
    "base",
    "calendar",
    "callbacks",
    "checklists",
    "closing",
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
