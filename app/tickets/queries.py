"""Reading tickets, always within what the viewer may see (S1)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, case, false, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from app.access import projects_seen
from models.contract import Project, Unit
from models.disputes import Dispute
from models.people import Assignment, User
from models.tickets import UNDER_WAY, Ticket, TicketClock, TicketEvent
from sla.clocks import PAUSABLE
from sla.errors import NotFound
from sla.vocab import ClockKind, Role, TicketKind, TicketState, Verdict
from sla.when import day_of

ENDED = (TicketState.CLOSED, TicketState.CANCELLED)
NOT_ENDED = tuple(state for state in TicketState if state not in ENDED)  # an index finds these at once
DECIDED_OTHERWISE = (Verdict.MET, Verdict.EXEMPT, Verdict.VOID)
SOON = timedelta(hours=4)
RECENT = 5  # projects


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to. ``state`` is open, all or a state; ``due`` is late, soon or risk.

    Without a state: what is open; or all that waits, for a closed ticket may still wait for a word; of what
    nobody was given, what somebody still has to be given.
    """

    state: str = ""
    kind: TicketKind | None = None
    project: int | None = None
    due: str = ""
    waiting: bool = False
    mine: bool = False
    unassigned: bool = False
    q: str = ""


@dataclass(frozen=True)
class Next:
    """The clock of a ticket that comes due next; ``still`` while it is paused."""

    kind: ClockKind
    due_at: datetime
    late: bool
    still: bool


def seen(viewer: User, now: datetime) -> Select[Ticket]:
    """Return the query for every ticket this viewer may see."""
    return select(Ticket).join(Ticket.project).where(projects_seen(viewer, day_of(now)))


def tickets(viewer: User, filters: Filters, now: datetime) -> Select[Ticket]:
    """Return the query for the list: what expires next first, what has ended last, newest first."""
    urgent = urgent_at()
    return (
        seen(viewer, now)
        .join(Project.unit)
        .where(*_conditions(viewer, filters, now))
        .options(
            contains_eager(Ticket.project).contains_eager(Project.unit),
            selectinload(Ticket.clocks),
            joinedload(Ticket.assignee),
        )
        .order_by(
            case((Ticket.state.in_(ENDED), 2), (urgent.is_(None), 1), else_=0),
            urgent,
            Ticket.reported_at.desc(),
            Ticket.id.desc(),
        )
    )


def urgent_at() -> ColumnElement[datetime]:
    """Return when the next clock of a ticket comes due, or came due without a stop."""
    return (
        select(func.min(TicketClock.due_at))
        .where(TicketClock.ticket_id == Ticket.id, counting())
        .correlate(Ticket)
        .scalar_subquery()
    )


def is_late(now: datetime) -> ColumnElement[bool]:
    """Return the condition that a clock of an open ticket is past due."""
    return and_(Ticket.state.in_(NOT_ENDED), urgent_at() < now)


def is_due_soon(now: datetime) -> ColumnElement[bool]:
    """Return the condition that the next clock of an open ticket comes due within a few hours."""
    return and_(Ticket.state.in_(NOT_ENDED), urgent_at() >= now, urgent_at() <= now + SOON)


def is_at_risk(now: datetime) -> ColumnElement[bool]:
    """Return the condition that an open ticket is late or will be within a few hours."""
    return and_(Ticket.state.in_(NOT_ENDED), urgent_at() <= now + SOON)


DUE = {"late": is_late, "soon": is_due_soon, "risk": is_at_risk}


def next_clocks(tickets: Iterable[Ticket], now: datetime) -> dict[int, Next | None]:
    """Return the clock to show for each of several tickets, by their ids."""
    return {ticket.id: next_clock(ticket, now) for ticket in tickets}


def next_clock(ticket: Ticket, now: datetime) -> Next | None:
    """Return the clock to show in a list; ``None`` when none counts any more."""
    if ticket.state in ENDED:
        return None
    still: list[TicketClock] = []
    counting: list[TicketClock] = []
    for clock in ticket.clocks:
        if clock.stopped_at is None and clock.verdict in (Verdict.RUNNING, Verdict.BREACHED):
            (still if _stands_still(ticket, clock) else counting).append(clock)
    for clocks, paused in ((counting, False), (still, True)):
        if clocks:
            first = min(clocks, key=lambda clock: clock.due_at)
            return Next(first.kind, first.due_at, not paused and first.due_at < now, paused)
    return None


def ticket_seen(session: Session, viewer: User, ticket_id: int, now: datetime) -> Ticket:
    """Return a ticket with all its page needs; out of scope is the same as not there (S1)."""
    ticket = session.scalar(
        seen(viewer, now)
        .where(Ticket.id == ticket_id)
        .options(
            contains_eager(Ticket.project).joinedload(Project.unit),
            joinedload(Ticket.opened_by),
            joinedload(Ticket.assignee),
            selectinload(Ticket.events).joinedload(TicketEvent.actor),
            selectinload(Ticket.disputes).selectinload(Dispute.steps),
            selectinload(Ticket.clocks),
        )
    )
    if ticket is None:
        raise NotFound("没有这张工单，或您无权查看")
    return ticket


def waiting_tickets(session: Session, viewer: User, now: datetime, limit: int) -> Sequence[Ticket]:
    """Return tickets in scope that wait for the unit, with their events, oldest report first."""
    found = session.scalars(
        seen(viewer, now)
        .where(Ticket.waiting > 0)
        .options(
            contains_eager(Ticket.project).joinedload(Project.unit),
            selectinload(Ticket.events).joinedload(TicketEvent.actor),
            joinedload(Ticket.disputes).joinedload(Dispute.steps),
        )
        .order_by(Ticket.reported_at, Ticket.id)
        .limit(limit)
    )
    return found.unique().all()


def projects(session: Session, viewer: User, now: datetime) -> Sequence[Project]:
    """Return the projects this viewer may see, in the order of the contract."""
    query = select(Project).where(projects_seen(viewer, day_of(now))).options(joinedload(Project.unit))
    return session.scalars(query.order_by(Project.seq)).all()


def recent_projects(session: Session, viewer: User) -> list[int]:
    """Return the ids of the projects this person last opened tickets for, the last one first."""
    last = func.max(Ticket.opened_at)
    query = select(Ticket.project_id).where(Ticket.opened_by_id == viewer.id).group_by(Ticket.project_id)
    return list(session.scalars(query.order_by(last.desc(), Ticket.project_id).limit(RECENT)))


def engineers(session: Session, project_id: int, now: datetime) -> Sequence[User]:
    """Return the engineers assigned to a project today: those a ticket can be given to."""
    today = day_of(now)
    return session.scalars(
        select(User)
        .join(Assignment)
        .where(
            Assignment.project_id == project_id,
            Assignment.from_day <= today,
            or_(Assignment.until_day.is_(None), Assignment.until_day > today),
            User.role == Role.ENGINEER,
            User.deactivated_at.is_(None),
        )
        .order_by(User.name, User.id)
        .distinct()
    ).all()


def people_named(session: Session, ids: set[int]) -> dict[int, str]:
    """Return the names of people that events speak of by id."""
    if not ids:
        return {}
    return {row.id: row.name for row in session.execute(select(User.id, User.name).where(User.id.in_(ids)))}


def counting() -> ColumnElement[bool]:
    """Return the condition that a clock is neither stopped nor standing still."""
    still = and_(
        Ticket.state == TicketState.PAUSED,
        TicketClock.kind.in_(PAUSABLE),
        TicketClock.verdict == Verdict.RUNNING,
    )
    # Said by what it is not: nobody is tempted to begin with the many clocks that were late once.
    unstopped = TicketClock.verdict.not_in(DECIDED_OTHERWISE)
    return and_(TicketClock.stopped_at.is_(None), unstopped, ~still)


def _stands_still(ticket: Ticket, clock: TicketClock) -> bool:
    paused = ticket.state is TicketState.PAUSED and clock.kind in PAUSABLE
    return paused and clock.verdict is Verdict.RUNNING


def _conditions(viewer: User, filters: Filters, now: datetime) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    state = filters.state or ("all" if filters.waiting else "open")
    if state == "open":
        found.append(Ticket.state.in_(NOT_ENDED))
    elif state != "all":
        found.append(Ticket.state == TicketState(state))
    if filters.kind:
        found.append(Ticket.kind == filters.kind)
    if filters.project is not None:
        found.append(Ticket.project_id == filters.project)
    if filters.due:
        found.append(DUE[filters.due](now))
    if filters.waiting:
        found.append(Ticket.waiting > 0)
    if filters.mine:
        found.append(or_(Ticket.assignee_id == viewer.id, Ticket.opened_by_id == viewer.id))
    if filters.unassigned:
        found.append(Ticket.assignee_id.is_(None) if filters.state else to_give())
    if filters.q:
        found.append(says(filters.q))
    return found


def to_give() -> ColumnElement[bool]:
    """Return the condition that nobody was given a ticket which still asks for somebody."""
    return and_(Ticket.state.in_(UNDER_WAY), Ticket.assignee_id.is_(None))


def says(text: str) -> ColumnElement[bool]:
    """Return the condition that number, title, description, place or unit contains a text."""
    digits = text.upper().removeprefix("GD")
    numbered = (
        Ticket.id == int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else false()
    )
    # By their ids, which are few: the rows of the tickets need not be joined to the names.
    of_units = select(Project.id).join(Project.unit).where(Unit.name.icontains(text, autoescape=True))
    texts = (Ticket.title, Ticket.place, Ticket.description)
    return or_(
        numbered,
        Ticket.project_id.in_(of_units),
        *(column.icontains(text, autoescape=True) for column in texts),
    )
