"""What is valid input to the pages of reports."""

from __future__ import annotations

from marshmallow import fields, validate

from app.forms import AddressSchema, FormSchema, number, text
from reports.catalogue import FORMATS


class ChoicePick(AddressSchema):
    """What a report is made for, as its address names it."""

    period = text("期间", 7)
    whose = text("单位或项目", 20)
    stage = number("节点", 1, 2)


class JobForm(FormSchema):
    """A report that is to be made in the background."""

    period = text("期间", 7)
    whose = text("单位或项目", 20)
    stage = number("节点", 1, 2)
    format = fields.String(required=True, validate=validate.OneOf(list(FORMATS)), metadata={"label": "格式"})


class JobsFilter(AddressSchema):
    """Which page of the own reports is shown."""

    page = number("页码", 1)
