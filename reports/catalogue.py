"""The one list of reports. A new one is written in a module of its own and named here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from reports.month import MonthReport

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Report:
    """A report: what it is called, what its file is called (``{month}`` is filled in), and what makes it."""

    name: str
    title: str
    file_name: str
    media_type: str
    write: Callable[[MonthReport], bytes]


def _monthly(data: MonthReport) -> bytes:
    # pandas takes half a second to load: only who makes a report waits for it.
    from reports.monthly import monthly_workbook

    return monthly_workbook(data)


MONTHLY = Report("monthly", "月度服务级别报告", "月度服务级别报告-{month}.xlsx", XLSX, _monthly)

REPORTS = (MONTHLY,)
