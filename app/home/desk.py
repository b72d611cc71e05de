"""The start page of the manager and the hotline: what to dispatch, and to whom the clock runs out.

What is owed beside the tickets takes longer to reckon and is put in afterwards (home.js).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.home import queries
from app.home.queries import LIST, Section, Tile
from app.tickets.queries import Filters, next_clocks, tickets
from app.waiting.views import waiting_numbers
from models.people import User
from models.tickets import Ticket
from sla.vocab import Role

TEMPLATE = "home/desk.html"
TILES = ("late", "soon", "unassigned", "open")
KINDS = ("complaint", "dispute", "observation", "acceptance", "objection")


def content(session: Session, person: User, now: datetime) -> dict[str, Any]:
    """Return what the page shows; of money and of what waits to be answered a hotline clerk sees nothing."""
    manages = person.role == Role.MANAGER
    tiles = queries.tiles(session, person, TILES, now)
    sections = _sections(session, person, tiles, now)
    return {
        "tiles": tiles,
        "duty_tiles": queries.due_tiles(session, person, now),
        "waiting_tiles": queries.waiting_tiles(person, waiting_numbers(), KINDS) if manages else [],
        "manages": manages,
        "sections": sections,
        "next": next_clocks([ticket for one in sections for ticket in one.tickets], now),
    }


def _sections(session: Session, person: User, tiles: Sequence[Tile], now: datetime) -> list[Section]:
    """Return what nobody has been given yet, and what expires next, both read at once and counted before."""
    total = {name: tile.number for name, tile in zip(TILES, tiles, strict=True)}
    first = [
        tickets(person, Filters(unassigned=nobodys), now).with_only_columns(Ticket.id).limit(LIST).subquery()
        for nobodys in (True, False)
    ]
    either = or_(*(Ticket.id.in_(select(ids.c.id)) for ids in first))
    found = session.scalars(tickets(person, Filters(), now).where(either)).unique().all()
    nobodys = [one for one in found if one.to_give][:LIST]
    return [
        Section("还没有派单", nobodys, total["unassigned"], {"unassigned": 1}, "都已派单"),
        Section("先到期的在前", found[:LIST], total["open"], {}, "没有未结的工单"),
    ]
