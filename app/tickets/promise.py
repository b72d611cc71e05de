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
    said = {"kind": str(kind), "paralysis": paralysis or None}
    events = [Event(1, EventKind.OPENED, Side.UNIT, now, now, {k: v for k, v in said.items() if v})]
    if onsite:
        events.append(Event(2, EventKind.ONSITE_REQUESTED, Side.UNIT, now, now, {}))
    rules = current_rules(session)
    derived = derive(events, rules.projects[seq], rules.book, now)
    kinds = frozenset(clock.kind for clock in derived.clocks)
    return Promised(promises(derived.clocks), derived.in_service, kinds)


def sent_text(ticket: Ticket) -> str:
    """Return what is said right after sending: the number, and what was promised."""
    times = {one.kind: one.due_at for one in ticket.clocks if one.verdict is Verdict.RUNNING}
    said = [f"{near_text(times[kind])} 前{UNTIL[kind]}" for kind in ClockKind if kind in times]
    return f"已提交 {ticket.number}" + (f"，承诺 {'，'.join(said)}。" if said else "，处理过程随时可查。")
