"""What the desk does: gives tickets to engineers, several at once, and logs a call as a ticket.

Each is made of the use cases of tickets, which check and record; nothing here commits.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import require
from app.tickets import service as tickets
from app.tickets.actions import DESK
from app.tickets.opening import NewTicket, open_ticket
from app.tickets.record import load_for_change
from models.people import User
from models.tickets import Ticket
from sla.errors import Conflict


@dataclass(frozen=True)
class Call:
    """A call beside the ticket it becomes: whether somebody is to come, and who is given it."""

    new: NewTicket
    onsite: bool = False
    engineer_id: int | None = None
    note: str = ""


def assign_all(
    session: Session,
    actor: User,
    picks: Iterable[tuple[int, int]],
    engineer_id: int,
    note: str,
    now: datetime,
) -> list[Ticket]:
    """Give tickets, each with the version that was seen, to one engineer: all of them or none.

    All are locked before the first is given, in one order: the chain of evidence is locked last.
    """
    require(actor, *sorted(DESK))
    wanted = dict(sorted(picks))
    found = [
        _seen(session, actor, number, version, now, len(wanted) > 1) for number, version in wanted.items()
    ]
    for ticket in found:
        tickets.assign(session, actor, ticket, now, engineer_id, note)
    return found


def _seen(session: Session, actor: User, number: int, version: int, now: datetime, named: bool) -> Ticket:
    """Return a ticket, locked; of several the one that has changed meanwhile is named."""
    try:
        return load_for_change(session, actor, number, now, version)
    except Conflict as error:
        raise Conflict(f"GD{number:06d}：{error.message}" if named else error.message) from None


def log_call(session: Session, actor: User, call: Call, now: datetime) -> Ticket:
    """Log a call: the ticket, the request for on-site work and to whom it is given, in one go.

    The same ``submission`` makes one ticket only, and does the rest only once.
    """
    require(actor, *sorted(DESK))
    again = session.scalar(select(Ticket.id).where(Ticket.submission == call.new.submission)) is not None
    ticket = open_ticket(session, actor, call.new, now)
    if again:
        return ticket
    if call.onsite:
        tickets.request_onsite(session, actor, ticket, now, occurred_at=ticket.reported_at)
    if call.engineer_id is not None:
        tickets.assign(session, actor, ticket, now, call.engineer_id, call.note)
    elif call.note:
        tickets.add_note(session, actor, ticket, now, call.note)
    return ticket
