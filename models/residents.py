"""Residents: who holds a posting, when they were there, who stood in (R1)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, UTCDateTime, WordType
from models.contract import Posting
from models.people import User
from sla.vocab import Half, Presence, Standing


class PostingMember(Base):
    """A person on a posting from a day until a day (exclusive), with what joining and leaving ask for."""

    __tablename__ = "posting_member"
    __table_args__ = (CheckConstraint("until_day IS NULL OR until_day > from_day", name="days_in_order"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    posting_id: Mapped[int] = mapped_column(ForeignKey("posting.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    from_day: Mapped[date]
    until_day: Mapped[date | None]
    confidentiality_signed_on: Mapped[date | None]
    accounts_handed_on: Mapped[date | None]
    accounts_returned_on: Mapped[date | None]
    handover_note: Mapped[str] = mapped_column(String(400), default="")

    posting: Mapped[Posting] = relationship()
    user: Mapped[User] = relationship()


class Leave(Base):
    """Leave asked for; while approved, an approved substitute counts as present (R1)."""

    __tablename__ = "leave"
    __table_args__ = (CheckConstraint("last_day >= first_day", name="days_in_order"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("posting_member.id"), index=True)
    first_day: Mapped[date]
    first_half: Mapped[Half] = mapped_column(WordType(Half))
    last_day: Mapped[date]
    last_half: Mapped[Half] = mapped_column(WordType(Half))
    reason: Mapped[str] = mapped_column(String(400))
    substitute_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    standing: Mapped[Standing] = mapped_column(WordType(Standing), default=Standing.PENDING)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decided_reason: Mapped[str] = mapped_column(String(400), default="")

    member: Mapped[PostingMember] = relationship()
    substitute: Mapped[User | None] = relationship(foreign_keys=[substitute_id])
    decided_by: Mapped[User | None] = relationship(foreign_keys=[decided_by_id])


class Attendance(Base):
    """Half a day of one person on one posting: the last entry about it counts, none is ever deleted."""

    __tablename__ = "attendance"
    __table_args__ = (Index("ix_attendance_posting_day", "posting_id", "day", "half"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    posting_id: Mapped[int] = mapped_column(ForeignKey("posting.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    day: Mapped[date]
    half: Mapped[Half] = mapped_column(WordType(Half))
    presence: Mapped[Presence] = mapped_column(WordType(Presence))
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    reason: Mapped[str] = mapped_column(String(400), default="")

    posting: Mapped[Posting] = relationship()
    user: Mapped[User] = relationship(foreign_keys=[user_id])
    recorded_by: Mapped[User] = relationship(foreign_keys=[recorded_by_id])


class AttendanceMonth(Base):
    """The unit's word on a posting's month as a whole; ``month`` is its first day."""

    __tablename__ = "attendance_month"
    __table_args__ = (UniqueConstraint("posting_id", "month"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    posting_id: Mapped[int] = mapped_column(ForeignKey("posting.id"))
    month: Mapped[date]
    standing: Mapped[Standing] = mapped_column(WordType(Standing))
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[datetime] = mapped_column(UTCDateTime)
    remark: Mapped[str] = mapped_column(String(400), default="")

    posting: Mapped[Posting] = relationship()
    decided_by: Mapped[User] = relationship()


class ReplacementRequest(Base):
    """The bureau asks for somebody else on a posting; the supplier answers (contract, article 8)."""

    __tablename__ = "replacement_request"

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("posting_member.id"), index=True)
    reason: Mapped[str] = mapped_column(String(400))
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    answer: Mapped[str] = mapped_column(String(400), default="")

    member: Mapped[PostingMember] = relationship()
    asked_by: Mapped[User] = relationship(foreign_keys=[asked_by_id])
    answered_by: Mapped[User | None] = relationship(foreign_keys=[answered_by_id])
