"""What is valid input on the page of what waits."""

from __future__ import annotations

from marshmallow import EXCLUDE, fields, validate

from app.forms import FormSchema, Text, number, text
from app.waiting.kinds import BY_CODE
from app.waiting.service import MOST

LONGEST_KEY = 64  # characters
LONGEST_REASON = 300


class WaitingFilter(FormSchema):
    """One kind alone, and its page."""

    class Meta:
        unknown = EXCLUDE

    kind = text("类别", 32)
    page = number("页", 1, 2**31 - 1)


class DecisionForm(FormSchema):
    """The word on things of one kind. ``all`` confirms what the page showed, ``keys`` what was chosen."""

    kind = fields.String(required=True, validate=validate.OneOf([*BY_CODE]), metadata={"label": "类别"})
    act = fields.String(
        required=True, validate=validate.OneOf(["confirm", "reject", "all"]), metadata={"label": "决定"}
    )
    keys = fields.List(
        Text(validate=validate.Length(max=LONGEST_KEY)), load_default=list, metadata={"label": "选中的"}
    )
    shown = text("本页的", MOST * (LONGEST_KEY + 1))
    alone = text("类别", 32)
    reason = text("原因", LONGEST_REASON)
