"""What is valid input about documents that amend the contract."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from marshmallow import Schema, fields, validate

from app.amendments.items import NewItem
from app.amendments.service import LONGEST_NOTE, LONGEST_NUMBER, LONGEST_TITLE
from app.forms import AddressSchema, FormSchema, day, number, text, word
from app.projects.service import DUTIES
from seeds.rows import CHECKLISTS
from sla.amendments import AmendmentKind, ItemKind
from sla.errors import Invalid
from sla.vocab import Complexity, Cycle, DayType, Severity, TargetKind, Window

LARGEST_ID = 2**31 - 1
LONGEST_LIST = 400
LONGEST_WHAT = 64
MOST_MINUTES = 100_000
NEW_POSTING = "new"


class Unit(StrEnum):
    """What a target's number counts."""

    MINUTES = "minutes"
    HOURS = "hours"
    REALTIME = "realtime"
    WORKDAYS = "workdays"
    PERCENT = "percent"


UNITS = [
    (Unit.MINUTES, "分钟"),
    (Unit.HOURS, "小时"),
    (Unit.REALTIME, "实时"),
    (Unit.WORKDAYS, "个工作日"),
    (Unit.PERCENT, "％（准确率、闭环率）"),
]


class PageOf(AddressSchema):
    """Which page of the list."""

    page = fields.Integer(load_default=1, metadata={"label": "页码"})


class Choice(AddressSchema):
    """What a new item is to change, and of which row."""

    what = word("变更", ItemKind, required=True)
    project = number("运维项目", 1, LARGEST_ID)


class DocumentForm(FormSchema):
    """A document as it is drafted."""

    kind = word("文件类型", AmendmentKind, required=True)
    title = text("名称", LONGEST_TITLE, required=True)
    number = text("文号", LONGEST_NUMBER)
    signed_on = day("签署日期", required=True)
    from_day = day("从何时起", required=True)
    note = text("说明", LONGEST_NOTE)


class Nothing(FormSchema):
    """A form of one button."""


class ConfirmForm(FormSchema):
    """The word of the second person; ``seen`` is the digest of the effect that was shown."""

    seen = text("核对", 64, required=True)


class WithdrawForm(FormSchema):
    """Why a document is withdrawn."""

    reason = text("原因", LONGEST_NOTE, required=True)


class _ItemForm(FormSchema):
    projects = text("运维项目", LONGEST_LIST, required=True)
    from_day = day("从何时起")


class _Which(_ItemForm):
    kind = word("指标", TargetKind, required=True)
    day = word("日子", DayType)
    severity = word("事件", Severity)
    complexity = word("故障", Complexity)
    fault_level = number("故障级别", 1, 4)
    remote = fields.String(load_default=None, validate=validate.OneOf(["failed"]), metadata={"label": "远程"})


class TargetForm(_Which):
    """A target of one or several rows."""

    amount = text("数字", 16)
    unit = word("单位", Unit, required=True)
    window = word("按什么时间计", Window)


class RowForm(_ItemForm):
    """The window or the level of one or several rows."""

    window = word("服务时间", Window)
    service_level = number("服务级别", 1, 4)


class PostingForm(_ItemForm):
    """Heads and pattern of a posting."""

    posting = text("岗位", 12, required=True)
    heads = number("人数", 0, 99, required=True)
    pattern = word("班制", Window, required=True)


class NewDutyForm(_ItemForm):
    """A duty that the tender does not know."""

    duty_kind = fields.String(
        required=True, validate=validate.OneOf(list(DUTIES)), metadata={"label": "类别"}
    )
    duty_what = text("义务", LONGEST_WHAT, required=True)
    scope = text("范围", LONGEST_WHAT)
    checklist = fields.String(
        load_default=None, validate=validate.OneOf(CHECKLISTS), metadata={"label": "检查表"}
    )
    cycle = word("周期", Cycle, required=True)
    quota = number("次数", 1, 1_000_000)


class CycleForm(_ItemForm):
    """Another cycle of a duty."""

    obligation = number("义务", 1, LARGEST_ID, required=True)
    cycle = word("周期", Cycle, required=True)


class QuotaForm(_ItemForm):
    """Another number of a quota."""

    obligation = number("义务", 1, LARGEST_ID, required=True)
    quota = number("次数", 1, 1_000_000, required=True)


class DropForm(_ItemForm):
    """A duty that is no more."""

    obligation = number("义务", 1, LARGEST_ID, required=True)


FORMS: dict[ItemKind, type[Schema]] = {
    ItemKind.TARGET: TargetForm,
    ItemKind.TARGET_DROPPED: _Which,
    ItemKind.ROW: RowForm,
    ItemKind.POSTING: PostingForm,
    ItemKind.DUTY_NEW: NewDutyForm,
    ItemKind.DUTY_CYCLE: CycleForm,
    ItemKind.DUTY_QUOTA: QuotaForm,
    ItemKind.DUTY_DROPPED: DropForm,
}
OF_ONE_ROW = (ItemKind.POSTING, ItemKind.DUTY_CYCLE, ItemKind.DUTY_QUOTA, ItemKind.DUTY_DROPPED)


def new_item(what: ItemKind, said: dict[str, Any]) -> NewItem:
    """Return the item that a form amounts to."""
    values = dict(said)
    ids, from_day = _ids(values.pop("projects")), values.pop("from_day")
    if what is ItemKind.TARGET:
        values |= _measure(values.pop("unit"), values.pop("amount"))
    if what is ItemKind.POSTING:
        posting = values.pop("posting")
        if posting != NEW_POSTING and not (posting.isascii() and posting.isdigit()):
            raise Invalid("请选择岗位", "posting")
        values["posting_id"] = None if posting == NEW_POSTING else int(posting)
    if "obligation" in values:
        values["obligation_id"] = values.pop("obligation")
    return NewItem(what, ids, from_day, values)


def _ids(text: str) -> tuple[int, ...]:
    parts = [part for part in text.replace("，", ",").split(",") if part.strip()]
    if not all(part.strip().isascii() and part.strip().isdigit() for part in parts):
        raise Invalid("请从列表中选择运维项目", "projects")
    ids = tuple(dict.fromkeys(int(part) for part in parts))
    if any(one > LARGEST_ID for one in ids):
        raise Invalid("请从列表中选择运维项目", "projects")
    return ids


def _measure(unit: Unit, amount: str) -> dict[str, Any]:
    """Return the columns of a target's measure; a number that makes no sense is ``Invalid``."""
    if unit is Unit.REALTIME:
        return {"minutes": 0}
    try:
        value = Decimal(amount)
    except InvalidOperation:
        raise Invalid("请填写数字，例如 30", "amount") from None
    if unit is Unit.PERCENT:
        if not value.is_finite() or not 0 < value <= 100 or len(str(value / 100)) > 8:
            raise Invalid("百分比应大于 0、不超过 100，最多两位小数", "amount")
        return {"ratio": f"{(value / 100).normalize():f}"}
    factor = 60 if unit is Unit.HOURS else 1
    if not value.is_finite() or not 0 < value * factor <= MOST_MINUTES or (value * factor) % 1:
        raise Invalid("请填写大于 0 的数字；不足一小时的用分钟", "amount")
    whole = int(value * factor)
    if unit is Unit.WORKDAYS:
        if whole > 250:
            raise Invalid("工作日最多 250 个", "amount")
        return {"workdays": whole}
    return {"minutes": whole}
