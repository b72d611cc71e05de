"""What the year grid can be narrowed to."""

from __future__ import annotations

from marshmallow import EXCLUDE, fields, validate

from app.duties.groups import GROUPS
from app.forms import FormSchema, number


class GridFilter(FormSchema):
    """A group of duties, and the service year (the present one when left out)."""

    class Meta:
        unknown = EXCLUDE

    what = fields.String(load_default="", validate=validate.OneOf([*GROUPS]))
    year = number("服务年度", 1, 3)
