"""Which rules made the figures of a month: digests of all, and the versions by name (M1)."""

from __future__ import annotations

import json
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.amendments.inforce import items_in_force
from app.assessment.queries import judging, versions
from app.assessment.service import digest
from app.contract.queries import OVERRIDES
from app.contract.sheet import contract_sheet
from app.months.queries import interpretations_in
from app.tickets.derivation import current_rules
from models.amendments import Amendment
from models.calendar import CalendarDay, CalendarYear
from sla.period import Period

SOFTWARE = "0.1.0"
ONE_DAY = timedelta(days=1)


def contract_bytes(session: Session, period: Period) -> bytes:
    """Return the contract as it stood on the last day of the month, with what documents made of it (P4)."""
    sheet = contract_sheet(session, period.until_day - ONE_DAY)
    return json.dumps(sheet, ensure_ascii=False, sort_keys=True).encode()


def rule_versions(session: Session, period: Period) -> dict[str, Any]:
    """Return the versions of all rules that make the figures of a month: what evidence and page show.

    ``contract``, ``calendar``, ``interpretations`` and ``rules`` are digests. ``scheme`` is the version that
    judges the month, ``None`` where there is none; ``amendments`` are the documents of which something holds
    in the month, ``readings`` the interpretations in force in it, ``notices`` where its calendar comes from.
    """
    book = current_rules(session).book
    return {
        "contract": sha256(contract_bytes(session, period)).hexdigest(),
        "calendar": book.calendar.fingerprint,
        "interpretations": book.interpretations.fingerprint,
        "rules": book.version,
        "scheme": _scheme(session, period),
        "amendments": _amendments(session, period),
        "readings": [
            {"key": one.key, "value": one.value, "status": one.status, "from_day": _day(one.from_day)}
            for one in interpretations_in(session, period)
        ],
        "notices": _notices(session, period),
        "software": SOFTWARE,
    }


def _scheme(session: Session, period: Period) -> dict[str, Any] | None:
    found = judging(versions(session), period)
    if found is None:
        return None
    version = found.version
    return {
        "number": version.number,
        "name": version.name,
        "standing": str(found.standing),
        "label": found.standing.label,
        "from_day": _day(version.from_day),
        "sha256": digest(version.scheme),
    }


def _amendments(session: Session, period: Period) -> list[dict[str, Any]]:
    """Return the confirmed documents of which some item holds on a day of the month, in their order."""
    found: dict[int, tuple[Amendment, date]] = {}
    for item in items_in_force(session):
        if item.from_day < period.until_day:
            known = found.get(item.amendment_id)
            first = min(item.from_day, known[1]) if known else item.from_day
            found[item.amendment_id] = item.amendment, first
    return [
        {
            "id": one.id,
            "name": one.name,
            "signed_on": str(one.signed_on),
            "from_day": str(first),
            "confirmed_at": one.confirmed_at.isoformat() if one.confirmed_at else None,
        }
        for one, first in found.values()
    ]


def _notices(session: Session, period: Period) -> list[dict[str, Any]]:
    """Return the notice of each year the month's days and due times lie in, and the contract's own days."""
    last = period.until_day.year + (period.until_day.month == 12)
    years = session.scalars(
        select(CalendarYear)
        .where(CalendarYear.year.between(period.first_day.year, last))
        .order_by(CalendarYear.year)
    )
    own = session.scalars(
        select(CalendarDay)
        .where(
            CalendarDay.kind.in_(OVERRIDES),
            CalendarDay.day >= period.first_day,
            CalendarDay.day < period.until_day,
        )
        .order_by(CalendarDay.day)
    )
    return [
        *({"year": one.year, "status": str(one.status), "notice": one.notice} for one in years),
        *({"day": str(one.day), "kind": str(one.kind), "notice": one.notice} for one in own),
    ]


def _day(day: date | None) -> str | None:
    return str(day) if day else None
