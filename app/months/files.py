"""The file of a month: the one way by which page, report and command get its bytes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.months.service import period_report
from models.people import User
from reports.catalogue import MONTHLY
from sla.period import Period


def monthly_file(session: Session, viewer: User | None, period: Period, now: datetime) -> bytes:
    """Return the workbook of a month for a viewer (S1); ``None`` is the command line."""
    return MONTHLY.write(period_report(session, viewer, period, now))
