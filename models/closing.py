"""Closing a month (M1): its steps, objections to it, the files it froze with, and later adjustments."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, UTCDateTime, WordType, json_column
from models.contract import Project
from models.people import User
from sla.vocab import Indicator


class MonthClose(Base):
    """One month on its way to being frozen; ``month`` is its first day.

    Each step has its time and its person; ``None`` for a person is the command line or a job. ``book`` is the
    text of what every row counted when it froze (``sla.adjustments``), and the digests are of that text at
    each step. ``rules`` names the versions of all rules that made the frozen figures.
    """

    __tablename__ = "month_close"
    __table_args__ = (
        UniqueConstraint("month"),
        CheckConstraint("frozen_at IS NULL OR book IS NOT NULL", name="frozen_with_book"),
        CheckConstraint("frozen_by_id IS NULL OR frozen_by_id <> prepared_by_id", name="two_persons"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    month: Mapped[date]
    computed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    computed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    computed_sha256: Mapped[str | None] = mapped_column(String(64))
    opened_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    objections_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    until_provisional: Mapped[bool] = mapped_column(default=False)
    signed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    signed_sha256: Mapped[str | None] = mapped_column(String(64))
    signed_note: Mapped[str] = mapped_column(String(400), default="")
    silent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    silent_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    prepared_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    prepared_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    prepared_sha256: Mapped[str | None] = mapped_column(String(64))
    frozen_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    frozen_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    frozen_sha256: Mapped[str | None] = mapped_column(String(64))
    rules: Mapped[dict[str, Any] | None] = json_column()
    book: Mapped[str | None] = mapped_column(Text, deferred=True)

    computed_by: Mapped[User | None] = relationship(foreign_keys=[computed_by_id])
    opened_by: Mapped[User | None] = relationship(foreign_keys=[opened_by_id])
    signed_by: Mapped[User | None] = relationship(foreign_keys=[signed_by_id])
    silent_by: Mapped[User | None] = relationship(foreign_keys=[silent_by_id])
    prepared_by: Mapped[User | None] = relationship(foreign_keys=[prepared_by_id])
    frozen_by: Mapped[User | None] = relationship(foreign_keys=[frozen_by_id])
    objections: Mapped[list[Objection]] = relationship(back_populates="close", order_by="Objection.id")
    files: Mapped[list[FrozenFile]] = relationship(back_populates="close", order_by="FrozenFile.id")


class Objection(Base):
    """What the supplier or a unit says against the figures of a month, and the bureau's answer.

    Without a project it is about the whole contract, without an indicator about the project in general.
    """

    __tablename__ = "month_objection"

    id: Mapped[int] = mapped_column(primary_key=True)
    close_id: Mapped[int] = mapped_column(ForeignKey("month_close.id"), index=True)
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id"))
    indicator: Mapped[Indicator | None] = mapped_column(WordType(Indicator))
    text: Mapped[str] = mapped_column(String(1000))
    raised_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    raised_at: Mapped[datetime] = mapped_column(UTCDateTime)
    upheld: Mapped[bool | None]
    answer: Mapped[str] = mapped_column(String(1000), default="")
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    close: Mapped[MonthClose] = relationship(back_populates="objections")
    project: Mapped[Project | None] = relationship()
    raised_by: Mapped[User] = relationship(foreign_keys=[raised_by_id])
    answered_by: Mapped[User | None] = relationship(foreign_keys=[answered_by_id])


class FrozenFile(Base):
    """A file a month was frozen with; its content lies in the store under its SHA-256 (L3)."""

    __tablename__ = "frozen_file"
    __table_args__ = (UniqueConstraint("close_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    close_id: Mapped[int] = mapped_column(ForeignKey("month_close.id"))
    name: Mapped[str] = mapped_column(String(64))
    media_type: Mapped[str] = mapped_column(String(100))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]

    close: Mapped[MonthClose] = relationship(back_populates="files")


class Adjustment(Base):
    """A correction of a frozen month (``of_month``), counted in a later one (``in_month``).

    ``number`` has no gaps. ``key`` names the row (``clock:12:response:0``), ``before`` and ``after`` what it
    adds (``sla.adjustments.as_plain``). Without a project it is about a duty of the whole contract.
    """

    __tablename__ = "month_adjustment"
    __table_args__ = (UniqueConstraint("number"), CheckConstraint("in_month > of_month", name="later"))

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]
    of_month: Mapped[date] = mapped_column(index=True)
    in_month: Mapped[date] = mapped_column(index=True)
    key: Mapped[str] = mapped_column(String(100))
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id"))
    before: Mapped[dict[str, Any] | None] = json_column()
    after: Mapped[dict[str, Any] | None] = json_column()
    reason: Mapped[str] = mapped_column(String(400))
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    project: Mapped[Project | None] = relationship()
    recorded_by: Mapped[User | None] = relationship()
