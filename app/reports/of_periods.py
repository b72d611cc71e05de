"""The reports of a month, a quarter or a year: figures, breaches, attendance, call-backs, score sheets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select, true
from sqlalchemy.orm import Session, joinedload, selectinload

from app.assessment.scores import judge, sheet, whose_of
from app.assessment.sheets import sheet_form
from app.callbacks.queries import callbacks_seen, ratings
from app.closing.frozen import report_at
from app.files.uploads import current_store
from app.months.files import monthly_file
from app.months.queries import contract_title, rows_of
from app.reports.arguments import argued
from app.reports.choice import PROJECT, UNIT, Choice, projects_of_unit
from app.reports.forms import listing_of
from app.reports.periods import narrowed, report_of
from models.callbacks import CallBack, FollowUp
from models.contract import Project
from models.people import User
from reports import frames
from reports.attendance import attendance_listing
from reports.breaches import Breaches, breaches_listing
from reports.callbacks import Asked, callbacks_listing
from reports.listing import Listing, part_of
from reports.period import PeriodReport, average_rating
from reports.unit import unit_listing
from sla.errors import Conflict
from sla.period import Period
from sla.when import day_of


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
    whole = report_of(session, viewer, choice.period, now)
    report = narrowed(whole, seqs & set(whole.rows.project_by_seq), choice.whose.label)
    data = _breaches(session, report)
    asked, last = _callbacks(session, viewer, choice.period, now, seqs)
    times = [data.at, *([last] if last else [])]
    return unit_listing(choice.whose.label, data, asked, max(times))


def attendance(session: Session, viewer: User | None, choice: Choice, now: datetime) -> Listing:
    """Return the attendance of a month."""
    report = report_of(session, viewer, choice.period, now)
    return attendance_listing(report, report.rows.data_until)


def breaches(session: Session, viewer: User | None, choice: Choice, now: datetime) -> Listing:
    """Return every breach of a period with what was argued about it."""
    return breaches_listing(_breaches(session, report_of(session, viewer, choice.period, now)))


def callbacks(session: Session, viewer: User | None, choice: Choice, now: datetime) -> Listing:
    """Return the call-backs about stretches of days that end in a period."""
    period = choice.period
    asked, last = _callbacks(session, viewer, period, now)
    whose = f"{len({one.seq for one in asked})} 个运维项目"
    at = max(one for one in (last, period.bounds[1] if period.is_over(now) else period.bounds[0]) if one)
    return callbacks_listing(contract_title(session), period.label, whose, asked, at)


def score_sheet(session: Session, viewer: User | None, choice: Choice, now: datetime) -> Listing:
    """Return the sheet of a quarter or a year: of the contract, a unit or a project (A1)."""
    assert choice.whose is not None
    kind, number = (
        choice.whose.key.partition(":")[0],
        choice.whose.number if ":" in choice.whose.key else None,
    )
    judged = judge(session, choice.period, viewer, now)
    of = {"seq": number if kind == PROJECT else None, "unit_id": number if kind == UNIT else None}
    whose = whose_of(viewer, judged.facts.scope, **of)
    if judged.judging is None:
        raise Conflict("还没有考核办法，请先初始化系统")
    rows = rows_of(session, choice.period, viewer, now)
    found = sheet(judged.facts, rows, judged.judging.scheme, whose)
    form = sheet_form(contract_title(session), choice.period, judged.judging, found)
    told = () if rows.is_over else (("状态", "期间尚未结束，得分还会变化"),)
    return listing_of(form, rows.data_until, more=told)


def _breaches(session: Session, report: PeriodReport) -> Breaches:
    of_clocks, of_duties, because, times = argued(session, report)
    return Breaches(report, because, of_clocks, of_duties, max([report.rows.data_until, *times]))


def _callbacks(
    session: Session, viewer: User | None, period: Period, now: datetime, seqs: set[int] | None = None
) -> tuple[list[Asked], datetime | None]:
    """Return the call-backs in scope, in the tender's order, and when something was last said in one."""
    seen = true() if viewer is None else callbacks_seen(viewer, day_of(now))
    query = (
        select(CallBack)
        .join(CallBack.project)
        .where(seen, CallBack.last_day >= period.first_day, CallBack.last_day < period.until_day)
        .options(
            joinedload(CallBack.project).joinedload(Project.unit),
            selectinload(CallBack.answers),
            selectinload(CallBack.follow_ups).joinedload(FollowUp.by),
        )
        .order_by(Project.seq, CallBack.last_day, CallBack.id)
    )
    if seqs is not None:
        query = query.where(Project.seq.in_(seqs))
    found = session.scalars(query).all()
    times = [one.asked_at for one in found] + [a.entered_at for one in found for a in one.answers]
    times += [one.at for callback in found for one in callback.follow_ups]
    times += [one.settled_at for one in found if one.settled_at]
    spans = {(one.first_day, one.last_day) for one in found}
    rated = {span: ratings(session, [one.project_id for one in found], *span) for span in sorted(spans)}
    asked = []
    for one in found:
        figure = rated[one.first_day, one.last_day].get(one.project_id)
        said = Asked(
            seq=one.project.seq,
            project=one.project.name,
            unit=one.project.unit.name,
            first_day=one.first_day,
            last_day=one.last_day,
            state=one.state.label,
            followed="\n".join(word.what for word in one.follow_ups),
            rating=average_rating(figure) if figure else None,
        )
        asked.append(_answered(said, one))
    return asked, max(times, default=None)


def _answered(said: Asked, one: CallBack) -> Asked:
    if one.answer is None:
        return said
    return replace(
        said,
        satisfaction=one.answer.satisfaction.label,
        running_well=one.answer.running_well,
        remarks=one.answer.remarks,
        said_by=one.answer.said_by,
        channel=one.answer.channel.label,
        said_at=one.answer.said_at,
    )
