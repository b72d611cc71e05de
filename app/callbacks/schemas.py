"""What is valid input about call-backs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from marshmallow import EXCLUDE, Schema, fields, validate

from app.callbacks.queries import SHOWN
from app.callbacks.service import LONGEST_NAME, LONGEST_TEXT
from app.forms import FormSchema, Whole, day, moment, number, text, tick, word
from sla.vocab import Channel, Satisfaction

LARGEST_ID = 2**31 - 1
CHOSEN = "chosen"


class ListFilter(FormSchema):
    """What the list is narrowed to; an address may carry more than this page knows."""

    class Meta:
        unknown = EXCLUDE

    show = fields.String(load_default="all", validate=validate.OneOf([*SHOWN]))
    first = day("第一天")
    last = day("最后一天")
    page = number("页", 1, LARGEST_ID)


class StartForm(FormSchema):
    """Whom to ask, about which days."""

    first_day = day("第一天", required=True)
    last_day = day("最后一天", required=True)
    scope = fields.String(
        load_default="all", validate=validate.OneOf(["all", CHOSEN]), metadata={"label": "范围"}
    )
    projects = fields.List(Whole(), load_default=list, metadata={"label": "运维项目"})


def _answer_fields(suffix: str = "", *, required: bool) -> dict[str, Any]:
    """Return the three boxes of an answer; one of several on a page may be left open."""
    running = {"label": "运转情况"}
    return {
        f"satisfaction{suffix}": word("满意度", Satisfaction, required=required),
        f"running{suffix}": fields.Boolean(required=True, metadata=running)
        if required
        else fields.Boolean(load_default=None, metadata=running),
        f"remarks{suffix}": text("意见", LONGEST_TEXT),
    }


class AnswerForm(FormSchema.from_dict(_answer_fields(required=True))):  # type: ignore[misc]
    """One answer; ``seen`` is how many there were on the page."""

    seen = number("已有答复", 0, LARGEST_ID, required=True)


class SignForm(AnswerForm):
    """The contact's own answer."""

    sure = tick("本人代表单位确认以上内容")


class EnterForm(AnswerForm):
    """What the bureau was told on the telephone, or got on paper."""

    channel = word("方式", Channel, required=True)
    said_by = text("答复人", LONGEST_NAME, required=True)
    said_at = moment("答复时间", required=True)


class WordsForm(FormSchema):
    """What was done, or is missing."""

    what = text("整改情况", LONGEST_TEXT, required=True)


class SettleForm(FormSchema):
    """That it was done."""

    what = text("说明", LONGEST_TEXT)


class NothingForm(FormSchema):
    """A form that brings files alone."""


def sign_schema(ids: Iterable[int]) -> Schema:
    """Return what is valid where several projects are answered on one page; each may be left open."""
    boxes: dict[str, Any] = {"sure": tick("本人代表单位确认以上内容")}
    for one in ids:
        boxes |= _answer_fields(f"-{one}", required=False)
    return FormSchema.from_dict(boxes, name="SignSeveralForm")()
