"""Call-backs (回访): what a unit says of one project over one period, signed, and what was done about it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, UTCDateTime, WordType
from models.contract import Project
from models.people import User
from sla.callbacks import CallBackState, is_good, state_of
from sla.vocab import Channel, Satisfaction, Side


class CallBack(Base):
    """One project asked about one period, both days included. The last signed answer is its record.

    ``settled_at`` is when the follow-up of a complaint was found done by the unit or the bureau.
    """

    __tablename__ = "callback"
    __table_args__ = (
        UniqueConstraint("project_id", "first_day", "last_day"),
        CheckConstraint("last_day >= first_day", name="days_in_order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    first_day: Mapped[date] = mapped_column(index=True)
    last_day: Mapped[date]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    settled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    project: Mapped[Project] = relationship()
    asked_by: Mapped[User] = relationship(foreign_keys=[asked_by_id])
    settled_by: Mapped[User | None] = relationship(foreign_keys=[settled_by_id])
    answers: Mapped[list[CallBackAnswer]] = relationship(
        back_populates="callback", order_by="CallBackAnswer.id"
    )
    follow_ups: Mapped[list[FollowUp]] = relationship(back_populates="callback", order_by="FollowUp.id")

    @property
    def answer(self) -> CallBackAnswer | None:
        """Return the answer that counts: the last one."""
        return self.answers[-1] if self.answers else None

    @property
    def state(self) -> CallBackState:
        """Return how it stands. Followed up is what the supplier had the last word on."""
        last, word = self.answer, self.follow_ups[-1] if self.follow_ups else None
        if last is None:
            return CallBackState.ASKED
        followed = word.at if word and word.by.side is Side.SUPPLIER else None
        return state_of(last.is_good, last.entered_at, followed, self.settled_at)


class CallBackAnswer(Base):
    """A signed answer; none is ever changed, a later one replaces it. ``said_by`` is the person asked."""

    __tablename__ = "callback_answer"

    id: Mapped[int] = mapped_column(primary_key=True)
    callback_id: Mapped[int] = mapped_column(ForeignKey("callback.id"), index=True)
    satisfaction: Mapped[Satisfaction] = mapped_column(WordType(Satisfaction))
    running_well: Mapped[bool]
    remarks: Mapped[str] = mapped_column(String(1000), default="")
    channel: Mapped[Channel] = mapped_column(WordType(Channel))
    said_by: Mapped[str] = mapped_column(String(64))
    said_at: Mapped[datetime] = mapped_column(UTCDateTime)
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    entered_at: Mapped[datetime] = mapped_column(UTCDateTime)

    callback: Mapped[CallBack] = relationship(back_populates="answers")
    entered_by: Mapped[User] = relationship()

    @property
    def is_good(self) -> bool:
        """Tell whether it opens the gate of the first payment (P1)."""
        return is_good(self.satisfaction, self.running_well)


class FollowUp(Base):
    """What the supplier did about a complaint, or what the unit or the bureau says to it."""

    __tablename__ = "follow_up"

    id: Mapped[int] = mapped_column(primary_key=True)
    callback_id: Mapped[int] = mapped_column(ForeignKey("callback.id"), index=True)
    what: Mapped[str] = mapped_column(String(1000))
    by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)

    callback: Mapped[CallBack] = relationship(back_populates="follow_ups")
    by: Mapped[User] = relationship()
