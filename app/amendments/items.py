"""What one item of a document may say, checked against the row it changes (P4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.contract.changing import check_may_change
from app.duties.layout import cycle_on, read_plan
from app.duties.planning import AGREEABLE, FIXED
from app.residents.roster import posts
from app.tickets.derivation import read_rules
from models.amendments import Amendment, AmendmentItem
from models.contract import Obligation, Posting, Project
from models.duties import CycleChange
from sla.amendments import REPLACING, AmendmentKind, ItemKind, key_of
from sla.errors import Conflict, Invalid, NotFound
from sla.vocab import Cycle, TargetKind
from sla.when import day_of

FUTURE_ONLY = (ItemKind.DUTY_NEW, ItemKind.DUTY_CYCLE, ItemKind.DUTY_QUOTA, ItemKind.DUTY_DROPPED)
RATIOS = (TargetKind.ACCURACY, TargetKind.CLOSURE)
MOST_ITEMS = 500  # of one document


@dataclass(frozen=True)
class NewItem:
    """A change to be added, for one row or for several; ``values`` are columns of ``AmendmentItem``.

    ``from_day`` ``None`` is the first day of the document.
    """

    what: ItemKind
    project_ids: tuple[int, ...]
    from_day: date | None = None
    values: Mapping[str, Any] = field(default_factory=dict)


def made(session: Session, amendment: Amendment, said: NewItem, now: datetime) -> list[AmendmentItem]:
    """Return the rows of a new item, one for each project; what makes no sense is ``Invalid``."""
    if not said.project_ids:
        raise Invalid("请至少选择一个运维项目", "projects")
    if len(amendment.items) + len(said.project_ids) > MOST_ITEMS:
        raise Invalid(f"一份文件最多 {MOST_ITEMS} 项变更，请分成几份录入", "projects")
    known = {one.id: one for one in session.scalars(select(Project).where(Project.id.in_(said.project_ids)))}
    if len(known) < len(set(said.project_ids)):
        raise Invalid("有的运维项目不存在，请从列表中选择", "projects")
    rows = []
    for project in sorted(known.values(), key=lambda one: one.seq):
        row = AmendmentItem(
            project_id=project.id,
            what=said.what,
            from_day=said.from_day or amendment.from_day,
            **{"duty_kind": "", "duty_what": "", "scope": "", **said.values},
        )
        check(session, amendment, row, project, now)
        rows.append(row)
    amendment.items.extend(rows)
    return rows


def check(
    session: Session, amendment: Amendment, item: AmendmentItem, project: Project, now: datetime
) -> None:
    """Refuse an item that the document or the row does not allow."""
    if item.from_day < amendment.from_day:
        raise Invalid(f"不能早于文件的起始日 {amendment.from_day}", "from_day")
    check_day(session, item, now)
    twin = next((one for one in amendment.items if one is not item and _key(one) == _key(item)), None)
    if twin:
        raise Conflict(f"第 {project.seq} 项的这一处在本文件中已经有了，请先移除再改", "projects")
    _CHECKS[item.what](session, amendment, item, project)


def check_day(session: Session, item: AmendmentItem, now: datetime) -> None:
    """Refuse a day that can no longer change: duties from tomorrow on (O1), the rest this service year."""
    if item.what in FUTURE_ONLY or (item.what is ItemKind.POSTING and item.posting_id is None):
        if item.from_day <= day_of(now):
            raise Invalid(f"{item.what.label}最早从明天起，今天和以前的不变", "from_day")
    else:
        check_may_change(session, item.from_day, now, "from_day", adjusts=True)


def is_promise(kind: AmendmentKind) -> bool:
    """Tell whether a document is the supplier's word alone: it can only be stricter."""
    return kind not in REPLACING


def _key(item: AmendmentItem) -> tuple[Any, ...]:
    target = item.what in (ItemKind.TARGET, ItemKind.TARGET_DROPPED)
    what = "target" if target else str(item.what)
    duty = item.obligation_id, item.duty_what, item.scope
    return what, item.project_id, item.from_day, item.kind, item.when, item.posting_id, *duty


def _target(_session: Session, _amendment: Amendment, item: AmendmentItem, _project: Project) -> None:
    if item.kind is None:
        raise Invalid("请选择指标", "kind")
    wanted = "ratio" if item.kind in RATIOS else "workdays" if item.kind is TargetKind.CHANGE else "minutes"
    given = [name for name in ("minutes", "workdays", "ratio") if getattr(item, name) is not None]
    if given != [wanted]:
        units = {"minutes": "分钟、小时或实时", "workdays": "工作日", "ratio": "百分比"}
        raise Invalid(f"{item.kind.label}的要求以{units[wanted]}计", "unit")
    if item.remote and item.kind is not TargetKind.ONSITE:
        raise Invalid("「远程不能解决」只是到场的条件", "remote")
    if item.window and wanted != "minutes":
        raise Invalid("只有按时间计的指标才有自己的服务时间", "window")


def _dropped_target(session: Session, amendment: Amendment, item: AmendmentItem, project: Project) -> None:
    _both_sides(amendment, "取消指标")
    terms = read_rules(session).projects[project.seq].on(item.from_day)
    if item.kind is None or (item.kind, item.when) not in {key_of(one) for one in terms.everything}:
        raise Invalid(f"第 {project.seq} 项在 {item.from_day} 没有这项指标，请核对指标和条件", "kind")


def _row(_session: Session, amendment: Amendment, item: AmendmentItem, _project: Project) -> None:
    if item.window is None and item.service_level is None:
        raise Invalid("请选择新的服务时间或服务级别", "window")
    if item.service_level is not None:
        _both_sides(amendment, "改服务级别", "service_level")


def _posting(session: Session, amendment: Amendment, item: AmendmentItem, project: Project) -> None:
    if item.heads is None or item.pattern is None:
        raise Invalid("请填写人数和班制", "heads")
    if item.posting_id is None:
        if item.heads == 0:
            raise Invalid("新设的岗位至少 1 人", "heads")
        return
    held = posts(session, Posting.project_id == project.id)
    post = next((one for one in held if one.id == item.posting_id), None)
    if post is None:
        raise Invalid("请选择这个项目的岗位", "posting")
    if is_promise(amendment.kind) and item.heads < post.rules.heads_on(item.from_day):
        raise Invalid("承诺只能更严，不能减少驻场人数；减少须有双方的补充协议", "heads")


def _new_duty(session: Session, _amendment: Amendment, item: AmendmentItem, project: Project) -> None:
    if item.cycle is None:
        raise Invalid("请选择周期", "cycle")
    if (item.cycle is Cycle.QUOTA) != (item.quota is not None):
        raise Invalid("按次提取的义务要填每服务年度的次数，其他周期不填", "quota")
    same = select(Obligation.id).where(
        Obligation.project_id == project.id,
        Obligation.kind == item.duty_kind,
        Obligation.what == item.duty_what,
        Obligation.scope == item.scope,
        Obligation.until_day.is_(None),
    )
    if session.scalar(same) is not None:
        raise Conflict(f"第 {project.seq} 项已经有「{item.duty_what}」，请改它的周期", "duty_what")


def _cycle(session: Session, amendment: Amendment, item: AmendmentItem, project: Project) -> None:
    duty = _duty(session, item, project)
    if duty.cycle in FIXED or item.cycle not in AGREEABLE:
        raise Invalid(f"「{duty.cycle.label}」的义务不能这样改周期", "cycle")
    if session.scalar(
        select(CycleChange.id).where(
            CycleChange.obligation_id == duty.id, CycleChange.from_day == item.from_day
        )
    ):
        raise Conflict(f"这项义务从 {item.from_day} 起已经另有约定，请换一个日期", "from_day")
    now = cycle_on(duty, read_plan(session).changes.get(duty.id, {}), item.from_day)
    if now is item.cycle:
        raise Invalid(f"{item.from_day} 起的周期已经是「{now.label}」", "cycle")
    order = list(Cycle)
    if is_promise(amendment.kind) and order.index(item.cycle) > order.index(now):
        raise Invalid("承诺只能更严，不能放宽周期；放宽须有双方的补充协议", "cycle")


def _quota(session: Session, amendment: Amendment, item: AmendmentItem, project: Project) -> None:
    duty = _duty(session, item, project)
    if duty.cycle is not Cycle.QUOTA:
        raise Invalid("这项义务不是按次提取的", "obligation")
    if item.quota is None:
        raise Invalid("请填写每服务年度的次数", "quota")
    if is_promise(amendment.kind) and item.quota < (duty.quota or 0):
        raise Invalid("承诺只能更严，不能减少次数；减少须有双方的补充协议", "quota")


def _dropped_duty(session: Session, amendment: Amendment, item: AmendmentItem, project: Project) -> None:
    _both_sides(amendment, "取消义务")
    _duty(session, item, project)


def _duty(session: Session, item: AmendmentItem, project: Project) -> Obligation:
    duty = session.get(Obligation, item.obligation_id) if item.obligation_id else None
    if duty is None or duty.project_id != project.id:
        raise Invalid("请选择这个项目的义务", "obligation")
    if duty.until_day is not None:
        raise Conflict(f"这项义务从 {duty.until_day} 起已经取消", "obligation")
    return duty


def _both_sides(amendment: Amendment, what: str, field: str = "what") -> None:
    if is_promise(amendment.kind):
        raise Invalid(f"{amendment.kind.label}是乙方单方的承诺，不能{what}；须有双方的补充协议", field)


_CHECKS = {
    ItemKind.TARGET: _target,
    ItemKind.TARGET_DROPPED: _dropped_target,
    ItemKind.ROW: _row,
    ItemKind.POSTING: _posting,
    ItemKind.DUTY_NEW: _new_duty,
    ItemKind.DUTY_CYCLE: _cycle,
    ItemKind.DUTY_QUOTA: _quota,
    ItemKind.DUTY_DROPPED: _dropped_duty,
}


def of(amendment: Amendment, item_id: int) -> AmendmentItem:
    """Return one item of a document."""
    found = next((one for one in amendment.items if one.id == item_id), None)
    if found is None:
        raise NotFound("没有这一项变更")
    return found
