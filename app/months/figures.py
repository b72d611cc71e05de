"""The figures of a period, summed up by the database; their rows are in ``queries.rows_of`` (F1, F2, F4).

Both say the same: the figures are what ``sla.fold.sums`` makes of the rows, and tests hold them to it. The
database adds up what is stored. Of the tickets that are not settled time alone changes what is stored, so
their stored share is taken out again and the share they have now is put in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Integer,
    ScalarSelect,
    Select,
    Subquery,
    and_,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.types import TypeEngine

from app.months.duties import occurrence_counts
from app.months.queries import days_over, projects_of, seen
from app.months.tickets import Rows, tickets_of, unsettled_rows
from app.residents.queries import figures_between
from models.base import WordType
from models.contract import Project
from models.people import User
from models.tickets import Ticket, TicketClock, TicketMilestone
from sla.figures import Figure, of_state, of_verdict, times, total
from sla.fold import STATES, TOP_RATING, Flow, PeriodSums, Share, Totals, flows, parts, summed
from sla.period import Period
from sla.rows import MEASURED_BY, RESTORED, PeriodRows, PeriodScope
from sla.vocab import ClockKind, Indicator, TicketKind, Verdict

DECIDED = (Verdict.MET, Verdict.BREACHED, Verdict.EXEMPT)


def figures_of(session: Session, period: Period, viewer: User | None, now: datetime) -> PeriodSums:
    """Return what a period adds up to as things stand at ``now``, within the viewer's scope (S1).

    ``None`` is the command line, which sees everything.
    """
    wanted, whole_contract = seen(viewer, now)
    scope = PeriodScope(period, projects_of(session, period, wanted), whole_contract, period.is_over(now))
    verdicts = _verdicts(session, period, wanted)
    stored, fresh = unsettled_rows(session, tickets_of(period, wanted), period, now)
    shares: list[Share] = [
        (seq, MEASURED_BY.get(kind), times(of_verdict(verdict), number))
        for (seq, kind, verdict), number in verdicts.items()
    ]
    shares += _of_tickets(session, period, wanted)
    counts = Counter(verdicts)
    came = _flows(session, period, wanted)
    for sign, rows in ((-1, _as_rows(period, now, stored)), (1, _as_rows(period, now, fresh))):
        for part in parts(rows):
            shares.append((part.project, part.indicator, times(part.figure, sign)))
            if part.clock:
                counts[part.clock.project, part.clock.clock.kind, part.clock.clock.verdict] += sign
        for flow, tickets in flows(rows).items():
            came[flow] += sign * len(tickets)
    by_verdict = Counter[tuple[int, Verdict]]()
    for (project, _, verdict), number in counts.items():
        by_verdict[project, verdict] += number
    states = dict.fromkeys(STATES, 0)
    for seq, indicator, state, number in occurrence_counts(
        session, period, wanted, now, whole_contract=whole_contract
    ):
        states[state] += number
        shares.append((seq, indicator, times(of_state(state), number)))
    there = figures_between(session, period.first_day, days_over(period, now), wanted)
    shares += ((seq, Indicator.ATTENDANCE, figure) for seq, figure in there.items())
    return PeriodSums(
        scope=scope,
        figures=summed(scope, shares),
        changes=total(
            times(of_verdict(verdict), number)
            for (_, kind, verdict), number in counts.items()
            if kind not in MEASURED_BY
        ),
        verdicts=by_verdict,
        states=states,
        totals=Totals(**{flow.value: came[flow] for flow in Flow}),
    )


def _as_rows(period: Period, now: datetime, rows: Rows) -> PeriodRows:
    clocks, tickets = rows
    return PeriodRows(period, now, now, (), tuple(clocks), tuple(tickets))


# -- what is stored ---------------------------------------------------------------------------------
# A number is counted for each project and each word by itself: every column before the time in an index is
# given by one value, so that the database walks along one stretch of the index and compares nothing on its
# way. On SQLite the same numbers as groups of a query take nearly twice the time.


def _verdicts(
    session: Session, period: Period, wanted: ColumnElement[bool]
) -> dict[tuple[int, ClockKind, Verdict], int]:
    """Count the clocks decided in the period, by project, kind and verdict."""
    kinds, verdicts = _each(ClockKind, WordType(ClockKind)), _each(DECIDED, WordType(Verdict))
    number = _count(
        TicketClock.project_id == Project.id,
        TicketClock.kind == kinds.c.each,
        TicketClock.verdict == verdicts.c.each,
        _within(period, TicketClock.decided_at),
    )
    return {
        (seq, kind, verdict): found
        for seq, kind, verdict, found in session.execute(
            _by_project(wanted, kinds, verdicts).add_columns(number)
        )
        if found
    }


def _of_tickets(session: Session, period: Period, wanted: ColumnElement[bool]) -> Iterator[Share]:
    """Yield first fixes, ratings and back-entries by project."""
    kinds = _each(sorted(RESTORED), WordType(TicketKind))
    restored = (
        Ticket.project_id == Project.id,
        Ticket.kind == kinds.c.each,
        _within(period, Ticket.accepted_at),
    )
    counts = _count(*restored, Ticket.rejections == 0), _count(*restored)
    for seq, _, met, number in session.execute(_by_project(wanted, kinds).add_columns(*counts)):
        yield seq, Indicator.FIRST_FIX, Figure(met, number)
    stars = _each(range(1, TOP_RATING + 1), Integer())
    rated = _count(
        Ticket.project_id == Project.id, Ticket.rating == stars.c.each, _within(period, Ticket.closed_at)
    )
    for seq, rating, number in session.execute(_by_project(wanted, stars).add_columns(rated)):
        yield seq, Indicator.SATISFACTION, times(Figure(rating, TOP_RATING), number)
    late = _each((False, True), Boolean())
    stops = _count(
        TicketMilestone.project_id == Project.id,
        TicketMilestone.backentered == late.c.each,
        _within(period, TicketMilestone.recorded_at),
    )
    for seq, is_late, number in session.execute(_by_project(wanted, late).add_columns(stops)):
        yield seq, Indicator.BACKENTRY, times(Figure(int(is_late), 1), number)


def _flows(session: Session, period: Period, wanted: ColumnElement[bool]) -> Counter[Flow]:
    """Count the tickets that came in and went out, each total on its own (F4)."""
    mine = Ticket.project_id == Project.id
    counts = {
        Flow.OPENED: _count(mine, _within(period, Ticket.opened_at)),
        Flow.CLOSED: _count(mine, _within(period, Ticket.closed_at)),
        Flow.CANCELLED: _count(mine, _within(period, Ticket.cancelled_at)),
        Flow.CARRIED_IN: _there(mine, period.bounds[0]),
        Flow.CARRIED_OUT: _there(mine, period.bounds[1]),
    }
    found = Counter[Flow]()
    for _, *numbers in session.execute(_by_project(wanted).add_columns(*counts.values())):
        found.update(dict(zip(counts, numbers, strict=True)))
    return found


def _there(mine: ColumnElement[bool], at: datetime) -> ColumnElement[int]:
    """Count the tickets that were open right before an instant: those closed later, and the others."""
    opened = Ticket.opened_at < at
    still = or_(Ticket.cancelled_at.is_(None), Ticket.cancelled_at >= at)
    return _count(mine, opened, Ticket.closed_at >= at) + _count(
        mine, opened, Ticket.closed_at.is_(None), still
    )


def _by_project(wanted: ColumnElement[bool], *words: Subquery) -> Select[Any]:
    """Return a query with a line for each project, or for each project and word."""
    query: Select[Any] = select(Project.seq, *(one.c.each for one in words)).select_from(Project)
    for one in words:
        query = query.join(one, true())
    return query.where(wanted)


def _each(values: Iterable[Any], kind: TypeEngine[Any]) -> Subquery:
    """Return some values as lines of a query."""
    return union_all(*(select(literal(value, kind).label("each")) for value in values)).subquery()


def _count(*conditions: ColumnElement[bool]) -> ScalarSelect[int]:
    return (
        select(func.count())
        .where(*conditions)
        .correlate_except(TicketClock, Ticket, TicketMilestone)
        .scalar_subquery()
    )


def _within(
    period: Period, column: InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None]
) -> ColumnElement[bool]:
    return and_(column >= period.bounds[0], column < period.bounds[1])
