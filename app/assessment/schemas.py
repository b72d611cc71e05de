"""What is valid input to the pages of assessment. What a scheme may say, the rules decide."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from app.assessment.editor import boxes
from app.files.uploads import LONGEST_SUBMISSION
from app.forms import AddressSchema, FormSchema, day, number, text, tick, word
from sla.assessment import MEASURABLE, Aspect

SHOWN = {
    "": "全部",
    "counting": "有效的",
    "unanswered": "乙方未答复",
    "veto": "一票否决",
    "withdrawn": "已撤回",
}
ORDERS = {"score": "得分从低到高", "best": "得分从高到低", "seq": "按项目序号"}


class PeriodPick(AddressSchema):
    """The period somebody picked from the list."""

    month = text("期间", 7)


class ScoresFilter(AddressSchema):
    """Which scores of a period are shown, and in which order."""

    unit = number("单位", 1)
    order = fields.String(
        validate=validate.OneOf(list(ORDERS)), load_default="score", metadata={"label": "排列"}
    )


class ScoresOf(ScoresFilter):
    """The scores of a period where it is no part of the path."""

    month = text("期间", 7, required=True)


_BOXES: dict[str, fields.Field[Any]] = {name: text(label, 40) for name, label in boxes().items()}
_BOXES |= {"name": text("名称", 64, required=True), "seen": text("核对过的内容", 64)}
SchemeForm = FormSchema.from_dict(_BOXES, name="SchemeForm")


class AdoptionPick(AddressSchema):
    """From when a draft is to hold; asked before anything is signed."""

    from_day = day("施行日期", required=True)
    basis = text("依据", 400, required=True)


class SignForm(FormSchema):
    """The first signature."""

    from_day = day("施行日期", required=True)
    basis = text("依据", 400, required=True)
    seen = text("核对过的内容", 64, required=True)


class AdoptForm(FormSchema):
    """The second signature."""

    seen = text("核对过的内容", 64, required=True)


class ReasonForm(FormSchema):
    """A reason."""

    reason = text("原因", 400, required=True)


class NothingForm(FormSchema):
    """A button and nothing else."""


class ObservationsFilter(AddressSchema):
    """Which observations are listed; the project ``0`` is the whole contract."""

    project = number("项目", 0)
    aspect = word("方面", Aspect)
    first = day("从哪天")
    last = day("到哪天")
    show = fields.String(validate=validate.OneOf(list(SHOWN)), load_default="", metadata={"label": "状态"})
    page = number("页码", 1)


class ObservationForm(FormSchema):
    """An observation; without a project it is of the whole contract."""

    project = number("项目", 1)
    day = day("日期", required=True)
    aspect = word("方面", Aspect, required=True)
    what = text("情况", 1000, required=True)
    indicator = fields.String(
        validate=validate.OneOf([str(one) for one in MEASURABLE]),
        load_default=None,
        metadata={"label": "从哪一项扣分"},
    )
    deduction = text("扣分", 8)
    veto = tick("一票否决")
    submission = text("提交编号", LONGEST_SUBMISSION, required=True)


class AnswerForm(FormSchema):
    """The supplier's answer."""

    answer = text("答复", 1000, required=True)
