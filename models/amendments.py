"""Documents that amend the contract from a day, and what each of their items changes (P4)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, UTCDateTime, WordType
from models.contract import Obligation, Posting, Project
from models.people import User
from sla.amendments import AmendmentKind, AmendmentState, ItemKind
from sla.targets import Conditions, Target
from sla.vocab import Complexity, Cycle, DayType, Severity, TargetKind, Window


class Amendment(Base):
    """A document: drafted and handed in by one of the bureau, confirmed by another, in force from a day.

    Its scan is the file of the paper about ``amendment:<id>``. ``from_day`` is the first day any of its
    items may hold. Nothing of it is ever changed once it is confirmed; before its first day it can be
    withdrawn, later another document amends it.
    """

    __tablename__ = "amendment"
    __table_args__ = (
        CheckConstraint("confirmed_by_id IS NULL OR confirmed_by_id <> entered_by_id", name="two_people"),
        CheckConstraint("confirmed_at IS NULL OR entered_at IS NOT NULL", name="entered_first"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[AmendmentKind] = mapped_column(WordType(AmendmentKind))
    title: Mapped[str] = mapped_column(String(120))
    number: Mapped[str] = mapped_column(String(64), default="")
    signed_on: Mapped[date]
    from_day: Mapped[date]
    note: Mapped[str] = mapped_column(String(400), default="")
    drafted_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    drafted_at: Mapped[datetime] = mapped_column(UTCDateTime)
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    entered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    withdrawn_reason: Mapped[str] = mapped_column(String(400), default="")

    drafted_by: Mapped[User] = relationship(foreign_keys=[drafted_by_id])
    entered_by: Mapped[User | None] = relationship(foreign_keys=[entered_by_id])
    confirmed_by: Mapped[User | None] = relationship(foreign_keys=[confirmed_by_id])
    withdrawn_by: Mapped[User | None] = relationship(foreign_keys=[withdrawn_by_id])
    items: Mapped[list[AmendmentItem]] = relationship(
        back_populates="amendment", order_by="AmendmentItem.id", cascade="all, delete-orphan"
    )

    @property
    def state(self) -> AmendmentState:
        """Return how far it has come."""
        if self.withdrawn_at is not None:
            return AmendmentState.WITHDRAWN
        if self.confirmed_at is not None:
            return AmendmentState.CONFIRMED
        return AmendmentState.DRAFT if self.entered_at is None else AmendmentState.ENTERED

    @property
    def subject(self) -> str:
        """Return what its paper and its ledger entries are about."""
        return f"amendment:{self.id}"

    @property
    def name(self) -> str:
        """Return how people and clocks name it: 补充协议《…》（文号）."""
        return f"{self.kind.label}《{self.title}》" + (f"（{self.number}）" if self.number else "")


class AmendmentItem(Base):
    """One change of one row, from a day. Which columns are used, ``what`` decides.

    A target: ``kind`` to ``window``, as in ``Target``; the same but for the measure where one is dropped.
    The row: ``window`` and ``service_level``, either may be left as it is. A posting: ``heads`` and
    ``pattern``; ``posting_id`` is ``None`` until a posting that did not exist is made. A duty:
    ``obligation_id``, with ``cycle`` or ``quota``; of a new one also ``duty_kind``, ``duty_what``, ``scope``
    and ``checklist``, and ``obligation_id`` once it is confirmed.
    """

    __tablename__ = "amendment_item"
    __table_args__ = (Index("ix_amendment_item_project", "project_id", "from_day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    amendment_id: Mapped[int] = mapped_column(ForeignKey("amendment.id"), index=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    what: Mapped[ItemKind] = mapped_column(WordType(ItemKind))
    from_day: Mapped[date]
    kind: Mapped[TargetKind | None] = mapped_column(WordType(TargetKind))
    minutes: Mapped[int | None]
    workdays: Mapped[int | None]
    ratio: Mapped[str | None] = mapped_column(String(8))
    day: Mapped[DayType | None] = mapped_column(WordType(DayType))
    severity: Mapped[Severity | None] = mapped_column(WordType(Severity))
    complexity: Mapped[Complexity | None] = mapped_column(WordType(Complexity))
    fault_level: Mapped[int | None]
    remote: Mapped[str | None] = mapped_column(String(16))
    window: Mapped[Window | None] = mapped_column(WordType(Window))
    service_level: Mapped[int | None]
    posting_id: Mapped[int | None] = mapped_column(ForeignKey("posting.id"))
    heads: Mapped[int | None]
    pattern: Mapped[Window | None] = mapped_column(WordType(Window))
    obligation_id: Mapped[int | None] = mapped_column(ForeignKey("obligation.id"))
    duty_kind: Mapped[str] = mapped_column(String(32), default="")
    duty_what: Mapped[str] = mapped_column(String(64), default="")
    scope: Mapped[str] = mapped_column(String(64), default="")
    checklist: Mapped[str | None] = mapped_column(String(32))
    cycle: Mapped[Cycle | None] = mapped_column(WordType(Cycle))
    quota: Mapped[int | None]

    amendment: Mapped[Amendment] = relationship(back_populates="items")
    project: Mapped[Project] = relationship()
    posting: Mapped[Posting | None] = relationship()
    obligation: Mapped[Obligation | None] = relationship()

    @property
    def when(self) -> Conditions:
        """Return the conditions of the target it is about (C2)."""
        return Conditions(self.day, self.severity, self.complexity, self.fault_level, self.remote)

    @property
    def target(self) -> Target:
        """Return the promise it makes; for items of kind ``TARGET`` alone."""
        assert self.kind is not None
        ratio = Decimal(self.ratio) if self.ratio else None
        return Target(self.kind, self.minutes, self.workdays, ratio, self.when, self.window)
