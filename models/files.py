"""Attachments: content-addressed files, written and synced before the row that names them (L3)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, UTCDateTime, WordType
from models.people import User
from sla.vocab import FileKind

_OWNERS = ("ticket_id", "work_id", "posting_member_id", "equipment_id", "paper_id")
_ONE_OWNER = " + ".join(f"CASE WHEN {name} IS NULL THEN 0 ELSE 1 END" for name in _OWNERS)


class Attachment(Base):
    """A file by its SHA-256. It belongs to exactly one thing, and who may see that may see it (S1).

    ``taken_at`` is the time a photograph said of itself; nothing else of its metadata is kept.
    """

    __tablename__ = "attachment"
    __table_args__ = (CheckConstraint(f"{_ONE_OWNER} = 1", name="one_owner"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    size: Mapped[int]
    media_type: Mapped[str] = mapped_column(String(100))
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[FileKind] = mapped_column(WordType(FileKind))
    taken_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    submission: Mapped[str | None] = mapped_column(String(64), unique=True)
    uploaded_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    uploaded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"), index=True)
    work_id: Mapped[int | None] = mapped_column(ForeignKey("work.id"), index=True)
    line_id: Mapped[int | None] = mapped_column(ForeignKey("work_line.id"))
    posting_member_id: Mapped[int | None] = mapped_column(ForeignKey("posting_member.id"), index=True)
    equipment_id: Mapped[int | None] = mapped_column(ForeignKey("equipment.id"), index=True)
    paper_id: Mapped[int | None] = mapped_column(ForeignKey("paper.id"), index=True)

    uploaded_by: Mapped[User] = relationship()
