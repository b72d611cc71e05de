"""The longer lists of the duty pages, always within what the viewer may see (S1)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.access import projects_seen
from app.duties.queries import (
    Filters,
    drafts,
    in_state,
    obligations_seen,
    occurrences,
    waiting,
    works_seen,
)
from app.tickets.queries import ENDED
from models.contract import Obligation, Project, Unit
from models.duties import CycleChange, Occurrence, Work, WorkLine
from models.people import User
from models.tickets import Ticket
from sla.errors import NotFound
from sla.vocab import ItemResult, OccurrenceState, Standing
from sla.when import day_of, parse_month

# What the list of duties can be narrowed to; what has not opened yet is in none of them but "all".
SHOWN: dict[str, tuple[str, tuple[OccurrenceState, ...]]] = {
    "due": ("现在要做", (OccurrenceState.PENDING,)),
    "missed": ("未完成", (OccurrenceState.MISSED,)),
    "late": ("逾期完成", (OccurrenceState.LATE,)),
    "done": ("已完成", (OccurrenceState.DONE,)),
    "waived": ("已豁免", (OccurrenceState.WAIVED,)),
    "all": ("全部", tuple(OccurrenceState)),
}


@dataclass(frozen=True)
class Record:
    """A work in a list: how many lines it has and how many of them are abnormal."""

    work: Work
    lines: int
    abnormal: int


def wanted(said: dict[str, Any]) -> Filters:
    """Return what an address says a list is narrowed to."""
    month = parse_month(said["month"]) if said["month"] else None
    return Filters(said["project"], said["unit"], month, said["until"], said["what"])


def begun(viewer: User, now: datetime, show: str, filters: Filters) -> Select[Occurrence]:
    """Return the query for the occurrences that have opened and stand in one way, or for all there are.

    What is to be done, and all, come in the order in which they close; the rest, the latest first.
    """
    if show == "all":
        return occurrences(viewer, now, filters)
    words = [state.value for state in SHOWN[show][1]]
    query = occurrences(viewer, now, filters).where(Occurrence.opens_at <= now, in_state(now).in_(words))
    if show == "due":
        return query
    return query.order_by(None).order_by(
        Occurrence.closes_at.desc(), Occurrence.project_id, Occurrence.id.desc()
    )


def own_drafts(session: Session, viewer: User, now: datetime) -> dict[int, Work]:
    """Return what this person has begun, by the occurrence it is for."""
    return {one.id: work for work in drafts(session, viewer, now) for one in work.occurrences}


def project(session: Session, viewer: User, seq: int, now: datetime) -> Project:
    """Return a project by its number in the tender; out of scope is the same as not there (S1)."""
    found = session.scalar(
        select(Project)
        .where(Project.seq == seq, projects_seen(viewer, day_of(now)))
        .options(joinedload(Project.unit))
    )
    if found is None:
        raise NotFound("没有找到这个运维项目")
    return found


def projects(session: Session, viewer: User, now: datetime) -> Sequence[Project]:
    """Return the projects a viewer sees, in the tender's order."""
    query = select(Project).where(projects_seen(viewer, day_of(now))).options(joinedload(Project.unit))
    return session.scalars(query.order_by(Project.seq)).all()


def units(found: Iterable[Project]) -> list[Unit]:
    """Return the units of projects, each once, where its first project stands."""
    return list({project.unit_id: project.unit for project in found}.values())


def obligations_of(
    session: Session, viewer: User, project_id: int | None, now: datetime
) -> Sequence[Obligation]:
    """Return the obligations of a project, or those of the whole contract."""
    mine = Obligation.project_id == project_id if project_id else Obligation.project_id.is_(None)
    query = select(Obligation).where(mine, obligations_seen(viewer, day_of(now)))
    return session.scalars(query.order_by(Obligation.line, Obligation.id)).all()


def records(viewer: User, now: datetime, standing: Standing | None) -> Select[Work]:
    """Return the query for finished works of a standing; what waits comes the oldest first."""
    if standing is Standing.PENDING:
        return waiting(viewer, now)
    query = select(Work).where(works_seen(viewer, day_of(now)), Work.finished_at.is_not(None))
    if standing is not None:
        query = query.where(Work.standing == standing)
    return query.options(
        joinedload(Work.obligation),
        joinedload(Work.project).joinedload(Project.unit),
        joinedload(Work.by),
        joinedload(Work.decided_by),
        selectinload(Work.occurrences),
    ).order_by(Work.recorded_at.desc(), Work.id.desc())


def counted(session: Session, works: Iterable[Work]) -> list[Record]:
    """Return works with the number of their lines, in one query."""
    found = list(works)
    rows = session.execute(
        select(
            WorkLine.work_id,
            func.count(),
            func.count().filter(WorkLine.result == ItemResult.ABNORMAL),
        )
        .where(WorkLine.work_id.in_([work.id for work in found]))
        .group_by(WorkLine.work_id)
    )
    counts = {work_id: (lines, abnormal) for work_id, lines, abnormal in rows}
    return [Record(work, *counts.get(work.id, (0, 0))) for work in found]


def linked_tickets(session: Session, viewer: User, work: Work, now: datetime) -> dict[int, Ticket]:
    """Return the tickets of a work's lines, by id."""
    ids = [line.ticket_id for line in work.lines if line.ticket_id is not None]
    if not ids:
        return {}
    query = select(Ticket).join(Ticket.project)
    found = session.scalars(query.where(Ticket.id.in_(ids), projects_seen(viewer, day_of(now))))
    return {ticket.id: ticket for ticket in found}


def open_tickets(session: Session, viewer: User, project_id: int, now: datetime) -> Sequence[Ticket]:
    """Return the open tickets of a project, the newest first: an abnormal line may belong to one of them."""
    query = select(Ticket).join(Ticket.project).where(projects_seen(viewer, day_of(now)))
    query = query.where(Ticket.project_id == project_id, Ticket.state.not_in(ENDED))
    return session.scalars(query.order_by(Ticket.id.desc())).all()


def works_behind(session: Session, viewer: User, ticket_id: int, now: datetime) -> Sequence[Work]:
    """Return the finished works with a line that belongs to a ticket (O4)."""
    lines = select(WorkLine.work_id).where(WorkLine.ticket_id == ticket_id)
    query = select(Work).where(
        Work.id.in_(lines), works_seen(viewer, day_of(now)), Work.finished_at.is_not(None)
    )
    return session.scalars(query.options(joinedload(Work.obligation)).order_by(Work.id)).all()


def outstanding(session: Session, viewer: User, obligation_id: int, now: datetime) -> Sequence[Occurrence]:
    """Return what of an obligation has opened and is neither done nor waived, the latest first."""
    query = occurrences(viewer, now).where(
        Occurrence.obligation_id == obligation_id,
        Occurrence.opens_at <= now,
        Occurrence.done_at.is_(None),
        Occurrence.waived_at.is_(None),
    )
    return session.scalars(query.order_by(None).order_by(Occurrence.closes_at.desc()).limit(20)).all()


def cycle_changes(
    session: Session, viewer: User, now: datetime, obligation_id: int | None = None
) -> Sequence[CycleChange]:
    """Return the agreed cycles, the latest first."""
    query = (
        select(CycleChange)
        .join(CycleChange.obligation)
        .where(obligations_seen(viewer, day_of(now)))
        .options(
            joinedload(CycleChange.obligation).joinedload(Obligation.project),
            joinedload(CycleChange.approved_by),
        )
    )
    if obligation_id is not None:
        query = query.where(CycleChange.obligation_id == obligation_id)
    return session.scalars(query.order_by(CycleChange.from_day.desc(), CycleChange.id.desc())).all()


def agreeable(session: Session, viewer: User, now: datetime, text: str, limit: int) -> Sequence[Obligation]:
    """Return obligations whose name, project or number contains what somebody looks for."""
    query = (
        select(Obligation)
        .outerjoin(Project, Project.id == Obligation.project_id)
        .where(obligations_seen(viewer, day_of(now)))
        .options(joinedload(Obligation.project))
        .order_by(Project.seq.is_(None), Project.seq, Obligation.line, Obligation.id)
    )
    names = [column.contains(text, autoescape=True) for column in (Obligation.what, Project.name)]
    row = [Project.seq == int(text)] if text.isascii() and text.isdigit() and len(text) < 5 else []
    return session.scalars(query.where(or_(*names, *row)).limit(limit)).all()


def named(session: Session, ids: Iterable[int]) -> dict[int, Obligation]:
    """Return obligations with their projects, by id."""
    query = select(Obligation).where(Obligation.id.in_(list(ids))).options(joinedload(Obligation.project))
    return {one.id: one for one in session.scalars(query)}
