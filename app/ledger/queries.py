"""The rows of the ledger and of the ticket events, exactly as they are stored, a batch at a time.

Somebody may have put anything into them. So they are not read as objects, whose columns refuse what does
not belong there: numbers, times and JSON come as text, and on SQLite, where text need not be text, as bytes.

These reads see every row, whoever looks: checking the chain shows numbers of entries, never what they say.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, LargeBinary, Row, Text, cast, extract, func, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from models.base import UTCDateTime
from models.contract import Project
from models.ledger import LedgerEntry, LedgerHead
from models.tickets import Ticket, TicketEvent

BATCH = 500
StoredRow = Row[*tuple[Any, ...]]

_ENTRY = ("recorded_at", "kind", "subject", "actor_id", "salt", "payload", "commitment", "prev", "leaf")
_EVENT = ("ticket_id", "seq", "kind", "side", "actor_id", "occurred_at", "recorded_at", "data")


def entries_after(session: Session, seq: int | None) -> Sequence[StoredRow]:
    """Return the next batch of entries; the first one when ``seq`` is ``None``."""
    query = select(*[LedgerEntry.seq, *(_raw(session, getattr(LedgerEntry, name)) for name in _ENTRY)])
    if seq is not None:
        query = query.where(LedgerEntry.seq > seq)
    return session.execute(query.order_by(LedgerEntry.seq).limit(BATCH)).all()


def heads(session: Session) -> Sequence[StoredRow]:
    """Return the stored head: one row, or none."""
    return session.execute(
        select(_raw(session, LedgerHead.size), _raw(session, LedgerHead.leaf)).order_by(LedgerHead.id)
    ).all()


def events_named(session: Session, keys: Collection[tuple[int, int]]) -> Sequence[StoredRow]:
    """Return the ticket events with these tickets and numbers, each with its project's number."""
    columns = [_raw(session, getattr(TicketEvent, name)) for name in _EVENT]
    return session.execute(
        select(TicketEvent.id, *columns, _raw(session, Project.seq).label("project"))
        .outerjoin(Ticket, Ticket.id == TicketEvent.ticket_id)
        .outerjoin(Project, Project.id == Ticket.project_id)
        .where(tuple_(TicketEvent.ticket_id, TicketEvent.seq).in_(keys))
    ).all()


def events_after(session: Session, event_id: int | None) -> Sequence[StoredRow]:
    """Return the next batch of ticket events: their ids, tickets and numbers."""
    query = select(TicketEvent.id, _raw(session, TicketEvent.ticket_id), _raw(session, TicketEvent.seq))
    if event_id is not None:
        query = query.where(TicketEvent.id > event_id)
    return session.execute(query.order_by(TicketEvent.id).limit(BATCH)).all()


def entries_about(session: Session, tickets: Collection[int]) -> Sequence[StoredRow]:
    """Return number, kind, subject and payload of the entries about these tickets."""
    columns = [_raw(session, getattr(LedgerEntry, name)) for name in ("kind", "subject", "payload")]
    return session.execute(
        select(LedgerEntry.seq, *columns)
        .where(LedgerEntry.subject.in_([f"ticket:{ticket}" for ticket in tickets]))
        .order_by(LedgerEntry.seq)
    ).all()


def _raw(session: Session, column: InstrumentedAttribute[Any]) -> ColumnElement[Any]:
    """Return the stored value under the column's name: bytes stay bytes, an instant is seconds since 1970."""
    if session.get_bind().dialect.name == "sqlite":
        return cast(column, LargeBinary).label(column.key)
    if isinstance(column.type, LargeBinary):
        return column.label(column.key)
    if isinstance(column.type, UTCDateTime):
        return cast(func.trim_scale(extract("epoch", column)), Text).label(column.key)
    return cast(column, Text).label(column.key)
