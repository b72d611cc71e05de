"""Which occurrences a file or a note speaks of: those of a range of days (O3, O5)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.duties.queries import cycles_on
from models.contract import Obligation
from models.duties import Occurrence
from sla.errors import Invalid
from sla.vocab import Cycle
from sla.when import clock_text, day_of, end_of, start_of

MOST_OCCURRENCES = 400  # a whole year of days


def covered(
    session: Session, obligation: Obligation, first_day: date, last_day: date, now: datetime
) -> list[Occurrence]:
    """Return the occurrences whose windows lie in a range of days; if none does, the one around it.

    Where there is none at all, the duty has no cycle (O5) or the days are wrong, which is ``Invalid``.
    """
    if last_day < first_day:
        raise Invalid("最后一天不能早于第一天", "last_day")
    if first_day > day_of(now):
        raise Invalid("不能登记将来的日子", "first_day")
    opens, closes = start_of(first_day), end_of(last_day)
    of = select(Occurrence).where(Occurrence.obligation_id == obligation.id, Occurrence.waived_at.is_(None))
    inside = of.where(Occurrence.opens_at >= opens, Occurrence.closes_at <= closes)
    around = of.where(Occurrence.opens_at <= opens, Occurrence.closes_at >= closes)
    found: Sequence[Occurrence] = session.scalars(inside.order_by(Occurrence.opens_at)).all()
    found = found or session.scalars(around.order_by(Occurrence.opens_at)).all()[:1]
    if found and found[-1].opens_at > now:
        raise Invalid(f"{clock_text(found[-1].opens_at)} 开始的应办还没有到，请缩短日期范围", "last_day")
    if len(found) > MOST_OCCURRENCES:
        raise Invalid(f"一次最多覆盖 {MOST_OCCURRENCES} 次应办，请缩短日期范围", "last_day")
    cycle = cycles_on(session, first_day).get(obligation.id, obligation.cycle)
    if not found and cycle is not Cycle.UNSPECIFIED:
        raise Invalid("这段日期内没有这项义务的应办，请核对日期", "first_day")
    return list(found)
