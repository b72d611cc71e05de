"""The engineer's start page: the open tickets, what expires next first, each with its next milestone, and
what is due today."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.agenda.queries import agenda
from app.duties import lists
from app.duties.pages import shared
from app.home import queries
from app.tickets.milestones import at_hand
from models.people import User

TEMPLATE = "home/engineer.html"
TILES = ("late", "soon", "waiting", "open")


def content(session: Session, person: User, now: datetime) -> dict[str, Any]:
    """Return what the page shows."""
    tiles = queries.tiles(session, person, TILES, now)
    return {
        "tiles": tiles,
        "open": tiles[-1].number,
        "tickets": at_hand(session, person, now, queries.LIST),
        "agenda_found": agenda(session, person, now),
        "drafts": lists.own_drafts(session, person, now),
        **shared(),
    }
