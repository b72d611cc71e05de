"""Which week is shown."""

from __future__ import annotations

from marshmallow import EXCLUDE

from app.forms import FormSchema, day


class WeekPick(FormSchema):
    """Any day of the week that is asked for."""

    class Meta:
        unknown = EXCLUDE

    day = day("日期")
