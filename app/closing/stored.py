"""The files a month freezes with beside its figures: the scores, and what its reports say besides (M1)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.acceptance.records import inspections_between
from app.assessment.judging import Judged, to_keep
from app.assessment.kept import encode as encoded_scores
from app.assessment.monthly import month_listing, month_scores, month_sheets
from app.assessment.queries import judging, versions
from app.assessment.scores import Facts, beside
from app.closing.frozen import REPORTS, SCORE_SHEETS, SCORES
from app.months.service import audience
from reports.catalogue import XLSX
from reports.listing import listing_workbook
from reports.period import PeriodReport
from sla.fold import sums
from sla.rows import PeriodRows

JSON = "application/json"
Files = dict[str, tuple[str, bytes]]


def score_files(session: Session, contract: str, rows: PeriodRows, now: datetime) -> Files:
    """Return the scores of a month by the version that judges it, signed or draft: data and workbook."""
    facts = Facts(sums(rows), *beside(session, rows.period, None, now))
    by = judging(versions(session), rows.period)
    sheets = month_sheets(Judged(facts, by), rows, None)
    whose = audience(None, rows.scope)
    listing = month_listing(contract, whose, rows.period, by, sheets, rows.data_until)
    return {
        SCORES: (JSON, encoded_scores(to_keep(facts, by), month_scores(sheets))),
        SCORE_SHEETS: (XLSX, listing_workbook(listing)),
    }


def report_files(session: Session, report: PeriodReport, now: datetime) -> Files:
    """Return what the month's reports say of disputes, call-backs and inspections."""
    # pandas takes half a second to load: only who freezes a month waits for it.
    from app.reports.arguments import argued
    from app.reports.callbacks import called_back
    from app.reports.kept import KeptReports, encode

    period = report.rows.period
    clocks, duties = argued(session, report)
    inspected, _ = inspections_between(
        session, period.label, period.first_day, period.until_day, period.bounds[0]
    )
    kept = KeptReports(
        report.contract,
        tuple(clocks),
        tuple(duties),
        tuple(called_back(session, None, period, now)),
        tuple(inspected.inspections),
        tuple(inspected.files),
    )
    return {REPORTS: (JSON, encode(kept))}
