"""Tickets prepared through the use cases, and what became of them, for tests of the pages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event, select
from sqlalchemy.orm import Session

from app import Site
from app.database import ENGINE, transaction
from models.people import User
from models.tickets import Ticket, TicketEvent
from sla.vocab import TicketKind
from tests.app import personas
from tests.app.personas import at


def make(site: Site, who: str, row: int = 1, now: str = "2025-07-01 08:30", **said: Any) -> int:
    """Open a ticket and return its id."""
    with site.app_context(), transaction() as session:
        return personas.new_ticket(session, person(session, who), row, now, **said).id


def do(site: Site, ticket_id: int, who: str, use_case: Callable[..., Any], now: str, *args: Any) -> None:
    """Carry out a use case on a ticket."""
    with site.app_context(), transaction() as session:
        use_case(session, person(session, who), session.get(Ticket, ticket_id), at(now), *args)


def person(session: Session, who: str) -> User:
    """Return somebody by username."""
    return session.scalars(select(User).where(User.username == who)).one()


def facts(site: Site, ticket_id: int) -> dict[str, Any]:
    """Return what is stored of a ticket."""
    with site.app_context(), transaction() as session:
        ticket = session.get(Ticket, ticket_id)
        assert ticket is not None
        return {name: getattr(ticket, name) for name in ("state", "kind", "version", "title", "assignee_id")}


def events(site: Site, ticket_id: int) -> list[tuple[str, dict[str, Any]]]:
    """Return the kinds and data of a ticket's events."""
    with site.app_context(), transaction() as session:
        rows = session.scalars(
            select(TicketEvent).where(TicketEvent.ticket_id == ticket_id).order_by(TicketEvent.seq)
        )
        return [(str(row.kind), row.data) for row in rows]


def tickets(site: Site) -> list[tuple[str, TicketKind]]:
    """Return title and kind of every ticket."""
    with site.app_context(), transaction() as session:
        return [(t.title, t.kind) for t in session.scalars(select(Ticket).order_by(Ticket.id))]


@contextmanager
def counted(site: Site) -> Iterator[list[str]]:
    """Collect the statements that the database is asked to run."""
    asked: list[str] = []

    def count(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        asked.append(statement)

    engine = site.extensions[ENGINE]
    event.listen(engine, "before_cursor_execute", count)
    yield asked
    event.remove(engine, "before_cursor_execute", count)


def plain(html: str) -> str:
    """Return the text of a page, without tags, its blanks drawn together."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))
