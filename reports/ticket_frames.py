"""The tables of tickets and clocks, row by row: what the figures of their indicators are the sum of."""

from __future__ import annotations

from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from reports.period import ClockLine, PeriodReport
from reports.table import Column, Format, Stream, stream
from sla.arithmetic import net_seconds, reason_text
from sla.clock import Clock, RuleBook
from sla.figures import CENT
from sla.rows import MEASURED_BY, ClockRow, TicketRow
from sla.when import clock_text

PROJECT_COLUMNS = (Column("序号", Format.COUNT), Column("单位"), Column("项目"))


def clocks(report: PeriodReport) -> Stream:
    """Every clock that counts in the period."""
    columns = [
        Column("工单号"),
        Column("标题"),
        *PROJECT_COLUMNS,
        Column("计时"),
        Column("时限（分钟）", Format.COUNT),
        Column("服务时间"),
        Column("起算", Format.INSTANT),
        Column("应于", Format.INSTANT),
        Column("首次应于", Format.INSTANT),
        Column("停表", Format.INSTANT),
        Column("确定时间", Format.INSTANT),
        Column("净用时（分钟）", Format.POINTS),
        Column("结论"),
        Column("计入指标"),
        Column("扣除", Format.LONG),
        Column("备注"),
    ]
    return stream(columns, (_clock(report, line) for line in report.lines.clocks()))


def breaches(report: PeriodReport) -> Stream:
    """Every breach, one a line, with its arithmetic (F5)."""
    columns = [
        Column("工单号"),
        Column("标题"),
        *PROJECT_COLUMNS,
        Column("计时"),
        Column("时限（分钟）", Format.COUNT),
        Column("应于", Format.INSTANT),
        Column("停表", Format.INSTANT),
        Column("晚（分钟）", Format.POINTS),
        Column("计算过程", Format.LONG),
    ]
    return stream(columns, (_breach(report, line) for line in report.lines.breaches()))


def tickets(report: PeriodReport) -> Stream:
    """Every ticket that was open in the period; how it came in and went out adds up to the totals."""
    columns = [
        Column("工单号"),
        Column("标题"),
        *PROJECT_COLUMNS,
        Column("类别"),
        Column("状态"),
        Column("来源"),
        Column("去向"),
        Column("报告时间", Format.INSTANT),
        Column("登记时间", Format.INSTANT),
        Column("验收时间", Format.INSTANT),
        Column("退回次数", Format.COUNT),
        Column("一次修复"),
        Column("关闭时间", Format.INSTANT),
        Column("撤销时间", Format.INSTANT),
        Column("评分", Format.COUNT),
    ]
    return stream(columns, (_ticket_line(report, ticket) for ticket in report.lines.tickets()))


# -- pieces ----------------------------------------------------------------------------------


def ticket_cells(report: PeriodReport, row: ClockRow) -> list[Any]:
    """Return the cells of the ticket of a clock: its number and title, and its project."""
    ticket = report.rows.ticket_by_id[row.ticket_id]
    return _ticket_cells(report, ClockLine(row, ticket.number, ticket.title))


def _ticket_cells(report: PeriodReport, line: ClockLine) -> list[Any]:
    project = report.rows.project_by_seq[line.row.project]
    return [line.number, line.title, project.seq, project.unit_name, project.name]


def _breach(report: PeriodReport, line: ClockLine) -> list[Any]:
    clock = line.row.clock
    late = minutes_between(clock.stopped_at, clock.due_at) if clock.stopped_at else "未完成"
    lines = "\n".join(line.because)
    stop = clock.stopped_at or "未完成"
    said = [clock.kind.label, allowance(clock), clock.due_at, stop, late, lines]
    return [*_ticket_cells(report, line), *said]


def _clock(report: PeriodReport, line: ClockLine) -> list[Any]:
    clock = line.row.clock
    indicator = MEASURED_BY.get(clock.kind)
    return [
        *_ticket_cells(report, line),
        clock.kind.label,
        allowance(clock),
        clock.window.label,
        clock.starts_at,
        clock.due_at,
        line.row.original_due_at,
        clock.stopped_at,
        clock.decided_at,
        _net(clock, report.rules),
        clock.verdict.label,
        indicator.label if indicator else "不计入",
        "\n".join(f"{clock_text(a)} 至 {clock_text(b)} {reason_text(why)}" for a, b, why in clock.pauses),
        "；".join(_marks(clock)),
    ]


def allowance(clock: Clock) -> int | str:
    """Return how long a clock allows: minutes, or workdays in words."""
    return clock.minutes if clock.minutes is not None else f"{clock.workdays} 个工作日"


def _net(clock: Clock, rules: RuleBook) -> Decimal | None:
    """Return the open minutes used, to two decimals; a target in workdays has none."""
    seconds = None if clock.minutes is None else net_seconds(clock, rules)
    return None if seconds is None else _in_minutes(seconds)


def minutes_between(later: datetime, earlier: datetime) -> Decimal:
    """Return how many minutes lie between two instants, to two decimals."""
    return _in_minutes(int((later - earlier).total_seconds()))


def _in_minutes(seconds: int) -> Decimal:
    return (Decimal(seconds) / 60).quantize(CENT, ROUND_HALF_UP)


def _marks(clock: Clock) -> list[str]:
    marks = {
        "系统瘫痪 60 分钟底线": clock.is_floor,
        "补录未确认，按录入时间计": clock.judged_by_record,
        "应于时间暂定": clock.due_provisional,
        "待验收，结论暂定": clock.outcome_provisional,
    }
    return [mark for mark, holds in marks.items() if holds]


def _ticket_line(report: PeriodReport, ticket: TicketRow) -> list[Any]:
    project = report.rows.project_by_seq[ticket.project]
    first_fix = {None: "", True: "是", False: "否"}[ticket.first_fix]
    return [
        ticket.number,
        ticket.title,
        project.seq,
        project.unit_name,
        project.name,
        ticket.kind.label,
        ticket.state.label,
        _came(report, ticket),
        _went(report, ticket),
        ticket.reported_at,
        ticket.opened_at,
        ticket.accepted_at,
        ticket.rejections,
        first_fix,
        ticket.closed_at,
        ticket.cancelled_at,
        ticket.rating,
    ]


def _came(report: PeriodReport, ticket: TicketRow) -> str:
    if report.rows.period.contains(ticket.opened_at):
        return "本月登记"
    # A ticket entered later stands here for a clock that was decided in the period.
    return "上月转入" if ticket.opened_at < report.rows.period.bounds[0] else "次月登记"


def _went(report: PeriodReport, ticket: TicketRow) -> str:
    if report.rows.period.contains(ticket.closed_at):
        return "本月关闭"
    if report.rows.period.contains(ticket.cancelled_at):
        return "本月撤销"
    return "转入下月" if ticket.opened_at < report.rows.period.bounds[1] else ""
