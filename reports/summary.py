"""The monthly summary of the work (每月工作汇总) as a Word document: four headings and a table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sla.when import clock_text

TITLE = "每月工作汇总"
NUMBERS = "一二三四五六七八九"


@dataclass(frozen=True)
class SummaryLine:
    """A project in the table; shares are written as ``done/due``."""

    project: str
    unit: str
    opened: int
    closed: int
    inspections: str
    others: str
    attendance: str


@dataclass(frozen=True)
class Summary:
    """All that the document says. ``made_at`` is its only time."""

    contract: str
    month: date
    parts: tuple[tuple[str, str], ...]
    lines: tuple[SummaryLine, ...]
    made_by: str
    made_at: datetime


def summary_document(data: Summary) -> bytes:
    """Return the file. It depends on the data alone: equal data give equal bytes."""
    from reports.document import Document

    made = Document(f"{data.month.year} 年 {data.month.month} 月工作汇总", data.contract, data.made_at)
    for number, (heading, text) in zip(NUMBERS, data.parts, strict=False):
        made.heading(f"{number}、{heading}")
        made.text(text)
    made.heading("附表：各项目情况")
    made.text(f"截至 {clock_text(data.made_at)}；巡检和其他应办为已完成次数/本月到期次数，不含豁免。")
    headings = ("运维项目", "单位", "登记工单", "关闭工单", "巡检", "其他应办", "出勤率")
    rows = [
        (
            *(line.project, line.unit, str(line.opened), str(line.closed)),
            *(line.inspections, line.others, line.attendance),
        )
        for line in data.lines
    ]
    made.table(headings, rows, (46, 34, 17, 17, 18, 18, 16))
    made.heading("签署")
    made.pairs(
        [
            ("编写", f"{data.made_by}　{clock_text(data.made_at)}"),
            ("乙方项目经理", "（签字）　　　　　　　　　　　　年　　月　　日"),
            ("局方", "（签字）　　　　　　　　　　　　年　　月　　日"),
        ]
    )
    return made.to_bytes()
