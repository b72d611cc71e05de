"""People, what they are assigned to, and their sign-ins."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, UTCDateTime, WordType
from models.contract import Project, Unit
from sla.vocab import SIDES, Role, Side

# The account in whose name the watch records what happened by itself: no username can be typed like this,
# and nobody ever signs in with it.
SYSTEM = "(system)"


class User(Base):
    """A person with one role. ``unit`` is set for contacts only; nobody is ever deleted, only deactivated."""

    __tablename__ = "user_account"
    __table_args__ = (CheckConstraint("(role = 'contact') = (unit_id IS NOT NULL)", name="contact_has_unit"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(64))
    phone: Mapped[str] = mapped_column(String(32), default="")
    role: Mapped[Role] = mapped_column(WordType(Role))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    password_hash: Mapped[str] = mapped_column(String(256))
    must_change_password: Mapped[bool] = mapped_column(default=False)
    is_demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    deactivated_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    failed_sign_ins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None] = mapped_column(UTCDateTime)

    unit: Mapped[Unit | None] = relationship()
    assignments: Mapped[list[Assignment]] = relationship(back_populates="user")

    @property
    def side(self) -> Side:
        """Return on whose behalf this person speaks (C9, S2)."""
        return SIDES[self.role]

    @property
    def is_active(self) -> bool:
        """Tell whether the person may sign in."""
        return self.deactivated_at is None

    @property
    def is_authenticated(self) -> bool:
        """Tell that this is somebody: the visitor nobody knows is no row of this table."""
        return True


class Assignment(Base):
    """An engineer's project, from a day until a day (exclusive, open when ``None``): it decides S1."""

    __tablename__ = "assignment"
    __table_args__ = (
        UniqueConstraint("user_id", "project_id", "from_day"),
        CheckConstraint("until_day IS NULL OR until_day >= from_day", name="days_in_order"),
        Index("ix_assignment_project", "project_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    from_day: Mapped[date]
    until_day: Mapped[date | None]

    user: Mapped[User] = relationship(back_populates="assignments")
    project: Mapped[Project] = relationship()


class SignIn(Base):
    """One sign-in that can be revoked on the server; the cookie carries only the token."""

    __tablename__ = "sign_in"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    agent: Mapped[str] = mapped_column(String(200), default="")

    user: Mapped[User] = relationship()
