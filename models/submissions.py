"""What was sent to the site with a number of its own, so that it is taken once however often it comes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, UTCDateTime


class Submission(Base):
    """A form that was carried out. ``key`` is made by the sender; ``digest`` is that of what was typed.

    ``back`` is where its answer led. ``device_at`` is what the clock of the device said when it sent,
    ``None`` for what was sent at once; ``received_at`` is the server's time.
    """

    __tablename__ = "submission"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    digest: Mapped[str] = mapped_column(String(64))
    back: Mapped[str] = mapped_column(String(200))
    device_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    received_at: Mapped[datetime] = mapped_column(UTCDateTime)
