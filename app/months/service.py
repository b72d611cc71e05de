"""A month for those who ask: its figures, the rows behind them, the data of its report (section 5)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from app.access import projects_seen
from app.contract.words import reading_text
from app.months.queries import EVERYTHING, arithmetic, contract_title, interpretations_in, month_rows
from app.tickets.derivation import current_rules
from models.people import User
from reports.month import MonthReport, Reading
from sla.errors import NotFound
from sla.interpretations import Status
from sla.month import ClockRow, Figures, MonthRows, Part, TicketRow, figures, parts
from sla.vocab import ClockKind, Indicator, Role, Verdict
from sla.when import day_of, iso


def month_report(session: Session, viewer: User | None, month: date, now: datetime) -> MonthReport:
    """Return a month for a viewer (S1); ``None`` is the command line, which sees every project."""
    scope = EVERYTHING if viewer is None else projects_seen(viewer, day_of(now))
    rows = month_rows(session, month, now, scope)
    return MonthReport(
        contract=contract_title(session),
        audience=_audience(viewer, rows),
        rows=rows,
        rules=current_rules(session).book,
        readings=[
            Reading(one.key, reading_text(one.key, one.value), Status(one.status), one.from_day, one.reason)
            for one in interpretations_in(session, month)
        ],
        because=arithmetic(session, rows, rows.breaches),
    )


def _audience(viewer: User | None, rows: MonthRows) -> str:
    """Name the scope of a report, never the person: all who see the same get the same bytes."""
    count = len(rows.projects)
    if viewer is not None and viewer.role is Role.CONTACT and viewer.unit:
        return f"{viewer.unit.name}，{count} 个运维项目"
    if viewer is not None and viewer.role is Role.ENGINEER:
        seqs = "、".join(str(project.seq) for project in rows.projects)
        return f"负责的 {count} 个运维项目" + (f"（序号 {seqs}）" if seqs else "")
    return f"合同全部 {count} 个运维项目"


@dataclass(frozen=True)
class Selection:
    """Which rows of a month are asked for; ``indicator`` is a word of F4, ``change``, or none: all clocks."""

    indicator: str | None = None
    project: int | None = None
    unit: int | None = None
    verdict: Verdict | None = None


def behind(rows: MonthRows, chosen: Selection) -> list[Part]:
    """Return the rows behind a figure: the very ones it is the sum of (F5)."""
    return [part for part in parts(rows) if _is_chosen(rows, part, chosen)]


def _is_chosen(rows: MonthRows, part: Part, chosen: Selection) -> bool:
    project = rows.project_by_seq[part.ticket.project]
    if chosen.indicator == ClockKind.CHANGE:
        wanted = part.indicator is None
    else:
        wanted = part.indicator == chosen.indicator if chosen.indicator else part.clock is not None
    return (
        wanted
        and chosen.project in (None, project.seq)
        and chosen.unit in (None, project.unit.id)
        and (
            chosen.verdict is None or (part.clock is not None and part.clock.clock.verdict is chosen.verdict)
        )
    )


def about(rows: MonthRows, chosen: Selection) -> tuple[str, str]:
    """Say which figure is shown, and whose; what the viewer does not see is ``NotFound`` (S1)."""
    whose = "全部项目"
    if chosen.project is not None:
        project = rows.project_by_seq.get(chosen.project)
        if project is None:
            raise NotFound("没有这个运维项目，或您无权查看")
        whose = f"{project.seq} {project.name}（{project.unit_name}）"
    elif chosen.unit is not None:
        unit = next((one for one in rows.units if one.id == chosen.unit), None)
        if unit is None:
            raise NotFound("没有这家单位，或您无权查看")
        whose = unit.name
    if chosen.indicator == ClockKind.CHANGE:
        what = ClockKind.CHANGE.label
    else:
        what = Indicator(chosen.indicator).label if chosen.indicator else "全部计时"
    return what + (f" · {chosen.verdict.label}" if chosen.verdict else ""), whose


# -- for programs ---------------------------------------------------------------------------------


def shown(rows: MonthRows) -> dict[str, Any]:
    """Return the figures as ``month show`` prints them."""
    kept = figures(rows)
    return {
        "month": f"{rows.month:%Y-%m}",
        "contract": _plain(kept.contract),
        "projects": [
            {"seq": project.seq, "unit": project.unit_name, **_plain(kept.projects[project.seq])}
            for project in rows.projects
        ],
    }


def _plain(kept: Figures) -> dict[str, Any]:
    return {str(indicator): figure.as_dict() for indicator, figure in kept.items()}


def facts(rows: MonthRows) -> Iterator[dict[str, Any]]:
    """Yield the rows behind the figures as ``month facts`` prints them: clocks, then tickets."""
    for clock in rows.clocks:
        yield _clock_fact(rows, clock)
    for ticket in rows.tickets:
        yield _ticket_fact(rows, ticket)


def _clock_fact(rows: MonthRows, row: ClockRow) -> dict[str, Any]:
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


def _ticket_fact(rows: MonthRows, ticket: TicketRow) -> dict[str, Any]:
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


def _iso(instant: datetime | None) -> str | None:
    return iso(instant) if instant else None
