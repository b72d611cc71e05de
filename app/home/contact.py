"""The unit contact's start page: what waits for the own word, and what becomes of the own requests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, case, func, select
from sqlalchemy.orm import Session, contains_eager, selectinload

from app.access import projects_seen
from app.forms import Form
from app.home import queries
from app.tickets.queries import ENDED, Next, next_clock, urgent_at
from app.tickets.told import Present, present
from app.waiting.views import waiting_numbers
from models.contract import Project
from models.people import User
from models.tickets import Ticket
from sla.vocab import TicketState
from sla.when import day_of

TEMPLATE = "home/contact.html"
RATED = 3  # requests on the page that may be rated
# What waits and is no ticket: tickets stand on the page with their buttons.
KINDS = ("callback", "settle", "leave", "attendance", "late_work", "dispute", "acceptance")


@dataclass(frozen=True)
class Request:
    """A request under way, and the step it is at."""

    ticket: Ticket
    present: Present


def content(session: Session, person: User, now: datetime) -> dict[str, Any]:
    """Return what the page shows."""
    rows = _rows(session, person, now)
    under_way, done = [row for row in rows if not row.done], [row for row in rows if row.done]
    return {
        "waiting_tiles": queries.waiting_tiles(person, waiting_numbers(), KINDS),
        "waiting": queries.decisions(session, person, now),
        "form_for": lambda key: Form(key=key),
        "requests": [_request(row.Ticket, now) for row in under_way],
        "total": under_way[0].many if under_way else 0,
        "to_rate": [row.Ticket for row in done[:RATED]],
        "unrated": done[0].many if done else 0,
    }


def _rows(session: Session, person: User, now: datetime) -> Sequence[Row[tuple[Ticket, int, int]]]:
    """Return the first requests under way and the first that are done and not rated, with how many there are.

    What is done never pushes aside what is under way: each of the two is counted off by itself.
    """
    done, urgent = case((Ticket.state == TicketState.ACCEPTED, 1), else_=0), urgent_at()
    order = (urgent.is_(None), urgent, Ticket.reported_at.desc(), Ticket.id.desc())
    numbered = (
        select(
            Ticket.id,
            done.label("done"),
            func.row_number().over(partition_by=done, order_by=order).label("place"),
            func.count().over(partition_by=done).label("many"),
        )
        .join(Ticket.project)
        .where(projects_seen(person, day_of(now)), Ticket.state.not_in(ENDED))
        .subquery()
    )
    return session.execute(
        select(Ticket, numbered.c.done, numbered.c.many)
        .join(numbered, numbered.c.id == Ticket.id)
        .join(Ticket.project)
        .join(Project.unit)
        .options(contains_eager(Ticket.project).contains_eager(Project.unit), selectinload(Ticket.clocks))
        .where(numbered.c.place <= queries.LIST)
        .order_by(numbered.c.done, numbered.c.place)
    ).all()


def _request(ticket: Ticket, now: datetime) -> Request:
    following: Next | None = next_clock(ticket, now)
    return Request(ticket, present(ticket.kind, ticket.state, following))
