"""What a document would change, worked out before it is confirmed (P4)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.amendments.carrying import duties_if
from app.amendments.inforce import TIMED, establishments, items_in_force
from app.closing.queries import frozen_months
from app.contract.effect import Days, Effect, effect_of
from app.contract.relaying import duty_counts
from app.duties.layout import Difference
from app.residents.queries import attendance_figures
from app.tickets.derivation import Rules, current_rules, forget_rules, read_rules
from models.amendments import Amendment
from sla.amendments import ItemKind
from sla.figures import Figure
from sla.when import day_of, next_month


@dataclass(frozen=True)
class AttendanceChange:
    """The attendance of a project in a month before and after, over the days that are over (R1)."""

    month: date
    project: int
    before: Figure
    after: Figure


@dataclass(frozen=True)
class Proposal:
    """A document with all that it would do; ``digest`` says whether that is still so.

    Frozen months stay as they are (M1): they are named in the effect, and not among its figures.
    """

    amendment: Amendment
    after: Rules
    effect: Effect
    duties: Difference
    attendance: list[AttendanceChange]
    digest: str

    def counts(self) -> dict[str, int]:
        """Return the numbers, as the ledger keeps them."""
        return self.effect.counts() | duty_counts(self.duties) | {"attendance": len(self.attendance)}


def propose(session: Session, amendment: Amendment, now: datetime, *, lock: bool = False) -> Proposal:
    """Work out what a document changes; writes nothing. ``lock`` is for who confirms it next."""
    forget_rules(session)
    before, after = current_rules(session), read_rules(session, amendment)
    timed = [item.from_day for item in amendment.items if item.what in TIMED]
    days = Days(min(timed)) if timed else None
    effect = effect_of(session, after.book, days, now, lock=lock, projects=after.projects)
    duties = duties_if(session, amendment, now)
    attended = list(_attendance(session, amendment, now))
    frozen = set(frozen_months(session))
    attendance = [one for one in attended if one.month not in frozen]
    effect.kept = sorted({*effect.kept, *(one.month for one in attended if one.month in frozen)})
    seen = f"{before.book.version} {after.book.version} {duties.digest} {effect.counts()} {attendance}"
    return Proposal(amendment, after, effect, duties, attendance, hashlib.sha256(seen.encode()).hexdigest())


def _attendance(session: Session, amendment: Amendment, now: datetime) -> Iterator[AttendanceChange]:
    """Yield what changes of the months since the first day of a posting's item, up to today."""
    items = [item for item in amendment.items if item.what is ItemKind.POSTING]
    if not items:
        return
    today, ids = day_of(now), {item.project_id for item in items}
    then = establishments(items_in_force(session, amendment))
    month = min(item.from_day for item in items).replace(day=1)
    while month <= today:
        before = attendance_figures(session, month, ids, until=today)
        after = attendance_figures(session, month, ids, until=today, changes=then)
        for seq in sorted(after):
            if before[seq] != after[seq]:
                yield AttendanceChange(month, seq, before[seq], after[seq])
        month = next_month(month)
