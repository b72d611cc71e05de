"""The jobs about tickets: clocks that run out (C14), and silence that accepts (C11)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.tickets.derivation import current_rules, derive_ticket, store
from app.watch import notices, queries
from app.watch.batches import finished, for_each_ticket
from app.watch.service import accept_by_silence
from models.tickets import Ticket
from sla.alerts import alerts
from sla.when import day_of, start_of


def clocks(session: Session, now: datetime) -> str:
    """Tell of clocks at 50 % and 80 % of their time and at their breach, and store the breach."""
    ids = queries.tickets_to_look_at(session, now)
    if not ids:
        return "没有到时的计时"
    audience, told = queries.audience(session, day_of(now)), 0

    def look(ticket: Ticket) -> None:
        nonlocal told
        told += _look(session, audience, ticket, now)

    failed = for_each_ticket(session, ids, look)
    return finished(f"查看 {len(ids)} 张工单，发出 {told} 条通知", failed)


def _look(session: Session, audience: queries.Audience, ticket: Ticket, now: datetime) -> int:
    """Derive a ticket as of now, tell the last thing that was reached of each clock, and say when next."""
    derived, book = derive_ticket(session, ticket, now), current_rules(session).book
    store(session, ticket, derived)
    rows, told = {(row.kind, row.round): row for row in ticket.clocks}, 0
    for clock in derived.clocks:
        row = rows[clock.kind, clock.round]
        moments = alerts(derived, clock, book)
        reached = [alert for alert in moments if alert.at <= now]
        if reached and row.tell_at is not None and row.tell_at <= now:
            telling = notices.of_clock(ticket, clock, reached[-1])
            told += notices.tell_of_ticket(session, audience, ticket, telling, now)
        row.tell_at = next((alert.at for alert in moments if alert.at > now), None)
    return told


def silence(session: Session, now: datetime) -> str:
    """Record the acceptances that silence has brought about, each at its true moment (C11)."""
    # Not before the day after the claim: the day it was recorded is never counted (T6).
    ids = queries.tickets_long_claimed(session, start_of(day_of(now)))
    if not ids:
        return "没有等待验收的工单"
    audience, accepted = queries.audience(session, day_of(now)), 0

    def settle(ticket: Ticket) -> None:
        nonlocal accepted
        at = accept_by_silence(session, ticket, now)
        if at is not None:
            accepted += 1
            notices.tell_of_ticket(session, audience, ticket, notices.of_silence(ticket, at), now)

    failed = for_each_ticket(session, ids, settle)
    return finished(f"{len(ids)} 张工单等待验收，{accepted} 张期满视为通过", failed)
