"""The figures of several months at once, by project: each the ones its own page shows (F1, F4).

A frozen month is read from the bytes it froze with (M1), hashed again; the others are counted together by
the database, as ``app.months.figures`` counts one of them: in as many queries as for one, however many
months there are. Of what is not settled the stored share is taken out and its present one put in.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, literal, or_, select, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.closing.frozen import SHOW
from app.duties.queries import closes_in, in_state
from app.files.store import Store
from app.months.queries import days_over, projects_of, seen
from app.months.tickets import Rows, tickets_of, unsettled_rows
from app.residents.queries import figures_in
from models.closing import FrozenFile, MonthClose
from models.contract import Obligation, Project
from models.duties import Occurrence
from models.people import User
from models.tickets import Ticket, TicketClock, TicketMilestone
from sla.figures import Figure, of_state, of_verdict, times, total
from sla.fold import TOP_RATING, Figures, Share, parts, summed
from sla.obligations import indicator_of
from sla.period import Length, Period
from sla.rows import MEASURED_BY, RESTORED, PeriodRows, PeriodScope, ProjectRow
from sla.vocab import ClockKind, Indicator, OccurrenceState, Verdict

DECIDED = (Verdict.MET, Verdict.BREACHED, Verdict.EXEMPT)
Asking = Select[*tuple[Any, ...]]
Counted = tuple[int, int | None, Indicator | None, Figure]  # the place of a month, a project's id, a share


@dataclass(frozen=True)
class MonthFigures:
    """The figures of a month within a viewer's scope: each project's, by its number, and the sum of all."""

    period: Period
    projects: Mapping[int, Figures]
    contract: Figures
    is_frozen: bool = False


@dataclass(frozen=True)
class Several:
    """Some months, the earliest first, and the projects they are about."""

    months: Sequence[MonthFigures]
    projects: Sequence[ProjectRow]

    def of(self, period: Period) -> MonthFigures | None:
        """Return the figures of a month, ``None`` where it is not among them."""
        return next((one for one in self.months if one.period == period), None)


def figures_of_months(
    session: Session, store: Store, months: Sequence[Period], viewer: User | None, now: datetime
) -> Several:
    """Return the figures of some months, the earliest first, within the viewer's scope (S1).

    ``None`` is whoever sees everything. There must be one month at least.
    """
    wanted, whole_contract = seen(viewer, now)
    frozen = _frozen(session, store, months)
    counted = [one for one in months if one.key not in frozen]
    span = _span(counted or months)
    projects = projects_of(session, span, wanted)
    found = {key: _read(said, projects, whole_contract=whole_contract) for key, said in frozen.items()}
    if counted:
        scope = PeriodScope(span, projects, whole_contract, span.is_over(now))
        found |= _count(session, scope, counted, wanted, now)
    return Several([MonthFigures(one, *found[one.key], one.key in frozen) for one in months], projects)


def _span(months: Sequence[Period]) -> Period:
    """Return the days from the first of some months to the end of the last, as one period."""
    return Period(Length.YEAR, months[0].first_day, months[-1].until_day, "", "")


# -- what is frozen -------------------------------------------------------------------------------------


def _frozen(session: Session, store: Store, months: Sequence[Period]) -> dict[str, Any]:
    """Return what the frozen ones of some months stored of their figures, by month."""
    days = [one.first_day for one in months]
    query = (
        select(MonthClose.month, FrozenFile.sha256)
        .join(FrozenFile.close)
        .where(MonthClose.month.in_(days), MonthClose.frozen_at.is_not(None), FrozenFile.name == SHOW)
    )
    return {f"{month:%Y-%m}": json.loads(store.read(sha256)) for month, sha256 in session.execute(query)}


def _read(
    said: Mapping[str, Any], projects: Iterable[ProjectRow], *, whole_contract: bool
) -> tuple[Mapping[int, Figures], Figures]:
    known = {one["seq"]: _plain(one) for one in said["projects"]}
    nothing = dict.fromkeys(Indicator, Figure())
    own = {project.seq: known.get(project.seq, nothing) for project in projects}
    if whole_contract:
        return own, _plain(said["contract"])
    return own, {indicator: total(one[indicator] for one in own.values()) for indicator in Indicator}


def _plain(said: Mapping[str, Any]) -> Figures:
    """Return stored figures; an indicator that came later than the month was not measured in it."""
    return {
        one: Figure(said[one]["met"], said[one]["total"]) if one in said else Figure() for one in Indicator
    }


# -- what is counted ------------------------------------------------------------------------------------


def _count(
    session: Session, scope: PeriodScope, months: Sequence[Period], wanted: ColumnElement[bool], now: datetime
) -> dict[str, tuple[Mapping[int, Figures], Figures]]:
    mine = select(Project.id).where(wanted)
    seqs = {number: seq for number, seq in session.execute(select(Project.id, Project.seq))}  # noqa: C416
    shares: list[list[Share]] = [[] for _ in months]
    for n, project_id, indicator, figure in (
        *_clocks(session, months, mine),
        *_of_tickets(session, months, mine),
        *_occurrences(session, months, mine, now, whole_contract=scope.whole_contract),
    ):
        shares[n].append((None if project_id is None else seqs[project_id], indicator, figure))
    stored, fresh = unsettled_rows(session, tickets_of(scope.period, wanted), scope.period, now)
    for sign, rows in ((-1, stored), (1, fresh)):
        for n, period in enumerate(months):
            shares[n] += _present(rows, period, now, sign)
    days = [(one.first_day, days_over(one, now)) for one in months]
    for n, there in enumerate(figures_in(session, days, wanted)):
        shares[n] += ((seq, Indicator.ATTENDANCE, figure) for seq, figure in there.items())
    sums = (summed(scope, one) for one in shares)
    return {month.key: (one.projects, one.contract) for month, one in zip(months, sums, strict=True)}


def _present(rows: Rows, period: Period, now: datetime, sign: int) -> Iterator[Share]:
    """Yield what some rows add to a month, or take away from it."""
    clocks, tickets = rows
    for part in parts(PeriodRows(period, now, now, (), tuple(clocks), tuple(tickets))):
        yield part.project, part.indicator, times(part.figure, sign)


def _each(
    session: Session, months: Sequence[Period], query: Callable[[int, Period], Asking]
) -> Iterable[Row[*tuple[Any, ...]]]:
    """Ask the same of each month, in one query: so each reads its own stretch of an index."""
    several = [query(n, period) for n, period in enumerate(months)]
    return session.execute(several[0] if len(several) == 1 else union_all(*several))


def _clocks(session: Session, months: Sequence[Period], mine: Select[int]) -> Iterator[Counted]:
    key = TicketClock.project_id, TicketClock.kind, TicketClock.verdict

    def query(n: int, period: Period) -> Asking:
        return (
            select(literal(n), *key, func.count())
            .where(
                TicketClock.project_id.in_(mine),
                TicketClock.kind.in_(list(ClockKind)),
                TicketClock.verdict.in_(DECIDED),
                _within(period, TicketClock.decided_at),
            )
            .group_by(*key)
        )

    for n, project_id, kind, verdict, number in _each(session, months, query):
        yield n, project_id, MEASURED_BY.get(kind), times(of_verdict(verdict), number)


def _of_tickets(session: Session, months: Sequence[Period], mine: Select[int]) -> Iterator[Counted]:
    """Yield first fixes, ratings and back-entries."""
    fixed = func.sum(case((Ticket.rejections == 0, 1), else_=0))

    def first_fix(n: int, period: Period) -> Asking:
        restored = Ticket.kind.in_(sorted(RESTORED))
        return (
            select(literal(n), Ticket.project_id, fixed, func.count())
            .where(Ticket.project_id.in_(mine), restored, _within(period, Ticket.accepted_at))
            .group_by(Ticket.project_id)
        )

    def rated(n: int, period: Period) -> Asking:
        return (
            select(literal(n), Ticket.project_id, func.sum(Ticket.rating), func.count(Ticket.rating))
            .where(Ticket.project_id.in_(mine), _within(period, Ticket.closed_at))
            .group_by(Ticket.project_id)
        )

    stop = TicketMilestone

    def late(n: int, period: Period) -> Asking:
        both = stop.backentered.in_([False, True])
        return (
            select(literal(n), stop.project_id, stop.backentered, func.count())
            .where(stop.project_id.in_(mine), both, _within(period, stop.recorded_at))
            .group_by(stop.project_id, stop.backentered)
        )

    for n, project_id, met, number in _each(session, months, first_fix):
        yield n, project_id, Indicator.FIRST_FIX, Figure(met, number)
    for n, project_id, stars, number in _each(session, months, rated):
        yield n, project_id, Indicator.SATISFACTION, Figure(stars or 0, TOP_RATING * number)
    for n, project_id, is_late, number in _each(session, months, late):
        yield n, project_id, Indicator.BACKENTRY, Figure(number if is_late else 0, number)


def _occurrences(
    session: Session, months: Sequence[Period], mine: Select[int], now: datetime, *, whole_contract: bool
) -> Iterator[Counted]:
    state = in_state(now).label("state")
    theirs: ColumnElement[bool] = Occurrence.project_id.in_(mine)
    if whole_contract:
        theirs = or_(theirs, Occurrence.project_id.is_(None))

    def query(n: int, period: Period) -> Asking:
        return (
            select(literal(n), Occurrence.project_id, Obligation.kind, state, func.count())
            .join(Obligation, Occurrence.obligation_id == Obligation.id)
            .where(closes_in(period.first_day), theirs)
            .group_by(Occurrence.project_id, Obligation.kind, state)
        )

    for n, project_id, kind, word, number in _each(session, months, query):
        yield n, project_id, indicator_of(kind), times(of_state(OccurrenceState(word)), number)


def _within(
    period: Period, column: InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None]
) -> ColumnElement[bool]:
    return and_(column >= period.bounds[0], column < period.bounds[1])
