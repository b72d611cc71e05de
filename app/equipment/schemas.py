"""What is valid input about equipment."""

from __future__ import annotations

from app.forms import FormSchema, number, text, word
from sla.vocab import Advice, RepairKind

LARGEST_ID = 2**31 - 1
WHICH = 100  # characters that say which unit: a serial, a place
NOTE = 400
LONG = 2000


class EquipmentFilter(FormSchema):
    """What the register is narrowed to: words in the name, model, project or unit."""

    q = text("搜索", 64)


class LinkForm(FormSchema):
    """A device that was worked on under a ticket."""

    submission = text("提交编号", 64, required=True)
    equipment = number("设备", 1, LARGEST_ID, required=True)
    which = text("哪一台", WHICH)
    repair = word("做了什么", RepairKind, required=True)
    note = text("说明", NOTE)


class WithdrawForm(FormSchema):
    """An entry that was wrong."""

    reason = text("原因", NOTE, required=True)


class ReportForm(FormSchema):
    """A repair report with advice."""

    submission = text("提交编号", 56, required=True)
    which = text("哪一台", WHICH)
    findings = text("检查情况", LONG, required=True)
    advice = word("建议", Advice, required=True)
    reason = text("建议的理由", LONG, required=True)
