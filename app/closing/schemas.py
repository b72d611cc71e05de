"""What is valid input to the pages of closing a month."""

from __future__ import annotations

from marshmallow import fields, validate

from app.closing.service import LONGEST_NOTE, LONGEST_TEXT
from app.forms import FormSchema, number, text, word
from sla.vocab import Indicator

LONGEST_DIGEST = 64


class Nothing(FormSchema):
    """An act of one button."""


class SealForm(FormSchema):
    """A signature under figures: the digest that stood on the page, where the page says it."""

    seen = text("数字摘要", LONGEST_DIGEST)


class NoteForm(SealForm):
    """A sign-off with a note, which may be empty."""

    note = text("说明", LONGEST_NOTE)


class ReasonForm(FormSchema):
    """Sending a preparation back."""

    reason = text("原因", LONGEST_NOTE, required=True)


class ObjectionForm(FormSchema):
    """An objection: about which project and which figure, and what is wrong."""

    project = number("项目", 1)
    indicator = word("指标", Indicator)
    text = text("异议", LONGEST_TEXT, required=True)


class AnswerForm(FormSchema):
    """The bureau's answer to an objection."""

    upheld = fields.String(
        required=True, validate=validate.OneOf(["yes", "no"]), metadata={"label": "是否采纳"}
    )
    answer = text("答复", LONGEST_TEXT, required=True)
