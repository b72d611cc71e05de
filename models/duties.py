"""Duties: each time an obligation falls due, and the work that was done for it (O1–O5)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, UTCDateTime, WordType
from models.checklists import ChecklistItem, ChecklistVersion
from models.contract import Obligation, Project
from models.people import User
from sla.obligations import Slot
from sla.vocab import Cycle, ItemResult, PeriodKind, Standing


class CycleChange(Base):
    """An agreed cycle of an obligation, in force from a day; it touches only the future (O1).

    ``amendment_id`` names the document it comes from, ``None`` where the bureau agreed it by itself.
    """

    __tablename__ = "cycle_change"
    __table_args__ = (UniqueConstraint("obligation_id", "from_day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    obligation_id: Mapped[int] = mapped_column(ForeignKey("obligation.id"))
    from_day: Mapped[date]
    cycle: Mapped[Cycle] = mapped_column(WordType(Cycle))
    reason: Mapped[str] = mapped_column(String(400))
    approved_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    approved_at: Mapped[datetime] = mapped_column(UTCDateTime)
    amendment_id: Mapped[int | None] = mapped_column(ForeignKey("amendment.id"), index=True)

    obligation: Mapped[Obligation] = relationship()
    approved_by: Mapped[User] = relationship()


class DeclaredPeriod(Base):
    """A filing period, or days of special duty, that the bureau declares; both days included (O2)."""

    __tablename__ = "declared_period"
    __table_args__ = (CheckConstraint("last_day >= first_day", name="days_in_order"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[PeriodKind] = mapped_column(WordType(PeriodKind))
    name: Mapped[str] = mapped_column(String(64))
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id"))
    first_day: Mapped[date]
    last_day: Mapped[date]
    reason: Mapped[str] = mapped_column(String(400), default="")
    declared_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    declared_at: Mapped[datetime] = mapped_column(UTCDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    project: Mapped[Project | None] = relationship()
    declared_by: Mapped[User] = relationship()


class Occurrence(Base):
    """One time an obligation falls due. What was done for it is cached here; its works are the facts.

    ``project_id`` is ``None`` for a duty of the whole contract. ``done_at`` is the moment it is judged
    by (C12). ``period_id`` names the declared period that created it; ``note`` is what was asked for,
    where it is a draw from a quota that somebody asked for.
    """

    __tablename__ = "occurrence"
    __table_args__ = (
        UniqueConstraint("obligation_id", "opens_at"),
        Index("ix_occurrence_project_closes", "project_id", "closes_at"),
        Index("ix_occurrence_closes", "closes_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    obligation_id: Mapped[int] = mapped_column(ForeignKey("obligation.id"))
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id"))
    service_year_id: Mapped[int] = mapped_column(ForeignKey("service_year.id"))
    period_id: Mapped[int | None] = mapped_column(ForeignKey("declared_period.id"))
    opens_at: Mapped[datetime] = mapped_column(UTCDateTime)
    closes_at: Mapped[datetime] = mapped_column(UTCDateTime)
    note: Mapped[str] = mapped_column(String(400), default="")
    done_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    waived_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    waived_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    waived_reason: Mapped[str] = mapped_column(String(400), default="")

    obligation: Mapped[Obligation] = relationship()
    project: Mapped[Project | None] = relationship()
    waived_by: Mapped[User | None] = relationship()
    works: Mapped[list[Work]] = relationship(
        secondary="occurrence_work", back_populates="occurrences", order_by="Work.id"
    )

    @property
    def slot(self) -> Slot:
        """Return when it may be done."""
        return Slot(self.opens_at, self.closes_at)


class OccurrenceWork(Base):
    """Which work serves which occurrence: one file may cover a range of days, one month five visits."""

    __tablename__ = "occurrence_work"

    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrence.id"), primary_key=True)
    work_id: Mapped[int] = mapped_column(ForeignKey("work.id"), primary_key=True, index=True)


class Work(Base):
    """Something done for an obligation: an inspection with its lines, a file, a note (O4, C12).

    ``finished_at`` is ``None`` while it is a draft. ``occurred_at`` is when the work was done,
    ``recorded_at`` when the server took it, ``device_at`` what the device's clock said.
    ``submission`` makes a repeated sending one work. ``amount`` is what it draws from a quota.
    """

    __tablename__ = "work"
    __table_args__ = (
        Index("ix_work_obligation", "obligation_id", "occurred_at"),
        # What was handed in or decided since a page was made, without a look at the rest.
        Index("ix_work_recorded", "recorded_at"),
        Index("ix_work_decided", "decided_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    obligation_id: Mapped[int] = mapped_column(ForeignKey("obligation.id"))
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id"))
    submission: Mapped[str] = mapped_column(String(64), unique=True)
    version: Mapped[int] = mapped_column(default=1)
    by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    started_at: Mapped[datetime] = mapped_column(UTCDateTime)
    occurred_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    recorded_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    device_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    place: Mapped[str] = mapped_column(String(100), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    amount: Mapped[int] = mapped_column(default=1)
    checklist_version_id: Mapped[int | None] = mapped_column(ForeignKey("checklist_version.id"))
    backentered: Mapped[bool] = mapped_column(default=False)
    standing: Mapped[Standing] = mapped_column(WordType(Standing), default=Standing.PENDING)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decided_reason: Mapped[str] = mapped_column(String(400), default="")

    obligation: Mapped[Obligation] = relationship()
    project: Mapped[Project | None] = relationship()
    by: Mapped[User] = relationship(foreign_keys=[by_id])
    decided_by: Mapped[User | None] = relationship(foreign_keys=[decided_by_id])
    checklist: Mapped[ChecklistVersion | None] = relationship()
    lines: Mapped[list[WorkLine]] = relationship(back_populates="work", order_by="WorkLine.id")
    occurrences: Mapped[list[Occurrence]] = relationship(
        secondary="occurrence_work", back_populates="works", order_by="Occurrence.opens_at"
    )


class WorkLine(Base):
    """One line of an inspection: nothing is preselected; a measured value is typed (O4).

    ``result`` is ``None`` while the work is a draft and only a value or a note was typed.
    """

    __tablename__ = "work_line"
    __table_args__ = (UniqueConstraint("work_id", "item_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    work_id: Mapped[int] = mapped_column(ForeignKey("work.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("checklist_item.id"))
    result: Mapped[ItemResult | None] = mapped_column(WordType(ItemResult))
    value: Mapped[str] = mapped_column(String(32), default="")
    note: Mapped[str] = mapped_column(String(400), default="")
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"))

    work: Mapped[Work] = relationship(back_populates="lines")
    item: Mapped[ChecklistItem] = relationship()
