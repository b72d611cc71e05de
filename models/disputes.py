"""Disputes (A3): an exemption claimed for a breached clock or a duty not done in time, step by step."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, UTCDateTime, WordType
from models.contract import Project
from models.duties import Occurrence
from models.people import User
from models.tickets import Ticket
from sla.disputes import Attribution, ClockKey, StepKind, is_granted
from sla.disputes import Step as StepFact
from sla.vocab import ClockKind

_CLOCK = "ticket_id IS NOT NULL AND clock IS NOT NULL AND round IS NOT NULL"
_NO_CLOCK = "ticket_id IS NULL AND clock IS NULL AND round IS NULL"
ONE_SUBJECT = f"({_CLOCK} AND occurrence_id IS NULL) OR ({_NO_CLOCK} AND occurrence_id IS NOT NULL)"


class Dispute(Base):
    """What a dispute is about: one clock of a ticket, or one occurrence of a duty; each at most once.

    Nothing of it ever changes; what happens is its steps. ``breached_at`` is when the time ran out, as it
    stood when the dispute began. ``project_id`` is ``None`` for a duty of the whole contract.
    """

    __tablename__ = "dispute"
    __table_args__ = (
        UniqueConstraint("ticket_id", "clock", "round"),
        UniqueConstraint("occurrence_id"),
        CheckConstraint(ONE_SUBJECT, name="one_subject"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id"), index=True)
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"))
    clock: Mapped[ClockKind | None] = mapped_column(WordType(ClockKind))
    round: Mapped[int | None]
    occurrence_id: Mapped[int | None] = mapped_column(ForeignKey("occurrence.id"))
    breached_at: Mapped[datetime] = mapped_column(UTCDateTime)
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime)

    project: Mapped[Project | None] = relationship()
    ticket: Mapped[Ticket | None] = relationship(back_populates="disputes")
    occurrence: Mapped[Occurrence | None] = relationship()
    steps: Mapped[list[DisputeStep]] = relationship(back_populates="dispute", order_by="DisputeStep.seq")

    @property
    def number(self) -> str:
        """Return the number people quote on the telephone."""
        return f"ZY{self.id:05d}"

    @property
    def clock_key(self) -> ClockKey | None:
        """Return which clock of its ticket it is about; ``None`` where it is about a duty."""
        return None if self.clock is None or self.round is None else (self.clock, self.round)

    @property
    def facts(self) -> list[StepFact]:
        """Return the steps as the rules know them."""
        return [StepFact(step.kind, step.at, step.granted) for step in self.steps]

    @property
    def granted(self) -> bool:
        """Tell whether the breach is exempt: the bureau's last word."""
        return is_granted(self.facts)


class DisputeStep(Base):
    """One step. Never changed, never deleted: triggers refuse it.

    ``attribution`` is whose doing it was in the eyes of who claims or decides; ``agrees`` the unit's word,
    ``granted`` the bureau's.
    """

    __tablename__ = "dispute_step"
    __table_args__ = (UniqueConstraint("dispute_id", "seq"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    dispute_id: Mapped[int] = mapped_column(ForeignKey("dispute.id"))
    seq: Mapped[int]
    kind: Mapped[StepKind] = mapped_column(WordType(StepKind))
    by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    attribution: Mapped[Attribution | None] = mapped_column(WordType(Attribution))
    agrees: Mapped[bool | None]
    granted: Mapped[bool | None]
    text: Mapped[str] = mapped_column(String(2000), default="")

    dispute: Mapped[Dispute] = relationship(back_populates="steps")
    by: Mapped[User] = relationship()
