"""What is valid input to the pages of a period."""

from __future__ import annotations

from marshmallow import fields, validate

from app.forms import AddressSchema, number, text, tick, word
from app.months.service import ALL_DUTIES
from sla.fold import Flow
from sla.vocab import ClockKind, Indicator, OccurrenceState, Verdict


class MonthPick(AddressSchema):
    """The period somebody picked from the list."""

    month = text("期间", 7)


class TicketsFilter(AddressSchema):
    """Which tickets of a period are shown: those behind one of its totals."""

    flow = word("进出", Flow, required=True)
    page = number("页码", 1)


class RowsFilter(AddressSchema):
    """Which rows of a period are shown: those behind one figure, or all clocks."""

    indicator = fields.String(
        validate=validate.OneOf([*map(str, Indicator), str(ClockKind.CHANGE), ALL_DUTIES]),
        load_default=None,
        metadata={"label": "指标"},
    )
    project = number("项目", 1)
    unit = number("单位", 1)
    verdict = word("结论", Verdict)
    state = word("状态", OccurrenceState)
    whole = tick("合同整体")
    gaps = tick("缺勤")
    page = number("页码", 1)


class RowsOf(RowsFilter):
    """The rows of a period where it is no part of the path."""

    month = text("期间", 7, required=True)


class TicketsOf(TicketsFilter):
    """The tickets of a period where it is no part of the path."""

    month = text("期间", 7, required=True)
