"""Acceptance (P2): rounds, the group, what each row promised against what was found, each unit's word."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, UTCDateTime, WordType, json_column
from models.contract import Project, ServiceYear, Unit
from models.people import User
from sla.acceptance import RoundState
from sla.vocab import AcceptanceStage, Channel, GroupRole, Opinion


class Acceptance(Base):
    """One round of accepting a service year, or its first stage; a failure opens round 2 (P2).

    ``reported_at`` is when the supplier gave notice with the complete dossier. ``rework_due`` is the last
    day of the rework that a failed round asks for. ``first_day`` and ``last_day`` bound what is judged.
    After a second failure another round needs the bureau's decision: ``further_at``. The supplier signs the
    report (``countersigned_at``), or the bureau records that it did not (``unsigned_at``).
    """

    __tablename__ = "acceptance"
    __table_args__ = (
        UniqueConstraint("service_year_id", "stage", "round"),
        CheckConstraint("last_day >= first_day", name="days_in_order"),
        CheckConstraint("round >= 1", name="rounds_from_one"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    service_year_id: Mapped[int] = mapped_column(ForeignKey("service_year.id"))
    stage: Mapped[AcceptanceStage] = mapped_column(WordType(AcceptanceStage))
    round: Mapped[int] = mapped_column(default=1)
    first_day: Mapped[date]
    last_day: Mapped[date]
    reported_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    reported_at: Mapped[datetime] = mapped_column(UTCDateTime)
    report: Mapped[str] = mapped_column(Text, default="")
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    opened_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    meeting_on: Mapped[date | None]
    place: Mapped[str] = mapped_column(String(100), default="")
    conclusion: Mapped[Opinion | None] = mapped_column(WordType(Opinion))
    conclusion_text: Mapped[str] = mapped_column(Text, default="")
    concluded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    concluded_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    checked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    statement: Mapped[str] = mapped_column(Text, default="")
    statement_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    statement_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    countersigned_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    countersigned_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    unsigned_reason: Mapped[str] = mapped_column(String(400), default="")
    unsigned_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    unsigned_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    rework_due: Mapped[date | None]
    further_reason: Mapped[str] = mapped_column(String(400), default="")
    further_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    further_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    year: Mapped[ServiceYear] = relationship()
    reported_by: Mapped[User] = relationship(foreign_keys=[reported_by_id])
    opened_by: Mapped[User | None] = relationship(foreign_keys=[opened_by_id])
    concluded_by: Mapped[User | None] = relationship(foreign_keys=[concluded_by_id])
    checked_by: Mapped[User | None] = relationship(foreign_keys=[checked_by_id])
    statement_by: Mapped[User | None] = relationship(foreign_keys=[statement_by_id])
    countersigned_by: Mapped[User | None] = relationship(foreign_keys=[countersigned_by_id])
    unsigned_by: Mapped[User | None] = relationship(foreign_keys=[unsigned_by_id])
    further_by: Mapped[User | None] = relationship(foreign_keys=[further_by_id])
    members: Mapped[list[GroupMember]] = relationship(back_populates="acceptance", order_by="GroupMember.id")
    opinions: Mapped[list[UnitOpinion]] = relationship(back_populates="acceptance", order_by="UnitOpinion.id")
    standards: Mapped[list[Conformity]] = relationship(back_populates="acceptance", order_by="Conformity.id")

    @property
    def passed(self) -> bool:
        """Tell whether the round is over and passed: concluded by one bureau person, checked by another."""
        return self.conclusion is Opinion.PASSED and self.checked_at is not None

    @property
    def failed(self) -> bool:
        """Tell whether the round is over and failed."""
        return self.conclusion is Opinion.FAILED and self.checked_at is not None

    @property
    def report_signed(self) -> bool:
        """Tell whether the 验收报告 stands: both sides signed, or the supplier's silence is on record."""
        return self.checked_at is not None and bool(self.countersigned_at or self.unsigned_at)

    @property
    def state(self) -> RoundState:
        """Return where the round stands."""
        if self.checked_at is not None:
            return RoundState.PASSED if self.passed else RoundState.FAILED
        if self.conclusion is not None:
            return RoundState.CONCLUDED
        return RoundState.REPORTED if self.opened_at is None else RoundState.OPEN

    @property
    def subject(self) -> str:
        """Return what papers and the ledger call it."""
        return f"acceptance:{self.id}"


class GroupMember(Base):
    """Somebody of the group; an outside expert has no account and signs on paper."""

    __tablename__ = "group_member"

    id: Mapped[int] = mapped_column(primary_key=True)
    acceptance_id: Mapped[int] = mapped_column(ForeignKey("acceptance.id"), index=True)
    name: Mapped[str] = mapped_column(String(64))
    organisation: Mapped[str] = mapped_column(String(100))
    role: Mapped[GroupRole] = mapped_column(WordType(GroupRole))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    opinion: Mapped[Opinion | None] = mapped_column(WordType(Opinion))
    opinion_text: Mapped[str] = mapped_column(String(1000), default="")
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    signed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    acceptance: Mapped[Acceptance] = relationship(back_populates="members")
    user: Mapped[User | None] = relationship(foreign_keys=[user_id])
    entered_by: Mapped[User | None] = relationship(foreign_keys=[entered_by_id])


class UnitOpinion(Base):
    """What a unit says of its projects; the bureau enters it where it came on paper or by telephone.

    Without an opinion it is on record that the unit was not heard, and ``text`` says why.
    """

    __tablename__ = "unit_opinion"
    __table_args__ = (
        UniqueConstraint("acceptance_id", "unit_id"),
        CheckConstraint(
            "(opinion IS NULL) = (channel IS NULL) AND (opinion IS NULL) = (running_well IS NULL)",
            name="heard_or_not",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    acceptance_id: Mapped[int] = mapped_column(ForeignKey("acceptance.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    opinion: Mapped[Opinion | None] = mapped_column(WordType(Opinion))
    running_well: Mapped[bool | None]
    channel: Mapped[Channel | None] = mapped_column(WordType(Channel))
    text: Mapped[str] = mapped_column(String(1000), default="")
    said_by: Mapped[str] = mapped_column(String(64), default="")
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    signed_at: Mapped[datetime] = mapped_column(UTCDateTime)

    acceptance: Mapped[Acceptance] = relationship(back_populates="opinions")
    unit: Mapped[Unit] = relationship()
    entered_by: Mapped[User] = relationship()


class Conformity(Base):
    """One standard of one row: what was promised, what was found, and whether that conforms (P2).

    ``item`` names it, ``target:12``, ``obligation:7``, ``posting:3`` or ``floor``; ``project_id`` is ``None``
    for what the contract as a whole promises. ``standard`` and ``found`` are what the report prints,
    ``figures`` the numbers behind ``found``. ``to_judge`` is false for a duty without a cycle (O5).
    ``again`` says that it was judged and its figures have changed since.
    """

    __tablename__ = "conformity"
    __table_args__ = (UniqueConstraint("acceptance_id", "item"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    acceptance_id: Mapped[int] = mapped_column(ForeignKey("acceptance.id"))
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id"))
    item: Mapped[str] = mapped_column(String(32))
    standard: Mapped[str] = mapped_column(String(200))
    found: Mapped[str] = mapped_column(String(200))
    figures: Mapped[dict[str, Any]] = json_column()
    to_judge: Mapped[bool] = mapped_column(default=True)
    again: Mapped[bool] = mapped_column(default=False)
    conforms: Mapped[Opinion | None] = mapped_column(WordType(Opinion))
    remark: Mapped[str] = mapped_column(String(400), default="")
    judged_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    judged_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    acceptance: Mapped[Acceptance] = relationship(back_populates="standards")
    project: Mapped[Project | None] = relationship()
    judged_by: Mapped[User | None] = relationship()
