"""Keys of the wall screen: who knows one sees the board and nothing else, without a sign-in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, UTCDateTime
from models.people import User


class BoardKey(Base):
    """The secret in the address of one screen; only its hash is kept. It ends by itself, or is revoked.

    ``place`` says where the screen hangs, so that one knows which key to revoke.
    """

    __tablename__ = "board_key"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    place: Mapped[str] = mapped_column(String(40))
    made_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    made_by: Mapped[User] = relationship()
