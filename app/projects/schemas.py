"""What is valid input to the list of projects."""

from __future__ import annotations

from app.forms import AddressSchema, text


class ProjectFilter(AddressSchema):
    """What the list is narrowed to: words in a project's or a unit's name, or a row's number."""

    q = text("搜索", 64)
