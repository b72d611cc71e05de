"""The nightly replay: everything derived anew and compared with what is stored (section 3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy.orm import Session

from app.tickets.derivation import (
    clock_values,
    current_rules,
    derive_exempt,
    events_of,
    exemptions_of,
    ticket_values,
)
from app.watch.queries import settled_tickets
from models.tickets import Ticket
from sla.clock import Derivation, RuleBook
from sla.clocks import backentries

BATCH = 200  # tickets
# Which rules made a result says nothing about whether the result is right.
_BESIDE = {"rule_version"}
_MILESTONE = ("occurred_at", "recorded_at", "backentered", "standing")


@dataclass(frozen=True)
class Difference:
    """A settled ticket whose stored rows are not what its events amount to, with each thing that differs."""

    ticket_id: int
    number: str
    found: tuple[str, ...]


def differences(session: Session, now: datetime) -> Iterator[Difference]:
    """Yield every settled ticket that differs; reads in batches and keeps nothing of them."""
    rules, after = current_rules(session), 0
    while batch := settled_tickets(session, after, BATCH):
        after = batch[-1].id
        ids = [ticket.id for ticket in batch]
        events, granted = events_of(session, ids), exemptions_of(session, ids)
        for ticket in batch:
            try:
                project, exempt = rules.projects[ticket.project.seq], granted.get(ticket.id, ())
                derived = derive_exempt(events[ticket.id], project, rules.book, now, exempt)
                found = tuple(_compare(ticket, derived, rules.book))
            except Exception as error:  # whatever was done to it, the others are still to be checked
                found = (f"无法推导（{type(error).__name__}：{error}）",)
            if found:
                yield Difference(ticket.id, ticket.number, found)
        session.expunge_all()


def digest(found: list[Difference]) -> str:
    """Return what makes two nights' findings the same, so that they are told once."""
    return sha256(repr([(one.ticket_id, one.found) for one in found]).encode()).hexdigest()[:32]


def _compare(ticket: Ticket, derived: Derivation, book: RuleBook) -> Iterator[str]:
    late = {stop.seq for stop in backentries(derived, book)}
    yield from _unlike("工单", ticket, ticket_values(derived, late))
    clocks = {(row.kind, row.round): row for row in ticket.clocks}
    for clock in derived.clocks:
        name = f"{clock.kind}#{clock.round}"
        row = clocks.pop((clock.kind, clock.round), None)
        if row is None:
            yield f"{name} 没有存储"
        else:
            yield from _unlike(name, row, clock_values(clock, book.version))
    yield from (f"{kind}#{number} 多余" for kind, number in clocks)
    stops = {row.seq: row for row in ticket.milestones}
    for stop in derived.facts.milestones:
        stored = stops.pop(stop.seq, None)
        if stored is None:
            yield f"事件 {stop.seq} 没有存储"
        else:
            values = (stop.occurred_at, stop.recorded_at, stop.seq in late, stop.standing)
            yield from _unlike(f"事件 {stop.seq}", stored, dict(zip(_MILESTONE, values, strict=True)))
    yield from (f"事件 {seq} 多余" for seq in stops)


def _unlike(name: str, row: object, values: dict[str, Any]) -> Iterator[str]:
    for column, value in values.items():
        stored = getattr(row, column)
        if column not in _BESIDE and stored != value:
            yield f"{name}.{column}：存储 {stored}，推导 {value}"
