"""What is valid input about a unit's own figures."""

from __future__ import annotations

from app.forms import AddressSchema, text


class UnitPick(AddressSchema):
    """Which month is shown."""

    month = text("月份", 7)
