"""A month as it is served (M1): a frozen one from its own files for ever, any other as things stand now.

Whatever serves a month asks here: pages, downloads and commands. A frozen file is hashed again on every read;
a damaged one is ``Damaged`` and is not served. The part of a viewer is cut out of the same bytes (S1).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import projects_seen
from app.closing import codec
from app.closing.codec import Record
from app.closing.queries import adjustments_in, close_of, frozen_file
from app.duties.queries import SEE_CONTRACT_WIDE
from app.files.store import Store
from app.months.figures import figures_of
from app.months.queries import contract_title, data_until, rows_of, signed_in
from app.months.service import audience, period_report, readings_in
from app.months.tickets import arithmetic
from app.tickets.derivation import current_rules
from models.closing import MonthClose
from models.contract import Project
from models.people import User
from reports.period import ClockKey, PeriodReport, Reading
from sla.adjustments import AdjustmentRow
from sla.fold import PeriodSums, sums
from sla.period import Length, Period
from sla.rows import CallBackRow, ClockRow, PeriodRows, PeriodScope
from sla.vocab import Role
from sla.when import clock_text, day_of

RECORD, SHOW, FACTS, BOOK, CONTRACT, WORKBOOK = (
    *("record.json", "show.json", "facts.jsonl", "book.json", "contract.json"),
    "report.xlsx",
)
# What months frozen earlier may lack: the scores, and what reports say beside the rows.
SCORES, SCORE_SHEETS, REPORTS = "scores.json", "scores.xlsx", "reports.json"


@dataclass(frozen=True)
class Served:
    """A period for one viewer: its rows and rules, and how far it is closed (months only).

    ``record`` is set where it is read from frozen bytes; ``whole`` tells that nothing was cut out of them.
    """

    rows: PeriodRows
    close: MonthClose | None = None
    record: Record | None = None
    whole: bool = False

    @property
    def is_frozen(self) -> bool:
        """Tell whether these are frozen figures."""
        return self.record is not None


@dataclass(frozen=True)
class ServedSums:
    """What a period adds up to for one viewer, and what its page says beside the figures."""

    sums: PeriodSums
    adjustments: tuple[AdjustmentRow, ...]
    callbacks: tuple[CallBackRow, ...]
    readings: Sequence[Reading]
    data_until: datetime
    close: MonthClose | None = None
    is_frozen: bool = False


def served(session: Session, store: Store, period: Period, viewer: User | None, now: datetime) -> Served:
    """Return a period for a viewer; ``None`` is the command line, which sees everything."""
    close = _close_of(session, period)
    if close is None or close.frozen_at is None:
        rows = rows_of(session, period, viewer, now)
        is_month = period.kind is Length.MONTH
        return Served(with_adjustments(session, rows, viewer) if is_month else rows, close)
    return _frozen(session, store, close, period, viewer, now)


def served_sums(
    session: Session, store: Store, period: Period, viewer: User | None, now: datetime
) -> ServedSums:
    """Return the sums of a period: of a frozen month those of its frozen rows, else the database's."""
    close = _close_of(session, period)
    if close is not None and close.frozen_at is not None:
        found = _frozen(session, store, close, period, viewer, now)
        assert found.record is not None
        rows = found.rows
        return ServedSums(
            sums(rows),
            rows.adjustments,
            rows.callbacks,
            found.record.readings,
            rows.data_until,
            close,
            is_frozen=True,
        )
    summed = figures_of(session, period, viewer, now)
    signed = signed_in(session, period, viewer, now)
    return ServedSums(
        summed,
        _adjustments(session, summed.scope, viewer) if period.kind is Length.MONTH else (),
        signed,
        readings_in(session, period),
        data_until(session, period, viewer, now, signed),
        close,
    )


def is_frozen(session: Session, period: Period) -> bool:
    """Tell whether a period is a frozen month."""
    close = _close_of(session, period)
    return close is not None and close.frozen_at is not None


def frozen_month(
    session: Session, store: Store, period: Period, viewer: User | None, now: datetime
) -> Served | None:
    """Return a frozen month for a viewer; ``None`` if the period is none."""
    close = _close_of(session, period)
    if close is None or close.frozen_at is None:
        return None
    return _frozen(session, store, close, period, viewer, now)


def kept_file(store: Store, found: Served, name: str) -> bytes | None:
    """Return the stored bytes of a file that a month may lack: it was frozen before there was any such."""
    if found.record is None or found.close is None:
        return None
    kept = next((one for one in found.close.files if one.name == name), None)
    return store.read(kept.sha256) if kept else None


def _close_of(session: Session, period: Period) -> MonthClose | None:
    """Return how far a month is closed; no other period is."""
    return close_of(session, period.first_day) if period.kind is Length.MONTH else None


def _frozen(
    session: Session, store: Store, close: MonthClose, period: Period, viewer: User | None, now: datetime
) -> Served:
    record = codec.decode(store.read(frozen_file(session, period.first_day, RECORD).sha256))
    rows = _part(session, record.rows, viewer, now)
    return Served(rows, close, record, whole=viewer is None or viewer.role in SEE_CONTRACT_WIDE)


def with_adjustments(session: Session, rows: PeriodRows, viewer: User | None) -> PeriodRows:
    """Return the rows of an open month with the adjustments that are counted in it, within their scope."""
    return replace(rows, adjustments=_adjustments(session, rows.scope, viewer))


def _adjustments(session: Session, scope: PeriodScope, viewer: User | None) -> tuple[AdjustmentRow, ...]:
    seqs = None if viewer is None else frozenset(scope.project_by_seq)
    first, until = scope.period.first_day, scope.period.until_day
    return adjustments_in(session, first, until, seqs, whole=scope.whole_contract)


def report_of(session: Session, found: Served, viewer: User | None) -> PeriodReport:
    """Return the data of a period's report: of a frozen month by the rules it froze with."""
    record = found.record
    return PeriodReport(
        contract=record.contract if record else contract_title(session),
        audience=audience(viewer, found.rows.scope),
        rows=found.rows,
        rules=record.rules if record else current_rules(session).book,
        readings=record.readings if record else readings_in(session, found.rows.period),
        because=lines_of(session, found, found.rows.breaches),
        standing=_standing(found.close),
    )


def report_at(
    session: Session, store: Store, period: Period, viewer: User | None, now: datetime
) -> PeriodReport:
    """Return the same data for the monthly workbook: of an open month nothing is read that may be long."""
    if is_frozen(session, period):
        return report_of(session, served(session, store, period, viewer, now), viewer)
    report = period_report(session, viewer, period, now)
    return replace(report, rows=with_adjustments(session, report.rows, viewer))


def lines_of(session: Session, found: Served, clocks: Iterable[ClockRow]) -> Mapping[ClockKey, Sequence[str]]:
    """Return the arithmetic of some clocks; that of a frozen month is kept with it (F5)."""
    if found.record is None:
        return arithmetic(session, found.rows, clocks)
    kept = found.record.because
    return {clock.key: kept.get(clock.key, ()) for clock in clocks}


def file_of(session: Session, store: Store, period: Period, name: str) -> bytes:
    """Return the stored bytes of a frozen month's file, hashed again."""
    return store.read(frozen_file(session, period.first_day, name).sha256)


def _standing(close: MonthClose | None) -> str:
    if close is None or close.frozen_at is None:
        return ""
    return f"已冻结（{clock_text(close.frozen_at)}）"


def _part(session: Session, rows: PeriodRows, viewer: User | None, now: datetime) -> PeriodRows:
    """Return the viewer's part of a whole month's rows (S1), as ``rows_of`` would have read it."""
    if viewer is None or viewer.role in SEE_CONTRACT_WIDE:
        return rows
    seqs = frozenset(session.scalars(select(Project.seq).where(projects_seen(viewer, day_of(now)))))
    attendance = tuple(row for row in rows.attendance if row.project in seqs)
    if viewer.role is Role.ENGINEER:
        attendance = tuple(replace(row, people=(), names=()) for row in attendance)
    return replace(
        rows,
        projects=tuple(one for one in rows.projects if one.seq in seqs),
        clocks=tuple(row for row in rows.clocks if row.project in seqs),
        tickets=tuple(row for row in rows.tickets if row.project in seqs),
        occurrences=tuple(row for row in rows.occurrences if row.project in seqs),
        attendance=attendance,
        whole_contract=False,
        adjustments=tuple(one for one in rows.adjustments if one.project in seqs),
        callbacks=tuple(row for row in rows.callbacks if row.project in seqs),
    )
