"""What one unit got in a month (单位服务月报), in words its people use."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from reports.attendance import attendance_part
from reports.breaches import Breaches, breach_parts, breached_clocks, breached_duties
from reports.callbacks import Asked, callbacks_part
from reports.columns import Column, Format
from reports.listing import Listing, Part, part_of
from reports.period import PeriodReport, absence, average_rating
from sla.figures import Figure
from sla.rows import ProjectRow, TicketRow
from sla.vocab import EventKind, Indicator, OccurrenceState

TITLE = "单位服务月报"
_TOLD = {
    Indicator.RESPONSE: "响应",
    Indicator.ONSITE: "到场",
    Indicator.RECOVERY: "恢复",
    Indicator.INSPECTION: "巡检",
    Indicator.DUTY: "其他应办",
    Indicator.ATTENDANCE: "驻场",
    Indicator.SATISFACTION: "满意度",
}
_STOPS = {
    EventKind.RESPONDED: "响应",
    EventKind.ARRIVED: "到场",
    EventKind.RECOVERY_CLAIMED: "申报恢复",
}


def unit_listing(unit: str, data: Breaches, asked: Sequence[Asked], at: datetime) -> Listing:
    """Return the report of a unit: ``data`` holds its projects and no others."""
    from reports import duty_frames

    report, period = data.report, data.report.rows.period
    duties = part_of(
        "巡检和其他应办",
        duty_frames.by_obligation(report),
        brief=("项目", "应办", "周期", "应计", "已完成", "逾期完成", "未完成"),
    )
    return Listing(
        TITLE,
        f"{unit}　{period.label}",
        at,
        facts=(
            ("单位", unit),
            ("月份", period.label + ("" if report.rows.is_over else "（进行中，数字还会变化）")),
            ("合同", report.contract),
            ("运维项目", f"{len(report.rows.projects)} 个"),
        ),
        text=tuple(_sentences(data, asked)),
        parts=(
            _projects(report),
            _tickets(report),
            *breach_parts(data),
            duties,
            attendance_part(report),
            callbacks_part(asked),
        ),
        signatures=(("使用单位", True), ("乙方项目经理", False)),
        basis="按平台记录的事实计算；每个数字都可以在平台上点开看明细",
    )


def _sentences(data: Breaches, asked: Sequence[Asked]) -> list[str]:
    """Say the month in a few sentences, the good and the bad alike."""
    report = data.report
    kept, figures = report.totals, report.figures.contract
    said = [
        f"本月新登记工单 {kept.opened} 张，上月转来 {kept.carried_in} 张；"
        f"关闭 {kept.closed} 张，撤销 {kept.cancelled} 张，月末还有 {kept.carried_out} 张在办。"
    ]
    timely = [
        f"{name} {figure.met}/{figure.total}"
        for one, name in _TOLD.items()
        if one is not Indicator.SATISFACTION and (figure := figures[one]).total
    ]
    said.append(f"按时完成：{'，'.join(timely)}。" if timely else "本月没有要计时的事项。")
    late, missed = len(breached_clocks(report)), len(breached_duties(data))
    if late or missed:
        said.append(f"没有按时的：计时 {late} 次，应办 {missed} 次，逐次的原因见后面的表。")
    else:
        said.append("本月没有超时，也没有未按时的应办。")
    waiting = report.states[OccurrenceState.PENDING]
    if waiting:
        said.append(f"还没有到期的应办 {waiting} 次。")
    if figures[Indicator.SATISFACTION].total:
        said.append(
            f"您单位给工单的评分平均 {average_rating(figures[Indicator.SATISFACTION])} 分（满分 5 分）。"
        )
    answered = sum(1 for one in asked if one.satisfaction)
    if asked:
        said.append(f"回访 {len(asked)} 次，已签署 {answered} 次。")
    return said


def _projects(report: PeriodReport) -> Part:
    columns = (
        *(Column("序号", Format.COUNT), Column("项目"), Column("使用单位")),
        *(Column(name) for name in _TOLD.values()),
    )
    rows = tuple(
        (one.seq, one.name, one.unit_name, *(_figure(report, one, indicator) for indicator in _TOLD))
        for one in report.rows.projects
    )
    brief = ("项目", "响应", "到场", "恢复", "巡检", "其他应办", "驻场")
    return Part("各项目", columns, rows, "按时次数/应计次数；没有约定的写明无此指标。", brief)


def _figure(report: PeriodReport, project: ProjectRow, indicator: Indicator) -> str:
    figure: Figure = report.figures.projects[project.seq][indicator]
    if figure.rate is None:
        return absence(indicator, figure, [project], report.rows.period)
    if indicator is Indicator.SATISFACTION:
        return f"平均 {average_rating(figure)} 分"
    return f"{figure.met}/{figure.total}（{figure.rate}%）"


def _tickets(report: PeriodReport) -> Part:
    columns = (
        *(Column("工单号"), Column("标题"), Column("项目"), Column("类别"), Column("状态")),
        *(Column(name, Format.INSTANT) for name in ("报告", *_STOPS.values(), "验收", "关闭")),
        *(Column("退回次数", Format.COUNT), Column("评分", Format.COUNT)),
    )
    rows = tuple(_ticket(report, one) for one in report.rows.tickets)
    brief = ("工单号", "标题", "状态", "报告", "响应", "到场", "验收")
    return Part("工单", columns, rows, f"本月在办的工单 {len(rows)} 张", brief)


def _ticket(report: PeriodReport, one: TicketRow) -> tuple[Any, ...]:
    # Of several claims of recovery the last one counts (C11).
    stops = {stop.kind: stop.occurred_at for stop in one.milestones}
    return (
        *(one.number, one.title, report.rows.project_by_seq[one.project].name),
        *(one.kind.label, one.state.label, one.reported_at),
        *(stops.get(kind) for kind in _STOPS),
        *(one.accepted_at, one.closed_at, one.rejections, one.rating),
    )
