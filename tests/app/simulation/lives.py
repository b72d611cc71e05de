"""Lives for the tests: made on a database that has the schema, and read back as plain rows."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app.simulation import life
from app.simulation.people import gather
from app.simulation.world import World
from models.engine import write_session
from models.people import User
from models.tickets import Ticket, TicketEvent
from seeds.loader import load
from sla.when import next_month, start_of

FIRST = date(2025, 9, 1)  # the long holiday of October is near


def plan(months: int = 1, seed: int = 7, rate: int = 30, first: date = FIRST) -> life.Plan:
    until = first
    for _ in range(months):
        until = next_month(until)
    return life.Plan(first, start_of(until), seed, rate)


def made(engine: Engine, of: life.Plan) -> World:
    """Load the contract and live through a plan, committed day by day."""
    with write_session(engine) as session:
        load(session)
        world = lived(session, of)
        life.finish(session, of, world)
        session.commit()
    return world


def lived(session: Session, of: life.Plan) -> World:
    life.begin(session, of)
    cast = gather(session, of.seed, start_of(of.first), demo=False)
    return life.live(session, of, cast, over=lambda day, world: session.commit())


def facts(engine: Engine, before: datetime | None = None) -> list[tuple[Any, ...]]:
    """Return every event with its ticket and its actor, in the order of recording."""
    with write_session(engine) as session:
        rows = session.execute(
            select(
                *(TicketEvent.id, TicketEvent.ticket_id, TicketEvent.seq, TicketEvent.kind, TicketEvent.side),
                *(TicketEvent.occurred_at, TicketEvent.recorded_at, TicketEvent.data),
                *(Ticket.project_id, Ticket.submission, User.username, User.name),
            )
            .join(Ticket, Ticket.id == TicketEvent.ticket_id)
            .join(User, User.id == TicketEvent.actor_id)
            .order_by(TicketEvent.id)
        )
        return [tuple(row) for row in rows if before is None or row.recorded_at < before]
