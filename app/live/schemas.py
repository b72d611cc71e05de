"""What is valid input about the pulse."""

from __future__ import annotations

from marshmallow import EXCLUDE

from app.forms import AddressSchema, moment


class PulseAsk(AddressSchema):
    """Since when changes are counted; without it only the time is told."""

    class Meta:
        unknown = EXCLUDE

    since = moment("时间")
