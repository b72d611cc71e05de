"""``month close``: computes a month and opens its review; freezing takes two people on the site (M1)."""

from __future__ import annotations

import logging
import sys
from datetime import date, datetime
from typing import Any

import click
from sqlalchemy.orm import Session

from app import clock
from app.closing import figures, service
from app.closing.open_items import open_items
from app.closing.queries import close_of
from app.contract.commands import put, require_contract
from app.database import transaction
from app.months.commands import Month
from app.months.queries import EVERYTHING
from sla import closing as rules
from sla.errors import Conflict
from sla.period import Period
from sla.period import month as month_period
from sla.when import iso

log = logging.getLogger("lvyue")


@click.command("close")
@click.argument("month", type=Month())
def close_command(month: date) -> None:
    """Compute a month that is over, open its review, and print how it stands; twice is harmless."""
    require_contract()
    period, now = month_period(month), clock.now()
    with transaction() as session:
        problems = _advance(session, period, now)
        sheet = _sheet(session, period, now) | {"problems": problems}
    put(sheet)
    for one in problems:
        log.warning("%s", one)
    if problems:
        sys.exit(1)


def _advance(session: Session, period: Period, now: datetime) -> list[str]:
    """Compute, and open the review where it is this month's turn; return what hinders the latter."""
    standing = figures.standing_of(close_of(session, period.first_day), period, "", 0)
    if standing.frozen:
        return []
    if hindered := rules.before_computing(standing, now):
        raise Conflict("；".join(hindered))
    if standing.in_review:
        service.compute(session, None, period, now)
        return []
    hindered = rules.before_review(standing, figures.waits_for(session, period, now), now)
    if hindered:
        service.compute(session, None, period, now)
        return hindered
    service.open_review(session, None, period, now)
    return []


def _sheet(session: Session, period: Period, now: datetime) -> dict[str, Any]:
    close = close_of(session, period.first_day)
    assert close is not None
    frozen = close.frozen_at is not None
    groups = [] if frozen else open_items(session, period, EVERYTHING, now)
    return {
        "month": period.key,
        "state": str(figures.standing_of(close, period, "", 0).state),
        "sha256": close.frozen_sha256 if frozen else close.computed_sha256,
        "objections_until": iso(close.objections_until) if close.objections_until else None,
        "provisional": close.until_provisional,
        "open": [
            {
                "what": one.check.name,
                "label": one.check.label,
                "count": len(one.items),
                "blocking": one.check.stops,
            }
            for one in groups
            if one.items
        ],
    }
