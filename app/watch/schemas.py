"""What is valid input on the pages of the watch."""

from __future__ import annotations

from app.forms import FormSchema, number


class NoticesFilter(FormSchema):
    """Which page of one's notices."""

    page = number("页码", 1, 99999)


class ReadAllForm(FormSchema):
    """Up to which notice a person was shown them."""

    last = number("通知", 1, 2**31 - 1, required=True)
