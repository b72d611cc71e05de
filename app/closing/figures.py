"""The figures of a month on its way to being frozen: their digest, the files, the versions of the rules."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.closing.codec import Record, encode
from app.closing.frozen import BOOK, CONTRACT, FACTS, RECORD, SHOW, WORKBOOK, with_adjustments
from app.closing.open_items import Group, blocking, open_items
from app.closing.queries import open_from
from app.closing.stored import JSON, report_files, score_files
from app.closing.versions import contract_bytes
from app.months.facts import facts, shown
from app.months.queries import EVERYTHING, contract_title, months_offered, rows_of
from app.months.service import audience, readings_in
from app.months.tickets import arithmetic
from app.tickets.derivation import current_rules
from models.closing import MonthClose
from reports.catalogue import MONTHLY
from reports.period import PeriodReport
from sla.adjustments import digest, written
from sla.closing import Standing
from sla.fold import book, sums
from sla.period import Period
from sla.rows import PeriodRows
from sla.when import clock_text

JSON_LINES = "application/x-ndjson"


@dataclass(frozen=True)
class Reckoned:
    """A month as it is derived at this moment: its rows, its book as text, and that text's digest."""

    rows: PeriodRows
    text: str

    @property
    def sha256(self) -> str:
        """Return the digest people sign."""
        return digest(self.text)


def reckoned(session: Session, period: Period, now: datetime) -> Reckoned:
    """Derive a month for everybody, with the adjustments that are counted in it."""
    rows = with_adjustments(session, rows_of(session, period, None, now), None)
    return Reckoned(rows, written(period.key, book(rows), (one.number for one in rows.adjustments)))


def standing_of(close: MonthClose | None, period: Period, figures: str, pending: int) -> Standing:
    """Return what a month has been through, as the rules know it."""
    if close is None:
        return Standing(period, figures=figures, pending=pending)
    return Standing(
        period=period,
        computed=close.computed_at is not None,
        in_review=close.opened_at is not None,
        objections_until=close.objections_until,
        signed_sha256=close.signed_sha256,
        silent=close.silent_at is not None,
        prepared_by=close.prepared_by_id,
        prepared_sha256=close.prepared_sha256,
        frozen=close.frozen_at is not None,
        figures=figures,
        pending=pending,
    )


def undecided(session: Session, period: Period, now: datetime) -> list[Group]:
    """Return everything about a month that has to be decided before it is frozen, objections included."""
    return blocking(open_items(session, period, EVERYTHING, now))


def waits_for(session: Session, period: Period, now: datetime) -> date | None:
    """Return the earlier month that has to be frozen first, ``None`` if it is this one's turn."""
    next_one = open_from(session)
    if next_one is None:
        first, _ = months_offered(session, now)
        next_one = min(first, period.first_day)
    return next_one if next_one < period.first_day else None


def files(session: Session, found: Reckoned, now: datetime) -> dict[str, tuple[str, bytes]]:
    """Return the files a month freezes with, by name: media type and bytes."""
    rows = found.rows
    record = Record(
        contract=contract_title(session),
        rows=rows,
        rules=current_rules(session).book,
        readings=readings_in(session, rows.period),
        because=arithmetic(session, rows, rows.clocks),
    )
    report = PeriodReport(
        contract=record.contract,
        audience=audience(None, rows.scope),
        rows=rows,
        rules=record.rules,
        readings=record.readings,
        because={clock.key: record.because[clock.key] for clock in rows.breaches},
        standing=f"已冻结（{clock_text(now)}）",
    )
    lines = [json.dumps(fact, ensure_ascii=False) + "\n" for fact in facts(rows)]
    return {
        SHOW: (JSON, (json.dumps(shown(sums(rows), rows.adjustments), ensure_ascii=False) + "\n").encode()),
        FACTS: (JSON_LINES, "".join(lines).encode()),
        BOOK: (JSON, found.text.encode()),
        RECORD: (JSON, encode(record)),
        CONTRACT: (JSON, contract_bytes(session, rows.period)),
        WORKBOOK: (MONTHLY.media_type, MONTHLY.write(report)),
        **score_files(session, record.contract, rows, now),
        **report_files(session, report, now),
    }
