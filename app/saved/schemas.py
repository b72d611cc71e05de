"""What is valid input about saved filters."""

from __future__ import annotations

from marshmallow import fields, validate

from app.forms import FormSchema, text
from app.saved.lists import LISTS
from models.saved import LONGEST_NAME, LONGEST_QUERY


class ListForm(FormSchema):
    """Which list a filter is of, and what it says."""

    endpoint = fields.String(
        required=True,
        validate=validate.OneOf([*LISTS], error="这个列表不能保存筛选"),
        metadata={"label": "列表"},
    )
    query = text("筛选条件", LONGEST_QUERY, required=True)


class SaveForm(ListForm):
    """A filter to be kept, and what it is to be called."""

    name = text("名称", LONGEST_NAME, required=True)


class RenameForm(FormSchema):
    """A new name."""

    name = text("名称", LONGEST_NAME, required=True)
