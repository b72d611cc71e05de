"""The start page of the manager and the hotline: what to dispatch, and to whom the clock runs out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.home import queries
from app.tickets.queries import next_clocks
from app.waiting.views import waiting_numbers
from models.people import User
from sla.vocab import Role

TEMPLATE = "home/desk.html"
TILES = ("late", "soon", "unassigned", "open")
KINDS = ("complaint", "dispute", "observation", "acceptance", "objection")


def content(session: Session, person: User, now: datetime) -> dict[str, Any]:
    """Return what the page shows; of money and of what waits to be answered a hotline clerk sees nothing."""
    manages = person.role == Role.MANAGER
    sections = [
        queries.section(session, person, "先到期的在前", "没有未结的工单", {}, now),
        queries.section(session, person, "还没有派单", "都已派单", {"unassigned": True}, now),
    ]
    return {
        "tiles": queries.tiles(session, person, TILES, now),
        "duty_tiles": queries.duty_tiles(session, person, None, now),
        "waiting_tiles": queries.waiting_tiles(waiting_numbers(), KINDS) if manages else [],
        "manages": manages,
        "sections": sections,
        "next": next_clocks([ticket for one in sections for ticket in one.tickets], now),
    }
