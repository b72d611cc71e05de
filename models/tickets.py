"""Tickets: the events are the facts; everything else here is a cache of what they amount to."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Json, UTCDateTime, WordType
from models.contract import Project
from models.people import User
from sla.vocab import ClockKind, EventKind, Side, Standing, TicketKind, TicketState, Verdict, Window

if TYPE_CHECKING:
    from models.disputes import Dispute

# While somebody is at work on it; what is left after that is the unit's.
UNDER_WAY = (TicketState.NEW, TicketState.WORKING, TicketState.PAUSED)


class Ticket(Base):
    """A request for service. ``version`` counts its events: two people acting at once cannot both win."""

    __tablename__ = "ticket"
    __table_args__ = (
        Index("ix_ticket_state_due", "state", "next_due_at"),
        Index("ix_ticket_project_reported", "project_id", "reported_at"),
        # The figures of a period are counted in these alone, without a look at the rows.
        Index("ix_ticket_first_fix", "project_id", "kind", "accepted_at", "rejections"),
        Index("ix_ticket_rated", "project_id", "rating", "closed_at"),
        Index("ix_ticket_flow", "project_id", "closed_at", "opened_at", "cancelled_at"),
        Index("ix_ticket_opened", "project_id", "opened_at"),
        Index("ix_ticket_cancelled", "project_id", "cancelled_at"),
        # Few of all are open or wait for a word, and every page counts them.
        Index("ix_ticket_open", "project_id", "state"),
        Index("ix_ticket_assigned", "assignee_id", "state"),
        Index("ix_ticket_waits", "waiting"),
        Index("ix_ticket_waits_of", "project_id", "waiting"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    title: Mapped[str] = mapped_column(String(100))
    description: Mapped[str] = mapped_column(Text, default="")
    place: Mapped[str] = mapped_column(String(100), default="")
    reporter: Mapped[str] = mapped_column(String(64), default="")
    phone: Mapped[str] = mapped_column(String(32), default="")
    submission: Mapped[str] = mapped_column(String(64), unique=True)
    version: Mapped[int] = mapped_column(default=0)
    opened_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime)

    # What the events amount to, replaced after every event (sla.clocks.derive).
    kind: Mapped[TicketKind] = mapped_column(WordType(TicketKind))
    state: Mapped[TicketState] = mapped_column(WordType(TicketState))
    own_finding: Mapped[bool] = mapped_column(default=False)
    reported_at: Mapped[datetime] = mapped_column(UTCDateTime)
    next_due_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    settled: Mapped[bool] = mapped_column(default=False, index=True)
    waiting: Mapped[int] = mapped_column(default=0)
    rejections: Mapped[int] = mapped_column(default=0)
    accepted_at: Mapped[datetime | None] = mapped_column(UTCDateTime, index=True)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime, index=True)
    cancelled_at: Mapped[datetime | None] = mapped_column(UTCDateTime, index=True)
    rating: Mapped[int | None]

    project: Mapped[Project] = relationship()
    opened_by: Mapped[User] = relationship(foreign_keys=[opened_by_id])
    assignee: Mapped[User | None] = relationship(foreign_keys=[assignee_id])
    events: Mapped[list[TicketEvent]] = relationship(back_populates="ticket", order_by="TicketEvent.seq")
    clocks: Mapped[list[TicketClock]] = relationship(
        back_populates="ticket", order_by="TicketClock.id", cascade="all, delete-orphan"
    )
    milestones: Mapped[list[TicketMilestone]] = relationship(
        back_populates="ticket", order_by="TicketMilestone.seq", cascade="all, delete-orphan"
    )
    disputes: Mapped[list[Dispute]] = relationship(back_populates="ticket", order_by="Dispute.id")

    @property
    def number(self) -> str:
        """Return the number people quote on the telephone."""
        return f"GD{self.id:06d}"

    @property
    def to_give(self) -> bool:
        """Tell whether nobody has been given it, and somebody still has to be."""
        return self.assignee_id is None and self.state in UNDER_WAY


class TicketEvent(Base):
    """One fact about a ticket (C12: both times). Never changed, never deleted: triggers refuse it."""

    __tablename__ = "ticket_event"
    __table_args__ = (UniqueConstraint("ticket_id", "seq"), Index("ix_ticket_event_recorded", "recorded_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    seq: Mapped[int]
    kind: Mapped[EventKind] = mapped_column(WordType(EventKind))
    side: Mapped[Side] = mapped_column(WordType(Side))
    actor_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    occurred_at: Mapped[datetime] = mapped_column(UTCDateTime)
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    data: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)

    ticket: Mapped[Ticket] = relationship(back_populates="events")
    actor: Mapped[User] = relationship()


class TicketClock(Base):
    """The cached result of one clock; ``original_due_at`` alone is kept from the first derivation (C10).

    ``tell_at`` is when the watch has to look at it next, ``None`` when there is nothing more to tell.
    """

    __tablename__ = "ticket_clock"
    __table_args__ = (
        UniqueConstraint("ticket_id", "kind", "round"),
        Index("ix_ticket_clock_month", "decided_at", "project_id", "kind", "verdict"),
        Index("ix_ticket_clock_figures", "project_id", "kind", "verdict", "decided_at"),
        Index("ix_ticket_clock_due", "verdict", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    kind: Mapped[ClockKind] = mapped_column(WordType(ClockKind))
    round: Mapped[int] = mapped_column(default=0)
    minutes: Mapped[int | None]
    workdays: Mapped[int | None]
    window: Mapped[Window] = mapped_column(WordType(Window))
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime)
    due_at: Mapped[datetime] = mapped_column(UTCDateTime)
    original_due_at: Mapped[datetime] = mapped_column(UTCDateTime)
    stopped_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    verdict: Mapped[Verdict] = mapped_column(WordType(Verdict))
    is_floor: Mapped[bool] = mapped_column(default=False)
    due_provisional: Mapped[bool] = mapped_column(default=False)
    outcome_provisional: Mapped[bool] = mapped_column(default=False)
    judged_by_record: Mapped[bool] = mapped_column(default=False)
    pauses: Mapped[list[Any]] = mapped_column(Json, default=list)
    rule_version: Mapped[str] = mapped_column(String(64))
    tell_at: Mapped[datetime | None] = mapped_column(UTCDateTime, index=True)

    ticket: Mapped[Ticket] = relationship(back_populates="clocks")


class TicketMilestone(Base):
    """The cached standing of one stop (C12): ``seq`` is the event that recorded it."""

    __tablename__ = "ticket_milestone"
    __table_args__ = (
        UniqueConstraint("ticket_id", "seq"),
        Index("ix_ticket_milestone_month", "recorded_at"),
        Index("ix_ticket_milestone_figures", "project_id", "backentered", "recorded_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    seq: Mapped[int]
    kind: Mapped[EventKind] = mapped_column(WordType(EventKind))
    occurred_at: Mapped[datetime] = mapped_column(UTCDateTime)
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    backentered: Mapped[bool] = mapped_column(default=False)
    standing: Mapped[Standing] = mapped_column(WordType(Standing))

    ticket: Mapped[Ticket] = relationship(back_populates="milestones")
