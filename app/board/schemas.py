"""What is valid input about the keys of the wall screen."""

from __future__ import annotations

from app.forms import FormSchema, text


class KeyForm(FormSchema):
    """A new key: where its screen hangs."""

    place = text("屏幕位置", 40, required=True)


class NothingForm(FormSchema):
    """A form of one button."""
