"""The tables of duties, attendance and call-backs, row by row and summed up by obligation."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from reports.period import PeriodReport
from reports.table import Column, Format, Stream, Table, stream, table
from reports.ticket_frames import PROJECT_COLUMNS
from sla.attendance import AttendanceRow
from sla.figures import of_state, total
from sla.fold import STATES
from sla.rows import CallBackRow, OccurrenceRow
from sla.vocab import Half, Indicator, OccurrenceState, Standing
from sla.when import day_of

WHOLE = ["—", "", "合同整体"]  # in the place of a project
_OPENS, _CLOSES = Column("开始", Format.INSTANT), Column("截止（不含）", Format.INSTANT)
_LATE = (OccurrenceState.LATE, OccurrenceState.MISSED)


def by_obligation(report: PeriodReport) -> Table:
    """Every obligation with something due, one a line: daily ones take no more room than yearly ones."""
    states = [Column(state.label, Format.COUNT) for state in STATES]
    columns = [
        *PROJECT_COLUMNS,
        Column("应办"),
        Column("计入指标"),
        Column("周期"),
        Column("应计", Format.COUNT),
        *states,
        Column("按时率", Format.PERCENT),
        Column("未按时的日期", Format.LONG),
    ]
    by_duty = groupby(report.rows.occurrences, key=lambda one: (one.project, one.obligation, one.kind))
    return table(columns, (_duty(report, list(found)) for _, found in by_duty))


def inspections(report: PeriodReport) -> Stream:
    """Every inspection due in the period, with who recorded it and what was found."""
    columns = [
        *PROJECT_COLUMNS,
        *(Column("应办"), Column("周期"), _OPENS, _CLOSES),
        *(Column("完成", Format.INSTANT), Column("状态")),
        *(Column("记录人"), Column("最后录入", Format.INSTANT), Column("补录"), Column("单位意见")),
        Column("异常项", Format.COUNT),
        Column("备注", Format.LONG),
    ]
    found = (one for one in report.rows.occurrences if one.indicator is Indicator.INSPECTION)
    rows = ([*_what(report, one), *_record(one), _abnormal(one), _note(one)] for one in found)
    return stream(columns, rows)


def duties(report: PeriodReport) -> Stream:
    """Every other duty and every document due in the period."""
    columns = [
        *PROJECT_COLUMNS,
        *(Column("应办"), Column("周期"), _OPENS, _CLOSES),
        *(Column("完成", Format.INSTANT), Column("状态"), Column("计入指标")),
        *(Column("记录人"), Column("最后录入", Format.INSTANT), Column("补录"), Column("单位意见")),
        Column("备注", Format.LONG),
    ]
    found = (one for one in report.rows.occurrences if one.indicator is not Indicator.INSPECTION)
    rows = ([*_what(report, one), one.indicator.label, *_record(one), _note(one)] for one in found)
    return stream(columns, rows)


def attendance(report: PeriodReport) -> Stream:
    """Every day of every posting, in half days (R1)."""
    columns = [
        *PROJECT_COLUMNS,
        Column("日期", Format.DAY),
        Column("岗位人数", Format.COUNT),
        *(Column(head, Format.COUNT) for head in ("应到（半天）", "实到（半天）", "缺勤（半天）")),
        *(Column(f"{half.label}在岗", Format.LONG) for half in Half),
    ]
    by_day = groupby(report.rows.attendance, key=lambda row: (row.posting, row.day))
    return stream(columns, (_day(report, list(found)) for _, found in by_day))


# -- pieces ----------------------------------------------------------------------------------


def callbacks(report: PeriodReport) -> Table:
    """Every call-back signed in the period, its last answer (P1)."""
    columns = [
        *PROJECT_COLUMNS,
        *(Column("回访起", Format.DAY), Column("回访止", Format.DAY)),
        *(Column("满意度"), Column("运转情况"), Column("说明", Format.LONG)),
        *(Column("方式"), Column("答复人"), Column("签署", Format.INSTANT)),
        Column("整改确认", Format.INSTANT),
    ]
    return table(columns, (_signed(report, one) for one in report.rows.callbacks))


def _duty(report: PeriodReport, found: list[OccurrenceRow]) -> list[Any]:
    first, figure = found[0], total(of_state(one.state) for one in found)
    counts = [sum(one.state is state for one in found) for state in STATES]
    late = dict.fromkeys(f"{day_of(one.slot.opens_at):%m-%d}" for one in found if one.state in _LATE)
    cycles = dict.fromkeys(one.cycle.label for one in found)
    return [
        *_whose(report, first.project),
        first.obligation,
        first.indicator.label,
        "、".join(cycles),
        figure.total,
        *counts,
        "不适用" if figure.rate is None else figure.rate / 100,
        "、".join(late),
    ]


def _whose(report: PeriodReport, seq: int | None) -> list[Any]:
    if seq is None:
        return WHOLE
    project = report.rows.project_by_seq[seq]
    return [seq, project.unit_name, project.name]


def _what(report: PeriodReport, one: OccurrenceRow) -> list[Any]:
    times = [one.slot.opens_at, one.slot.closes_at, one.done_at]
    return [*_whose(report, one.project), one.name, one.cycle.label, *times, one.state.label]


def _record(one: OccurrenceRow) -> list[Any]:
    """Return who recorded it, when last, whether any of it is 补录, and what the unit said last."""
    if not one.works:
        return ["", None, "", ""]
    last = one.works[-1]
    names = "、".join(dict.fromkeys(work.by for work in one.works))
    late = "是" if any(work.backentered for work in one.works) else "否"
    return [names, last.recorded_at, late, last.standing.label]


def _abnormal(one: OccurrenceRow) -> int | None:
    kept = [work.abnormal for work in one.works if work.standing is not Standing.REJECTED]
    return sum(kept) if kept else None


def _note(one: OccurrenceRow) -> str:
    return f"豁免：{one.waived_reason}" if one.waived_at else ""


def _day(report: PeriodReport, found: list[AttendanceRow]) -> list[Any]:
    required, present = (sum(getattr(row, name) for row in found) for name in ("required", "present"))
    first = found[0]
    return [
        *_whose(report, first.project),
        first.day,
        first.required,
        *(required, present, required - present),
        *(_people(found, half) for half in Half),
    ]


def _signed(report: PeriodReport, one: CallBackRow) -> list[Any]:
    return [
        *_whose(report, one.project),
        *(one.first_day, one.last_day),
        *(one.satisfaction.label, "平稳" if one.running_well else "不平稳", one.remarks),
        *(one.channel.label, one.said_by, one.said_at, one.settled_at),
    ]


def _people(found: Iterable[AttendanceRow], half: Half) -> str:
    return "、".join(name for row in found if row.half is half for name in row.names)
