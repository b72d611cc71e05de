"""The tables of the monthly report: rows as frames, before any of it is a sheet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from reports.definitions import WORDING
from reports.month import MonthReport, absence, average_rating
from reports.table import Column, Format, Table, table
from sla.arithmetic import net_seconds, reason_text
from sla.clock import Clock, RuleBook
from sla.figures import CENT, Figure
from sla.interpretations import KEYS
from sla.month import MEASURED_BY, ClockRow, Figures, ProjectRow, TicketRow
from sla.vocab import Indicator, Verdict
from sla.when import clock_text

PROJECT_COLUMNS = (Column("序号", Format.COUNT), Column("单位"), Column("项目"))


def overview(report: MonthReport) -> Table:
    """The indicators of the whole scope, one a line."""
    columns = [
        Column("指标"),
        Column("分子的含义"),
        Column("分子", Format.COUNT),
        Column("分母", Format.COUNT),
        Column("比率", Format.PERCENT),
        Column("免责（不计入）", Format.COUNT),
        Column("说明"),
    ]
    rows = []
    for indicator, figure in report.figures.contract.items():
        words = WORDING[indicator]
        rate = _rate(indicator, figure, report.rows.projects)
        meaning = f"{words.met}／{words.total}"
        rows.append(
            [
                indicator.label,
                meaning,
                figure.met,
                figure.total,
                rate,
                figure.exempt,
                _remark(indicator, figure),
            ]
        )
    return table(columns, rows)


def charted(report: MonthReport) -> Table:
    """The rates that exist: what has none is no bar, for 不适用 is not 0 %."""
    columns = (Column("指标"), Column("比率", Format.PERCENT))
    rates = ((indicator.label, figure.rate) for indicator, figure in report.figures.contract.items())
    return table(columns, ([label, _fraction(rate)] for label, rate in rates if rate is not None))


def ticket_totals(report: MonthReport) -> Table:
    """How many tickets came in and went out (F4)."""
    kept = report.totals
    columns = [
        *(Column(head, Format.COUNT) for head in ("本月登记", "上月转入", "合计")),
        *(Column(head, Format.COUNT) for head in ("本月关闭", "本月撤销", "转入下月", "合计 ")),
    ]
    came, went = kept.opened + kept.carried_in, kept.closed + kept.cancelled + kept.carried_out
    return table(
        columns, [[kept.opened, kept.carried_in, came, kept.closed, kept.cancelled, kept.carried_out, went]]
    )


def by_project(report: MonthReport) -> Table:
    """Every project with every indicator."""
    found = _by(report, lambda project: project.seq)
    rows = [
        [p.seq, p.unit_name, p.name, *_figures(report.figures.projects[p.seq], [p]), *found(p.seq)]
        for p in report.rows.projects
    ]
    return table([*PROJECT_COLUMNS, *_figure_columns()], rows)


def by_unit(report: MonthReport) -> Table:
    """Every unit with every indicator; a sub-unit is counted with its parent."""
    found = _by(report, lambda project: project.unit)
    rows = []
    for unit, kept in report.figures.units.items():
        own = [project for project in report.rows.projects if project.unit == unit]
        rows.append([unit.name, len(own), *_figures(kept, own), *found(unit)])
    return table([Column("单位"), Column("项目数", Format.COUNT), *_figure_columns()], rows)


def clocks(report: MonthReport) -> Table:
    """Every clock that counts in the month."""
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
    return table(columns, (_clock(report, row) for row in report.rows.clocks))


def breaches(report: MonthReport) -> Table:
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
    rows = []
    for row in report.rows.breaches:
        clock = row.clock
        late = _minutes(clock.stopped_at, clock.due_at) if clock.stopped_at else "未完成"
        lines = "\n".join(report.because.get(row.key, ()))
        stop = clock.stopped_at or "未完成"
        rows.append(
            [*_ticket(report, row), clock.kind.label, _allowance(clock), clock.due_at, stop, late, lines]
        )
    return table(columns, rows)


def tickets(report: MonthReport) -> Table:
    """Every ticket that was open in the month; how it came in and went out adds up to the totals."""
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
    return table(columns, (_ticket_line(report, ticket) for ticket in report.rows.tickets))


def interpretations(report: MonthReport) -> Table:
    """The readings in force in the month, in the order of their list."""
    keys = {key.name: (place, key) for place, key in enumerate(KEYS)}
    columns = [
        Column("事项"),
        Column("取值"),
        Column("状态"),
        Column("起始日", Format.DAY),
        Column("影响"),
        Column("理由", Format.LONG),
    ]
    rows = [
        [
            keys[one.key][1].label,
            one.value,
            one.status.label,
            one.from_day or "自始",
            keys[one.key][1].effect.label,
            one.reason,
        ]
        for one in sorted(report.readings, key=lambda one: keys[one.key][0])
    ]
    return table(columns, rows)


# -- pieces ----------------------------------------------------------------------------------


def _rate(indicator: Indicator, figure: Figure, projects: Sequence[ProjectRow]) -> Decimal | str:
    return absence(indicator, projects) if figure.rate is None else _fraction(figure.rate)


def _fraction(rate: Decimal) -> Decimal:
    """Return a rate in per cent as the fraction a percentage cell holds; it is rounded already (F3)."""
    return rate / 100


def _remark(indicator: Indicator, figure: Figure) -> str:
    if indicator is Indicator.SATISFACTION and figure.total:
        return f"平均 {average_rating(figure)} 分"
    if indicator in MEASURED_BY.values() and figure.total:
        return f"超时 {figure.total - figure.met} 次"
    return "越低越好" if indicator is Indicator.BACKENTRY else ""


def _figure_columns() -> list[Column]:
    groups = [
        Column(head, kind, indicator.label)
        for indicator, words in WORDING.items()
        for head, kind in ((words.met, Format.COUNT), (words.total, Format.COUNT), ("比率", Format.PERCENT))
    ]
    return [*groups, Column("超时（次）", Format.COUNT), Column("免责（次）", Format.COUNT)]


def _figures(kept: Figures, projects: Sequence[ProjectRow]) -> list[Any]:
    """Return numerator, denominator and rate of each indicator; nothing at all where nobody promised it."""
    cells: list[Any] = []
    for indicator in WORDING:
        figure = kept[indicator]
        rate = _rate(indicator, figure, projects)
        counts = [figure.met, figure.total] if figure.total or figure.exempt else [None, None]
        cells += [*counts, rate]
    return cells


def _by(report: MonthReport, place: Callable[[ProjectRow], Any]) -> Callable[[Any], list[int]]:
    """Count breaches and exemptions by project or by unit."""
    projects = report.rows.project_by_seq
    counted = Counter((place(projects[row.project]), row.clock.verdict) for row in report.rows.clocks)
    return lambda key: [counted[key, Verdict.BREACHED], counted[key, Verdict.EXEMPT]]


def _ticket(report: MonthReport, row: ClockRow) -> list[Any]:
    ticket, project = report.rows.ticket_by_id[row.ticket_id], report.rows.project_by_seq[row.project]
    return [ticket.number, ticket.title, project.seq, project.unit_name, project.name]


def _clock(report: MonthReport, row: ClockRow) -> list[Any]:
    clock = row.clock
    indicator = MEASURED_BY.get(clock.kind)
    return [
        *_ticket(report, row),
        clock.kind.label,
        _allowance(clock),
        clock.window.label,
        clock.starts_at,
        clock.due_at,
        row.original_due_at,
        clock.stopped_at,
        clock.decided_at,
        _net(clock, report.rules),
        clock.verdict.label,
        indicator.label if indicator else "不计入",
        "\n".join(f"{clock_text(a)} 至 {clock_text(b)} {reason_text(why)}" for a, b, why in clock.pauses),
        "；".join(_marks(clock)),
    ]


def _allowance(clock: Clock) -> int | str:
    return clock.minutes if clock.minutes is not None else f"{clock.workdays} 个工作日"


def _net(clock: Clock, rules: RuleBook) -> Decimal | None:
    """Return the open minutes used, to two decimals; a target in workdays has none."""
    seconds = None if clock.minutes is None else net_seconds(clock, rules)
    return None if seconds is None else _in_minutes(seconds)


def _minutes(later: datetime, earlier: datetime) -> Decimal:
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


def _ticket_line(report: MonthReport, ticket: TicketRow) -> list[Any]:
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


def _came(report: MonthReport, ticket: TicketRow) -> str:
    if report.rows.contains(ticket.opened_at):
        return "本月登记"
    # A ticket entered later stands here for a clock that was decided in the month.
    return "上月转入" if ticket.opened_at < report.rows.bounds[0] else "次月登记"


def _went(report: MonthReport, ticket: TicketRow) -> str:
    if report.rows.contains(ticket.closed_at):
        return "本月关闭"
    if report.rows.contains(ticket.cancelled_at):
        return "本月撤销"
    return "转入下月" if ticket.opened_at < report.rows.bounds[1] else ""
