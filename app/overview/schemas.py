"""What the pages of the months side by side can be narrowed to."""

from __future__ import annotations

from marshmallow import validate

from app.forms import AddressSchema, Whole, number, word
from app.overview.risk import WITHIN
from sla.vocab import Indicator


class HeatFilter(AddressSchema):
    """Which indicator the map shows; the one of response unless it is said."""

    indicator = word("指标", Indicator)


class RiskFilter(AddressSchema):
    """Within how many hours; 0 is late already, left out is everything of the next day with what is late."""

    within = Whole(load_default=None, validate=validate.OneOf(WITHIN), metadata={"label": "小时"})


class ProjectFilter(AddressSchema):
    """A project by its number; all of the scope when left out."""

    project = number("项目", 1)
