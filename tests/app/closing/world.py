"""Months that are closed, or frozen at once, for the tests of closing."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.closing import figures, service
from app.closing.versions import rule_versions
from app.files.store import Store
from models.closing import FrozenFile, MonthClose
from models.people import User
from sla.period import Period, month
from tests.app.personas import Personas, at

JUNE, JULY, AUGUST, SEPTEMBER = (month(date(2025, number, 1)) for number in (6, 7, 8, 9))
REVIEWED, OVER = at("2025-07-02 09:00"), at("2025-07-12 09:00")


def closed(session: Session, people: Personas, store: Store) -> MonthClose:
    """Close June by the use cases, nobody saying a word against it."""
    service.open_review(session, people.bureau, JUNE, REVIEWED)
    service.confirm_attendance(session, people.bureau, JUNE, REVIEWED)
    service.record_silence(session, None, JUNE, OVER)
    service.prepare(session, people.bureau, JUNE, OVER)
    return service.freeze(session, store, people.bureau2, JUNE, OVER)


def sealed(session: Session, period: Period, now: datetime, store: Store | None = None) -> MonthClose:
    """Freeze a month as it is, whatever is open about it and whatever steps are left out."""
    found = figures.reckoned(session, period, now)
    first, second = session.scalars(select(User.id).order_by(User.id).limit(2)).all()
    close = MonthClose(
        month=period.first_day,
        computed_at=now,
        opened_at=now,
        objections_until=now,
        silent_at=now,
        prepared_at=now,
        prepared_by_id=first,
        frozen_at=now,
        frozen_by_id=second,
        book=found.text,
        frozen_sha256=found.sha256,
        rules=rule_versions(session, period),
    )
    session.add(close)
    if store is not None:
        for name, (media_type, content) in figures.files(session, found, now).items():
            kept = store.put(content)
            one = FrozenFile(name=name, media_type=media_type, sha256=kept.sha256, size=kept.size)
            close.files.append(one)
    session.flush()
    return close
