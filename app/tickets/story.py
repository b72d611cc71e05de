"""A ticket's events in words: who, on whose behalf, what, when it happened and when it was recorded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from models.tickets import Ticket, TicketEvent
from sla.backentry import device_text
from sla.classification import FIELDS, read_statement
from sla.clock import Derivation
from sla.vocab import Complexity, EventKind, PauseReason, Severity, Side, TicketKind
from sla.when import clock_text

FIELD_LABELS = {
    "kind": "类别",
    "severity": "严重程度",
    "complexity": "复杂程度",
    "fault_level": "故障级别",
    "paralysis": "系统瘫痪",
}
LEVELS = {1: "一级", 2: "二级", 3: "三级", 4: "四级"}
_REFERRING = ("pause", "claim", "entry")
_JUDGES = {
    *(EventKind.PAUSE_CONFIRMED, EventKind.PAUSE_REJECTED, EventKind.CLAIM_CONFIRMED),
    *(EventKind.CLAIM_REJECTED, EventKind.BACKENTRY_CONFIRMED, EventKind.BACKENTRY_REJECTED),
    EventKind.CORRECTED,
}


@dataclass(frozen=True)
class Line:
    """One event as a person reads it. ``recorded_at`` is ``None`` where it is the moment it happened."""

    seq: int
    kind: EventKind
    label: str
    who: str
    side: Side
    occurred_at: datetime
    recorded_at: datetime | None
    backentered: bool
    said: tuple[str, ...]


def story(ticket: Ticket, derived: Derivation, late: set[int], names: Mapping[int, str]) -> list[Line]:
    """Return the lines, oldest event first; ``late`` are the stops that are 补录 (C12)."""
    events = {event.seq: event for event in ticket.events}
    lines = [_line(event, events, late, names) for event in ticket.events]
    accepted = _silently_accepted(ticket, derived)
    if accepted:
        said = ("期满没有异议，视为验收通过",)
        kind = EventKind.RECOVERY_ACCEPTED
        lines.append(Line(0, kind, kind.label, "系统", Side.SYSTEM, accepted, None, False, said))
    return sorted(lines, key=lambda line: line.recorded_at or line.occurred_at)


def engineers_in(ticket: Ticket) -> set[int]:
    """Return the ids of the people whom events of the ticket speak of."""
    return {event.data["engineer"] for event in ticket.events if "engineer" in event.data}


def statement_text(said: Mapping[str, Any]) -> str:
    """Return what is said of a ticket's class: ``严重程度：一般；故障级别：二级``."""
    return "；".join(
        f"{FIELD_LABELS[name]}：{value_text(name, said[name])}" for name in FIELDS if name in said
    )


def value_text(name: str, value: Any) -> str:
    """Return one value of a classification in words."""
    if name == "fault_level":
        return LEVELS[value]
    if name == "paralysis":
        return "是" if value else "否"
    words = {"kind": TicketKind, "severity": Severity, "complexity": Complexity}
    return words[name](value).label


def event_text(event: TicketEvent) -> str:
    """Return how other events refer to this one: ``2025-07-01 09:00:00 的「挂起」``."""
    return f"{clock_text(event.occurred_at)} 的「{event.kind.label}」"


def _line(
    event: TicketEvent, events: Mapping[int, TicketEvent], late: set[int], names: Mapping[int, str]
) -> Line:
    differs = event.recorded_at != event.occurred_at
    return Line(
        event.seq,
        event.kind,
        event.kind.label,
        event.actor.name,
        event.side,
        event.occurred_at,
        event.recorded_at if differs else None,
        event.seq in late,
        tuple(_said(event, events, names)),
    )


def _said(event: TicketEvent, events: Mapping[int, TicketEvent], names: Mapping[int, str]) -> Iterator[str]:
    """Give everything an event says beyond its kind, a line each."""
    data = event.data
    if event.kind in (EventKind.OPENED, EventKind.RECLASSIFIED):
        yield statement_text(read_statement(data))
    if data.get("own_finding"):
        yield "乙方自查发现，不计响应"
    if data.get("remote_failed"):
        yield "远程不能解决"
    if event.kind in _JUDGES:
        yield from (f"针对 {event_text(events[data[key]])}" for key in _REFERRING if data.get(key) in events)
    if event.kind is EventKind.CORRECTED:
        yield f"改为 {clock_text(datetime.fromisoformat(data['occurred_at']))}"
    if "reported_at" in data:
        yield f"改为 {clock_text(datetime.fromisoformat(data['reported_at']))}"
    if "engineer" in data:
        yield f"派给 {names.get(data['engineer'], '已不在名单中的工程师')}"
    if "rating" in data:
        yield f"满意度 {data['rating']} 分"
    if event.kind is EventKind.PAUSED:
        yield f"原因：{PauseReason(data['reason']).label}"
    elif data.get("reason"):
        yield f"原因：{data['reason']}"
    if data.get("note"):
        yield data["note"]
    if "device_at" in data:
        said_at = datetime.fromisoformat(data["device_at"])
        yield f"没有网络时登记，后来补发。{device_text(said_at, event.recorded_at)}"


def _silently_accepted(ticket: Ticket, derived: Derivation) -> datetime | None:
    """Return when silence accepted the claim that counts (C11); ``None`` if a person did, or nobody."""
    claim = derived.facts.claim
    if claim is None or claim.accepted_at is None:
        return None
    by_hand = any(
        event.kind is EventKind.RECOVERY_ACCEPTED and event.occurred_at == claim.accepted_at
        for event in ticket.events
    )
    return None if by_hand else claim.accepted_at
