"""Reading disputes, always within what the viewer may see (S1), and whose turn it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, false, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from app.access import projects_seen
from app.tickets.derivation import current_rules
from models.contract import Project
from models.disputes import Dispute, DisputeStep
from models.duties import Occurrence
from models.people import User
from models.tickets import Ticket
from sla.disputes import Course, DisputeState, StepKind, course
from sla.errors import NotFound
from sla.vocab import SIDES, ClockKind, Role, Side
from sla.when import day_of

READERS = frozenset({Role.CONTACT, Role.ENGINEER, Role.MANAGER, Role.BUREAU, Role.AUDITOR})
SEE_ALL = frozenset({Role.MANAGER, Role.BUREAU, Role.AUDITOR})
OPEN = (StepKind.ADMITTED, StepKind.CLAIMED, StepKind.COMMENTED, StepKind.REVIEW_ASKED)
# What the list can be narrowed to; "turn" is what waits for the viewer.
SHOWN = {"open": "办理中", "granted": "免责成立", "refused": "免责不成立", "all": "全部"}


def disputes_seen(viewer: User, today: date) -> ColumnElement[bool]:
    """Return the condition on ``Dispute`` that this viewer's scope puts (S1).

    Those of a project are for whoever sees it, except the hotline; those about duties of the whole contract
    for the two parties and the auditor.
    """
    if viewer.role in SEE_ALL:
        return true()
    if viewer.role not in READERS:
        return false()
    return Dispute.project_id.in_(select(Project.id).where(projects_seen(viewer, today)))


def disputes(viewer: User, now: datetime, show: str, project: int | None) -> Select[Dispute]:
    """Return the query for the list, the newest first; ``project`` is its number in the tender."""
    query = select(Dispute).where(disputes_seen(viewer, day_of(now))).options(*_loaded())
    if project is not None:
        query = query.where(Dispute.project_id.in_(select(Project.id).where(Project.seq == project)))
    if show == "open":
        query = query.where(_last(DisputeStep.kind).in_(OPEN))
    elif show in ("granted", "refused"):
        closed = _last(DisputeStep.kind).not_in(OPEN)
        query = query.where(closed, _last(DisputeStep.granted).is_(show == "granted"))
    return query.order_by(Dispute.id.desc())


def open_ones(viewer: User, now: datetime) -> Select[Dispute]:
    """Return the query for the disputes in scope that are under way, bare: to be counted."""
    return select(Dispute).where(disputes_seen(viewer, day_of(now)), _last(DisputeStep.kind).in_(OPEN))


def dispute_seen(session: Session, viewer: User, dispute_id: int, now: datetime) -> Dispute:
    """Return a dispute with all its page needs; out of scope is the same as not there (S1)."""
    found = session.scalar(
        select(Dispute)
        .where(Dispute.id == dispute_id, disputes_seen(viewer, day_of(now)))
        .options(*_loaded(), selectinload(Dispute.steps).joinedload(DisputeStep.by))
    )
    if found is None:
        raise NotFound("没有这项争议，或您无权查看")
    return found


def on_ticket(viewer: User, ticket: Ticket) -> Sequence[Dispute]:
    """Return the disputes about the clocks of a ticket this viewer sees: who sees it sees them, but the
    hotline."""
    return ticket.disputes if viewer.role in READERS else []


def on_occurrence(session: Session, viewer: User, occurrence_id: int, now: datetime) -> Sequence[Dispute]:
    """Return the dispute about one time a duty fell due, as a list of at most one."""
    query = select(Dispute).where(Dispute.occurrence_id == occurrence_id, disputes_seen(viewer, day_of(now)))
    return session.scalars(query.options(selectinload(Dispute.steps))).all()


def course_of(session: Session, dispute: Dispute, now: datetime) -> Course:
    """Return how a dispute stands."""
    return course(dispute.facts, dispute.project_id is not None, current_rules(session).book, now)


def waiting_for(session: Session, viewer: User, now: datetime) -> list[tuple[Dispute, Course]]:
    """Return the disputes in which it is this viewer's turn, what has to be done first coming first.

    The unit's comment, the bureau's decision, its review by somebody who has not decided before, and the
    claim the manager was admitted to.
    """
    if viewer.role not in (Role.CONTACT, Role.BUREAU, Role.MANAGER):
        return []
    few = _loaded(joinedload(Dispute.steps))  # all of them in one query
    query = open_ones(viewer, now).options(*few).order_by(Dispute.id.desc())
    found = [(one, course_of(session, one, now)) for one in session.scalars(query).unique()]
    mine = [(one, its) for one, its in found if its.turn is SIDES[viewer.role] and may_act(viewer, one, its)]
    return sorted(mine, key=lambda pair: (pair[1].until or now, pair[0].id))


def may_act(viewer: User, dispute: Dispute, its: Course) -> bool:
    """Tell whether this person of the side whose turn it is may take it: nobody decides what is the own."""
    if its.turn is not Side.BUREAU:
        return viewer.role is not Role.ENGINEER
    return viewer.role is Role.BUREAU and not bars(viewer, dispute, its.state is DisputeState.REVIEWING)


def bars(person: User, dispute: Dispute, review: bool) -> bool:
    """Tell whether what somebody has said in a dispute bars them from deciding it, or from reviewing it."""
    barring = {StepKind.CLAIMED, StepKind.COMMENTED, StepKind.REVIEW_ASKED}
    if review:
        barring.add(StepKind.DECIDED)
    return any(step.by_id == person.id and step.kind in barring for step in dispute.steps)


def granted_at(session: Session, ticket_ids: Iterable[int]) -> dict[tuple[int, ClockKind, int], datetime]:
    """Return when each exemption that holds now was granted, by ticket, kind and round.

    Whoever corrects a frozen month needs it: a breach counts as one until then (M1).
    """
    about = select(Dispute).where(Dispute.ticket_id.in_(list(ticket_ids)))
    found: dict[tuple[int, ClockKind, int], datetime] = {}
    for one in session.scalars(about.options(selectinload(Dispute.steps))):
        if one.granted and one.ticket_id and one.clock_key:
            found[one.ticket_id, *one.clock_key] = _granted_since(one)
    return found


def _granted_since(dispute: Dispute) -> datetime:
    """Return when the exemption that holds was granted first: a review that agrees changes nothing."""
    since = dispute.opened_at
    before = False
    for step in dispute.steps:
        if step.granted is not None:
            since = step.at if step.granted and not before else since
            before = step.granted
    return since


def _last(column: InstrumentedAttribute[Any]) -> ColumnElement[Any]:
    """Return a column of a dispute's last step."""
    return (
        select(column)
        .where(DisputeStep.dispute_id == Dispute.id)
        .order_by(DisputeStep.seq.desc())
        .limit(1)
        .correlate(Dispute)
        .scalar_subquery()
    )


def _loaded(steps: ORMOption | None = None) -> tuple[ORMOption, ...]:
    return (
        joinedload(Dispute.project).joinedload(Project.unit),
        joinedload(Dispute.ticket).load_only(Ticket.title),
        joinedload(Dispute.occurrence).joinedload(Occurrence.obligation),
        selectinload(Dispute.steps) if steps is None else steps,
    )
