"""Assessment: the versions of the scheme, and what the bureau observes from day to day (A1, A2)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, UTCDateTime, WordType, json_column
from models.contract import Project
from models.people import User
from sla.assessment import Aspect, Scheme, SchemeState, read_scheme
from sla.vocab import Indicator


class SchemeVersion(Base):
    """One version of the scheme. ``content`` is the scheme as plain values; once signed it is not changed.

    It judges the periods whose last day is ``from_day`` or later, until the next adopted version; two
    different persons of the bureau have signed it then. ``basis`` is the paper or meeting it rests on.
    """

    __tablename__ = "scheme_version"
    __table_args__ = (
        CheckConstraint("signed_by_id IS NULL OR signed_by_id <> adopted_by_id", name="two_persons"),
        CheckConstraint(
            "state <> 'adopted' OR (from_day IS NOT NULL AND signed_at IS NOT NULL"
            " AND adopted_at IS NOT NULL AND adopted_by_id IS NOT NULL)",
            name="adopted_is_signed",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(String(64))
    content: Mapped[dict[str, Any]] = json_column()
    state: Mapped[SchemeState] = mapped_column(WordType(SchemeState), default=SchemeState.DRAFT)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    from_day: Mapped[date | None]
    basis: Mapped[str] = mapped_column(String(400), default="")
    signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    signed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    adopted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    adopted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    created_by: Mapped[User | None] = relationship(foreign_keys=[created_by_id])
    signed_by: Mapped[User | None] = relationship(foreign_keys=[signed_by_id])
    adopted_by: Mapped[User | None] = relationship(foreign_keys=[adopted_by_id])

    @property
    def scheme(self) -> Scheme:
        """Return the scheme as the rules know it."""
        return read_scheme(self.content)


class Observation(Base):
    """What the bureau observed on a day (日常考核); ``project_id`` is ``None`` for the whole contract.

    ``deduction`` is in points, ``""`` for none, and from the item of ``indicator`` or else from the total.
    It is never deleted: withdrawn with a reason, it counts no longer. The supplier answers once. Its evidence
    are the papers about ``observation:<id>``.
    """

    __tablename__ = "observation"
    __table_args__ = (
        Index("ix_observation_project_id_day", "project_id", "day"),
        CheckConstraint("withdrawn_at IS NULL OR withdrawn_reason <> ''", name="withdrawn_with_reason"),
        CheckConstraint("answered_at IS NULL OR answer <> ''", name="answered_with_words"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id"))
    day: Mapped[date] = mapped_column(index=True)
    aspect: Mapped[Aspect] = mapped_column(WordType(Aspect))
    text: Mapped[str] = mapped_column(String(1000))
    indicator: Mapped[Indicator | None] = mapped_column(WordType(Indicator))
    deduction: Mapped[str] = mapped_column(String(8), default="")
    veto: Mapped[bool] = mapped_column(default=False)
    submission: Mapped[str] = mapped_column(String(64), unique=True)
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    withdrawn_reason: Mapped[str] = mapped_column(String(400), default="")
    answer: Mapped[str] = mapped_column(String(1000), default="")
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    project: Mapped[Project | None] = relationship()
    recorded_by: Mapped[User] = relationship(foreign_keys=[recorded_by_id])
    withdrawn_by: Mapped[User | None] = relationship(foreign_keys=[withdrawn_by_id])
    answered_by: Mapped[User | None] = relationship(foreign_keys=[answered_by_id])

    @property
    def points(self) -> Decimal:
        """Return the points it deducts."""
        return Decimal(self.deduction or "0.00")
