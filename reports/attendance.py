"""The attendance of a month (驻场出勤表, R1): each posting summed up, and day by day."""

from __future__ import annotations

from datetime import datetime
from itertools import groupby
from typing import Any

from reports.columns import Column, Format
from reports.listing import Listing, Part, part_of
from reports.period import PeriodReport
from sla.figures import Figure
from sla.vocab import Indicator

TITLE = "驻场出勤表"
SUMMARY = "出勤汇总"


def attendance_listing(report: PeriodReport, at: datetime) -> Listing:
    """Return the report. Equal data give equal listings."""
    from reports import duty_frames

    period, figure = report.rows.period, report.figures.contract[Indicator.ATTENDANCE]
    days = part_of(
        "逐日出勤",
        duty_frames.attendance(report),
        brief=("项目", "日期", "应到（半天）", "实到（半天）", "上午在岗", "下午在岗"),
    )
    return Listing(
        TITLE,
        f"{report.contract}　{period.label}",
        at,
        facts=(
            ("月份", period.label),
            ("范围", report.audience),
            ("应到", f"{figure.total} 半天"),
            ("实到", f"{figure.met} 半天"),
            ("缺勤", f"{figure.total - figure.met} 半天"),
            ("出勤率", "不适用" if figure.rate is None else f"{figure.rate}%"),
            ("月份状态", "已结束" if report.rows.is_over else "进行中，只计已经过去的日子"),
        ),
        parts=(attendance_part(report), days),
        signatures=(("乙方项目经理", False), ("使用单位", True), ("甲方", False)),
        basis="规则 R1：以半天计，批准的顶岗算在岗，多到的不抵缺勤",
    )


def attendance_part(report: PeriodReport) -> Part:
    """Return the table of the postings, one a line."""
    columns = (
        *(Column("序号", Format.COUNT), Column("单位"), Column("项目"), Column("岗位人数", Format.COUNT)),
        *(Column("应到（半天）", Format.COUNT), Column("实到（半天）", Format.COUNT)),
        *(Column("缺勤（半天）", Format.COUNT), Column("出勤率", Format.PERCENT)),
    )
    by_posting = groupby(report.rows.attendance, key=lambda row: (row.project, row.posting))
    rows = tuple(_posting(report, list(found)) for _, found in by_posting)
    brief = ("序号", "项目", "应到（半天）", "实到（半天）", "缺勤（半天）", "出勤率")
    return Part(SUMMARY, columns, rows, f"共 {len(rows)} 个岗位", brief)


def _posting(report: PeriodReport, found: list[Any]) -> tuple[Any, ...]:
    first, project = found[0], report.rows.project_by_seq[found[0].project]
    figure = Figure(sum(row.present for row in found), sum(row.required for row in found))
    rate = "不适用" if figure.rate is None else figure.rate / 100
    heads = max(row.required for row in found)
    lacking = figure.total - figure.met
    return (first.project, project.unit_name, project.name, heads, figure.total, figure.met, lacking, rate)
