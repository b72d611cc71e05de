"""What of tickets waits for the unit: recoveries, pauses, loosening claims, back-entries (C9–C13)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from sqlalchemy import ScalarSelect, func, select
from sqlalchemy.orm import Session, contains_eager

from app.access import projects_seen
from app.paging import Page, paged
from app.tickets import decisions, service
from app.tickets.derivation import Waiting, derive_ticket, waiting_for_unit
from app.tickets.page import WaitingItem, waiting_items
from app.tickets.queries import seen, waiting_tickets
from app.tickets.record import load_for_change
from app.waiting.kind import Desk, Find, Item
from models.contract import Project
from models.people import User
from models.tickets import Ticket, TicketEvent
from sla.clock import Derivation
from sla.clocks import backentries, silence_ends
from sla.errors import Conflict, NotFound
from sla.vocab import TicketState
from sla.when import clock_text, day_of, start_of

MOST = 400  # tickets looked into; who has more decides the oldest first
WHATS = ("recovery", "pause", "claim", "backentry")
GONE = "这一项已经处理过，不再等待确认"


@dataclass(frozen=True)
class _Open:
    """One thing of a ticket that waits, with the event that made it."""

    ticket: Ticket
    derived: Derivation
    waiting: Waiting
    event: TicketEvent


def find(what: str) -> Find:
    """Return how the things of one kind are found."""

    def look(desk: Desk, page: int, size: int) -> Page[Item]:
        mine = [one for one in _open_ones(desk) if one.waiting.what == what]
        last = max(1, -(-len(mine) // size))
        page = min(max(1, page), last)
        shown = mine[(page - 1) * size : page * size]
        return Page([_item(desk, one) for one in shown], page, len(mine), size)

    return look


def decide(
    session: Session, actor: User, key: str, confirmed: bool, reason: str, now: datetime
) -> Derivation:
    """Confirm or refuse what one event of a ticket claims; the key is kind, ticket and event."""
    what, ticket_id, seq = _parts(key)
    ticket = load_for_change(session, actor, ticket_id, now)
    if what != "recovery":
        if confirmed:
            return decisions.confirm(session, actor, ticket, now, what, seq, reason)
        return decisions.refuse(session, actor, ticket, now, what, seq, reason)
    claim = derive_ticket(session, ticket, now).facts.claim
    if claim is None or claim.stop.seq != seq:
        raise Conflict(GONE)
    if confirmed:
        return service.accept(session, actor, ticket, now, reason)
    return service.reject(session, actor, ticket, now, reason)


def hold(session: Session, keys: Sequence[str]) -> None:
    """Lock the tickets of several keys, in one order."""
    ids = {_parts(key)[1] for key in keys}
    session.scalars(select(Ticket.id).where(Ticket.id.in_(ids)).order_by(Ticket.id).with_for_update()).all()


def find_unrated(desk: Desk, page: int, size: int) -> Page[Item]:
    """Find what was mended and accepted and nobody of the unit has rated yet, the oldest first."""
    query = (
        seen(desk.viewer, desk.now)
        .where(Ticket.state == TicketState.ACCEPTED)
        .options(contains_eager(Ticket.project).joinedload(Project.unit))
        .order_by(Ticket.accepted_at, Ticket.id)
    )
    found = paged(desk.session, query, page, size)
    return Page([_unrated(ticket) for ticket in found.items], found.page, found.total, size)


def _unrated(ticket: Ticket) -> Item:
    return Item(
        key=str(ticket.id),
        title=f"{ticket.number} {ticket.title}",
        path=url_for("tickets.show", ticket_id=ticket.id),
        who="已解决",
        since=ticket.accepted_at or ticket.reported_at,
        project=ticket.project,
        thing=ticket,
    )


def count(viewer: User, now: datetime) -> ScalarSelect[int]:
    """Count what waits about tickets, as it is cached with each."""
    return (
        select(func.coalesce(func.sum(Ticket.waiting), 0))
        .join(Project, Project.id == Ticket.project_id)
        .where(projects_seen(viewer, day_of(now)), Ticket.waiting > 0)
        .scalar_subquery()
    )


def silence(desk: Desk) -> str:
    """Say what silence does to a recovery (C11), by the reading in force."""
    days = desk.book.interpretations.silent_acceptance_workdays(day_of(desk.now))
    return f"申报后 {days} 个工作日内不处理，视为验收通过；在此之前按已恢复、待验收计"


def _parts(key: str) -> tuple[str, int, int]:
    what, _, rest = key.partition("-")
    ticket_id, _, seq = rest.partition("-")
    if what not in WHATS or not (ticket_id + seq).isascii() or not (ticket_id.isdigit() and seq.isdigit()):
        raise NotFound("没有这一项，或您无权查看")
    if max(int(ticket_id), int(seq)) >= 2**31:
        raise NotFound("没有这一项，或您无权查看")
    return what, int(ticket_id), int(seq)


def _open_ones(desk: Desk) -> list[_Open]:
    """Return all that waits, the oldest first, without what the viewer said themselves (S2)."""
    found: list[_Open] = desk.once("tickets", lambda: _read(desk))
    return found


def _read(desk: Desk) -> list[_Open]:
    found: list[_Open] = []
    for ticket in waiting_tickets(desk.session, desk.viewer, desk.now, MOST):
        derived = derive_ticket(desk.session, ticket, desk.now)
        late = {stop.seq for stop in backentries(derived, desk.book)}
        events = {event.seq: event for event in ticket.events}
        waits = [(one, events[one.seq]) for one in waiting_for_unit(derived, late)]
        found += [_Open(ticket, derived, *pair) for pair in waits if pair[1].actor_id != desk.viewer.id]
    return sorted(found, key=lambda one: (one.event.recorded_at, one.ticket.id, one.waiting.seq))


def _item(desk: Desk, one: _Open) -> Item:
    ticket, seq = one.ticket, one.waiting.seq
    said = next(each for each in _words(desk, one) if each.seq == seq and each.what == one.waiting.what)
    return Item(
        key=f"{one.waiting.what}-{ticket.id}-{seq}",
        title=f"{ticket.number} {ticket.title}",
        path=url_for("tickets.show", ticket_id=ticket.id),
        who=said.who,
        since=one.event.recorded_at,
        project=ticket.project,
        said=said.said,
        effects=_effects(said),
        changes=(said.on_confirm, said.on_refuse),
        until=_until(desk, one),
    )


def _words(desk: Desk, one: _Open) -> list[WaitingItem]:
    found: list[WaitingItem] = desk.once(
        f"ticket {one.ticket.id}",
        lambda: waiting_items(desk.session, desk.viewer, one.ticket, one.derived, desk.now),
    )
    return found


def _effects(said: WaitingItem) -> tuple[str, ...]:
    if said.what == "recovery":
        return ("验收通过：按申报的时间算恢复。退回：这次申报作废，计时没有停过",)
    if said.on_confirm or said.on_refuse:
        return ()
    return ("确认或驳回都不改变现在的时限和结论",)


def _until(desk: Desk, one: _Open) -> str:
    """Return by when silence accepts a recovery; midnight is 24:00 of the day that ends (T6)."""
    claim = one.derived.facts.claim
    if one.waiting.what != "recovery" or claim is None:
        return ""
    ends = silence_ends(claim, desk.book)
    day = day_of(ends)
    if ends == start_of(day):
        return f"{day.fromordinal(day.toordinal() - 1)} 24:00"
    return clock_text(ends)[:16]
