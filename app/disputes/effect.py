"""What a decision changes: the one figure a breach counts in, before and after, without writing anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.disputes.subjects import BREACHED, clock_name
from app.duties.queries import in_state, listed
from app.months.queries import month_rows
from models.contract import Obligation, Project
from models.disputes import Dispute
from models.duties import Occurrence
from sla.figures import Figure
from sla.month import MEASURED_BY, figures
from sla.vocab import OccurrenceState, Verdict
from sla.when import month_bounds, month_of

_COUNTED = {
    OccurrenceState.DONE: Figure(1, 1),
    OccurrenceState.LATE: Figure(0, 1),
    OccurrenceState.MISSED: Figure(0, 1),
    OccurrenceState.WAIVED: Figure(exempt=1),
}
_TOGGLED = {Verdict.BREACHED: Verdict.EXEMPT, Verdict.EXEMPT: Verdict.BREACHED}


@dataclass(frozen=True)
class FigureEffect:
    """One figure of one project in one month: with the breach counted, and with it exempt.

    ``rows`` are the arguments of the page that shows the rows behind it, ``None`` where there is none.
    """

    label: str
    month: date
    counted: Figure
    exempt: Figure
    rows: Mapping[str, Any] | None


def effect_of(session: Session, dispute: Dispute, now: datetime) -> FigureEffect | None:
    """Return what the dispute is about in figures; ``None`` where the breach counts in none (now)."""
    if dispute.ticket_id is not None:
        return _of_clock(session, dispute, now)
    return _of_occurrence(session, dispute, now)


def _of_clock(session: Session, dispute: Dispute, now: datetime) -> FigureEffect | None:
    key = dispute.ticket_id, dispute.clock, dispute.round
    # The clock may have moved since the dispute began; its month is that of its present due time.
    month = _month_of_clock(session, dispute)
    if dispute.clock is None or dispute.project is None or month is None:
        return None
    indicator = MEASURED_BY.get(dispute.clock)
    rows = month_rows(session, month, now, Project.id == dispute.project_id)
    at = next((n for n, row in enumerate(rows.clocks) if row.key == key), None)
    if at is None or indicator is None or rows.clocks[at].clock.verdict not in _TOGGLED:
        return None
    row = rows.clocks[at]
    present = figures(rows).projects[dispute.project.seq][indicator]
    toggled = replace(row, clock=replace(row.clock, verdict=_TOGGLED[row.clock.verdict]))
    clocks = (*rows.clocks[:at], toggled, *rows.clocks[at + 1 :])
    other = figures(replace(rows, clocks=clocks)).projects[dispute.project.seq][indicator]
    exempt = row.clock.verdict is Verdict.EXEMPT
    counted, without = (other, present) if exempt else (present, other)
    link = {"month": f"{month:%Y-%m}", "indicator": str(indicator), "project": dispute.project.seq}
    return FigureEffect(indicator.label, month, counted, without, link)


def _month_of_clock(session: Session, dispute: Dispute) -> date | None:
    assert dispute.ticket is not None
    for row in dispute.ticket.clocks:
        if (row.kind, row.round) == (dispute.clock, dispute.round) and row.decided_at:
            return month_of(row.decided_at)
    return None


def _of_occurrence(session: Session, dispute: Dispute, now: datetime) -> FigureEffect | None:
    one = dispute.occurrence
    assert one is not None
    state = listed(one, now).state
    if state not in (*BREACHED, OccurrenceState.WAIVED):
        return None
    month = month_of(one.closes_at - timedelta(seconds=1))
    start, end = month_bounds(month)
    inspects = one.obligation.checklist is not None
    word = in_state(now).label("state")
    rows = session.execute(
        select(word, func.count())
        .select_from(Occurrence)
        .join(Occurrence.obligation)
        .where(
            Occurrence.project_id.is_not_distinct_from(one.project_id),
            Occurrence.closes_at > start,
            Occurrence.closes_at <= end,
            Obligation.checklist.is_not(None) == inspects,
        )
        .group_by(word)
    )
    present = sum((_times(OccurrenceState(name), number) for name, number in rows), Figure())
    breach, waiver = Figure(0, 1), Figure(exempt=1)
    if state is OccurrenceState.WAIVED:
        counted, exempt = _less(present, waiver) + breach, present
    else:
        counted, exempt = present, _less(present, breach) + waiver
    return FigureEffect("巡检按时率" if inspects else "其他应办按时率", month, counted, exempt, None)


def _times(state: OccurrenceState, number: int) -> Figure:
    one = _COUNTED.get(state, Figure())
    return Figure(one.met * number, one.total * number, one.exempt * number)


def _less(figure: Figure, part: Figure) -> Figure:
    return Figure(figure.met - part.met, figure.total - part.total, figure.exempt - part.exempt)


def subject_name(dispute: Dispute) -> str:
    """Return in short what a dispute is about: the clock, or the duty."""
    if dispute.clock is not None and dispute.round is not None:
        return f"{clock_name(dispute.clock, dispute.round)}超时"
    assert dispute.occurrence is not None
    return f"{dispute.occurrence.obligation.what}未按时完成"
