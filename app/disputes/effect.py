"""What a decision changes: the one figure a breach counts in, before and after, without writing anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.disputes.subjects import BREACHED, clock_name
from app.duties.queries import listed
from app.months.figures import figures_of
from models.disputes import Dispute
from sla.figures import Figure
from sla.obligations import indicator_of
from sla.period import month as month_period
from sla.rows import MEASURED_BY
from sla.vocab import Indicator, OccurrenceState, Verdict
from sla.when import month_of

_BREACH, _EXEMPT = Figure(0, 1), Figure(exempt=1)


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
    found = _of_clock(dispute) if dispute.ticket_id is not None else _of_occurrence(dispute, now)
    if found is None:
        return None
    indicator, month, is_exempt = found
    kept = figures_of(session, month_period(month), None, now).figures
    seq = dispute.project.seq if dispute.project else None
    present = (kept.whole if seq is None else kept.projects[seq])[indicator]
    if is_exempt:
        counted, exempt = _without(present, _EXEMPT) + _BREACH, present
    else:
        counted, exempt = present, _without(present, _BREACH) + _EXEMPT
    whose = {"whole": 1} if seq is None else {"project": seq}
    link = {"month": f"{month:%Y-%m}", "indicator": str(indicator), **whose}
    return FigureEffect(indicator.label, month, counted, exempt, link)


Place = tuple[Indicator, date, bool]  # what measures it, the month it counts in, whether it is exempt now


def _of_clock(dispute: Dispute) -> Place | None:
    """Look the clock up as it stands: it may have moved since the dispute began."""
    assert dispute.ticket is not None
    for row in dispute.ticket.clocks:
        if (row.kind, row.round) == (dispute.clock, dispute.round):
            indicator = MEASURED_BY.get(row.kind)
            if indicator and row.decided_at and row.verdict in (Verdict.BREACHED, Verdict.EXEMPT):
                return indicator, month_of(row.decided_at), row.verdict is Verdict.EXEMPT
    return None


def _of_occurrence(dispute: Dispute, now: datetime) -> Place | None:
    one = dispute.occurrence
    assert one is not None
    state = listed(one, now).state
    if state not in (*BREACHED, OccurrenceState.WAIVED):
        return None
    month = month_of(one.closes_at - timedelta(seconds=1))
    return indicator_of(one.obligation.kind), month, state is OccurrenceState.WAIVED


def _without(figure: Figure, part: Figure) -> Figure:
    return Figure(
        figure.met - part.met, figure.total - part.total, figure.exempt - part.exempt, figure.pending
    )


def subject_name(dispute: Dispute) -> str:
    """Return in short what a dispute is about: the clock, or the duty."""
    if dispute.clock is not None and dispute.round is not None:
        return f"{clock_name(dispute.clock, dispute.round)}超时"
    assert dispute.occurrence is not None
    return f"{dispute.occurrence.obligation.what}未按时完成"
