"""The one way by which anything happens to a ticket: an event, its link in the chain, its clocks anew."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.access import projects_seen
from app.tickets.derivation import derive_ticket, store
from models import ledger
from models.contract import Project
from models.disputes import Dispute
from models.people import User
from models.tickets import Ticket, TicketEvent
from sla.clock import Derivation
from sla.errors import Conflict, Forbidden, Invalid, NotFound
from sla.timeline import Event
from sla.vocab import EventKind
from sla.when import check_instant, clock_text, day_of, iso


def load_for_change(
    session: Session, actor: User, ticket_id: int, now: datetime, version: int | None = None
) -> Ticket:
    """Return a ticket the actor may see, locked until the transaction ends.

    ``version`` is what the actor saw: if something has happened since, this is a ``Conflict`` that
    says who did what, so that of two people acting on one state the second is told (S1: 404 beyond scope).
    """
    ticket = session.scalar(
        select(Ticket)
        .join(Project)
        .where(Ticket.id == ticket_id, projects_seen(actor, day_of(now)))
        .options(
            selectinload(Ticket.events).joinedload(TicketEvent.actor),
            selectinload(Ticket.disputes).selectinload(Dispute.steps),
            joinedload(Ticket.project),
        )
        .with_for_update(of=Ticket)
        .execution_options(populate_existing=True)
    )
    if ticket is None:
        raise NotFound("没有这张工单，或您无权查看")
    if version is not None and version != ticket.version:
        last = ticket.events[-1]
        raise Conflict(
            f"{last.actor.name} 刚在 {clock_text(last.recorded_at)} 记录了「{last.kind.label}」，"
            f"工单当前状态：{ticket.state.label}。请核对后再操作"
        )
    return ticket


def record(
    session: Session,
    ticket: Ticket,
    actor: User,
    kind: EventKind,
    now: datetime,
    *,
    occurred_at: datetime | None = None,
    data: Mapping[str, Any] | None = None,
) -> Derivation:
    """Append an event to a ticket and to the chain (L1), and derive everything anew (C10).

    ``occurred_at`` defaults to ``now``. The caller has checked that the actor may do this.
    """
    at = occurred_at or now
    event = proposed(ticket, actor, kind, now, at, data)
    row = TicketEvent(
        seq=event.seq,
        kind=kind,
        side=event.side,
        actor=actor,
        occurred_at=at,
        recorded_at=now,
        data=dict(event.data),
    )
    ticket.events.append(row)
    ticket.version = row.seq
    derived = derive_ticket(session, ticket, now)
    store(session, ticket, derived)
    # Appended last, so that one flush writes the event, what it amounts to and its link; the ticket is
    # locked already, so nothing has to be written before the chain is.
    with session.no_autoflush:
        ledger.append(
            session,
            kind=f"ticket.{kind}",
            subject=f"ticket:{ticket.id}",
            actor_id=actor.id,
            at=now,
            payload=event_payload(ticket, row),
        )
    return derived


def proposed(
    ticket: Ticket,
    actor: User,
    kind: EventKind,
    now: datetime,
    occurred_at: datetime | None = None,
    data: Mapping[str, Any] | None = None,
) -> Event:
    """Return the event as it would be recorded; absent values are left out of its data."""
    said = {name: value for name, value in (data or {}).items() if value not in (None, "")}
    return Event(ticket.version + 1, kind, actor.side, occurred_at or now, now, said)


def event_payload(ticket: Ticket, row: TicketEvent) -> dict[str, Any]:
    """Return what the chain keeps of an event; persons by id (L1)."""
    return {
        "ticket": ticket.id,
        "project": ticket.project.seq,
        "seq": row.seq,
        "kind": str(row.kind),
        "side": str(row.side),
        "occurred_at": row.occurred_at,
        "recorded_at": row.recorded_at,
        "data": row.data,
    }


def not_ones_own(actor: User, ticket: Ticket, seq: int) -> None:
    """Refuse to let somebody approve what they said themselves, whatever their role was then (S2)."""
    if any(event.seq == seq and event.actor_id == actor.id for event in ticket.events):
        raise Forbidden("自己提出的事项不能由自己确认，请由另一位办理")


def moment(
    occurred_at: datetime | None, now: datetime, not_before: datetime, before: str = "报告时间"
) -> datetime:
    """Return when something happened; nothing lies in the future or before the report (C12)."""
    if occurred_at is None:
        return now
    at = check_instant(occurred_at, "发生时间")
    if at > now:
        told = f"发生时间 {clock_text(at)} 在将来，请改为不晚于现在（{clock_text(now)}）"
        raise Invalid(told, "occurred_at")
    if at < not_before:
        raise Invalid(
            f"发生时间 {clock_text(at)} 早于{before}（{clock_text(not_before)}），请核对", "occurred_at"
        )
    return at


def stored_instant(at: datetime) -> str:
    """Return an instant as it is kept inside an event's data."""
    return iso(at)


def required(text: str, label: str, field: str) -> str:
    """Return a text without the blanks around it; an empty one is ``Invalid``, named by its label."""
    value = text.strip()
    if not value:
        raise Invalid(f"请填写{label}", field)
    return value
