"""The engineer's start page: what is due today, and the open tickets, what expires next first."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.agenda.queries import agenda
from app.duties import lists
from app.duties.pages import shared
from app.home import queries
from app.tickets.queries import next_clocks
from models.people import User

TEMPLATE = "home/engineer.html"
TILES = ("late", "soon", "waiting", "open")


def content(session: Session, person: User, now: datetime) -> dict[str, Any]:
    """Return what the page shows."""
    section = queries.section(session, person, "先到期的在前", "没有未结的工单", {}, now)
    return {
        "tiles": queries.tiles(session, person, TILES, now),
        "agenda_found": agenda(session, person, now),
        "drafts": lists.own_drafts(session, person, now),
        "sections": [section],
        "next": next_clocks(section.tickets, now),
        **shared(),
    }
