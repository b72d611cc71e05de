"""What is valid input to the pages of a month."""

from __future__ import annotations

from marshmallow import fields, validate

from app.forms import AddressSchema, number, text, word
from sla.month import Flow
from sla.vocab import ClockKind, Indicator, Verdict


class MonthPick(AddressSchema):
    """The month somebody picked from the list."""

    month = text("月份", 7)


class TicketsFilter(AddressSchema):
    """Which tickets of a month are shown: those behind one of its totals."""

    flow = word("进出", Flow, required=True)
    page = number("页码", 1)


class RowsFilter(AddressSchema):
    """Which rows of a month are shown: those behind one figure, or all clocks."""

    indicator = fields.String(
        validate=validate.OneOf([*map(str, Indicator), str(ClockKind.CHANGE)]),
        load_default=None,
        metadata={"label": "指标"},
    )
    project = number("项目", 1)
    unit = number("单位", 1)
    verdict = word("结论", Verdict)
    page = number("页码", 1)
