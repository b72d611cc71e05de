"""What would be promised if a request were sent now: shown before it is sent, and said again afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import projects_seen
from app.filters import near_text
from app.tickets.derivation import current_rules
from app.tickets.told import UNTIL, promises
from models.contract import Project
from models.people import User
from models.tickets import Ticket
from sla.clock import Derivation
from sla.clocks import derive
from sla.errors import NotFound
from sla.timeline import Event
from sla.vocab import ClockKind, EventKind, Side, TicketKind, Verdict
from sla.when import day_of


@dataclass(frozen=True)
class Promised:
    """What holds for a request: what, within what time, by when; and whether its project is in service."""

    times: Sequence[tuple[str, str, datetime]]
    in_service: bool
    clocks: frozenset[ClockKind] = frozenset()


def promised(
    session: Session,
    viewer: User,
    project_id: int,
    kind: TicketKind,
    now: datetime,
    *,
    paralysis: bool = False,
    onsite: bool = False,
) -> Promised:
    """Return what would be promised to this contact now; nothing is stored."""
    seq = session.scalar(
        select(Project.seq).where(Project.id == project_id, projects_seen(viewer, day_of(now)))
    )
    if seq is None:
        raise NotFound("没有这个运维项目，或您无权为它登记工单")
    events = would_happen(Side.UNIT, kind, now, now, paralysis=paralysis, onsite=onsite)
    derived = would_be(session, seq, events, now)
    kinds = frozenset(clock.kind for clock in derived.clocks)
    return Promised(promises(derived.clocks), derived.in_service, kinds)


def would_happen(
    side: Side,
    kind: TicketKind | None,
    reported_at: datetime | None,
    now: datetime,
    *,
    paralysis: bool = False,
    onsite: bool = False,
) -> list[Event]:
    """Return the events a request would make; none while its kind is not known, or when it lies ahead."""
    at = reported_at or now
    if kind is None or at > now:
        return []
    said = {"kind": str(kind)} | ({"paralysis": True} if paralysis else {})
    found = [Event(1, EventKind.OPENED, side, at, now, said)]
    if onsite:
        found.append(Event(2, EventKind.ONSITE_REQUESTED, side, at, now, {}))
    return found


def would_be(session: Session, seq: int, events: Sequence[Event], now: datetime) -> Derivation:
    """Return what holds for such events at a project, by its row."""
    rules = current_rules(session)
    return derive(events, rules.projects[seq], rules.book, now)


def sent_text(ticket: Ticket) -> str:
    """Return what is said right after sending: the number, and what was promised."""
    times = {one.kind: one.due_at for one in ticket.clocks if one.verdict is Verdict.RUNNING}
    said = [f"{near_text(times[kind])} 前{UNTIL[kind]}" for kind in ClockKind if kind in times]
    return f"已提交 {ticket.number}" + (f"，承诺 {'，'.join(said)}。" if said else "，处理过程随时可查。")
