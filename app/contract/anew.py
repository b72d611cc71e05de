"""Deriving tickets anew after the contract's own data were corrected (C10)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.contract.effect import BATCH
from app.tickets.derivation import derive_ticket, forget_rules, store
from models.tickets import Ticket

_KEPT = ("kind", "round", "minutes", "workdays", "window", "due_at", "verdict")


def derive_anew(session: Session, now: datetime, since: datetime | None = None) -> int:
    """Derive the tickets there are, reported since then, by the rules as they stand.

    Return how many of them have other clocks than before. Tickets are read in batches.
    """
    session.flush()
    forget_rules(session)
    parts = (Ticket.project, Ticket.events, Ticket.clocks, Ticket.milestones)
    query = select(Ticket).options(*map(selectinload, parts)).order_by(Ticket.id).limit(BATCH)
    if since is not None:
        query = query.where(Ticket.reported_at >= since)
    changed = last = 0
    while tickets := session.scalars(query.where(Ticket.id > last)).all():
        for ticket in tickets:
            before = _clocks(ticket)
            store(session, ticket, derive_ticket(session, ticket, now))
            changed += before != _clocks(ticket)
        session.flush()
        last = tickets[-1].id
        for ticket in tickets:
            session.expire(ticket)
    return changed


def _clocks(ticket: Ticket) -> set[tuple[Any, ...]]:
    return {tuple(getattr(clock, name) for name in _KEPT) for clock in ticket.clocks}
