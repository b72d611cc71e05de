"""What is valid input about tickets: one definition for the form as for JSON."""

from __future__ import annotations

from marshmallow import EXCLUDE, fields, validate

from app.forms import FormSchema, moment, number, text, tick, word
from sla.vocab import Complexity, PauseReason, Severity, TicketKind, TicketState

LARGEST_ID = 2**31 - 1
LONGEST_SUBMISSION = 44  # its files get their place behind it
LONG = 2000  # characters of a note
SHORT = 300  # characters of a reason


def identity(label: str, *, required: bool = True) -> fields.Integer:
    """The number of a row somebody chose."""
    return number(label, 1, LARGEST_ID, required=required)


class TicketFilter(FormSchema):
    """What the list is narrowed to; an address may carry more than this page knows."""

    class Meta:
        unknown = EXCLUDE

    state = fields.String(load_default="", validate=validate.OneOf(["open", "all", *TicketState]))
    kind = word("类别", TicketKind)
    project = identity("运维项目", required=False)
    due = fields.String(load_default="", validate=validate.OneOf(["late", "soon", "risk"]))
    waiting = tick("待单位确认")
    mine = tick("与我有关")
    unassigned = tick("未派单")
    q = text("搜索", 100)
    page = number("页", 1, LARGEST_ID)


class SlipAsked(FormSchema):
    """Up to which event a slip goes; an address may carry more than this page knows."""

    class Meta:
        unknown = EXCLUDE

    upto = number("记录", 1, LARGEST_ID)


class NewTicketForm(FormSchema):
    """A request for service, from a contact; the supplier says more."""

    submission = text("提交编号", LONGEST_SUBMISSION, required=True)
    project = identity("运维项目")
    kind = word("类别", TicketKind, required=True)
    title = text("标题", 100, required=True)
    description = text("详细情况", LONG)
    place = text("地点", 100)
    phone = text("联系电话", 32)
    paralysis = tick("系统瘫痪")


class ContactTicketForm(NewTicketForm):
    """A contact's request: what happened, in the own words; its title is taken from them."""

    title = text("标题", 100)
    what = text("发生了什么", LONG)
    onsite = tick("需要人到现场")


class PromiseFilter(FormSchema):
    """What a request would be about, before it is sent."""

    class Meta:
        unknown = EXCLUDE

    project = identity("运维项目")
    kind = word("类别", TicketKind, required=True)
    paralysis = tick("系统瘫痪")
    onsite = tick("需要人到现场")


class SupplierTicketForm(NewTicketForm):
    """A ticket the supplier logs: who called and when, and what it holds the matter to be (C9).

    Without a title the first sentence of the description is the title.
    """

    title = text("标题", 100)
    reporter = text("报告人", 64)
    reported_at = moment("报告时间")
    severity = word("严重程度", Severity)
    complexity = word("复杂程度", Complexity)
    fault_level = number("故障级别", 1, 4)
    own_finding = tick("自查发现")


class OnTicket(FormSchema):
    """Every form on a ticket carries the version its person saw."""

    version = number("版本", 0, LARGEST_ID, required=True)
    submission = text("提交编号", LONGEST_SUBMISSION)


class Step(OnTicket):
    """Something that happened: now, unless another time is given."""

    occurred_at = moment("发生时间")
    note = text("说明", LONG)


class OnsiteRequest(Step):
    """A request for on-site work."""

    remote_failed = tick("远程不能解决")


class RecoveryClaim(Step):
    """A claim that the work is done, with what was done."""

    note = text("处理结果", LONG, required=True)


class Pause(Step):
    """A claim that the clock stands still."""

    reason = word("挂起原因", PauseReason, required=True)
    note = text("挂起说明", LONG, required=True)


class Acceptance(OnTicket):
    """The unit accepts."""

    note = text("说明", LONG)


class Refusal(OnTicket):
    """Something is refused or ended, with the reason."""

    reason = text("原因", SHORT, required=True)


class Confirmation(Acceptance):
    """One thing that waits is confirmed: ``seq`` is the event that made it."""

    seq = identity("事项")


class Rejection(Refusal):
    """One thing that waits is refused."""

    seq = identity("事项")


class Statement(Refusal):
    """What the ticket is held to be; empty is not stated. ``sure`` comes from the page with the effect."""

    kind = word("类别", TicketKind)
    severity = word("严重程度", Severity)
    complexity = word("复杂程度", Complexity)
    fault_level = number("故障级别", 1, 4)
    paralysis = fields.Boolean(load_default=None, allow_none=True, metadata={"label": "系统瘫痪"})
    sure = tick("已看过影响")


class ReportTime(Refusal):
    """When the trouble was really reported."""

    reported_at = moment("报告时间", required=True)
    sure = tick("已看过影响")


class Correction(Refusal):
    """When a stop really happened."""

    entry = identity("要更正的记录")
    occurred_at = moment("正确的时间", required=True)
    sure = tick("已看过影响")


class Assignment(OnTicket):
    """To whom the ticket is given, perhaps with a word."""

    engineer = identity("工程师")
    note = text("交代的话", SHORT)


class Note(OnTicket):
    """A remark."""

    note = text("说明", LONG, required=True)


class Closing(OnTicket):
    """The end, with a rating."""

    rating = number("满意度", 1, 5, required=True)
    comment = text("评价", LONG)
