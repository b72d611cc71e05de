"""The reports of a month, a quarter or a year: figures, breaches, attendance, call-backs, score sheets."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from app.assessment.judging import judge, rows_judged, sheet_judged
from app.assessment.monthly import month_listing, month_sheets
from app.assessment.sheets import sheet_form
from app.closing.frozen import SCORE_SHEETS, kept_file, report_at
from app.files.uploads import current_store
from app.months.files import monthly_file
from app.months.queries import contract_title
from app.months.service import audience
from app.reports.arguments import argued
from app.reports.callbacks import called_back
from app.reports.choice import PROJECT, UNIT, Choice, projects_of_unit
from app.reports.forms import listing_of
from app.reports.kept import KeptReports, kept_reports
from app.reports.periods import breaches_of, narrowed, report_of
from models.people import User
from reports import frames
from reports.attendance import attendance_listing
from reports.breaches import Breaches, breached_clocks, breaches_listing
from reports.callbacks import Asked, callbacks_listing
from reports.listing import Listing, part_of
from reports.period import PeriodReport
from reports.unit import unit_listing
from sla.errors import Conflict
from sla.period import Period


def monthly(
    session: Session, viewer: User | None, choice: Choice, now: datetime
) -> tuple[Listing, Callable[[], bytes]]:
    """Return what the page shows of the monthly report, and how its workbook is made."""
    report = report_at(session, current_store(), choice.period, viewer, now)
    brief = ("指标", "分子", "分母", "比率", "说明")
    listing = Listing(
        choice.offer.title,
        f"{report.contract}　{choice.period.label}",
        report.rows.data_until,
        facts=(
            ("范围", report.audience),
            ("月份状态", "已结束" if report.rows.is_over else "进行中，数字还会变化"),
            ("依据", "按暂定口径" if report.on_assumption else "所依据的口径均已约定"),
        ),
        parts=(
            part_of("总览", frames.overview(report), brief=brief),
            part_of("工单", frames.ticket_totals(report)),
        ),
    )
    return listing, lambda: monthly_file(session, viewer, choice.period, now)


def unit(session: Session, viewer: User | None, choice: Choice, now: datetime) -> Listing:
    """Return the report of one unit."""
    assert choice.whose is not None
    seqs = projects_of_unit(session, choice.whose.number)
    whole, kept = breaches_of(session, viewer, choice.period, now)
    report = narrowed(whole, seqs & set(whole.rows.project_by_seq), choice.whose.label)
    data = _breaches(session, report, kept)
    asked, last = _called(session, viewer, choice.period, now, kept, seqs)
    times = [data.at, *([last] if last else [])]
    return unit_listing(choice.whose.label, data, asked, max(times))


def attendance(session: Session, viewer: User | None, choice: Choice, now: datetime) -> Listing:
    """Return the attendance of a month."""
    report = report_of(session, viewer, choice.period, now)
    return attendance_listing(report, report.rows.data_until)


def breaches(session: Session, viewer: User | None, choice: Choice, now: datetime) -> Listing:
    """Return every breach of a period with what was argued about it."""
    return breaches_listing(_breaches(session, *breaches_of(session, viewer, choice.period, now)))


def callbacks(session: Session, viewer: User | None, choice: Choice, now: datetime) -> Listing:
    """Return the call-backs about stretches of days that end in a period."""
    period = choice.period
    kept = kept_reports(session, current_store(), viewer, period, now)
    asked, last = _called(session, viewer, period, now, kept)
    whose = f"{len({one.seq for one in asked})} 个运维项目"
    at = max(one for one in (last, period.bounds[1] if period.is_over(now) else period.bounds[0]) if one)
    title = kept.contract if kept else contract_title(session)
    return callbacks_listing(title, period.label, whose, asked, at)


def score_sheet(session: Session, viewer: User | None, choice: Choice, now: datetime) -> Listing:
    """Return the sheet of a quarter or a year: of the contract, a unit or a project (A1)."""
    assert choice.whose is not None
    kind, number = (
        choice.whose.key.partition(":")[0],
        choice.whose.number if ":" in choice.whose.key else None,
    )
    judged = judge(session, current_store(), choice.period, viewer, now)
    of = {"seq": number if kind == PROJECT else None, "unit_id": number if kind == UNIT else None}
    made = sheet_judged(session, judged, choice.period, viewer, now, **of)
    if judged.judging is None or made is None:
        raise Conflict("还没有考核办法，请先初始化系统")
    rows, found = made
    form = sheet_form(contract_title(session), choice.period, judged.judging, found)
    told = () if rows.is_over else (("状态", "期间尚未结束，得分还会变化"),)
    return listing_of(form, rows.data_until, more=told)


def scores(
    session: Session, viewer: User | None, choice: Choice, now: datetime
) -> tuple[Listing, bytes | None]:
    """Return the scores of a month with every deduction, and the stored workbook of a frozen one (A1, M1)."""
    store, period = current_store(), choice.period
    judged = judge(session, store, period, viewer, now)
    rows = rows_judged(session, judged, period, viewer, now)
    record = judged.frozen.record if judged.frozen else None
    listing = month_listing(
        record.contract if record else contract_title(session),
        audience(viewer, rows.scope),
        period,
        judged.judging,
        month_sheets(judged, rows, viewer),
        rows.data_until,
    )
    data = kept_file(store, judged.frozen, SCORE_SHEETS) if judged.frozen and judged.frozen.whole else None
    return listing, data


def _breaches(session: Session, report: PeriodReport, kept: KeptReports | None) -> Breaches:
    """Return the breaches of a report with their disputes: those there are, or those it froze with."""
    clocks = breached_clocks(report)
    keys, duties = {row.key for row in clocks}, {one.id for one in report.rows.occurrences}
    of_clocks, of_duties = (kept.clocks, kept.duties) if kept else argued(session, report)
    about_clocks = [one for one in of_clocks if (one.ticket_id, one.kind, one.round) in keys]
    about_duties = [one for one in of_duties if one.occurrence_id in duties]
    return Breaches(
        report,
        report.because,
        {(one.ticket_id, one.kind, one.round): one.said for one in about_clocks},
        {one.occurrence_id: one.said for one in about_duties},
        max([report.rows.data_until, *(one.at for one in about_clocks), *(one.at for one in about_duties)]),
    )


def _called(
    session: Session,
    viewer: User | None,
    period: Period,
    now: datetime,
    kept: KeptReports | None,
    seqs: set[int] | None = None,
) -> tuple[list[Asked], datetime | None]:
    """Return the call-backs in scope, in the tender's order, and when something was last said in one."""
    found = kept.asked if kept else called_back(session, viewer, period, now, seqs)
    mine = [one for one in found if seqs is None or one.said.seq in seqs]
    return [one.said for one in mine], max((one.at for one in mine), default=None)
