"""What is valid input to the pages of papers."""

from __future__ import annotations

from app.forms import AddressSchema, number, word
from sla.vocab import PaperKind


class PapersFilter(AddressSchema):
    """Which papers are listed."""

    kind = word("类别", PaperKind)
    page = number("页码", 1)
