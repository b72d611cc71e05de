"""The contract as data: terms, units, projects and what each row promises."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, UTCDateTime, WordType
from sla.targets import Conditions
from sla.targets import Target as TargetRule
from sla.vocab import Complexity, Cycle, DayType, Severity, TargetKind, Window

NOT_IN_TENDER = 0  # the line of what a document brought (P4)


class ContractTerm(Base):
    """One term of the contract (P), as text, with the tender line it comes from."""

    __tablename__ = "contract_term"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    value: Mapped[str] = mapped_column(String(200))
    label: Mapped[str] = mapped_column(String(64))
    line: Mapped[int]


class Unit(Base):
    """A unit served; a sub-unit names its parent (27 units, 28 names)."""

    __tablename__ = "unit"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(64), unique=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    line: Mapped[int]

    parent: Mapped[Unit | None] = relationship(remote_side=[id])
    projects: Mapped[list[Project]] = relationship(back_populates="unit", order_by="Project.seq")


class Project(Base):
    """One of the 45 rows. ``seq`` is its number in the tender, ``service_start`` the row's own, if any."""

    __tablename__ = "project"

    id: Mapped[int] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(unique=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    name: Mapped[str] = mapped_column(String(128))
    service_level: Mapped[int | None]
    window: Mapped[Window | None] = mapped_column(WordType(Window))
    residents: Mapped[int] = mapped_column(default=0)
    delivery_mode: Mapped[str] = mapped_column(String(32))
    service_start: Mapped[date | None]
    terminable: Mapped[bool] = mapped_column(default=False)
    line: Mapped[int]
    line_end: Mapped[int]

    unit: Mapped[Unit] = relationship(back_populates="projects")
    targets: Mapped[list[Target]] = relationship(back_populates="project", order_by="Target.id")
    obligations: Mapped[list[Obligation]] = relationship(back_populates="project", order_by="Obligation.id")
    postings: Mapped[list[Posting]] = relationship(order_by="Posting.id")
    equipment: Mapped[list[Equipment]] = relationship(order_by="Equipment.id")
    readings: Mapped[list[Reading]] = relationship(order_by="Reading.id")
    services: Mapped[list[ProjectService]] = relationship(
        back_populates="project", order_by="ProjectService.starts_on"
    )


class Target(Base):
    """One promise of a row (C1, C2); exactly one of minutes, workdays and ratio is set."""

    __tablename__ = "target"
    __table_args__ = (
        CheckConstraint(
            "(minutes IS NOT NULL AND workdays IS NULL AND ratio IS NULL)"
            " OR (minutes IS NULL AND workdays IS NOT NULL AND ratio IS NULL)"
            " OR (minutes IS NULL AND workdays IS NULL AND ratio IS NOT NULL)",
            name="one_measure",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    kind: Mapped[TargetKind] = mapped_column(WordType(TargetKind))
    minutes: Mapped[int | None]
    workdays: Mapped[int | None]
    ratio: Mapped[str | None] = mapped_column(String(8))
    day: Mapped[DayType | None] = mapped_column(WordType(DayType))
    severity: Mapped[Severity | None] = mapped_column(WordType(Severity))
    complexity: Mapped[Complexity | None] = mapped_column(WordType(Complexity))
    fault_level: Mapped[int | None]
    remote: Mapped[str | None] = mapped_column(String(16))
    window: Mapped[Window | None] = mapped_column(WordType(Window))
    line: Mapped[int]

    project: Mapped[Project] = relationship(back_populates="targets")

    @property
    def rule(self) -> TargetRule:
        """Return the promise as the rules know it."""
        return target_rule(self)


def target_rule(row: Any) -> TargetRule:
    """Return a promise as the rules know it; ``row`` is a ``Target`` or has its columns."""
    when = Conditions(row.day, row.severity, row.complexity, row.fault_level, row.remote)
    ratio = Decimal(row.ratio) if row.ratio else None
    return TargetRule(row.kind, row.minutes, row.workdays, ratio, when, row.window)


class Obligation(Base):
    """A recurring duty of a row, from the SLA cell or the work description (O1).

    ``project_id`` is ``None`` for a duty of the whole contract. ``checklist`` names the kind of checklist
    its inspections use; ``visits`` is how many workdays of visits one occurrence needs (O4, row 30). What a
    document brought begins on ``from_day`` and has ``NOT_IN_TENDER`` for its line; what one dropped is no
    duty from ``until_day`` on (P4).
    """

    __tablename__ = "obligation"

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id"), index=True)
    kind: Mapped[str] = mapped_column(String(32))
    what: Mapped[str] = mapped_column(String(64))
    cycle: Mapped[Cycle] = mapped_column(WordType(Cycle))
    quota: Mapped[int | None]
    scope: Mapped[str] = mapped_column(String(64), default="")
    when: Mapped[str | None] = mapped_column(String(32))
    source: Mapped[str] = mapped_column(String(16))
    checklist: Mapped[str | None] = mapped_column(String(32))
    visits: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    line: Mapped[int]
    from_day: Mapped[date | None]
    until_day: Mapped[date | None]

    project: Mapped[Project | None] = relationship(back_populates="obligations")


class Posting(Base):
    """Required heads on site and their pattern (R1). What a document brought begins with no heads (P4)."""

    __tablename__ = "posting"

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    heads: Mapped[int]
    pattern: Mapped[Window] = mapped_column(WordType(Window))
    line: Mapped[int]


class Equipment(Base):
    """Something the row's text counts: a device, a licence."""

    __tablename__ = "equipment"

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    name: Mapped[str] = mapped_column(String(64))
    model: Mapped[str] = mapped_column(String(64), default="")
    quantity: Mapped[int]
    unit: Mapped[str] = mapped_column(String(8))
    line: Mapped[int]


class Reading(Base):
    """Where a row contradicts itself: the reading taken, and the other one kept beside it."""

    __tablename__ = "reading"

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    subject: Mapped[str] = mapped_column(String(32))
    taken: Mapped[str] = mapped_column(String(100))
    other: Mapped[str] = mapped_column(String(100))
    why: Mapped[str] = mapped_column(String(200))
    line: Mapped[int]
    other_line: Mapped[int | None]


class ServiceYear(Base):
    """One of at most three years of the contract; ``ends_on`` is the day after its last."""

    __tablename__ = "service_year"
    __table_args__ = (CheckConstraint("number BETWEEN 1 AND 3", name="three_years_at_most"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    activated_at: Mapped[datetime] = mapped_column(UTCDateTime)
    activated_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    reason: Mapped[str] = mapped_column(String(200), default="")

    services: Mapped[list[ProjectService]] = relationship(back_populates="year")


class ProjectService(Base):
    """A project's own year of service within a service year: its own start if the row gives one."""

    __tablename__ = "project_service"
    __table_args__ = (UniqueConstraint("project_id", "service_year_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    service_year_id: Mapped[int] = mapped_column(ForeignKey("service_year.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]

    project: Mapped[Project] = relationship(back_populates="services")
    year: Mapped[ServiceYear] = relationship(back_populates="services")


class InterpretationVersion(Base):
    """A decision about something the tender leaves open, in force from a day (``None``: from the start)."""

    __tablename__ = "interpretation_version"
    __table_args__ = (UniqueConstraint("key", "from_day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64))
    value: Mapped[str] = mapped_column(String(400))
    status: Mapped[str] = mapped_column(String(16))
    from_day: Mapped[date | None]
    reason: Mapped[str] = mapped_column(String(400), default="")
