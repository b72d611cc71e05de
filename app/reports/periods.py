"""The rows of a period for a report; the one way, so that a frozen month is read as it was frozen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from app.closing import frozen
from app.files.uploads import current_store
from app.reports.kept import KeptReports, kept_of
from models.people import User
from reports.breaches import breached_clocks
from reports.period import PeriodReport
from sla.period import Period
from sla.rows import PeriodRows


def report_of(session: Session, viewer: User | None, period: Period, now: datetime) -> PeriodReport:
    """Return a period for a viewer (S1); ``None`` is the command line."""
    found = frozen.served(session, current_store(), period, viewer, now)
    return frozen.report_of(session, found, viewer)


def breaches_of(
    session: Session, viewer: User | None, period: Period, now: datetime
) -> tuple[PeriodReport, KeptReports | None]:
    """Return a period with the arithmetic of exempt clocks, too, and what it keeps beside its rows (M1)."""
    found = frozen.served(session, current_store(), period, viewer, now)
    report = frozen.report_of(session, found, viewer)
    lines = frozen.lines_of(session, found, breached_clocks(report))
    return replace(report, because=lines), kept_of(current_store(), found, viewer)


def narrowed(report: PeriodReport, seqs: set[int], audience: str) -> PeriodReport:
    """Return the report of some of its projects: whoever narrows it to the same gets the same rows."""
    rows = report.rows
    kept = replace(
        rows,
        projects=tuple(one for one in rows.projects if one.seq in seqs),
        clocks=tuple(one for one in rows.clocks if one.project in seqs),
        tickets=tuple(one for one in rows.tickets if one.project in seqs),
        occurrences=tuple(one for one in rows.occurrences if one.project in seqs),
        attendance=tuple(one for one in rows.attendance if one.project in seqs),
        whole_contract=False,
        adjustments=tuple(one for one in rows.adjustments if one.project in seqs),
    )
    return replace(report, audience=audience, rows=replace(kept, data_until=last_fact(kept)))


def last_fact(rows: PeriodRows, more: Iterable[datetime | None] = ()) -> datetime:
    """Return the time of some rows: the end of their period, or the last thing known about them.

    Of a period under way it is the last thing known, or its beginning.
    """
    start, end = rows.period.bounds
    known = [
        *(one.clock.stopped_at for one in rows.clocks),
        *(at for one in rows.tickets for at in (one.opened_at, one.accepted_at, one.ended_at)),
        *(stop.recorded_at for one in rows.tickets for stop in one.milestones),
        *(one.last_fact for one in rows.occurrences),
        *more,
    ]
    return max((at for at in known if at), default=start) if not rows.is_over else _latest(known, end)


def _latest(known: Iterable[datetime | None], end: datetime) -> datetime:
    return max([end, *(at for at in known if at)])
