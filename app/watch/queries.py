"""What the jobs look for, who is to be told, and what a viewer has been told (S1)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    ScalarSelect,
    Select,
    UpdateBase,
    and_,
    exists,
    false,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Session, joinedload, selectinload

from app.access import SEE_ALL, projects_seen
from models.contract import Obligation, Project, Unit
from models.disputes import Dispute
from models.duties import Occurrence, OccurrenceWork, Work
from models.people import Assignment, User
from models.tickets import Ticket, TicketClock, TicketMilestone
from models.watch import JobRun, Notice
from sla.errors import NotFound
from sla.vocab import EventKind, Role, Standing, TicketState
from sla.when import day_of

NOT_TOLD = frozenset({Role.ADMIN, Role.AUDITOR})  # the one has no business data, the other only reads


# -- what the jobs look for ---------------------------------------------------------------------------


def tickets_to_look_at(session: Session, now: datetime) -> list[int]:
    """Return the tickets with a clock somebody is to be told of by now, the longest overdue first."""
    found = session.scalars(
        select(TicketClock.ticket_id).where(TicketClock.tell_at <= now).order_by(TicketClock.tell_at)
    )
    return list(dict.fromkeys(found))


def tickets_long_claimed(session: Session, before: datetime) -> list[int]:
    """Return the tickets that still wait for acceptance of a claim recorded before an instant."""
    claimed = exists().where(
        TicketMilestone.ticket_id == Ticket.id,
        TicketMilestone.kind == EventKind.RECOVERY_CLAIMED,
        TicketMilestone.recorded_at < before,
    )
    query = select(Ticket.id).where(Ticket.state == TicketState.CLAIMED, claimed)
    return list(session.scalars(query.order_by(Ticket.id)))


def unsettled_tickets(session: Session) -> list[int]:
    """Return the tickets that time alone may still change."""
    return list(session.scalars(select(Ticket.id).where(Ticket.settled.is_(False)).order_by(Ticket.id)))


def settled_tickets(session: Session, after: int, limit: int) -> Sequence[Ticket]:
    """Return the next settled tickets, with the rows that cache what their events amount to."""
    held = joinedload(Ticket.project), selectinload(Ticket.clocks), selectinload(Ticket.milestones)
    query = select(Ticket).where(Ticket.settled, Ticket.id > after).options(*held)
    return session.scalars(query.order_by(Ticket.id).limit(limit)).all()


def waiting_tickets(session: Session) -> Sequence[Ticket]:
    """Return the tickets of which something waits for the unit."""
    query = select(Ticket).where(Ticket.settled.is_(False), Ticket.waiting > 0)
    return session.scalars(
        query.options(joinedload(Ticket.project).joinedload(Project.unit)).order_by(Ticket.id)
    ).all()


def waiting_works(session: Session, before: datetime) -> Sequence[Work]:
    """Return the back-entered works recorded before an instant that the unit has not decided about (C12)."""
    return session.scalars(
        select(Work)
        .where(
            Work.backentered,
            Work.standing == Standing.PENDING,
            Work.recorded_at < before,
            Work.project_id.is_not(None),
        )
        .options(joinedload(Work.project).joinedload(Project.unit))
        .order_by(Work.id)
    ).all()


def tickets_locked(session: Session, ids: Sequence[int]) -> Sequence[Ticket]:
    """Return tickets with all that deriving and storing needs, locked until the transaction ends."""
    held = selectinload(Ticket.events), selectinload(Ticket.clocks), selectinload(Ticket.milestones)
    disputes = selectinload(Ticket.disputes).selectinload(Dispute.steps)
    return session.scalars(
        select(Ticket)
        .where(Ticket.id.in_(ids))
        .options(joinedload(Ticket.project).joinedload(Project.unit), *held, disputes)
        .order_by(Ticket.id)
        .with_for_update(of=Ticket)
        .execution_options(populate_existing=True)
    ).all()


def undone_occurrences(session: Session, after: datetime, until: datetime) -> Sequence[Occurrence]:
    """Return what is neither done nor waived and closes in ``(after, until]``, the first to close first."""
    held = (
        joinedload(Occurrence.obligation).load_only(Obligation.what),
        joinedload(Occurrence.project).joinedload(Project.unit),
    )
    return session.scalars(
        select(Occurrence)
        .where(
            Occurrence.closes_at > after,
            Occurrence.closes_at <= until,
            Occurrence.done_at.is_(None),
            Occurrence.waived_at.is_(None),
        )
        .options(*held)
        .order_by(Occurrence.closes_at, Occurrence.project_id, Occurrence.id)
    ).all()


def rejected_undone(session: Session, after: datetime, until: datetime) -> Sequence[tuple[Work, Occurrence]]:
    """Return works rejected in ``(after, until]`` with the duties that had closed before and are not done."""
    query = (
        select(Work, Occurrence)
        .join(OccurrenceWork, OccurrenceWork.work_id == Work.id)
        .join(Occurrence, Occurrence.id == OccurrenceWork.occurrence_id)
        .where(
            Work.standing == Standing.REJECTED,
            Work.decided_at > after,
            Work.decided_at <= until,
            Occurrence.closes_at <= after,
            Occurrence.done_at.is_(None),
            Occurrence.waived_at.is_(None),
        )
        .options(joinedload(Work.obligation), joinedload(Occurrence.project))
        .order_by(Work.decided_at, Work.id, Occurrence.id)
    )
    return [(work, one) for work, one in session.execute(query)]


def affected(session: Session, statement: UpdateBase) -> int:
    """Carry out a change of rows and return how many there were."""
    return cast("CursorResult[Any]", session.execute(statement)).rowcount


def last_success(session: Session, job: str) -> datetime | None:
    """Return when a job last began a run in which all went well."""
    well = JobRun.job == job, JobRun.finished_at.is_not(None), JobRun.error == ""
    return session.scalar(select(JobRun.started_at).where(*well).order_by(JobRun.started_at.desc()).limit(1))


# -- who is to be told --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Audience:
    """Who there is to be told, read once a pass: by role, by project assigned today, by unit (S1)."""

    roles: dict[Role, list[int]]
    engineers: dict[int, list[int]]
    contacts: dict[int, list[int]]

    def engineers_of(self, project_id: int, assignee_id: int | None = None) -> list[int]:
        """Return the engineer a ticket was given to, else all of the project, else the managers."""
        found = self.engineers.get(project_id, [])
        if assignee_id in found:
            found = [assignee_id]
        return found or self.roles[Role.MANAGER]

    def contacts_of(self, unit: Unit) -> list[int]:
        """Return the contacts of a unit, and of the unit it belongs to."""
        above = self.contacts.get(unit.parent_id, []) if unit.parent_id is not None else []
        return [*self.contacts.get(unit.id, []), *above]


def audience(session: Session, today: date) -> Audience:
    """Return everybody who may be told something today, in two queries."""
    roles: dict[Role, list[int]] = {role: [] for role in Role}
    contacts: dict[int, list[int]] = defaultdict(list)
    people = session.execute(
        select(User.id, User.role, User.unit_id).where(User.deactivated_at.is_(None)).order_by(User.id)
    )
    for user_id, role, unit_id in people:
        roles[role].append(user_id)
        if unit_id is not None:
            contacts[unit_id].append(user_id)
    engineers: dict[int, list[int]] = defaultdict(list)
    known = set(roles[Role.ENGINEER])
    assigned = session.execute(
        select(Assignment.project_id, Assignment.user_id)
        .where(
            Assignment.from_day <= today,
            or_(Assignment.until_day.is_(None), Assignment.until_day > today),
        )
        .order_by(Assignment.user_id)
        .distinct()
    )
    for project_id, user_id in assigned:
        if user_id in known:
            engineers[project_id].append(user_id)
    return Audience(roles, engineers, contacts)


# -- what a viewer has been told ------------------------------------------------------------------------


def notices(viewer: User, now: datetime) -> Select[Notice]:
    """Return the query for what this person was told, newest first."""
    query = select(Notice).where(notices_seen(viewer, now))
    return query.order_by(Notice.created_at.desc(), Notice.happened_at.desc(), Notice.id.desc())


def notices_seen(viewer: User, now: datetime) -> ColumnElement[bool]:
    """Return the condition on ``Notice``: one's own, about what one may still see (S1)."""
    if viewer.role in NOT_TOLD:
        return false()
    own = Notice.user_id == viewer.id
    if viewer.role in SEE_ALL:
        return own
    seen = select(Project.id).where(projects_seen(viewer, day_of(now)))
    return and_(own, or_(Notice.project_id.is_(None), Notice.project_id.in_(seen)))


def unread(viewer: User, now: datetime) -> ScalarSelect[int]:
    """Return, as a part of a query, how much this person was told and has not read yet."""
    query = select(func.count()).select_from(Notice)
    return query.where(notices_seen(viewer, now), Notice.read_at.is_(None)).scalar_subquery()


def last_notice(session: Session, viewer: User, now: datetime) -> int:
    """Return the number of the last notice there is for this person, 0 if there is none."""
    return session.scalar(select(func.max(Notice.id)).where(notices_seen(viewer, now))) or 0


def notice_seen(session: Session, viewer: User, notice_id: int, now: datetime) -> Notice:
    """Return one notice of the viewer's own; anybody else's is ``NotFound`` (S1)."""
    found = session.scalar(select(Notice).where(Notice.id == notice_id, notices_seen(viewer, now)))
    if found is None:
        raise NotFound("没有这条通知")
    return found


def told_already(session: Session, user_ids: Iterable[int], key: str) -> set[int]:
    """Return those of some people who were told this before."""
    query = select(Notice.user_id).where(Notice.user_id.in_(set(user_ids)), Notice.key == key)
    return set(session.scalars(query))
