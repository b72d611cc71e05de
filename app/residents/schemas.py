"""What is valid input about residents."""

from __future__ import annotations

from marshmallow import fields, validate

from app.forms import AddressSchema, FormSchema, day, number, text, word
from app.forms import day as day_field
from sla.vocab import Half, Presence

WHOLE_DAY = "day"
LONGEST_ID = 2**31 - 1


class MonthPick(FormSchema):
    """The month somebody picked from the list."""

    month = text("月份", 7)


class SheetOf(AddressSchema):
    """A posting's month where it is no part of the path."""

    posting = number("岗位", 1, 2**31 - 1, required=True)
    month = text("月份", 7, required=True)


class PresentForm(FormSchema):
    """The half of today in which somebody is there."""

    half = word("上午或下午", Half, required=True)


class EntryForm(FormSchema):
    """Who was there or not, as the manager enters it."""

    person = number("人员", 1, LONGEST_ID, required=True)
    day = day("日期", required=True)
    last_day = day_field("到哪一天")
    half = fields.String(
        required=True, validate=validate.OneOf([WHOLE_DAY, *map(str, Half)]), metadata={"label": "上午或下午"}
    )
    presence = word("在岗或缺勤", Presence, required=True)
    reason = text("原因", 400, required=True)


class RemarkForm(FormSchema):
    """The unit's remark about a month."""

    remark = text("说明", 400)


class ReasonForm(FormSchema):
    """A reason."""

    reason = text("原因", 400, required=True)


class LeaveForm(FormSchema):
    """Leave from one half day to another, both included."""

    first_day = day("开始日", required=True)
    first_half = word("开始于", Half, required=True)
    last_day = day("结束日", required=True)
    last_half = word("结束于", Half, required=True)
    reason = text("事由", 400, required=True)


class SubstituteForm(FormSchema):
    """Who stands in; nobody when left out."""

    substitute = number("顶岗人", 1, LONGEST_ID)


class DecisionForm(FormSchema):
    """The word on a leave; ``substitute`` is whom the page showed."""

    substitute = number("顶岗人", 1, LONGEST_ID)
    reason = text("原因", 400)


class PapersForm(FormSchema):
    """What joining and leaving ask for."""

    signed_on = day("保密协议签署日")
    handed_on = day("账号钥匙交接日")
    returned_on = day("账号钥匙交回日")
    note = text("说明", 400)


class JoinForm(FormSchema):
    """An engineer on a posting."""

    person = number("驻场工程师", 1, LONGEST_ID, required=True)
    from_day = day("到岗日", required=True)
    last_day = day("最后一天")
    signed_on = day("保密协议签署日")
    handed_on = day("账号钥匙交接日")
    note = text("说明", 400)


class EndForm(FormSchema):
    """The end of somebody's time on a posting."""

    last_day = day("最后一天", required=True)
    returned_on = day("账号钥匙交回日")
    note = text("说明", 400)


class AnswerForm(FormSchema):
    """Who comes instead, and when."""

    person = number("接替的工程师", 1, LONGEST_ID, required=True)
    from_day = day("接替日", required=True)
    signed_on = day("保密协议签署日")
    handed_on = day("账号钥匙交接日")
    note = text("说明", 300)
