"""The one list of what the menu offers, and to whom. An entry whose page does not exist yet is left out."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

from flask import current_app, request

from sla.vocab import Role

EVERYONE = frozenset(Role)
READERS = EVERYONE - {Role.ADMIN}
OPENERS = READERS - {Role.AUDITOR}
DESK = frozenset({Role.MANAGER, Role.HOTLINE})
CONFIRMERS = frozenset({Role.CONTACT, Role.BUREAU})
DOERS = frozenset({Role.ENGINEER, Role.MANAGER})
SETTLERS = frozenset({Role.BUREAU, Role.MANAGER, Role.AUDITOR})
PAPER_READERS = READERS - {Role.HOTLINE}


@dataclass(frozen=True)
class Entry:
    """One line of the menu: what it says, where it leads, its icon, who sees it, under which heading."""

    label: str
    endpoint: str
    icon: str
    roles: Set[Role] = EVERYONE
    group: str = ""
    counts: bool = False  # beside it stands how much waits


TODAY, MONEY, CONTRACT, MANAGE = "今日", "考核付款", "合同", "管理"
GROUPS = (TODAY, MONEY, CONTRACT, MANAGE)
ENTRIES = (
    Entry("首页", "home.index", "house"),
    Entry("待我确认", "waiting.index", "inbox", CONFIRMERS, counts=True),
    Entry("等我处理", "waiting.index", "inbox", DOERS, counts=True),
    Entry("我要报修", "tickets.new", "plus-circle", {Role.CONTACT}),
    Entry("本单位服务", "unit.show", "building", {Role.CONTACT}),
    Entry("派单", "dispatch.index", "kanban", DESK),
    Entry("接电话登记", "dispatch.call", "telephone-plus", DESK),
    Entry("登记工单", "tickets.new", "plus-circle", OPENERS - {Role.CONTACT} - DESK),
    Entry("工单", "tickets.index", "list-task", READERS, TODAY),
    Entry("申诉、文档和在岗", "dispatch.owed", "briefcase", {Role.MANAGER}, TODAY),
    Entry("本周", "agenda.index", "calendar-week", {Role.ENGINEER}, TODAY),
    Entry("应办", "duties.index", "calendar2-check", READERS, TODAY),
    Entry("未完成应办", "duties.missed", "calendar2-x", SETTLERS, TODAY),
    Entry("工作记录", "works.index", "clipboard-check", READERS - {Role.HOTLINE}, TODAY),
    Entry("我的在岗", "residents.mine", "person-check", {Role.ENGINEER}, TODAY),
    Entry("驻场", "residents.index", "person-badge", READERS - {Role.ENGINEER}, TODAY),
    Entry("离线办理", "outbox.index", "cloud-slash", {Role.ENGINEER}, TODAY),
    Entry("通知", "watch.notices", "bell", READERS - {Role.AUDITOR}, TODAY),
    Entry("月报", "months.index", "bar-chart", READERS, MONEY),
    Entry("指标热图", "overview.heat", "grid-3x3-gap", SETTLERS, MONEY),
    Entry("大屏", "board.index", "tv", SETTLERS, MONEY),
    Entry("报表", "reports.index", "file-earmark-spreadsheet", READERS, MONEY),
    Entry("月度关账", "closing.index", "lock", SETTLERS | {Role.CONTACT}, MONEY),
    Entry("全年应办", "grid.index", "grid-3x3", READERS - {Role.HOTLINE}, MONEY),
    Entry("回访", "callbacks.index", "chat-square-heart", READERS, MONEY),
    Entry("日常考核", "observations.index", "journal-text", PAPER_READERS, MONEY),
    Entry("考核得分", "assessment.index", "award", PAPER_READERS, MONEY),
    Entry("争议免责", "disputes.index", "shield-check", PAPER_READERS - {Role.CONTACT}, MONEY),
    Entry("超时申诉", "disputes.index", "shield-check", {Role.CONTACT}, MONEY),
    Entry("验收", "acceptance.index", "patch-check", SETTLERS | {Role.CONTACT}, MONEY),
    Entry("付款", "payments.index", "cash-coin", SETTLERS, MONEY),
    Entry("文件和签字", "papers.index", "file-earmark-text", PAPER_READERS, MONEY),
    Entry("运维项目", "projects.index", "hdd-stack", READERS, CONTRACT),
    Entry("设备", "equipment.index", "pc-display", READERS, CONTRACT),
    Entry("合同条款", "contract.terms", "file-text", READERS, CONTRACT),
    Entry("变更文件", "amendments.index", "file-earmark-diff", READERS, CONTRACT),
    Entry("口径", "contract.interpretations", "bookmark-check", READERS, CONTRACT),
    Entry("考核办法", "schemes.index", "sliders", PAPER_READERS, CONTRACT),
    Entry("检查表", "checklists.index", "card-checklist", READERS - {Role.HOTLINE}, MANAGE),
    Entry("周期和时期", "plan.index", "calendar-range", SETTLERS, MANAGE),
    Entry("工作日历", "contract.calendar", "calendar3", EVERYONE, MANAGE),
    Entry("合同生效", "contract.activation", "flag", {Role.BUREAU}, MANAGE),
    Entry("自动任务", "watch.index", "clock-history", {Role.BUREAU, Role.MANAGER, Role.ADMIN}, MANAGE),
    Entry("人员", "people.index", "people", {Role.ADMIN, Role.MANAGER}, MANAGE),
)


def navigation(role: Role) -> list[Entry]:
    """Return the entries for a role, in the order of the list."""
    there = current_app.view_functions
    return [entry for entry in ENTRIES if role in entry.roles and entry.endpoint in there]


def current_group() -> str:
    """Return the heading under which the page at work stands; ``""`` where it stands under none."""
    return next((entry.group for entry in ENTRIES if is_current(entry)), "")


def is_current(entry: Entry) -> bool:
    """Tell whether the page at work belongs to this entry: the page itself, or one below it."""
    here = request.endpoint or ""
    if here == entry.endpoint or not entry.endpoint.endswith(".index"):
        return here == entry.endpoint
    named = {other.endpoint for other in ENTRIES}
    return here not in named and here.split(".")[0] == entry.endpoint.split(".")[0]
