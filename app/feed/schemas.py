"""What is valid input about the feed: nothing is typed."""

from __future__ import annotations

from app.forms import FormSchema


class NothingForm(FormSchema):
    """A form of one button."""
