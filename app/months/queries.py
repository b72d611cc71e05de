"""Reading a period: every row that counts in it, for the projects a viewer may see (S1, F1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import Session, joinedload

from app.access import projects_seen
from app.callbacks.queries import rows_signed
from app.duties.queries import SEE_CONTRACT_WIDE
from app.months.duties import duties_promised, last_occurrence_fact, occurrence_rows
from app.months.tickets import last_ticket_fact, ticket_rows, tickets_of
from app.residents.queries import last_attendance_fact, rows_between
from app.tickets.derivation import current_rules
from models.contract import ContractTerm, InterpretationVersion, Posting, Project, ProjectService, Unit
from models.people import User
from models.tickets import Ticket
from sla.attendance import AttendanceRow
from sla.clock import ProjectRules
from sla.period import Period
from sla.rows import MEASURED_BY, CallBackRow, PeriodRows, ProjectRow, UnitRow
from sla.vocab import Indicator, Role
from sla.when import day_of, month_of

EVERYTHING: ColumnElement[bool] = true()


def rows_of(session: Session, period: Period, viewer: User | None, now: datetime) -> PeriodRows:
    """Return the rows of a period as things stand at ``now``, within the viewer's scope (S1).

    ``None`` is the command line, which sees everything. A period that is over is judged at its end or at
    the last fact about it, whichever is later, so that equal facts give equal rows whenever one looks.
    """
    few = few_rows(session, period, viewer, now)
    scope, _ = seen(viewer, now)
    clocks, tickets = ticket_rows(session, tickets_of(period, scope), period, few.as_of)
    return replace(few, clocks=clocks, tickets=tickets)


def few_rows(session: Session, period: Period, viewer: User | None, now: datetime) -> PeriodRows:
    """Return the same rows without the clocks and the tickets, of which there may be very many."""
    scope, whole_contract = seen(viewer, now)
    projects = projects_of(session, period, scope)
    occurrences = occurrence_rows(session, period, scope, now, whole_contract=whole_contract)
    signed = signed_in(session, period, viewer, now)
    told = (*(row.last_fact for row in occurrences), *(row.last_fact for row in signed))
    last = _last_fact(session, period, scope, told)
    as_of = min(now, max(period.bounds[1], last or period.bounds[1]))
    return PeriodRows(
        period=period,
        as_of=as_of,
        data_until=_data_until(period, last, now),
        projects=projects,
        clocks=(),
        tickets=(),
        occurrences=occurrences,
        attendance=_attendance(session, period, scope, viewer, now),
        whole_contract=whole_contract,
        callbacks=signed,
    )


def seen(viewer: User | None, now: datetime) -> tuple[ColumnElement[bool], bool]:
    """Return the condition on ``Project``, and whether the duties of the whole contract are in scope (S1)."""
    if viewer is None:
        return EVERYTHING, True
    return projects_seen(viewer, day_of(now)), viewer.role in SEE_CONTRACT_WIDE


def signed_in(
    session: Session, period: Period, viewer: User | None, now: datetime
) -> tuple[CallBackRow, ...]:
    """Return the call-backs signed in a period, which stand beside its satisfaction."""
    return rows_signed(session, seen(viewer, now)[0], *period.bounds)


def _last_fact(
    session: Session, period: Period, scope: ColumnElement[bool], more: Iterable[datetime | None]
) -> datetime | None:
    """Return when something was last recorded about what counts in a period; ``more`` are times known."""
    known = (
        last_ticket_fact(session, tickets_of(period, scope)),
        last_attendance_fact(session, period.first_day, period.until_day, scope),
        *more,
    )
    return max((one for one in known if one), default=None)


def data_until(
    session: Session,
    period: Period,
    viewer: User | None,
    now: datetime,
    signed: Iterable[CallBackRow] | None = None,
) -> datetime:
    """Return the time of a period's data itself, whenever somebody looks at it; ``signed`` where known."""
    scope, whole_contract = seen(viewer, now)
    known = signed_in(session, period, viewer, now) if signed is None else signed
    more = last_occurrence_fact(session, period, scope, whole_contract=whole_contract)
    last = _last_fact(session, period, scope, (more, *(row.last_fact for row in known)))
    return _data_until(period, last, now)


def _data_until(period: Period, last: datetime | None, now: datetime) -> datetime:
    start, end = period.bounds
    return min(now, max(end, last or end)) if end <= now else min(now, last or start)


def days_over(period: Period, now: datetime) -> date:
    """Return the day before which the days of a period are over: attendance counts those."""
    return max(period.first_day, min(period.until_day, day_of(now)))


def _attendance(
    session: Session, period: Period, scope: ColumnElement[bool], viewer: User | None, now: datetime
) -> tuple[AttendanceRow, ...]:
    """Return the required half days of the days that are over."""
    found = rows_between(session, period.first_day, days_over(period, now), scope)
    if viewer is not None and viewer.role is Role.ENGINEER:
        # An engineer sees the figures of the assigned projects, not who of the colleagues was there.
        return tuple(replace(row, people=(), names=()) for row in found)
    return tuple(found)


# -- what the figures are about -----------------------------------------------------------------------


def projects_of(session: Session, period: Period, scope: ColumnElement[bool]) -> tuple[ProjectRow, ...]:
    """Return the projects in scope as the figures of a period see them."""
    rules = current_rules(session).projects
    duties = duties_promised(session, period, scope)
    manned = set(session.scalars(select(Project.seq).join(Posting).where(scope)))
    projects = session.scalars(
        select(Project)
        .where(scope)
        .options(joinedload(Project.unit).joinedload(Unit.parent))
        .order_by(Project.seq)
    )
    return tuple(
        _project(project, rules[project.seq], period, duties, project.seq in manned) for project in projects
    )


def _project(
    project: Project,
    rules: ProjectRules,
    period: Period,
    duties: Mapping[int, frozenset[Indicator]],
    is_manned: bool,
) -> ProjectRow:
    top = project.unit.parent or project.unit
    targets = {kind.value for kind in rules.kinds_within(period.first_day, period.until_day)}
    promised = {indicator for kind, indicator in MEASURED_BY.items() if kind.value in targets}
    return ProjectRow(
        seq=project.seq,
        name=project.name,
        unit_name=project.unit.name,
        unit=UnitRow(top.id, top.name),
        promised=frozenset(promised)
        | duties.get(project.seq, frozenset())
        | (frozenset({Indicator.ATTENDANCE}) if is_manned else frozenset()),
        in_service=rules.service is None
        or any(first < period.until_day and period.first_day < end for first, end in rules.service),
    )


def months_offered(
    session: Session, now: datetime, scope: ColumnElement[bool] = EVERYTHING
) -> tuple[date, date]:
    """Return the first and the last month there is anything to show of: from the first of service to now."""
    current = month_of(now)
    service = session.scalar(select(func.min(ProjectService.starts_on)).join(Project).where(scope))
    reported = session.scalar(select(func.min(Ticket.reported_at)).join(Project).where(scope))
    known = [current]
    if service:
        known.append(service.replace(day=1))
    if reported:
        known.append(month_of(reported))
    return min(known), current


def interpretations_in(session: Session, period: Period) -> list[InterpretationVersion]:
    """Return the readings in force on some day of a period, by key and day."""
    day = InterpretationVersion.from_day
    versions = session.scalars(
        select(InterpretationVersion)
        .where(or_(day.is_(None), day < period.until_day))
        .order_by(InterpretationVersion.key, day.is_not(None), day)
    )
    found: list[InterpretationVersion] = []
    for one in versions:
        if found and found[-1].key == one.key and one.from_day and one.from_day <= period.first_day:
            found.pop()
        found.append(one)
    return found


def contract_title(session: Session) -> str:
    """Return what the contract is called."""
    return session.scalar(select(ContractTerm.value).where(ContractTerm.key == "title")) or "合同"
