"""The working calendar as data (T2)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, WordType
from sla.calendar import DayKind, YearStatus


class CalendarYear(Base):
    """A year of the calendar: its notice is published, or its days are an estimate."""

    __tablename__ = "calendar_year"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    status: Mapped[YearStatus] = mapped_column(WordType(YearStatus))
    notice: Mapped[str] = mapped_column(String(100), default="")


class CalendarDay(Base):
    """A day a notice names: off, or worked instead of another; or one the contract overrides."""

    __tablename__ = "calendar_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[DayKind] = mapped_column(WordType(DayKind), primary_key=True)
    name: Mapped[str] = mapped_column(String(32))
    notice: Mapped[str] = mapped_column(String(100), default="")
