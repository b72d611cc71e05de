"""Which periods there is anything to show of: months, quarters, and the service years of the contract."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.months.queries import EVERYTHING, months_offered
from models.contract import ServiceYear
from sla.errors import Invalid, NotFound
from sla.period import Length, Period, after, month, parse_period, quarter, service_year
from sla.when import day_of


@dataclass(frozen=True)
class Offered:
    """The periods offered, the latest of each kind first."""

    periods: tuple[Period, ...]

    def of(self, kind: Length) -> list[Period]:
        """Return those of one kind."""
        return [one for one in self.periods if one.kind is kind]

    def named(self, key: str) -> Period:
        """Return the one an address names; another one is ``NotFound``."""
        try:
            parse_period(key)
        except Invalid as error:
            raise NotFound(error.message) from None
        found = next((one for one in self.periods if one.key == key), None)
        if found is None:
            months = self.of(Length.MONTH)
            raise NotFound(f"只有 {months[-1].key} 至 {months[0].key} 的数据，请从列表中选择")
        return found

    def like(self, period: Period, kind: Length) -> Period | None:
        """Return the period of another kind that matches one: the last that begins in it or before."""
        day = min(period.until_day, self.of(Length.MONTH)[0].until_day)
        found = [one for one in self.of(kind) if one.first_day < day]
        return found[0] if found else None


def offered(session: Session, now: datetime, scope: ColumnElement[bool] = EVERYTHING) -> Offered:
    """Return the periods from the first month of anything to the present; ``scope`` limits ``Project``."""
    first, last = months_offered(session, now, scope)
    months, quarters = [month(first)], [quarter(first)]
    while months[-1].first_day < last:
        months.append(after(months[-1]))
    while quarters[-1].until_day <= last:
        quarters.append(after(quarters[-1]))
    return Offered((*months[::-1], *quarters[::-1], *service_years(session, now)[::-1]))


def service_years(session: Session, now: datetime) -> list[Period]:
    """Return the service years of the contract that have begun, the first one first."""
    years = session.scalars(
        select(ServiceYear).where(ServiceYear.starts_on <= day_of(now)).order_by(ServiceYear.number)
    )
    return [service_year(one.number, one.starts_on, one.ends_on) for one in years]
