"""The one list of reports. A new one is written in a module of its own and named here.

``OFFERS`` are those people choose: on the page ``/reports`` and as ``report <name>``; where the data of each
come from, ``app/reports/collect.py`` says. ``PAPERS`` are made elsewhere, of one thing each.
"""

from __future__ import annotations

from collections.abc import Callable, Set
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from reports.dossier import (
    INSPECTIONS_TITLE,
    PROJECTS_TITLE,
    REPORT_TITLE,
    Inspections,
    ProjectList,
    WorkReport,
    inspections_workbook,
    projects_workbook,
    work_report_document,
)
from reports.form import SignedSheet, signed_document
from reports.period import PeriodReport
from reports.repair import TITLE, RepairAdvice, repair_document
from reports.summary import TITLE as SUMMARY_TITLE
from reports.summary import Summary, summary_document
from sla.errors import NotFound
from sla.period import Length
from sla.vocab import Role

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MEDIA_TYPES = {"xlsx": XLSX, "docx": DOCX}
FORMATS = {"xlsx": "工作簿", "docx": "Word 文档"}

Data = TypeVar("Data")


@dataclass(frozen=True)
class Report(Generic[Data]):
    """A file that is made of one thing: what it is called, what its file is called (``{month}``,
    ``{number}`` are filled in), and what makes it of its data."""

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

SIGNED = Report[SignedSheet]("signed", "签字表单", "{number}.docx", DOCX, signed_document)
PROJECTS = Report[ProjectList]("projects", PROJECTS_TITLE, "项目清单.xlsx", XLSX, projects_workbook)
INSPECTIONS = Report[Inspections](
    "inspections", INSPECTIONS_TITLE, "日常巡检记录.xlsx", XLSX, inspections_workbook
)
WORK_REPORT = Report[WorkReport](
    "work", REPORT_TITLE, "运维工作报告-第{number}轮.docx", DOCX, work_report_document
)

PAPERS: tuple[Report[Any], ...] = (REPAIR, SUMMARY, SIGNED)

_PARTIES = frozenset({Role.BUREAU, Role.MANAGER, Role.AUDITOR})
_READERS = frozenset(Role) - {Role.ADMIN}
_ANY = (Length.MONTH, Length.QUARTER, Length.YEAR)


@dataclass(frozen=True)
class Offer:
    """A report people choose. ``periods`` are the kinds of period it is made for.

    ``unit`` asks for one unit, ``whose`` for a project, a unit, or neither: the whole contract; ``stages``
    are the words for stage 1 and 2. ``roles`` may take it, each within the own scope (S1): to others it is
    not there.
    """

    name: str
    title: str
    about: str
    roles: Set[Role]
    periods: tuple[Length, ...]
    formats: tuple[str, ...] = ("xlsx", "docx")
    unit: bool = False
    whose: bool = False
    stages: tuple[str, ...] = ()

    @property
    def is_quick(self) -> bool:
        """Tell whether even that of a year is made at once: its rows are few, or it is one form."""
        return self.name in ("projects", "work", "payment", "acceptance", "callbacks")


OFFERS: tuple[Offer, ...] = (
    Offer(
        "monthly", MONTHLY.title, "一个月的全部指标、计时、应办和出勤", _READERS, (Length.MONTH,), ("xlsx",)
    ),
    Offer(
        *("unit", "单位服务月报", "一家单位的项目这个月得到了什么服务"),
        *(_PARTIES | {Role.CONTACT}, (Length.MONTH,)),
        unit=True,
    ),
    Offer(
        *("scores", "月度考核得分", "一个月里每个项目的得分和每一处扣分；冻结的月份是冻结时的得分"),
        *(_READERS - {Role.HOTLINE}, (Length.MONTH,), ("xlsx",)),
    ),
    Offer(
        *("quarterly", "季度考核表", "按考核办法计算的得分和扣分依据，供签字"),
        *(_READERS - {Role.HOTLINE}, (Length.QUARTER,)),
        whose=True,
    ),
    Offer(
        *("yearly", "年度考核表", "一个服务年度的得分和扣分依据，供签字"),
        *(_READERS - {Role.HOTLINE}, (Length.YEAR,)),
        whose=True,
    ),
    Offer("work", REPORT_TITLE, "一个服务年度的工作报告，供签字", _PARTIES, (Length.YEAR,), ("docx",)),
    Offer(
        *("projects", PROJECTS_TITLE, "服务年度内的运维项目和各自的指标"),
        *(_READERS, (Length.YEAR,), ("xlsx",)),
    ),
    Offer(
        *("inspections", INSPECTIONS_TITLE, "每次巡检：何时、何人、几项异常，附照片摘要"),
        *(_READERS - {Role.HOTLINE}, _ANY, ("xlsx",)),
    ),
    Offer(
        *("attendance", "驻场出勤表", "每个驻场岗位每天的应到和实到，供签字"),
        *(_PARTIES | {Role.CONTACT}, (Length.MONTH,)),
    ),
    Offer("callbacks", "回访汇总", "各项目的回访答复、意见和整改", _READERS - {Role.HOTLINE}, _ANY),
    Offer(
        *("breaches", "违约明细", "每一次超时、逾期和未完成，附计算过程、争议和佐证"),
        *(_READERS - {Role.HOTLINE}, _ANY),
    ),
    Offer(
        *("payment", "付款条件核对表", "一次付款的条件、金额（大写）和还缺什么，供签字"),
        *(_PARTIES, (Length.YEAR,)),
        stages=("第 1 次付款", "第 2 次付款"),
    ),
    Offer(
        *("acceptance", "验收报告", "一轮验收的结论、意见和各项标准的判定，供签字"),
        *(_PARTIES, (Length.YEAR,)),
        stages=("阶段性验收", "年度验收"),
    ),
)
BY_NAME = {one.name: one for one in OFFERS}


def offer_named(name: str, role: Role | None = None) -> Offer:
    """Return a report by its name; what a role may not take is not there for it (S1)."""
    found = BY_NAME.get(name)
    if found is None or (role is not None and role not in found.roles):
        raise NotFound("没有这种报表，或您无权查看")
    return found
