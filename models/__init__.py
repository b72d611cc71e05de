"""The tables. Importing this package imports them all, so that the metadata is complete."""

from models import base, calendar, contract, ledger, people, tickets

__all__ = ["base", "calendar", "contract", "ledger", "people", "tickets"]
