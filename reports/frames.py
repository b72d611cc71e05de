"""The tables of figures: the whole scope, each unit, each project; before any of it is a sheet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from reports.definitions import WORDING
from reports.period import NO_RATE, PeriodReport, absence, average_rating
from reports.table import Column, Format, Table, table
from reports.ticket_frames import PROJECT_COLUMNS
from sla.figures import Figure, total
from sla.fold import Figures, adjusted
from sla.interpretations import KEYS
from sla.period import Period
from sla.rows import MEASURED_BY, OF_OCCURRENCES, ProjectRow
from sla.vocab import Indicator, Verdict


def overview(report: PeriodReport) -> Table:
    """The indicators of the whole scope, one a line."""
    columns = [
        Column("指标"),
        Column("分子的含义"),
        Column("分子", Format.COUNT),
        Column("分母", Format.COUNT),
        Column("比率", Format.PERCENT),
        Column("免责、豁免（不计入）", Format.COUNT),
        Column("未到期（不计入）", Format.COUNT),
        Column("说明"),
    ]
    rows = []
    for indicator, figure in report.figures.contract.items():
        words = WORDING[indicator]
        rate = _rate(indicator, figure, report.rows.projects, report.rows.period)
        beside = [figure.exempt, figure.pending, _remark(indicator, figure)]
        rows.append([indicator.label, f"{words.met}／{words.total}", figure.met, figure.total, rate, *beside])
    return table(columns, rows)


def reconciliation(report: PeriodReport) -> Table:
    """How the contract's figures add up: the projects' sums and the duties of the whole contract (F3)."""
    groups = ("各项目之和", "合同整体", "合同")
    columns = [
        Column("指标"),
        *(Column(head, Format.COUNT, group) for group in groups for head in ("分子", "分母")),
        Column("核对"),
    ]
    rows = []
    for indicator, whole in report.figures.contract.items():
        projects = total(kept[indicator] for kept in report.figures.projects.values())
        own = report.figures.whole[indicator]
        counts = [n for figure in (projects, own, whole) for n in (figure.met, figure.total)]
        rows.append([indicator.label, *counts, "相符" if projects + own == whole else "不符"])
    return table(columns, rows)


def charted(report: PeriodReport) -> Table:
    """The rates that exist: what has none is no bar, for 不适用 is not 0 %."""
    columns = (Column("指标"), Column("比率", Format.PERCENT))
    rates = ((indicator.label, figure.rate) for indicator, figure in report.figures.contract.items())
    return table(columns, ([label, _fraction(rate)] for label, rate in rates if rate is not None))


def ticket_totals(report: PeriodReport) -> Table:
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


def by_project(report: PeriodReport) -> Table:
    """Every project with every indicator; what no row promises is told apart from what did not happen."""
    found = _by(report, lambda project: project.seq)
    period = report.rows.period
    rows = [
        [p.seq, p.unit_name, p.name, *_figures(report.figures.projects[p.seq], [p], period), *found(p.seq)]
        for p in report.rows.projects
    ]
    if report.rows.whole_contract:
        rows.append(["—", "", "合同整体", *_whole(report.figures.whole), 0, 0])
    return table([*PROJECT_COLUMNS, *_figure_columns()], rows)


def by_unit(report: PeriodReport) -> Table:
    """Every unit with every indicator; a sub-unit is counted with its parent."""
    found = _by(report, lambda project: project.unit)
    rows = []
    for unit, kept in report.figures.units.items():
        own = [project for project in report.rows.projects if project.unit == unit]
        rows.append([unit.name, len(own), *_figures(kept, own, report.rows.period), *found(unit)])
    return table([Column("单位"), Column("项目数", Format.COUNT), *_figure_columns()], rows)


def interpretations(report: PeriodReport) -> Table:
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


def _rate(
    indicator: Indicator, figure: Figure, projects: Sequence[ProjectRow], period: Period
) -> Decimal | str:
    if figure.rate is None:
        return absence(indicator, figure, projects, period)
    return _fraction(figure.rate)


def _fraction(rate: Decimal) -> Decimal:
    """Return a rate in per cent as the fraction a percentage cell holds; it is rounded already (F3)."""
    return rate / 100


def _remark(indicator: Indicator, figure: Figure) -> str:
    if indicator is Indicator.BACKENTRY:
        return "越低越好"
    if not figure.total:
        return ""
    if indicator is Indicator.SATISFACTION:
        return f"平均 {average_rating(figure)} 分"
    lacking = figure.total - figure.met
    if indicator is Indicator.ATTENDANCE:
        return f"缺勤 {lacking} 半天"
    if indicator in OF_OCCURRENCES:
        return f"未按时 {lacking} 次"
    return f"超时 {lacking} 次" if indicator in MEASURED_BY.values() else ""


def _figure_columns() -> list[Column]:
    groups = [
        Column(head, kind, indicator.label)
        for indicator, words in WORDING.items()
        for head, kind in ((words.met, Format.COUNT), (words.total, Format.COUNT), ("比率", Format.PERCENT))
    ]
    return [*groups, Column("超时（次）", Format.COUNT), Column("免责（次）", Format.COUNT)]


def _figures(kept: Figures, projects: Sequence[ProjectRow], period: Period) -> list[Any]:
    """Return numerator, denominator and rate of each indicator; nothing at all where nobody promised it."""
    cells: list[Any] = []
    for indicator in WORDING:
        figure = kept[indicator]
        counts = [None, None] if figure.is_empty else [figure.met, figure.total]
        cells += [*counts, _rate(indicator, figure, projects, period)]
    return cells


def _whole(kept: Figures) -> list[Any]:
    """Return the cells of the whole contract's duties; it promises nothing else."""
    cells: list[Any] = []
    for indicator in WORDING:
        figure = kept[indicator]
        rate = None if figure.rate is None else _fraction(figure.rate)
        cells += [None, None, ""] if figure.is_empty else [figure.met, figure.total, rate]
    return cells


def _by(report: PeriodReport, place: Callable[[ProjectRow], Any]) -> Callable[[Any], list[int]]:
    """Count breaches and exemptions by project or by unit."""
    projects = report.rows.project_by_seq
    counted = Counter[tuple[Any, Verdict]]()
    for (seq, verdict), number in report.verdicts.items():
        counted[place(projects[seq]), verdict] += number
    return lambda key: [counted[key, Verdict.BREACHED], counted[key, Verdict.EXEMPT]]


def adjusted_figures(report: PeriodReport) -> Table:
    """What adjustments of frozen months add to the month's own figures (M1); together they may be no rate."""
    groups = ("本月", "调整", "合计")
    columns = [
        Column("指标"),
        *(Column(head, Format.COUNT, group) for group in groups for head in ("分子", "分母")),
        Column("合计比率", Format.PERCENT),
    ]
    more = adjusted(report.rows.adjustments)
    rows = []
    for indicator, own in report.figures.contract.items():
        if more[indicator] != Figure():
            both = own + more[indicator]
            counts = [n for figure in (own, more[indicator], both) for n in (figure.met, figure.total)]
            rate = NO_RATE if both.rate is None else _fraction(both.rate)
            rows.append([indicator.label, *counts, rate])
    return table(columns, rows)


def adjustments(report: PeriodReport) -> Table:
    """Every adjustment counted in the month, by number."""
    columns = [
        *(Column(head) for head in ("编号", "更正的月份", "项目", "指标", "事项", "原", "现")),
        *(Column(head, Format.COUNT) for head in ("分子", "分母")),
        Column("原因", Format.LONG),
        Column("记录时间", Format.INSTANT),
    ]
    rows = []
    for one in report.rows.adjustments:
        change = total(figure for _, _, figure in one.effects())
        side = one.after or one.before
        indicator = side.indicator.label if side and side.indicator else "不计入"
        said = [each.said if each else "不计" for each in (one.before, one.after)]
        project = "合同整体" if one.project is None else one.project
        head = [one.label, f"{one.of_month:%Y-%m}", project, indicator, one.subject, *said]
        rows.append([*head, change.met, change.total, one.reason, one.recorded_at])
    return table(columns, rows)
