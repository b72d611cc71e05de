"""What the platform itself writes for the dossier of a year (验收资料): two lists and the work report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from reports.columns import Column, Format
from reports.listing import Listing, Part, listing_workbook

PROJECTS_TITLE = "项目清单"
INSPECTIONS_TITLE = "日常巡检记录"
REPORT_TITLE = "运维工作报告"


@dataclass(frozen=True)
class ListedProject:
    """A row of the project list."""

    seq: int
    name: str
    unit: str
    level: str
    window: str
    residents: int
    first_day: date
    last_day: date
    promises: str


@dataclass(frozen=True)
class ProjectList:
    """The projects of a year; ``at`` is the time of the data."""

    contract: str
    year: str
    projects: Sequence[ListedProject]
    at: datetime


@dataclass(frozen=True)
class Inspected:
    """One inspection: what, when, by whom, and how many of its lines were abnormal."""

    number: int
    seq: int
    project: str
    unit: str
    duty: str
    done_at: datetime
    recorded_at: datetime
    person: str
    place: str
    standing: str
    lines: int
    abnormal: int
    files: int
    note: str


@dataclass(frozen=True)
class Pictured:
    """A file of an inspection by its digest; the content itself is in the platform's store."""

    number: int
    name: str
    kind: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Inspections:
    """The inspections of a year with their files; ``at`` is the time of the data."""

    contract: str
    year: str
    inspections: Sequence[Inspected]
    files: Sequence[Pictured]
    at: datetime


@dataclass(frozen=True)
class WorkReport:
    """The work report that came with a round."""

    contract: str
    year: str
    text: str
    made_by: str
    at: datetime


def projects_listing(data: ProjectList) -> Listing:
    """Return the project list as rows."""
    columns = (
        *(Column("序号", Format.COUNT), Column("运维项目"), Column("使用单位"), Column("服务级别")),
        *(Column("服务时间"), Column("驻场人数", Format.COUNT), Column("服务开始", Format.DAY)),
        *(Column("服务结束", Format.DAY), Column("指标", Format.LONG)),
    )
    rows = tuple(
        (
            *(one.seq, one.name, one.unit, one.level, one.window, one.residents),
            *(one.first_day, one.last_day, one.promises),
        )
        for one in data.projects
    )
    heads = sum(one.residents for one in data.projects)
    note = f"共 {len(rows)} 个运维项目，驻场 {heads} 人。"
    brief = ("序号", "运维项目", "使用单位", "服务级别", "驻场人数", "服务开始", "指标")
    part = Part(PROJECTS_TITLE, columns, rows, note, brief)
    return Listing(PROJECTS_TITLE, f"{data.contract}　{data.year}", data.at, parts=(part,))


def inspections_listing(data: Inspections) -> Listing:
    """Return the inspection records and the list of their files as rows."""
    columns = (
        *(Column("编号", Format.COUNT), Column("序号", Format.COUNT), Column("运维项目"), Column("使用单位")),
        *(Column("巡检"), Column("完成时间", Format.INSTANT), Column("登记时间", Format.INSTANT)),
        *(Column("办理人"), Column("地点"), Column("确认"), Column("检查项", Format.COUNT)),
        *(Column("异常项", Format.COUNT), Column("文件", Format.COUNT), Column("说明", Format.LONG)),
    )
    rows = tuple(
        (
            *(one.number, one.seq, one.project, one.unit, one.duty, one.done_at, one.recorded_at, one.person),
            *(one.place, one.standing, one.lines, one.abnormal, one.files, one.note),
        )
        for one in data.inspections
    )
    abnormal = sum(1 for one in data.inspections if one.abnormal)
    note = f"共 {len(rows)} 份，其中有异常项的 {abnormal} 份。每一项的结果见验收资料里的「巡检明细.csv」。"
    brief = ("序号", "运维项目", "巡检", "完成时间", "办理人", "异常项", "说明")
    names = (Column("巡检编号", Format.COUNT), Column("文件"), Column("类别"), Column("字节", Format.COUNT))
    files = tuple((one.number, one.name, one.kind, one.size, one.sha256) for one in data.files)
    told = "摘要（SHA-256）可与系统中保存的原件核对。"
    return Listing(
        INSPECTIONS_TITLE,
        f"{data.contract}　{data.year}",
        data.at,
        parts=(
            Part(INSPECTIONS_TITLE, columns, rows, note, brief),
            Part("照片和文件", (*names, Column("摘要")), files, told, ("巡检编号", "文件", "类别", "字节")),
        ),
    )


def projects_workbook(data: ProjectList) -> bytes:
    """Return the project list. Equal data give equal bytes."""
    return listing_workbook(projects_listing(data))


def inspections_workbook(data: Inspections) -> bytes:
    """Return the inspection records and the list of their files. Equal data give equal bytes."""
    return listing_workbook(inspections_listing(data))


def work_report_document(data: WorkReport) -> bytes:
    """Return the work report as a Word document. Equal data give equal bytes."""
    from reports.document import Document

    made = Document(REPORT_TITLE, f"{data.contract}　{data.year}", data.at)
    made.text(data.text)
    made.heading("签署")
    made.pairs([("提交", data.made_by), ("乙方项目负责人", "（签字、盖章）　　　　　　年　　月　　日")])
    return made.to_bytes()
