"""Papers: what is written, signed or handed in about money, acceptance and disputes, with its files."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, UTCDateTime, WordType
from models.contract import Project, Unit
from models.people import User
from sla.vocab import PaperKind


class Paper(Base):
    """One paper. ``subject`` says what it is about, as the ledger does: ``payment_stage:3``.

    ``project_id`` or ``unit_id`` says whom it is about and so who sees it (S1); both are ``None`` for a paper
    of the whole contract. ``sha256`` is
    the digest of the form that was printed for signing, ``None`` where the paper came from outside;
    the scan that comes back is an attachment of it, and both are kept. ``content`` is that form: the
    canonical bytes the digest is of, as text; it is never changed.
    """

    __tablename__ = "paper"
    __table_args__ = (
        Index("ix_paper_subject", "subject"),
        CheckConstraint("content IS NULL OR sha256 IS NOT NULL", name="content_has_digest"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[PaperKind] = mapped_column(WordType(PaperKind))
    subject: Mapped[str] = mapped_column(String(64))
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    title: Mapped[str] = mapped_column(String(120))
    number: Mapped[str] = mapped_column(String(64), default="")
    dated: Mapped[date | None]
    note: Mapped[str] = mapped_column(String(400), default="")
    sha256: Mapped[str | None] = mapped_column(String(64))
    content: Mapped[str | None] = mapped_column(Text)
    created_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)

    project: Mapped[Project | None] = relationship()
    unit: Mapped[Unit | None] = relationship()
    created_by: Mapped[User] = relationship()
