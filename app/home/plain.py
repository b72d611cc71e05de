"""The start page of who reads everything (auditor) or keeps the house (administrator): the menu, large."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.home import queries
from models.people import User
from sla.vocab import Role

TEMPLATE = "home/plain.html"
TILES = ("late", "waiting", "open")


def content(session: Session, person: User, now: datetime) -> dict[str, Any]:
    """Return what the page shows; an administrator sees no business data."""
    reads = person.role == Role.AUDITOR
    return {
        "tiles": queries.tiles(session, person, TILES, now) if reads else [],
        "duty_tiles": queries.duty_tiles(session, person, None, now) if reads else [],
    }
