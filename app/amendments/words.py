"""Documents and their items in words."""

from __future__ import annotations

from collections.abc import Callable

from app.projects.service import DUTIES, percent
from models.amendments import AmendmentItem
from sla.amendments import ItemKind
from sla.arithmetic import conditions_text, minutes_text
from sla.targets import Target
from sla.vocab import Cycle

TOLD = {
    ItemKind.TARGET: "新增或改一项响应、到场、恢复等指标，可以一次选多个项目",
    ItemKind.TARGET_DROPPED: "双方约定不再考核的一项指标",
    ItemKind.ROW: "服务时间（5×8、7×24 等）或服务级别",
    ItemKind.POSTING: "驻场的人数和班制",
    ItemKind.DUTY_NEW: "招标文件里没有的周期工作",
    ItemKind.DUTY_CYCLE: "已有义务改为更密或更疏",
    ItemKind.DUTY_QUOTA: "按次提取的服务，每服务年度的次数",
    ItemKind.DUTY_DROPPED: "双方约定不再要求的义务，过去的不变",
}


def target_text(target: Target) -> str:
    """Return what a promise allows: 30 分内, 实时, 5 个工作日内, 不低于 99%."""
    if target.ratio is not None:
        return f"不低于 {percent(str(target.ratio))}"
    if target.workdays is not None:
        return f"{target.workdays} 个工作日内"
    minutes = target.minutes or 0
    return "实时" if minutes == 0 else f"{minutes_text(minutes)}内"


def item_text(item: AmendmentItem) -> str:
    """Return what an item says, in one line."""
    return _TEXTS[item.what](item)


def _target(item: AmendmentItem) -> str:
    target = item.target
    own = f"，按 {target.window.label} 计" if target.window else ""
    return f"{_named(item)}：{target_text(target)}{own}"


def _named(item: AmendmentItem) -> str:
    when = conditions_text(item.when)
    label = item.kind.label if item.kind else ""
    return f"{label}（{when}）" if when else label


def _row(item: AmendmentItem) -> str:
    window = f"服务时间改为 {item.window.label}" if item.window else ""
    level = f"服务级别改为 {item.service_level} 级" if item.service_level else ""
    return "，".join(part for part in (window, level) if part)


def _posting(item: AmendmentItem) -> str:
    pattern = item.pattern.label if item.pattern else ""
    return f"驻场{'' if item.posting_id else '（新设岗位）'} {item.heads} 人，{pattern}"


def _duty(item: AmendmentItem) -> str:
    return item.obligation.what if item.obligation else ""


def _new_duty(item: AmendmentItem) -> str:
    cycle = item.cycle.label if item.cycle else ""
    often = f"{cycle}，每服务年度 {item.quota:,} 次" if item.cycle is Cycle.QUOTA else cycle
    scope = f"（{item.scope}）" if item.scope else ""
    return f"新增「{item.duty_what}」{scope}：{DUTIES.get(item.duty_kind, item.duty_kind)}，{often}"


_TEXTS: dict[ItemKind, Callable[[AmendmentItem], str]] = {
    ItemKind.TARGET: _target,
    ItemKind.TARGET_DROPPED: lambda item: f"不再考核{_named(item)}",
    ItemKind.ROW: _row,
    ItemKind.POSTING: _posting,
    ItemKind.DUTY_NEW: _new_duty,
    ItemKind.DUTY_CYCLE: lambda item: f"「{_duty(item)}」改为{item.cycle.label if item.cycle else ''}",
    ItemKind.DUTY_QUOTA: lambda item: f"「{_duty(item)}」改为每服务年度 {item.quota:,} 次",
    ItemKind.DUTY_DROPPED: lambda item: f"取消「{_duty(item)}」",
}
