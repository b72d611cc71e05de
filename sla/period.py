"""The periods figures are given for (F4): calendar months, calendar quarters, service years."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from sla.vocab import Word
from sla.when import next_month, parse_month, start_of

_QUARTER = re.compile(r"([0-9]{4})-Q([1-4])")
_YEAR = re.compile(r"Y([1-3])")


class Length(Word):
    """How long a period is; its label stands in phrases like 本月."""

    MONTH = "month", "月"
    QUARTER = "quarter", "季"
    YEAR = "year", "年"


@dataclass(frozen=True)
class Period:
    """The Shanghai days ``[first_day, until_day)``, counted together.

    ``label`` is for people, ``key`` for addresses and files: ``2025-07``, ``2025-Q3``, ``Y1``.
    """

    kind: Length
    first_day: date
    until_day: date
    label: str
    key: str

    @cached_property
    def bounds(self) -> tuple[datetime, datetime]:
        """Return the first instant and the first after it, in UTC (T1)."""
        return start_of(self.first_day), start_of(self.until_day)

    def contains(self, instant: datetime | None) -> bool:
        """Tell whether an instant lies in the period."""
        start, end = self.bounds
        return instant is not None and start <= instant < end

    def holds_end(self, closes_at: datetime) -> bool:
        """Tell whether the last day of a window lies in the period; it is open until ``closes_at``."""
        start, end = self.bounds
        return start < closes_at <= end

    def holds_day(self, day: date) -> bool:
        """Tell whether a day lies in the period."""
        return self.first_day <= day < self.until_day

    def is_over(self, now: datetime) -> bool:
        """Tell whether the period has ended."""
        return now >= self.bounds[1]

    def said(self, phrase: str) -> str:
        """Return a phrase about a month (本月登记, 转入下月) as one about this period."""
        return phrase.replace("月", self.kind.label)


def month(first: date) -> Period:
    """Return the calendar month of a day."""
    first = first.replace(day=1)
    label = f"{first.year} 年 {first.month} 月"
    return Period(Length.MONTH, first, next_month(first), label, f"{first:%Y-%m}")


def quarter(day: date) -> Period:
    """Return the calendar quarter of a day."""
    number = (day.month - 1) // 3 + 1
    first = date(day.year, 3 * number - 2, 1)
    label, key = f"{day.year} 年第 {number} 季度", f"{day.year}-Q{number}"
    return Period(Length.QUARTER, first, _after_quarter(first), label, key)


def service_year(number: int, starts_on: date, ends_on: date) -> Period:
    """Return a service year of the contract: from its own date on, without ``ends_on``."""
    return Period(Length.YEAR, starts_on, ends_on, f"第 {number} 服务年度", f"Y{number}")


def parse_period(text: str) -> Period | int:
    """Read ``2025-07`` or ``2025-Q3``; of ``Y1``, whose days the contract knows, return the number.

    Anything else is ``Invalid``.
    """
    if found := _YEAR.fullmatch(text):
        return int(found[1])
    if found := _QUARTER.fullmatch(text):
        return quarter(parse_month(f"{found[1]}-{3 * int(found[2]):02d}"))
    return month(parse_month(text))


def before(period: Period) -> Period:
    """Return the month or quarter before one."""
    day = period.first_day - timedelta(days=1)
    return quarter(day) if period.kind is Length.QUARTER else month(day)


def after(period: Period) -> Period:
    """Return the month or quarter after one."""
    return quarter(period.until_day) if period.kind is Length.QUARTER else month(period.until_day)


def months_of(period: Period) -> list[Period]:
    """Return the calendar months a period touches."""
    found = [month(period.first_day)]
    while found[-1].until_day < period.until_day:
        found.append(after(found[-1]))
    return found


def _after_quarter(first: date) -> date:
    return next_month(next_month(next_month(first)))
