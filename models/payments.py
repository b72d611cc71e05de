"""Money (P1, P3, P4): the award, invoices, payments step by step, and what changes or adds to them.

Amounts are whole fen. Nothing is erased: what was wrong is withdrawn or followed by another entry. What two
bureau persons decide is entered by one (``entered_by``) and confirmed by another (``confirmed_by``).
``year`` is the number of the service year.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from models.base import Base, UTCDateTime, WordType, json_column
from models.contract import Project
from models.people import User
from sla.damages import DamagesKind
from sla.renewal import Advice
from sla.vocab import Standing, Word

YEARS = "year BETWEEN 1 AND 3"
STAGES = "stage IN (1, 2)"


class StepKind(Word):
    """What was done towards a payment, one after the other."""

    PREPARED = "prepared", "经办"
    RETURNED = "returned", "审核退回", "warn"
    RELEASED = "released", "审核放款"
    FILED = "filed", "报财政"
    PAID = "paid", "到账"


class TwoPersons:
    """What one bureau person enters and another confirms, or one of them withdraws before that."""

    id: Mapped[int] = mapped_column(primary_key=True)
    entered_at: Mapped[datetime] = mapped_column(UTCDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    withdrawn_reason: Mapped[str] = mapped_column(String(400), default="")

    @declared_attr
    @classmethod
    def entered_by_id(cls) -> Mapped[int]:
        return mapped_column(ForeignKey("user_account.id"))

    @declared_attr
    @classmethod
    def confirmed_by_id(cls) -> Mapped[int | None]:
        return mapped_column(ForeignKey("user_account.id"))

    @declared_attr
    @classmethod
    def withdrawn_by_id(cls) -> Mapped[int | None]:
        return mapped_column(ForeignKey("user_account.id"))

    @declared_attr
    @classmethod
    def entered_by(cls) -> Mapped[User]:
        return relationship(foreign_keys=[cls.entered_by_id])

    @declared_attr
    @classmethod
    def confirmed_by(cls) -> Mapped[User | None]:
        return relationship(foreign_keys=[cls.confirmed_by_id])

    @declared_attr
    @classmethod
    def withdrawn_by(cls) -> Mapped[User | None]:
        return relationship(foreign_keys=[cls.withdrawn_by_id])

    @property
    def standing(self) -> Standing:
        """Return whether it is in force, waits for the second person, or was withdrawn."""
        if self.withdrawn_at is not None:
            return Standing.REJECTED
        return Standing.CONFIRMED if self.confirmed_at is not None else Standing.PENDING


class Award(TwoPersons, Base):
    """What was awarded for a service year, and for each row of it; the last confirmed version counts."""

    __tablename__ = "award"
    __table_args__ = (
        UniqueConstraint("year", "version"),
        CheckConstraint(YEARS, name="three_years"),
        CheckConstraint("fen > 0", name="more_than_nothing"),
    )

    year: Mapped[int]
    version: Mapped[int]
    fen: Mapped[int] = mapped_column(BigInteger)
    basis: Mapped[str] = mapped_column(String(400))

    rows: Mapped[list[AwardRow]] = relationship(back_populates="award", order_by="AwardRow.project_id")


class AwardRow(Base):
    """One row's amount in an award."""

    __tablename__ = "award_row"
    __table_args__ = (CheckConstraint("fen >= 0", name="not_negative"),)

    award_id: Mapped[int] = mapped_column(ForeignKey("award.id"), primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), primary_key=True)
    fen: Mapped[int] = mapped_column(BigInteger)

    award: Mapped[Award] = relationship(back_populates="rows")
    project: Mapped[Project] = relationship()


class Invoice(Base):
    """An invoice of the supplier for a stage; the bureau confirms it, or rejects it with a reason."""

    __tablename__ = "invoice"
    __table_args__ = (
        Index("ix_invoice_stage", "year", "stage"),
        CheckConstraint(YEARS, name="three_years"),
        CheckConstraint(STAGES, name="two_stages"),
        CheckConstraint("fen > 0", name="more_than_nothing"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int]
    stage: Mapped[int]
    number: Mapped[str] = mapped_column(String(64))
    issued_on: Mapped[date]
    fen: Mapped[int] = mapped_column(BigInteger)
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    standing: Mapped[Standing] = mapped_column(WordType(Standing), default=Standing.PENDING)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    reason: Mapped[str] = mapped_column(String(400), default="")

    recorded_by: Mapped[User] = relationship(foreign_keys=[recorded_by_id])
    decided_by: Mapped[User | None] = relationship(foreign_keys=[decided_by_id])


class PaymentStep(Base):
    """One step towards a payment. Triggers refuse a change: a correction is another step that names it.

    ``facts`` of a release is what the stage looked like at that moment: gates, amount, each row's part.
    """

    __tablename__ = "payment_step"
    __table_args__ = (
        Index("ix_payment_step_stage", "year", "stage"),
        CheckConstraint(YEARS, name="three_years"),
        CheckConstraint(STAGES, name="two_stages"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int]
    stage: Mapped[int]
    kind: Mapped[StepKind] = mapped_column(WordType(StepKind))
    on_day: Mapped[date | None]
    number: Mapped[str] = mapped_column(String(64), default="")
    fen: Mapped[int | None] = mapped_column(BigInteger)
    note: Mapped[str] = mapped_column(String(400), default="")
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("payment_step.id"))
    facts: Mapped[dict[str, Any] | None] = json_column()
    by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)

    by: Mapped[User] = relationship()


class RowDecision(Base):
    """Whether a row that is not yet in service counts for the first payment all the same; the last counts."""

    __tablename__ = "row_decision"
    __table_args__ = (Index("ix_row_decision_project", "project_id", "year"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int]
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    counts: Mapped[bool]
    reason: Mapped[str] = mapped_column(String(400))
    by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)

    project: Mapped[Project] = relationship()
    by: Mapped[User] = relationship()


class Supplement(TwoPersons, Base):
    """A supplementary contract: what it adds or takes away; ``rows`` has each row's fen by its number."""

    __tablename__ = "supplement"
    __table_args__ = (CheckConstraint(YEARS, name="three_years"),)

    year: Mapped[int]
    number: Mapped[str] = mapped_column(String(64))
    dated: Mapped[date]
    fen: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str] = mapped_column(String(400))
    rows: Mapped[dict[str, int]] = json_column()


class Termination(TwoPersons, Base):
    """The early end of a row that allows it (row 39): proposed by days served, decided with its basis.

    ``row_fen`` is what the row was worth, ``proposed_fen`` the proposal, ``decided_fen`` the settlement.
    """

    __tablename__ = "termination"
    __table_args__ = (CheckConstraint("decided_fen >= 0", name="not_negative"),)

    year: Mapped[int]
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    last_day: Mapped[date]
    row_fen: Mapped[int] = mapped_column(BigInteger)
    proposed_fen: Mapped[int] = mapped_column(BigInteger)
    decided_fen: Mapped[int] = mapped_column(BigInteger)
    arithmetic: Mapped[str] = mapped_column(String(1000))
    basis: Mapped[str] = mapped_column(String(400))
    reason: Mapped[str] = mapped_column(String(400), default="")

    project: Mapped[Project] = relationship()


class Damages(TwoPersons, Base):
    """A claim for damages: drafted with its arithmetic, decided by people, never deducted by itself (P3)."""

    __tablename__ = "damages"
    __table_args__ = (CheckConstraint("decided_fen >= 0", name="not_negative"),)

    year: Mapped[int]
    kind: Mapped[DamagesKind] = mapped_column(WordType(DamagesKind))
    what: Mapped[str] = mapped_column(String(400))
    total_fen: Mapped[int] = mapped_column(BigInteger)
    draft_fen: Mapped[int] = mapped_column(BigInteger)
    decided_fen: Mapped[int] = mapped_column(BigInteger)
    arithmetic: Mapped[str] = mapped_column(String(4000))
    reason: Mapped[str] = mapped_column(String(400))


class LendingRateEntry(Base):
    """The one-year LPR as the bureau entered it; of one day the last entry counts. ``percent`` is text."""

    __tablename__ = "lending_rate"

    id: Mapped[int] = mapped_column(primary_key=True)
    published_on: Mapped[date] = mapped_column(index=True)
    percent: Mapped[str] = mapped_column(String(8))
    by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)

    by: Mapped[User] = relationship()


class RenewalDecision(Base):
    """Whether a project goes on into the next year; the last one counts. ``facts`` are those of the draft."""

    __tablename__ = "renewal_decision"
    __table_args__ = (Index("ix_renewal_decision_project", "project_id", "year"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int]
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    advice: Mapped[Advice] = mapped_column(WordType(Advice))
    facts: Mapped[dict[str, Any]] = json_column()
    renews: Mapped[bool]
    reason: Mapped[str] = mapped_column(String(400), default="")
    by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)

    project: Mapped[Project] = relationship()
    by: Mapped[User] = relationship()
