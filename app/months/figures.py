"""The figures of a period, summed up by the database; their rows are in ``queries.rows_of`` (F1, F2, F4).

Both say the same: the figures are what ``sla.fold.sums`` makes of the rows, and tests hold them to it. The
database adds up what is stored. Of the tickets that are not settled time alone changes what is stored, so
their stored share is taken out again and the share they have now is put in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.months.duties import occurrence_counts
from app.months.queries import days_over, projects_of, seen
from app.months.tickets import Rows, tickets_of, unsettled_rows
from app.residents.queries import figures_between
from models.contract import Project
from models.people import User
from models.tickets import Ticket, TicketClock, TicketMilestone
from sla.figures import Figure, of_state, of_verdict, times, total
from sla.fold import STATES, TOP_RATING, Flow, PeriodSums, Share, Totals, flows, parts, summed
from sla.period import Period
from sla.rows import MEASURED_BY, RESTORED, PeriodRows, PeriodScope
from sla.vocab import ClockKind, Indicator, Verdict

DECIDED = (Verdict.MET, Verdict.BREACHED, Verdict.EXEMPT)


def figures_of(session: Session, period: Period, viewer: User | None, now: datetime) -> PeriodSums:
    """Return what a period adds up to as things stand at ``now``, within the viewer's scope (S1).

    ``None`` is the command line, which sees everything.
    """
    wanted, whole_contract = seen(viewer, now)
    scope = PeriodScope(period, projects_of(session, period, wanted), whole_contract, period.is_over(now))
    mine = select(Project.id).where(wanted)
    seqs = {number: seq for number, seq in session.execute(select(Project.id, Project.seq))}  # noqa: C416
    verdicts = _verdicts(session, period, mine)
    stored, fresh = unsettled_rows(session, tickets_of(period, wanted), period, now)
    shares: list[Share] = [
        (seqs[project_id], MEASURED_BY.get(kind), times(of_verdict(verdict), number))
        for (project_id, kind, verdict), number in verdicts.items()
    ]
    shares += ((seqs[p], indicator, figure) for p, indicator, figure in _of_tickets(session, period, mine))
    counts = Counter[tuple[ClockKind, Verdict]]()
    for (_, kind, verdict), number in verdicts.items():
        counts[kind, verdict] += number
    came = _flows(session, period, mine)
    for sign, rows in ((-1, _as_rows(period, now, stored)), (1, _as_rows(period, now, fresh))):
        for part in parts(rows):
            shares.append((part.project, part.indicator, times(part.figure, sign)))
            if part.clock:
                counts[part.clock.clock.kind, part.clock.clock.verdict] += sign
        for flow, tickets in flows(rows).items():
            came[flow] += sign * len(tickets)
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
        changes=total(times(of_verdict(v), n) for (kind, v), n in counts.items() if kind not in MEASURED_BY),
        clocks=counts.total(),
        breaches=sum(number for (_, verdict), number in counts.items() if verdict is Verdict.BREACHED),
        states=states,
        totals=Totals(**{flow.value: came[flow] for flow in Flow}),
    )


def _as_rows(period: Period, now: datetime, rows: Rows) -> PeriodRows:
    clocks, tickets = rows
    return PeriodRows(period, now, now, (), tuple(clocks), tuple(tickets))


# -- what is stored ---------------------------------------------------------------------------------
# Every column before the time in an index is given by its few values: so the database reads nothing but
# that stretch of the index, and finds it sorted as it groups.


def _verdicts(
    session: Session, period: Period, mine: Select[int]
) -> dict[tuple[int, ClockKind, Verdict], int]:
    """Count the clocks decided in the period, by project, kind and verdict."""
    key = TicketClock.project_id, TicketClock.kind, TicketClock.verdict
    query = (
        select(*key, func.count())
        .where(
            TicketClock.project_id.in_(mine),
            TicketClock.kind.in_(list(ClockKind)),
            TicketClock.verdict.in_(DECIDED),
            _within(period, TicketClock.decided_at),
        )
        .group_by(*key)
    )
    return {(one, kind, verdict): number for one, kind, verdict, number in session.execute(query)}


def _of_tickets(
    session: Session, period: Period, mine: Select[int]
) -> Iterator[tuple[int, Indicator, Figure]]:
    """Yield first fixes, ratings and back-entries by project."""
    fixed = func.sum(case((Ticket.rejections == 0, 1), else_=0))
    first_fix = (
        select(Ticket.project_id, fixed, func.count())
        .where(
            Ticket.project_id.in_(mine),
            Ticket.kind.in_(sorted(RESTORED)),
            _within(period, Ticket.accepted_at),
        )
        .group_by(Ticket.project_id)
    )
    for project_id, met, number in session.execute(first_fix):
        yield project_id, Indicator.FIRST_FIX, Figure(met, number)
    rated = (
        select(Ticket.project_id, func.sum(Ticket.rating), func.count(Ticket.rating))
        .where(Ticket.project_id.in_(mine), _within(period, Ticket.closed_at))
        .group_by(Ticket.project_id)
    )
    for project_id, stars, number in session.execute(rated):
        yield project_id, Indicator.SATISFACTION, Figure(stars or 0, TOP_RATING * number)
    stop = TicketMilestone
    late = (
        select(stop.project_id, stop.backentered, func.count())
        .where(
            stop.project_id.in_(mine),
            stop.backentered.in_([False, True]),
            _within(period, stop.recorded_at),
        )
        .group_by(stop.project_id, stop.backentered)
    )
    for project_id, is_late, number in session.execute(late):
        yield project_id, Indicator.BACKENTRY, Figure(number if is_late else 0, number)


def _flows(session: Session, period: Period, mine: Select[int]) -> dict[Flow, int]:
    """Count the tickets that came in and went out, each total on its own (F4)."""
    start, end = period.bounds
    ended = func.coalesce(Ticket.closed_at, Ticket.cancelled_at)

    def there(at: datetime) -> ColumnElement[bool]:
        return and_(Ticket.opened_at < at, or_(ended.is_(None), ended >= at))

    conditions = {
        Flow.OPENED: _within(period, Ticket.opened_at),
        Flow.CARRIED_IN: there(start),
        Flow.CLOSED: _within(period, Ticket.closed_at),
        Flow.CANCELLED: _within(period, Ticket.cancelled_at),
        Flow.CARRIED_OUT: there(end),
    }
    counted = (func.sum(case((one, literal(1)), else_=literal(0))) for one in conditions.values())
    found = session.execute(select(*counted).where(Ticket.project_id.in_(mine))).one()
    return {flow: number or 0 for flow, number in zip(conditions, found, strict=True)}


def _within(
    period: Period, column: InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None]
) -> ColumnElement[bool]:
    return and_(column >= period.bounds[0], column < period.bounds[1])
