"""The one list of reports. A new one is written in a module of its own and named here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from reports.period import PeriodReport
from reports.repair import TITLE, RepairAdvice, repair_document
from reports.summary import TITLE as SUMMARY_TITLE
from reports.summary import Summary, summary_document

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

Data = TypeVar("Data")


@dataclass(frozen=True)
class Report(Generic[Data]):
    """A report: what it is called, what its file is called (``{month}``, ``{number}`` are filled in),
    and what makes it of its data."""

    name: str
    title: str
    file_name: str
    media_type: str
    write: Callable[[Data], bytes]


def _monthly(data: PeriodReport) -> bytes:
    # pandas takes half a second to load: only who makes a report waits for it.
    from reports.monthly import monthly_workbook

    return monthly_workbook(data)


MONTHLY = Report[PeriodReport]("monthly", "月度服务级别报告", "月度服务级别报告-{month}.xlsx", XLSX, _monthly)
REPAIR = Report[RepairAdvice]("repair", TITLE, "维修报告建议-{number}.docx", DOCX, repair_document)
SUMMARY = Report[Summary]("summary", SUMMARY_TITLE, "每月工作汇总-{month}.docx", DOCX, summary_document)

REPORTS: tuple[Report[Any], ...] = (MONTHLY, REPAIR, SUMMARY)
