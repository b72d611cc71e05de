"""What is valid input to the pages of papers."""

from __future__ import annotations

from app.forms import AddressSchema, number, text, word
from sla.vocab import PaperKind


class PapersFilter(AddressSchema):
    """Which papers are listed."""

    q = text("搜索", 64)
    kind = word("类别", PaperKind)
    page = number("页码", 1)
