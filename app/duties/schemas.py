"""What is valid input about duties: one definition for the form as for JSON."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from marshmallow import EXCLUDE, Schema, fields, validate

from app.duties import lists, planning, works
from app.duties.groups import GROUPS
from app.files.uploads import LONGEST_SUBMISSION
from app.forms import AddressSchema, FormSchema, Whole, day, moment, number, text, tick, word
from models.checklists import ChecklistItem
from sla.vocab import Cycle, ItemResult, PeriodKind, Standing

LARGEST_ID = 2**31 - 1
LONGEST_VALUE = 32  # characters
LONGEST_LINE = 400
LONGEST_PART = 900  # characters under one heading of the summary: the four fit into one note
SAVE, FINISH = "save", "finish"


class DutyFilter(FormSchema):
    """What the list is narrowed to; an address may carry more than this page knows."""

    class Meta:
        unknown = EXCLUDE

    show = fields.String(load_default="due", validate=validate.OneOf([*lists.SHOWN]))
    project = number("运维项目", 1, LARGEST_ID)
    unit = number("单位", 1, LARGEST_ID)
    month = text("月份", 7)
    until = day("截止日")
    what = fields.String(load_default="", validate=validate.OneOf([*GROUPS]))
    page = number("页", 1, LARGEST_ID)


class RecordFilter(FormSchema):
    """Which records are shown."""

    class Meta:
        unknown = EXCLUDE

    show = fields.String(load_default=Standing.PENDING.value, validate=validate.OneOf(["all", *Standing]))
    page = number("页", 1, LARGEST_ID)


class WorkPick(FormSchema):
    """How a record is shown; ``check`` names what is still missing."""

    class Meta:
        unknown = EXCLUDE

    check = tick("检查")


class PlacePick(FormSchema):
    """The place that a printed code is for."""

    class Meta:
        unknown = EXCLUDE

    place = text("地点", works.LONGEST_PLACE)


class ChecklistPick(FormSchema):
    """Which version of a checklist somebody without network had before them."""

    class Meta:
        unknown = EXCLUDE

    checklist = number("检查表", 1, LARGEST_ID, required=True)


class Submission(FormSchema):
    """What makes a repeated sending one work."""

    submission = text("提交编号", LONGEST_SUBMISSION, required=True)


class BeginForm(Submission):
    """The start of a work, at a place if the code named one."""

    place = text("地点", works.LONGEST_PLACE)


class DoneForm(BeginForm):
    """A duty without checklist that was done: a note, or files."""

    note = text("完成情况", works.LONGEST_NOTE)
    occurred_at = moment("完成时间")


class EvidenceForm(DoneForm):
    """A note or files for a range of days, or a draw from a quota."""

    first_day = day("第一天")
    last_day = day("最后一天")
    amount = number("数量", 1, LARGEST_ID)


class AskForm(FormSchema):
    """What the unit asks for from its quota."""

    until = day("交付期限", required=True)
    note = text("提取内容", 400, required=True)
    beyond = tick("超出约定次数")


class ReasonForm(FormSchema):
    """A reason that must be given."""

    reason = text("原因", works.LONGEST_REASON, required=True)


class DecisionForm(FormSchema):
    """The unit's word on a work. ``occurrence`` leads back to where it was said."""

    reason = text("原因", works.LONGEST_REASON)
    occurrence = number("应办", 1, LARGEST_ID)


class BulkForm(FormSchema):
    """Several works at once."""

    works = fields.List(Whole(), load_default=list, metadata={"label": "记录"})


class MonthPick(FormSchema):
    """The month a summary is about."""

    class Meta:
        unknown = EXCLUDE

    month = text("月份", 7)


class SummaryForm(Submission):
    """The monthly summary under the contract's four headings."""

    month = text("月份", 7, required=True)
    progress = text("项目进度执行情况", LONGEST_PART, required=True)
    finished = text("已完成的项目内容", LONGEST_PART, required=True)
    people = text("人员配置情况", LONGEST_PART, required=True)
    changes = text("项目变更情况", LONGEST_PART, required=True)


class PeriodForm(FormSchema):
    """A period to be declared; ``seen`` is the digest of what was shown, empty on the way to that page."""

    kind = word("类型", PeriodKind, required=True)
    name = text("名称", planning.LONGEST_NAME, required=True)
    first_day = day("第一天", required=True)
    last_day = day("最后一天", required=True)
    project = number("运维项目", 1, LARGEST_ID)
    reason = text("依据", planning.LONGEST_REASON)
    seen = text("核对", 64)


class WithdrawForm(FormSchema):
    """The end of a period before its time."""

    reason = text("原因", planning.LONGEST_REASON, required=True)
    seen = text("核对", 64, required=True)


class CycleForm(FormSchema):
    """A cycle to be agreed."""

    cycle = fields.Enum(
        Cycle,
        by_value=True,
        required=True,
        validate=validate.OneOf(planning.AGREEABLE),
        metadata={"label": "新的周期"},
    )
    from_day = day("从哪天起", required=True)
    reason = text("依据", planning.LONGEST_REASON, required=True)
    seen = text("核对", 64)


class OfProject(AddressSchema):
    """Whose duties: a project by its number, or the whole contract."""

    project = number("运维项目", 1)


class ObligationSearch(FormSchema):
    """A duty somebody looks for."""

    class Meta:
        unknown = EXCLUDE

    q = text("搜索", 64)


def work_schema(items: Iterable[ChecklistItem], *, whole: bool = False) -> Schema:
    """Return what is valid for the form of an inspection: four boxes for each item, all may be empty.

    ``whole`` is one that was filled in without network: there is no draft, it names its checklist.
    """
    own: dict[str, Any] = {
        "act": fields.String(load_default=SAVE, validate=validate.OneOf([SAVE, FINISH])),
        "version": number("版本", 1, LARGEST_ID, required=True),
    }
    boxes: dict[str, Any] = {
        **({"checklist": number("检查表", 1, LARGEST_ID, required=True)} if whole else own),
        "submission": text("提交编号", LONGEST_SUBMISSION, required=True),
        "place": text("地点", works.LONGEST_PLACE),
        "note": text("说明", works.LONGEST_NOTE),
        "occurred_at": moment("完成时间"),
    }
    for item in items:
        boxes[f"result-{item.id}"] = word(item.text, ItemResult)
        boxes[f"value-{item.id}"] = text(f"{item.text}（数值）", LONGEST_VALUE)
        boxes[f"note-{item.id}"] = text(f"{item.text}（说明）", LONGEST_LINE)
        boxes[f"ticket-{item.id}"] = number(f"{item.text}（工单）", 1, LARGEST_ID)
    return FormSchema.from_dict(boxes, name="WorkForm")()
