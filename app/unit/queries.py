"""Reading what is open about a unit's projects, within the viewer's scope, sub-units included (S1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.access import projects_seen
from app.callbacks.queries import callbacks
from app.disputes.queries import open_ones
from app.tickets.queries import ENDED
from models.people import User
from models.tickets import Ticket
from sla.when import day_of


@dataclass(frozen=True)
class Open:
    """What is not settled at the moment of asking."""

    tickets: int
    waiting: int
    complaints: int
    disputes: int


def open_now(session: Session, viewer: User, now: datetime) -> Open:
    """Count what is open about the unit's projects, in one query."""
    mine = projects_seen(viewer, day_of(now))
    tickets = select(func.count()).select_from(Ticket).join(Ticket.project).where(mine)
    complaints = callbacks(viewer, now, "complaint").order_by(None)
    parts = (
        tickets.where(Ticket.state.not_in(ENDED)),
        tickets.where(Ticket.waiting > 0),
        complaints.with_only_columns(func.count(), maintain_column_froms=True),
        open_ones(viewer, now).with_only_columns(func.count(), maintain_column_froms=True),
    )
    row = session.execute(select(*(part.scalar_subquery() for part in parts))).one()
    return Open(*row)
