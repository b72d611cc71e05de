"""A row's sheet in words: what it promises, when that holds, by which hours, and where it is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from models.contract import NOT_IN_TENDER, Obligation, Project, ProjectService
from sla.amendments import Terms, in_force, key_of
from sla.arithmetic import conditions_text, minutes_text
from sla.interpretations import Interpretations
from sla.obligations import special_kinds
from sla.targets import Target
from sla.vocab import Cycle, TargetKind, Window

MODES = {
    "resident": "驻场",
    "remote_onsite": "远程与现场",
    "remote_first": "远程为主，必要时到场",
    "remote": "远程",
    "online": "在线",
    "technical_service": "技术服务",
}
DUTIES = {
    "inspection": "巡检",
    "backup": "备份",
    "report": "报告",
    "training": "培训",
    "visit": "走访",
    "review": "检查",
    "extraction": "数据提取",
    "duty_shift": "值守",
    "scan": "扫描",
    "drill": "演练",
    "survey": "调查",
    "maintenance": "维护",
    "archive": "归档",
    "other": "其他",
}
SOURCES = {
    "sla_cell": "服务类型栏",
    "work_text": "运维内容",
    "remark": "备注",
    "contract": "合同",
    "amendment": "变更文件",
}
SUBJECTS = {
    "response": "响应",
    "onsite": "到场",
    "recovery": "恢复",
    "change": "小改动",
    "inspection": "巡检",
    "window": "服务时间",
    "residents": "驻场人数",
    "pattern": "驻场班制",
    "service_start": "起始日",
    "name": "名称",
    "unit": "单位",
    "seq": "序号",
    "cycle": "周期",
    "training": "培训",
    "delivery_mode": "服务方式",
    "numbering": "编号",
    "equipment": "设备",
    "level": "服务级别",
    "report": "报告",
    "backup": "备份",
    "support": "技术支持",
}
_ORDER = list(Cycle)


@dataclass(frozen=True)
class Promise:
    """One target in words. ``own_window`` says that it does not run in the row's window (C3).

    ``line`` is the tender's, ``source`` the document it comes from instead (P4).
    """

    kind: TargetKind
    allowance: str
    condition: str
    window: str
    own_window: bool
    line: int
    source: str


def promises(project: Project, terms: Terms, known: Interpretations, today: date) -> list[Promise]:
    """Return every target a row has today in words (C1–C4, P4)."""
    lines = {key_of(target.rule): target.line for target in project.targets}
    return [
        Promise(
            kind=target.kind,
            allowance=allowance_text(target, known.realtime_minutes(today)),
            condition=conditions_text(target.when),
            window=window_text(target, terms.window),
            own_window=target.window is not None,
            line=NOT_IN_TENDER if target.source else lines[key_of(target)],
            source=target.source,
        )
        for target in in_force(terms)
    ]


def allowance_text(target: Target, realtime_minutes: int) -> str:
    """Return what a target allows: a time, workdays, or a share."""
    if target.ratio is not None:
        return f"不低于 {percent(str(target.ratio))}"
    if target.workdays is not None:
        return f"{target.workdays} 个工作日内"
    assert target.minutes is not None
    if target.minutes == 0:
        return f"实时（按约定 {realtime_minutes} 分钟）"
    return f"{minutes_text(target.minutes)}内"


def percent(ratio: str) -> str:
    """Return a share as people read it: ``0.99`` is 99%."""
    return f"{(Decimal(ratio) * 100).normalize():f}%"


def window_text(target: Target, window: Window | None) -> str:
    """Return the hours a target is measured by, ``window`` being the row's; for others there are none."""
    if target.minutes is None:
        return ""
    return (target.window or window or Window.ALWAYS).label


def summary(terms: Terms) -> list[str]:
    """Return a row's targets in brief, without their conditions: 响应 30 分, 到场 1 小时."""
    shown: dict[TargetKind, list[str]] = {}
    for target in in_force(terms):
        if target.minutes is not None:
            words = shown.setdefault(target.kind, [])
            text = minutes_text(target.minutes)
            words += [] if text in words else [text]
    return [f"{kind.label} {' 或 '.join(words)}" for kind, words in shown.items()]


def duties(project: Project) -> tuple[list[Obligation], list[Obligation]]:
    """Return the recurring duties, the shortest cycle first (O1), and those without a stated cycle (O5)."""
    ordered = sorted(project.obligations, key=lambda one: (_ORDER.index(one.cycle), one.line, one.id))
    undated = [one for one in ordered if one.cycle is Cycle.UNSPECIFIED]
    return [one for one in ordered if one.cycle is not Cycle.UNSPECIFIED], undated


def duty_text(duty: Obligation, agreed: Cycle | None = None, quota: int | None = None) -> str:
    """Return how often a duty recurs, in words; ``agreed`` and ``quota`` are what is in force instead."""
    if duty.quota is not None:
        return f"{duty.cycle.label}，每年 {quota or duty.quota:,} 次"
    if agreed is not None and agreed is not duty.cycle:
        return f"{agreed.label}（原为{duty.cycle.label}）"
    if special_kinds(duty.when):
        return "重要时期每日"
    return f"{duty.cycle.label}（填报期间）" if duty.when == "filing_period" else duty.cycle.label


def service_now(services: Sequence[ProjectService], today: date) -> ProjectService | None:
    """Return the year of service a day lies in."""
    return next((one for one in services if one.starts_on <= today < one.ends_on), None)
