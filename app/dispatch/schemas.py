"""What is valid input to the board and to the form of a call."""

from __future__ import annotations

from marshmallow import EXCLUDE, fields, validate

from app.dispatch.queries import WAYS
from app.forms import AddressSchema, FormSchema, moment, number, text, tick, word
from app.tickets.schemas import LARGEST_ID, LONG, LONGEST_SUBMISSION, identity
from sla.vocab import TicketKind

MOST_AT_ONCE = 60  # tickets given by one tap
NOTE = 300  # characters
PICK = r"[1-9]\d{0,9}:\d{1,9}"  # a ticket and the version that was seen


class BoardFilter(AddressSchema):
    """How the board is laid out; an address may carry more than this page knows."""

    class Meta:
        unknown = EXCLUDE

    by = fields.String(load_default="due", validate=validate.OneOf(list(WAYS)))
    engineer = identity("工程师", required=False)


class AssignForm(FormSchema):
    """To whom one ticket is given, or several; beside each stands the version its card showed."""

    picks = fields.List(
        fields.String(validate=validate.Regexp(f"^{PICK}$", error="请刷新页面后再勾选")),
        required=True,
        validate=validate.Length(1, MOST_AT_ONCE, error=f"请勾选 1 至 {MOST_AT_ONCE} 张工单"),
        metadata={"label": "工单"},
    )
    engineer = identity("工程师")
    note = text("说明", NOTE)
    by = fields.String(load_default="due", validate=validate.OneOf(list(WAYS)))
    whose = number("只看", 1, LARGEST_ID)


class CallForm(FormSchema):
    """A call, in the order in which it goes; what the caller was not asked is not stated."""

    submission = text("提交编号", LONGEST_SUBMISSION, required=True)
    reporter = text("来电人", 64)
    phone = text("电话", 32)
    unit = identity("单位", required=False)
    project = identity("运维项目")
    what = text("什么情况", LONG, required=True)
    place = text("地点", 100)
    kind = word("类别", TicketKind, required=True)
    paralysis = fields.String(
        load_default="", validate=validate.OneOf(["", "yes", "no"]), metadata={"label": "是不是全都用不了"}
    )
    onsite = tick("需要人到现场")
    reported_at = moment("来电时间")
    engineer = identity("派给", required=False)
    note = text("交代工程师的话", NOTE)
    then = fields.String(load_default="show", validate=validate.OneOf(["show", "next"]))


class BesideFilter(AddressSchema):
    """What is known of a call while it goes on."""

    class Meta:
        unknown = EXCLUDE

    unit = identity("单位", required=False)
    project = identity("运维项目", required=False)
    kind = word("类别", TicketKind)
    paralysis = fields.String(load_default="")
    onsite = tick("需要人到现场")
    reported_at = moment("来电时间")
