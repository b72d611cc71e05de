"""What is valid input to the search."""

from __future__ import annotations

from marshmallow import EXCLUDE, fields, validate

from app.forms import AddressSchema, number, text

LONGEST = 64  # characters, as in the lists that take the same words
FIELDS = ("project", "unit")


class SearchFilter(AddressSchema):
    """What is looked for, and of which kind alone."""

    class Meta:
        unknown = EXCLUDE

    q = text("搜索", LONGEST)
    kind = text("类别", 20)
    page = number("页", 1, 99999)


class SuggestFilter(AddressSchema):
    """What is typed above a list of choices."""

    class Meta:
        unknown = EXCLUDE

    field = fields.String(required=True, validate=validate.OneOf(FIELDS), metadata={"label": "字段"})
    q = text("搜索", LONGEST)
