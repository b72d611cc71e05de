"""Duties laid out anew where other rules ask for other days: only what is to come and nobody touched (O1)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.duties.layout import Difference, apply, difference, read_plan
from models.contract import Obligation
from sla.clock import RuleBook
from sla.vocab import Cycle
from sla.when import day_of, end_of

NOTHING = Difference([], [])
KEY = "daily_on_rest_days"


def relaying(session: Session, book: RuleBook, now: datetime) -> Difference:
    """Return which occurrences from tomorrow on go and come by other rules; writes nothing."""
    plan = read_plan(session)
    versions = (*plan.interpretations.versions[KEY], *book.interpretations.versions[KEY])
    if all(one.raw == "yes" for one in versions):
        return NOTHING  # then no day off makes a difference
    # A draw from a quota is asked for by people, not laid out.
    ids = session.scalars(select(Obligation.id).where(Obligation.cycle != Cycle.QUOTA)).all()
    other = replace(plan, calendar=book.calendar, interpretations=book.interpretations)
    return difference(session, other, end_of(day_of(now)), ids)


def relay(session: Session, change: Difference) -> None:
    """Carry out what was found; the caller holds the contract."""
    if change.removed or change.added:
        apply(session, change)


def duty_counts(change: Difference) -> dict[str, int]:
    """Return the numbers, as the ledger keeps them."""
    return {"duties_removed": len(change.removed), "duties_added": len(change.added)}
