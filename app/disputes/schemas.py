"""What is valid input about disputes."""

from __future__ import annotations

from marshmallow import EXCLUDE, fields, validate

from app.disputes.queries import SHOWN
from app.disputes.service import LONGEST_TEXT
from app.forms import FormSchema, number, text, word
from sla.disputes import Attribution
from sla.vocab import ClockKind

LARGEST_ID = 2**31 - 1
MOST_ROUNDS = 999


class DisputeFilter(FormSchema):
    """What the list is narrowed to; an address may carry more than this page knows."""

    class Meta:
        unknown = EXCLUDE

    show = fields.String(load_default="open", validate=validate.OneOf(["turn", *SHOWN]))
    project = number("运维项目", 1, LARGEST_ID)
    page = number("页", 1, LARGEST_ID)


class SubjectPick(FormSchema):
    """What an exemption is claimed for: a clock of a ticket, or an occurrence."""

    class Meta:
        unknown = EXCLUDE

    ticket = number("工单", 1, LARGEST_ID)
    clock = word("计时", ClockKind)
    round = number("第几次", 0, MOST_ROUNDS)
    occurrence = number("应办", 1, LARGEST_ID)


class _About(FormSchema):
    ticket = number("工单", 1, LARGEST_ID)
    clock = word("计时", ClockKind)
    round = number("第几次", 0, MOST_ROUNDS)
    occurrence = number("应办", 1, LARGEST_ID)
    text = text("理由", LONGEST_TEXT, required=True)


class ClaimForm(_About):
    """The claim: whose doing the breach was, and why."""

    attribution = word("归因", Attribution, required=True)


class AdmitForm(_About):
    """The bureau admits a claim after its period."""


class CommentForm(FormSchema):
    """The unit's word."""

    agrees = fields.Boolean(required=True, metadata={"label": "单位意见"})
    text = text("说明", LONGEST_TEXT)


class DecisionForm(FormSchema):
    """The bureau's word."""

    granted = fields.Boolean(required=True, metadata={"label": "认定"})
    attribution = word("归因", Attribution, required=True)
    text = text("理由", LONGEST_TEXT, required=True)


class ReviewForm(FormSchema):
    """Why the decision should be looked at again."""

    text = text("理由", LONGEST_TEXT, required=True)
