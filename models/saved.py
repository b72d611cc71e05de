"""What somebody keeps for convenience: the filters of a list under a name. No business fact, no evidence."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, UTCDateTime

LONGEST_NAME = 20  # characters, so that it fits a chip
LONGEST_QUERY = 500


class SavedFilter(Base):
    """The filters of a list that a person gave a name. ``query`` is the part of its address behind the ``?``.

    ``endpoint`` is one of ``app.saved.lists``; the page number is no part of a filter.
    """

    __tablename__ = "saved_filter"
    __table_args__ = (UniqueConstraint("person_id", "endpoint", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    endpoint: Mapped[str] = mapped_column(String(64))
    query: Mapped[str] = mapped_column(String(LONGEST_QUERY))
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
