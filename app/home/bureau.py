"""The bureau's start page: what is at risk now, what waits, how duties and payments stand."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.home import queries
from app.tickets.queries import next_clocks
from app.waiting.views import waiting_number, waiting_numbers
from models.people import User

TEMPLATE = "home/bureau.html"
TILES = ("late", "soon", "waiting", "open")
KINDS = ("dispute", "acceptance", "release", "invoice")


def content(session: Session, person: User, now: datetime) -> dict[str, Any]:
    """Return what the page shows."""
    sections = [
        queries.section(
            session,
            person,
            "有风险：已超时或 4 小时内到期",
            "没有超时或即将到期的工单",
            {"due": "risk"},
            now,
        ),
        queries.section(session, person, "等待确认", "没有等待确认的事项", {"waiting": True}, now),
    ]
    return {
        "tiles": queries.tiles(session, person, TILES, now),
        "duty_tiles": queries.duty_tiles(session, person, waiting_number(), now),
        "waiting_tiles": queries.waiting_tiles(waiting_numbers(), KINDS),
        "sections": sections,
        "next": next_clocks([ticket for one in sections for ticket in one.tickets], now),
    }
