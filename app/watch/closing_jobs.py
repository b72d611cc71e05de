"""The job about closing months: reminders, silence after the time for objections, corrections (M1)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.closing import adjusting, service, telling
from app.closing.queries import overdue
from sla.period import month


def closing(session: Session, now: datetime) -> str:
    """Remind of reviews that end, record who did not sign in time, and number what corrects frozen months.

    Twice is harmless.
    """
    told = telling.ending(session, now)
    session.commit()
    silent = [one.month for one in overdue(session, now)]
    for first in silent:
        service.record_silence(session, None, month(first), now)
    session.commit()
    made = adjusting.record(session, None, now)
    session.commit()
    return f"{len(silent)} 个月未在异议期内签认，记录 {len(made)} 条调整，发出 {told} 条提醒"
