"""What one ticket adds to the figures of every month, by the one definition of them (F1)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Row

from sla.clock import Derivation
from sla.figures import Figure
from sla.fold import parts
from sla.period import month as month_period
from sla.rows import ClockRow, MilestoneRow, PeriodRows, TicketRow
from sla.timeline import Event
from sla.vocab import Indicator
from sla.when import month_of

TicketHead = Row[int, str, datetime, int]  # id, title, opened_at, the project's number
FigureKey = tuple[date, int, Indicator]  # month, project, indicator


def counted(
    row: TicketHead, events: Sequence[Event], derived: Derivation, late: set[int], now: datetime
) -> dict[FigureKey, Figure]:
    """Return it; ``late`` are the milestones that are back-entered."""
    ticket = _ticket_row(row, events, derived, late)
    clocks = tuple(ClockRow(row.id, row.seq, clock, clock.due_at) for clock in derived.clocks)
    instants = [clock.decided_at for clock in derived.clocks] + [ticket.accepted_at, ticket.closed_at]
    instants += [stop.recorded_at for stop in ticket.milestones]
    found: dict[FigureKey, Figure] = defaultdict(Figure)
    for month in {month_of(instant) for instant in instants if instant}:
        for part in parts(PeriodRows(month_period(month), now, now, (), clocks, (ticket,))):
            if part.indicator:
                found[month, row.seq, part.indicator] += part.figure
    return found


def _ticket_row(row: TicketHead, events: Sequence[Event], derived: Derivation, late: set[int]) -> TicketRow:
    facts, kinds = derived.facts, {event.seq: event.kind for event in events}
    return TicketRow(
        id=row.id,
        number="",
        title=row.title,
        project=row.seq,
        kind=facts.kind,
        state=facts.state,
        reported_at=facts.reported_at,
        opened_at=row.opened_at,
        accepted_at=facts.claim.accepted_at if facts.claim else None,
        rejections=facts.rejections,
        closed_at=facts.closed_at,
        cancelled_at=facts.cancelled_at,
        rating=facts.rating,
        milestones=tuple(
            MilestoneRow(kinds[stop.seq], stop.occurred_at, stop.recorded_at, stop.seq in late, stop.seq)
            for stop in facts.milestones
        ),
    )


def negative(figure: Figure) -> Figure:
    """Return a figure to be taken away."""
    return Figure(-figure.met, -figure.total, -figure.exempt)
