"""Reading what a unit gets: all within the viewer's scope, sub-units included (S1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.access import projects_seen
from app.amendments.inforce import items_in_force, quotas_on
from app.callbacks.queries import callbacks
from app.contract.queries import interpretations, terms_on
from app.disputes.queries import open_ones
from app.duties.queries import cycles_on
from app.projects import service
from app.residents.roster import postings_seen, posts
from app.tickets.queries import ENDED
from models.contract import Project
from models.people import User
from models.tickets import Ticket
from sla.rows import ClockRow
from sla.vocab import ClockKind
from sla.when import day_of


@dataclass(frozen=True)
class Promises:
    """What one project was promised, a line of plain words each: times, duties, residents."""

    project: Project
    times: Sequence[str]
    duties: Sequence[str]
    residents: Sequence[str]


def promises(session: Session, viewer: User, today: date) -> list[Promises]:
    """Return what the unit's projects are promised today, in the tender's order."""
    query = select(Project).where(projects_seen(viewer, today)).order_by(Project.seq)
    held = joinedload(Project.unit), selectinload(Project.targets), selectinload(Project.obligations)
    found = session.scalars(query.options(*held)).all()
    terms, known = terms_on(found, items_in_force(session), today), interpretations(session)
    cycles, quotas = cycles_on(session, today), quotas_on(session, today)
    manned: dict[int, list[str]] = {}
    for post in posts(session, postings_seen(viewer, today)):
        heads = post.rules.heads_on(today)
        manned.setdefault(post.project.id, []).append(f"{heads} 人，{post.posting.pattern.label}")
    return [
        Promises(
            project=one,
            times=[_time_text(each) for each in service.promises(one, terms[one.seq], known, today)],
            duties=[
                f"{each.what}：{service.duty_text(each, cycles.get(each.id), quotas.get(each.id))}"
                for each in service.duties(one)[0]
            ],
            residents=manned.get(one.id, []),
        )
        for one in found
    ]


def _time_text(promise: service.Promise) -> str:
    beside = "，".join(text for text in (promise.condition, promise.window) if text)
    return f"{promise.kind.label}：{promise.allowance}" + (f"（{beside}）" if beside else "")


def averages(clocks: Iterable[ClockRow]) -> Mapping[ClockKind, int]:
    """Return how long it took on the mean from start to stop, to the minute of wall time, in seconds."""
    taken: dict[ClockKind, list[float]] = {}
    for row in clocks:
        if row.clock.stopped_at is not None:
            length = (row.clock.stopped_at - row.clock.starts_at).total_seconds()
            taken.setdefault(row.clock.kind, []).append(length)
    return {kind: max(60, round(sum(found) / len(found) / 60) * 60) for kind, found in taken.items()}


@dataclass(frozen=True)
class Open:
    """What is not settled at the moment of asking."""

    tickets: int
    waiting: int
    complaints: int
    disputes: int


def open_now(session: Session, viewer: User, now: datetime) -> Open:
    """Count what is open about the unit's projects, in one query."""
    mine = projects_seen(viewer, day_of(now))
    tickets = select(func.count()).select_from(Ticket).join(Ticket.project).where(mine)
    complaints = callbacks(viewer, now, "complaint").order_by(None).options()
    parts = (
        tickets.where(Ticket.state.not_in(ENDED)),
        tickets.where(Ticket.waiting > 0),
        complaints.with_only_columns(func.count(), maintain_column_froms=True),
        open_ones(viewer, now).with_only_columns(func.count(), maintain_column_froms=True),
    )
    row = session.execute(select(*(part.scalar_subquery() for part in parts))).one()
    return Open(*row)
