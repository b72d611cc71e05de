"""The bureau's start page: what is at risk in the next hours, what waits for a decision, what was missed.

The figures of the months are filled in behind it (``overview.part``): they are reckoned once, for the month
beside the last one, for the worst projects and for the map together.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.home import queries
from app.overview.risk import missed_duties, next_hours, risk_counts
from app.waiting.views import waiting_numbers
from models.people import User
from sla.when import day_of

TEMPLATE = "home/bureau.html"
TILES = ("open", "waiting")


def content(session: Session, person: User, now: datetime) -> dict[str, Any]:
    """Return what the page shows."""
    return {
        "tiles": [
            *queries.tiles(session, person, TILES, now),
            *queries.due_tiles(session, person, now),
        ],
        "decisions": queries.waiting_kinds(waiting_numbers()),
        "counts": risk_counts(session, person, now),
        "listed": next_hours(session, person, now),
        "month": f"{day_of(now):%Y-%m}",
        "missed": missed_duties(session, person, now),
    }
