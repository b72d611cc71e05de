"""The file of a month: the one way by which page, report and command get its bytes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.closing.frozen import WORKBOOK, file_of, is_frozen, report_at, report_of, served
from app.files.uploads import current_store
from models.people import User
from reports.catalogue import MONTHLY
from sla.period import Period


def monthly_file(session: Session, viewer: User | None, period: Period, now: datetime) -> bytes:
    """Return the workbook of a month for a viewer (S1); ``None`` is the command line.

    Of a frozen month it is the stored one, to whoever sees the whole of it (M1).
    """
    store = current_store()
    if is_frozen(session, period):
        found = served(session, store, period, viewer, now)
        if found.whole:
            return file_of(session, store, period, WORKBOOK)
        return MONTHLY.write(report_of(session, found, viewer))
    return MONTHLY.write(report_at(session, store, period, viewer, now))
