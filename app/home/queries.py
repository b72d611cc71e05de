"""What a start page shows: figures and short lists, always within the viewer's scope."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, select, union
from sqlalchemy.orm import Session

from app.access import projects_seen
from app.agenda.queries import tally
from app.duties.queries import waiting as works_waiting
from app.tickets import queries
from app.tickets.derivation import derive_ticket
from app.tickets.page import WaitingItem, waiting_items
from app.tickets.queries import Filters
from app.waiting.kind import Kind
from app.waiting.kinds import BY_CODE
from models.contract import Project
from models.people import User
from models.tickets import Ticket
from sla.when import day_of

LIST = 8  # tickets


@dataclass(frozen=True)
class Tile:
    """One figure that opens onto its rows: ``filters`` are the arguments of the list's address."""

    label: str
    number: int
    tone: str
    icon: str
    filters: dict[str, Any]
    endpoint: str = "tickets.index"


@dataclass(frozen=True)
class Section:
    """A short list, and the address of the long one."""

    title: str
    tickets: Sequence[Ticket]
    total: int
    filters: dict[str, Any]
    empty: str


# Name of a figure: label, tone when it is not 0, icon, arguments of the list.
FIGURES: dict[str, tuple[str, str, str, dict[str, Any]]] = {
    "late": ("已超时", "bad", "exclamation-octagon", {"due": "late"}),
    "soon": ("4 小时内到期", "warn", "hourglass-split", {"due": "soon"}),
    "waiting": ("待单位确认", "warn", "person-exclamation", {"waiting": 1}),
    "unassigned": ("未派单", "info", "person-dash", {"unassigned": 1}),
    "open": ("未结工单", "neutral", "list-task", {}),
}


def tiles(session: Session, viewer: User, names: Sequence[str], now: datetime) -> list[Tile]:
    """Return the named figures about the tickets in scope; each opens onto as many rows as it says."""
    is_open = Ticket.state.in_(queries.NOT_ENDED)
    conditions: dict[str, ColumnElement[bool]] = {
        "late": queries.is_late(now),
        "soon": queries.is_due_soon(now),
        "waiting": Ticket.waiting > 0,
        "unassigned": queries.to_give(),
        "open": is_open,
    }
    # Each half is found by an index of its own; with OR the closed ones would be read as well.
    mine = select(Ticket.id).join(Project).where(projects_seen(viewer, day_of(now)))
    counted = union(mine.where(is_open), mine.where(Ticket.waiting > 0))
    counts = session.execute(
        select(*(func.count(case((conditions[name], 1))) for name in names)).where(Ticket.id.in_(counted))
    ).one()
    found = []
    for name, number in zip(names, counts, strict=True):
        label, tone, icon, filters = FIGURES[name]
        found.append(Tile(label, number, tone if number else "neutral", icon, filters))
    return found


def due_tiles(session: Session, viewer: User, now: datetime) -> list[Tile]:
    """Return how many duties are due today, and how many were missed this month."""
    counts, today = tally(session, viewer, now), day_of(now)
    month = {"month": f"{today:%Y-%m}"}
    return [
        _tile(
            "今天到期的应办", counts.due_today, "info", "calendar2-check", {"until": today}, "duties.index"
        ),
        _tile("本月未完成的应办", counts.missed, "bad", "calendar2-x", month, "duties.missed"),
    ]


def duty_tiles(session: Session, viewer: User, waits: int | None, now: datetime) -> list[Tile]:
    """Return the figures about duties: due today, missed this month, and what waits to be confirmed.

    ``waits`` is what waits for the viewer's own word; ``None`` for those who only see what waits for others.
    """
    found = due_tiles(session, viewer, now)
    if waits is not None:
        return [*found, _tile("等我确认", waits, "warn", "inbox", {}, "waiting.index")]
    number = session.scalar(select(func.count()).select_from(works_waiting(viewer, now).subquery())) or 0
    return [*found, _tile("待单位确认的记录", number, "warn", "clipboard-check", {}, "works.index")]


def _tile(label: str, number: int, tone: str, icon: str, filters: dict[str, Any], endpoint: str) -> Tile:
    return Tile(label, number, tone if number else "neutral", icon, filters, endpoint)


def waiting_tiles(viewer: User, numbers: Mapping[str, int], kinds: Sequence[str]) -> list[Tile]:
    """Return the figures of the named kinds of which something waits; each opens its list."""
    named = ((BY_CODE[code], numbers.get(code, 0)) for code in kinds)
    return [
        _tile(kind.label_for(viewer), many, "warn", kind.icon, {"kind": kind.code}, "waiting.index")
        for kind, many in named
        if many
    ]


def waiting_kinds(numbers: Mapping[str, int]) -> list[tuple[Kind, int]]:
    """Return every kind of which something waits, with how much, in the order of the page of all."""
    return [(BY_CODE[code], many) for code, many in numbers.items() if many]


def decisions(session: Session, viewer: User, now: datetime) -> list[tuple[Ticket, list[WaitingItem]]]:
    """Return what waits for the viewer's word, ticket by ticket."""
    found = (
        (ticket, waiting_items(session, viewer, ticket, derive_ticket(session, ticket, now), now))
        for ticket in queries.waiting_tickets(session, viewer, now, LIST)
    )
    # Time alone may have settled it: silence accepts, and the stored count learns of it later.
    return [(ticket, items) for ticket, items in found if items]


def section(
    session: Session, viewer: User, title: str, empty: str, filters: dict[str, Any], now: datetime
) -> Section:
    """Return the first tickets of a list, what expires next first."""
    query = queries.tickets(viewer, Filters(**filters), now)
    total = session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    return Section(title, session.scalars(query.limit(LIST)).unique().all(), total, filters, empty)
