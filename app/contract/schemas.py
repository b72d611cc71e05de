"""What is valid input about the contract."""

from __future__ import annotations

from app.contract.service import LONGEST_REASON
from app.forms import AddressSchema, FormSchema, day, number, text
from sla.calendar import FIRST_YEAR, LAST_YEAR


class CalendarFilter(AddressSchema):
    """The year to look at."""

    year = number("年份", FIRST_YEAR, LAST_YEAR)


class ActivationForm(FormSchema):
    """The day the contract takes effect, and what it rests on."""

    effective = day("生效日期", required=True)
    reason = text("依据", LONGEST_REASON)
