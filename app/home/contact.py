"""The unit contact's start page: what waits for the own word, and what becomes of the own requests."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.forms import Form
from app.home import queries
from app.tickets.queries import next_clocks
from app.waiting.views import waiting_number, waiting_numbers
from models.people import User

TEMPLATE = "home/contact.html"
KINDS = ("callback", "settle", "dispute", "acceptance")


def content(session: Session, person: User, now: datetime) -> dict[str, Any]:
    """Return what the page shows."""
    section = queries.section(session, person, "处理中的申请", "没有处理中的申请", {}, now)
    return {
        "duty_tiles": queries.duty_tiles(session, person, waiting_number(), now),
        "waiting_tiles": queries.waiting_tiles(waiting_numbers(), KINDS),
        "waiting": queries.decisions(session, person, now),
        "form_for": lambda key: Form(key=key),
        "sections": [section],
        "next": next_clocks(section.tickets, now),
    }
