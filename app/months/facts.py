"""What ``month show`` and ``month facts`` print (section 5)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from app.callbacks.queries import as_fact as callback_fact
from app.residents.queries import as_fact
from sla.adjustments import AdjustmentRow, as_plain
from sla.figures import Figure
from sla.fold import Figures, PeriodSums, adjusted
from sla.rows import ClockRow, OccurrenceRow, PeriodRows, TicketRow
from sla.vocab import Verdict
from sla.when import iso


def shown(found: PeriodSums, adjustments: Collection[AdjustmentRow] = ()) -> dict[str, Any]:
    """Return the figures as ``month show`` prints them.

    They are those of the month's own rows; what adjustments of frozen months add stands beside them (M1).
    """
    kept = found.figures
    said: dict[str, Any] = {
        "month": found.scope.period.key,
        "contract": _plain(kept.contract),
        "projects": [
            {"seq": project.seq, "unit": project.unit_name, **_plain(kept.projects[project.seq])}
            for project in found.scope.projects
        ],
    }
    if adjustments:
        more = adjusted(adjustments).items()
        said["adjustments"] = {
            str(indicator): {"met": figure.met, "total": figure.total}
            for indicator, figure in more
            if figure != Figure()
        }
    return said


def _plain(kept: Figures) -> dict[str, Any]:
    return {str(indicator): figure.as_dict() for indicator, figure in kept.items()}


def facts(rows: PeriodRows) -> Iterator[dict[str, Any]]:
    """Yield the rows behind the figures as ``month facts`` prints them, sort by sort."""
    for clock in rows.clocks:
        yield _clock_fact(rows, clock)
    for ticket in rows.tickets:
        yield _ticket_fact(rows, ticket)
    for occurrence in rows.occurrences:
        yield _occurrence_fact(rows, occurrence)
    for half_day in rows.attendance:
        yield as_fact(half_day)
    for adjustment in rows.adjustments:
        yield _adjustment_fact(adjustment)
    for signed in rows.callbacks:
        yield callback_fact(signed)


def _clock_fact(rows: PeriodRows, row: ClockRow) -> dict[str, Any]:
    clock = row.clock
    fact: dict[str, Any] = {
        "type": "clock",
        "ticket": rows.ticket_by_id[row.ticket_id].number,
        "project": row.project,
        "unit": rows.project_by_seq[row.project].unit_name,
        "kind": str(clock.kind),
        "minutes": clock.minutes,
        "window": str(clock.window),
        "started_at": iso(clock.starts_at),
        "due_at": iso(clock.due_at),
        "original_due_at": iso(row.original_due_at),
        "stopped_at": _iso(clock.stopped_at),
        "verdict": str(clock.verdict),
        "decided_at": _iso(clock.decided_at),
        "exempt": clock.verdict is Verdict.EXEMPT,
        "pauses": [[iso(a), iso(b), why] for a, b, why in clock.pauses],
    }
    if clock.workdays is not None:
        fact["workdays"] = clock.workdays
    return fact


def _ticket_fact(rows: PeriodRows, ticket: TicketRow) -> dict[str, Any]:
    return {
        "type": "ticket",
        "ticket": ticket.number,
        "project": ticket.project,
        "unit": rows.project_by_seq[ticket.project].unit_name,
        "kind": str(ticket.kind),
        "state": str(ticket.state),
        "reported_at": iso(ticket.reported_at),
        "opened_at": iso(ticket.opened_at),
        "accepted_at": _iso(ticket.accepted_at),
        "rejections": ticket.rejections,
        "first_fix": ticket.first_fix,
        "closed_at": _iso(ticket.closed_at),
        "cancelled_at": _iso(ticket.cancelled_at),
        "rating": ticket.rating,
        "milestones": [
            {
                "kind": str(stop.kind),
                "occurred_at": iso(stop.occurred_at),
                "recorded_at": iso(stop.recorded_at),
                "backentered": stop.backentered,
            }
            for stop in ticket.milestones
        ],
    }


def _occurrence_fact(rows: PeriodRows, one: OccurrenceRow) -> dict[str, Any]:
    """Return an occurrence; its works say why it was done then: a rejected one does not count (C12)."""
    return {
        "type": "occurrence",
        "project": one.project,
        "unit": None if one.project is None else rows.project_by_seq[one.project].unit_name,
        "obligation": one.obligation,
        "kind": one.kind,
        "indicator": str(one.indicator),
        "cycle": str(one.cycle),
        "opens_at": iso(one.slot.opens_at),
        "closes_at": iso(one.slot.closes_at),
        "done_at": _iso(one.done_at),
        "state": str(one.state),
        "waived_at": _iso(one.waived_at),
        "note": one.note,
        "works": [
            {
                "occurred_at": iso(work.occurred_at),
                "recorded_at": iso(work.recorded_at),
                "backentered": work.backentered,
                "standing": str(work.standing),
            }
            for work in one.works
        ],
    }


def _adjustment_fact(one: AdjustmentRow) -> dict[str, Any]:
    """Return a correction of a frozen month; ``before`` and ``after`` are what its row adds, or null."""
    return {
        "type": "adjustment",
        "number": one.number,
        "month": f"{one.of_month:%Y-%m}",
        "key": one.key,
        "project": one.project,
        "before": as_plain(one.before),
        "after": as_plain(one.after),
        "reason": one.reason,
        "recorded_at": _iso(one.recorded_at),
    }


def _iso(instant: datetime | None) -> str | None:
    return iso(instant) if instant else None
