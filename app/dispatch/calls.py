"""What stands beside a call while it goes on: what would be promised, and what is open there already."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session, joinedload

from app.dispatch.names import letters
from app.tickets import queries as tickets
from app.tickets.promise import would_be
from app.tickets.queries import Filters
from models.contract import Project, Unit
from models.people import User
from models.tickets import Ticket
from sla.arithmetic import allowance_text
from sla.clock import Clock
from sla.timeline import Event

FEW = 6  # open tickets beside a call
MOST = 60  # open tickets of a unit looked at for them, the newest


@dataclass(frozen=True)
class Choice:
    """Something of a list that is found by its name or by letters; ``beside`` names its unit."""

    id: int
    text: str
    letters: str
    beside: int | None = None


@dataclass(frozen=True)
class Promise:
    """One clock that would run: what, by when, and the allowance in words."""

    clock: Clock
    allowance: str


@dataclass(frozen=True)
class Beside:
    """What a desk sees beside a call. ``same`` are open tickets of the project, ``near`` of its unit."""

    promises: Sequence[Promise]
    promised: bool  # whether enough is known to promise anything
    same: Sequence[Ticket]
    near: Sequence[Ticket]
    more: int


def unit_choices(projects: Iterable[Project]) -> list[Choice]:
    """Return the units of projects, each once, where its first project stands."""
    units: dict[int, Unit] = {one.unit_id: one.unit for one in projects}
    return [Choice(one.id, one.name, letters(one.name)) for one in units.values()]


def project_choices(projects: Iterable[Project]) -> list[Choice]:
    """Return projects: they are found by their own names and by those of their units."""
    return [
        Choice(
            one.id,
            f"{one.seq} · {one.unit.name} · {one.name}",
            f"{letters(one.name)}|{letters(one.unit.name)}",
            one.unit_id,
        )
        for one in projects
    ]


def beside(
    session: Session,
    viewer: User,
    project: Project | None,
    unit_id: int | None,
    events: Sequence[Event],
    now: datetime,
) -> Beside:
    """Return what would be promised to these events, and what is open at the project and its unit."""
    found = [] if project is None else _promises(session, project, events, now)
    unit_id = project.unit_id if project else unit_id
    query = tickets.tickets(viewer, Filters(), now).where(Project.unit_id == unit_id)
    query = query.options(joinedload(Ticket.opened_by)).order_by(None).order_by(Ticket.reported_at.desc())
    open_there = session.scalars(query.limit(MOST)).unique().all() if unit_id else []
    same = [one for one in open_there if project and one.project_id == project.id]
    near = [one for one in open_there if one not in same]
    room = max(2, FEW - len(same[:FEW]))
    return Beside(found, bool(events), same[:FEW], near[:room], len(same[FEW:]) + len(near[room:]))


def _promises(session: Session, project: Project, events: Sequence[Event], now: datetime) -> list[Promise]:
    if not events:
        return []
    derived = would_be(session, project.seq, events, now)
    return [Promise(one, allowance_text(one)) for one in derived.clocks]
