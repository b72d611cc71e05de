"""What happened to a device: the tickets it was worked on under, and the reports that advise on it (O6)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, UTCDateTime, WordType
from models.contract import Equipment
from models.files import Attachment
from models.people import User
from models.tickets import Ticket
from sla.vocab import Advice, RepairKind


class TicketEquipment(Base):
    """A ticket under which a device was worked on. ``which`` says which unit of it: a serial, a place.

    A wrong entry is withdrawn with its reason, never deleted. ``submission`` makes a repeated sending one.
    """

    __tablename__ = "ticket_equipment"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), index=True)
    equipment_id: Mapped[int] = mapped_column(ForeignKey("equipment.id"), index=True)
    which: Mapped[str] = mapped_column(String(100), default="")
    repair: Mapped[RepairKind] = mapped_column(WordType(RepairKind))
    note: Mapped[str] = mapped_column(String(400), default="")
    submission: Mapped[str] = mapped_column(String(64), unique=True)
    linked_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    linked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    withdrawn_reason: Mapped[str] = mapped_column(String(400), default="")

    ticket: Mapped[Ticket] = relationship()
    equipment: Mapped[Equipment] = relationship()
    linked_by: Mapped[User] = relationship(foreign_keys=[linked_by_id])
    withdrawn_by: Mapped[User | None] = relationship(foreign_keys=[withdrawn_by_id])


class RepairReport(Base):
    """A repair report with advice (O6). Its file is stored once and served as it was made.

    ``number`` counts the reports of one device from 1.
    """

    __tablename__ = "repair_report"
    __table_args__ = (UniqueConstraint("equipment_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    equipment_id: Mapped[int] = mapped_column(ForeignKey("equipment.id"))
    number: Mapped[int]
    which: Mapped[str] = mapped_column(String(100), default="")
    findings: Mapped[str] = mapped_column(Text)
    advice: Mapped[Advice] = mapped_column(WordType(Advice))
    reason: Mapped[str] = mapped_column(Text)
    submission: Mapped[str] = mapped_column(String(64), unique=True)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    attachment_id: Mapped[int] = mapped_column(ForeignKey("attachment.id"))

    equipment: Mapped[Equipment] = relationship()
    made_by: Mapped[User] = relationship()
    attachment: Mapped[Attachment] = relationship()

    @property
    def title(self) -> str:
        """Return the number people quote: the device's and the report's."""
        return f"WX{self.equipment_id:04d}-{self.number:02d}"
