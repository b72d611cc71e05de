"""Reading duties, always within what the viewer may see (S1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, case, false, func, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from app.access import projects_seen
from app.duties.groups import in_group
from models.checklists import ChecklistVersion
from models.contract import Obligation, Project, ServiceYear, Unit
from models.duties import CycleChange, DeclaredPeriod, Occurrence, Work, WorkLine
from models.people import User
from sla.errors import NotFound
from sla.obligations import state_of
from sla.vocab import Cycle, OccurrenceState, PeriodKind, Role, Standing
from sla.when import day_of, end_of, month_bounds, start_of

SEE_CONTRACT_WIDE = frozenset({Role.BUREAU, Role.AUDITOR, Role.MANAGER})


@dataclass(frozen=True)
class Listed:
    """An occurrence and how it stands now (O3)."""

    occurrence: Occurrence
    state: OccurrenceState


@dataclass(frozen=True)
class Filters:
    """What a list of occurrences is narrowed to."""

    project: int | None = None  # its number in the tender
    unit: int | None = None  # its id; those of its sub-units are shown with it
    month: date | None = None  # of the last day of the window (F1)
    until: date | None = None  # those that close on this day or before
    group: str = ""  # one of ``groups.GROUPS``
    kinds: tuple[str, ...] = ()
    states: tuple[OccurrenceState, ...] = ()
    inspections: bool | None = None  # only those with a checklist, or only those without


def occurrences_seen(viewer: User, today: date) -> ColumnElement[bool]:
    """Return the condition on ``Occurrence`` that this viewer's scope puts (S1)."""
    return _seen(Occurrence.project_id, viewer, today)


def works_seen(viewer: User, today: date) -> ColumnElement[bool]:
    """Return the condition on ``Work`` that this viewer's scope puts (S1)."""
    return _seen(Work.project_id, viewer, today)


def obligations_seen(viewer: User, today: date) -> ColumnElement[bool]:
    """Return the condition on ``Obligation`` that this viewer's scope puts (S1)."""
    return _seen(Obligation.project_id, viewer, today)


def in_state(now: datetime) -> ColumnElement[str]:
    """Return how an occurrence stands at ``now``, for the database to sort, filter and count by (O3)."""
    done = Occurrence.done_at
    return case(
        (Occurrence.waived_at.is_not(None), literal(OccurrenceState.WAIVED.value)),
        (and_(done.is_not(None), done < Occurrence.closes_at), literal(OccurrenceState.DONE.value)),
        (done.is_not(None), literal(OccurrenceState.LATE.value)),
        (Occurrence.closes_at <= now, literal(OccurrenceState.MISSED.value)),
        else_=literal(OccurrenceState.PENDING.value),
    )


def listed(occurrence: Occurrence, now: datetime) -> Listed:
    """Return an occurrence with its state at ``now``."""
    waived = occurrence.waived_at is not None
    return Listed(occurrence, state_of(occurrence.slot, occurrence.done_at, waived, now))


def occurrences(viewer: User, now: datetime, filters: Filters | None = None) -> Select[Occurrence]:
    """Return the query for every occurrence this viewer sees, what closes first first."""
    filters = filters or Filters()
    query = (
        select(Occurrence)
        .join(Occurrence.obligation)
        .where(occurrences_seen(viewer, day_of(now)))
        .options(*_shown())
        .order_by(Occurrence.closes_at, Occurrence.project_id, Occurrence.id)
    )
    if filters.project is not None:
        query = query.where(
            Occurrence.project_id.in_(select(Project.id).where(Project.seq == filters.project))
        )
    if filters.unit is not None:
        query = query.where(Occurrence.project_id.in_(_of_unit(filters.unit)))
    if filters.month is not None:
        query = query.where(closes_in(filters.month))
    if filters.until is not None:
        query = query.where(Occurrence.closes_at <= end_of(filters.until))
    if filters.group:
        query = query.where(in_group(filters.group))
    if filters.kinds:
        query = query.where(Obligation.kind.in_(filters.kinds))
    if filters.states:
        query = query.where(in_state(now).in_([state.value for state in filters.states]))
    if filters.inspections is not None:
        query = query.where(Obligation.checklist.is_not(None) == filters.inspections)
    return query


def closes_in(month: date) -> ColumnElement[bool]:
    """Return the condition that an occurrence counts in a month: that of its window's last day (F1)."""
    start, end = month_bounds(month)
    return and_(Occurrence.closes_at > start, Occurrence.closes_at <= end)


def open_now(session: Session, viewer: User, now: datetime, filters: Filters | None = None) -> list[Listed]:
    """Return what can be done now and is not done yet: today's duties with those of the week or month."""
    query = occurrences(viewer, now, filters).where(
        Occurrence.opens_at <= now,
        Occurrence.closes_at > now,
        Occurrence.done_at.is_(None),
        Occurrence.waived_at.is_(None),
    )
    return _listed(session, query, now)


def between(
    session: Session, viewer: User, first: date, last: date, now: datetime, filters: Filters | None = None
) -> list[Listed]:
    """Return the occurrences that overlap a range of Shanghai days, both included."""
    query = occurrences(viewer, now, filters).where(
        Occurrence.opens_at < end_of(last), Occurrence.closes_at > start_of(first)
    )
    return _listed(session, query, now)


def missed(
    session: Session, viewer: User, now: datetime, limit: int, filters: Filters | None = None
) -> list[Listed]:
    """Return the duties that were missed and nobody has done or waived, the latest first."""
    query = (
        occurrences(viewer, now, filters)
        .where(Occurrence.closes_at <= now, Occurrence.done_at.is_(None), Occurrence.waived_at.is_(None))
        .order_by(None)
        .order_by(Occurrence.closes_at.desc(), Occurrence.project_id, Occurrence.id)
        .limit(limit)
    )
    return _listed(session, query, now)


def state_counts(
    session: Session, viewer: User, first: date, last: date, now: datetime
) -> dict[int | None, dict[OccurrenceState, int]]:
    """Count the occurrences that close in a range of days, by project's number and state.

    One query. ``None`` stands for the duties of the whole contract.
    """
    state = in_state(now).label("state")
    rows = session.execute(
        select(Project.seq, state, func.count())
        .select_from(Occurrence)
        .outerjoin(Project, Project.id == Occurrence.project_id)
        .where(
            occurrences_seen(viewer, day_of(now)),
            Occurrence.closes_at > start_of(first),
            Occurrence.closes_at <= end_of(last),
        )
        .group_by(Project.seq, state)
    )
    counts: dict[int | None, dict[OccurrenceState, int]] = {}
    for seq, word, number in rows:
        counts.setdefault(seq, {})[OccurrenceState(word)] = number
    return counts


def occurrence(session: Session, viewer: User, occurrence_id: int, now: datetime) -> Listed:
    """Return one occurrence with its works; out of scope is the same as not there (S1)."""
    found = session.scalar(
        select(Occurrence)
        .where(Occurrence.id == occurrence_id, occurrences_seen(viewer, day_of(now)))
        .options(
            *_shown(),
            joinedload(Occurrence.waived_by),
            selectinload(Occurrence.works).options(joinedload(Work.by), joinedload(Work.decided_by)),
        )
    )
    if found is None:
        raise NotFound("没有这项应办，或您无权查看")
    return listed(found, now)


def work(session: Session, viewer: User, work_id: int, now: datetime) -> Work:
    """Return one work with all its page needs; out of scope is the same as not there (S1).

    A draft is seen by whoever began it, and by nobody else.
    """
    found = session.scalar(
        select(Work)
        .where(
            Work.id == work_id,
            works_seen(viewer, day_of(now)),
            or_(Work.finished_at.is_not(None), Work.by_id == viewer.id),
        )
        .options(
            *_with_work(),
            joinedload(Work.checklist).options(
                joinedload(ChecklistVersion.checklist), selectinload(ChecklistVersion.items)
            ),
            selectinload(Work.lines).joinedload(WorkLine.item),
            selectinload(Work.occurrences),
        )
    )
    if found is None:
        raise NotFound("没有这份记录，或您无权查看")
    return found


def drafts(session: Session, viewer: User, now: datetime) -> Sequence[Work]:
    """Return what this person has begun and not finished, the latest first."""
    query = select(Work).where(
        Work.by_id == viewer.id, Work.finished_at.is_(None), works_seen(viewer, day_of(now))
    )
    options = (*_with_work(), selectinload(Work.occurrences))
    return session.scalars(query.options(*options).order_by(Work.id.desc())).all()


def waiting(viewer: User, now: datetime, only_backentries: bool = False) -> Select[Work]:
    """Return the query for finished works nobody has decided on, the oldest first."""
    query = select(Work).where(
        works_seen(viewer, day_of(now)), Work.finished_at.is_not(None), Work.standing == Standing.PENDING
    )
    if only_backentries:
        query = query.where(Work.backentered)
    options = (*_with_work(), selectinload(Work.occurrences))
    return query.options(*options).order_by(Work.recorded_at, Work.id)


def works_of(session: Session, viewer: User, obligation_id: int, now: datetime, limit: int) -> Sequence[Work]:
    """Return the finished works of an obligation, the latest first."""
    query = select(Work).where(
        Work.obligation_id == obligation_id, works_seen(viewer, day_of(now)), Work.finished_at.is_not(None)
    )
    options = (*_with_work(), selectinload(Work.occurrences))
    return session.scalars(query.options(*options).order_by(Work.occurred_at.desc()).limit(limit)).all()


def obligation(session: Session, viewer: User, obligation_id: int, now: datetime) -> Obligation:
    """Return one obligation; out of scope is the same as not there (S1)."""
    found = session.scalar(
        select(Obligation)
        .where(Obligation.id == obligation_id, obligations_seen(viewer, day_of(now)))
        .options(joinedload(Obligation.project).joinedload(Project.unit))
    )
    if found is None:
        raise NotFound("没有这项义务，或您无权查看")
    return found


def obligations(session: Session, viewer: User, now: datetime) -> Sequence[Obligation]:
    """Return every obligation this viewer sees, those of the whole contract last."""
    query = (
        select(Obligation)
        .outerjoin(Project, Project.id == Obligation.project_id)
        .where(obligations_seen(viewer, day_of(now)))
        .options(joinedload(Obligation.project).joinedload(Project.unit))
        .order_by(Project.seq.is_(None), Project.seq, Obligation.line, Obligation.id)
    )
    return session.scalars(query).all()


def cycles_on(session: Session, day: date) -> dict[int, Cycle]:
    """Return the agreed cycles in force on a day, by obligation; the others keep the contract's (O1)."""
    changes = session.scalars(
        select(CycleChange).where(CycleChange.from_day <= day).order_by(CycleChange.from_day)
    )
    return {change.obligation_id: change.cycle for change in changes}


def periods(session: Session, kind: PeriodKind | None = None) -> Sequence[DeclaredPeriod]:
    """Return the declared periods that were not withdrawn, the latest first."""
    query = select(DeclaredPeriod).where(DeclaredPeriod.withdrawn_at.is_(None))
    if kind is not None:
        query = query.where(DeclaredPeriod.kind == kind)
    options = (joinedload(DeclaredPeriod.project), joinedload(DeclaredPeriod.declared_by))
    return session.scalars(query.options(*options).order_by(DeclaredPeriod.first_day.desc())).all()


def years(session: Session) -> Sequence[ServiceYear]:
    """Return the service years that were opened, the first one first."""
    return session.scalars(select(ServiceYear).order_by(ServiceYear.number)).all()


def _seen(column: InstrumentedAttribute[int | None], viewer: User, today: date) -> ColumnElement[bool]:
    of_projects = column.in_(select(Project.id).where(projects_seen(viewer, today)))
    if viewer.role in SEE_CONTRACT_WIDE:
        return or_(of_projects, column.is_(None))
    return false() if viewer.role is Role.ADMIN else of_projects


def _of_unit(unit_id: int) -> Select[int]:
    units = select(Unit.id).where(or_(Unit.id == unit_id, Unit.parent_id == unit_id))
    return select(Project.id).where(Project.unit_id.in_(units))


def _shown() -> tuple[ORMOption, ...]:
    return joinedload(Occurrence.obligation), joinedload(Occurrence.project).joinedload(Project.unit)


def _with_work() -> tuple[ORMOption, ...]:
    return (
        joinedload(Work.obligation),
        joinedload(Work.project).joinedload(Project.unit),
        joinedload(Work.by),
        joinedload(Work.decided_by),
    )


def _listed(session: Session, query: Select[Occurrence], now: datetime) -> list[Listed]:
    return [listed(one, now) for one in session.scalars(query)]
