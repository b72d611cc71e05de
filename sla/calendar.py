"""Which days are worked (T2) and the counting of workdays (T6)."""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from sla.errors import Invalid
from sla.vocab import DayType, Word

FIRST_YEAR, LAST_YEAR = 2000, 2100
MOST_WORKDAYS = 5000
_WEEKDAYS = "一二三四五六日"


class DayKind(Word):
    """What a notice or the contract says about one day (T2)."""

    DAY_OFF = "day_off", "法定放假"
    MAKEUP = "makeup", "调休上班"
    OVERRIDE_WORK = "override_work", "合同约定上班"
    OVERRIDE_OFF = "override_off", "合同约定休息"


class YearStatus(Word):
    """Whether the notice of a year is out; an estimate knows the statutory days only (T2)."""

    PUBLISHED = "published", "已公布", "good"
    ESTIMATED = "estimated", "暂估", "warn"


_NOTICE = (DayKind.DAY_OFF, DayKind.MAKEUP)
_OVERRIDE = (DayKind.OVERRIDE_WORK, DayKind.OVERRIDE_OFF)


@dataclass(frozen=True, eq=False)
class Calendar:
    """The working calendar (T2). Equal contents are equal calendars, whenever they were loaded.

    ``days`` holds the rows of the notices (day off, make-up), ``overrides`` the contract's own days;
    ``names`` the festival a notice row belongs to. Days are Shanghai days of 2000 to 2100.
    """

    days: Mapping[date, DayKind]
    years: Mapping[int, YearStatus]
    overrides: Mapping[date, DayKind] = field(default_factory=dict)
    names: Mapping[date, str] = field(default_factory=dict)
    _workdays: dict[int, tuple[int, ...]] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        # Copies, with real words in them: the caller's dictionaries may change, what is memoised may not.
        for name, allowed in (("days", _NOTICE), ("overrides", _OVERRIDE)):
            kinds = {day: _kind(day, kind, allowed) for day, kind in getattr(self, name).items()}
            object.__setattr__(self, name, kinds)
        object.__setattr__(self, "years", {year: YearStatus(s) for year, s in self.years.items()})
        object.__setattr__(self, "names", dict(self.names))

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the contents, in hexadecimal."""
        parts = (self.days, self.years, self.overrides, self.names)
        text = json.dumps([sorted((str(k), str(v)) for k, v in part.items()) for part in parts])
        return hashlib.sha256(text.encode()).hexdigest()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Calendar) and self.fingerprint == other.fingerprint

    def __hash__(self) -> int:
        return hash(self.fingerprint)

    def is_workday(self, day: date) -> bool:
        """Tell whether a day is worked: override, then notice, then weekday (T2)."""
        kind = self.overrides.get(day) or self.days.get(day)
        if kind is None:
            return day.weekday() < 5
        return kind in (DayKind.MAKEUP, DayKind.OVERRIDE_WORK)

    def is_day_off(self, day: date) -> bool:
        """Tell whether a notice gives the day off and the contract leaves it so (T3's 6x8)."""
        return self.days.get(day) is DayKind.DAY_OFF and day not in self.overrides

    def is_estimated(self, year: int) -> bool:
        """Tell whether a year rests on an estimate; a year nobody loaded does (T2)."""
        return self.years.get(year) is not YearStatus.PUBLISHED

    def day_type(self, day: date) -> DayType:
        """Return the value the condition ``day`` is compared with (C2)."""
        return DayType.WORKDAY if self.is_workday(day) else DayType.NON_WORKDAY

    def describe(self, day: date) -> str:
        """Say in Chinese what a day is: 国庆节放假, 调休上班, 周六, 工作日."""
        kind = self.overrides.get(day) or self.days.get(day)
        if kind is DayKind.DAY_OFF and day in self.names:
            return f"{self.names[day]}放假"
        if kind is not None:
            return kind.label
        return "工作日" if day.weekday() < 5 else f"周{_WEEKDAYS[day.weekday()]}"

    def add_workdays(self, day: date, n: int) -> date:
        """Return the Nth workday after a day, which itself is not counted (T6).

        It is due at 24:00 of that day: ``end_of(add_workdays(day, n))``. For 0 the day itself.
        """
        if not 0 <= n <= MOST_WORKDAYS:
            raise Invalid(f"工作日数要在 0 到 {MOST_WORKDAYS} 之间，现在是 {n}", "工作日数")
        if n == 0:
            return day
        year = day.year
        at = bisect_right(self._workdays_of(year), day.toordinal()) + n - 1
        while at >= len(self._workdays_of(year)):
            at -= len(self._workdays_of(year))
            year += 1
        return date.fromordinal(self._workdays_of(year)[at])

    def workdays_between(self, first: date, last: date) -> int:
        """Count the workdays from ``first`` to ``last``, both included; 0 when ``last`` is earlier."""
        if last < first:
            return 0
        before = bisect_left(self._workdays_of(first.year), first.toordinal())
        whole = sum(len(self._workdays_of(year)) for year in range(first.year, last.year))
        return whole + bisect_right(self._workdays_of(last.year), last.toordinal()) - before

    def _workdays_of(self, year: int) -> tuple[int, ...]:
        """Return the ordinals of a year's workdays in order; worked out once."""
        if year not in self._workdays:
            self._workdays[year] = tuple(day.toordinal() for day in days_of(year) if self.is_workday(day))
        return self._workdays[year]


def _kind(day: date, kind: str, allowed: tuple[DayKind, ...]) -> DayKind:
    if kind not in allowed:
        choices = "、".join(f"{word.value}（{word.label}）" for word in allowed)
        raise Invalid(f"{day} 的类型「{kind}」不适用，应为 {choices}", "类型")
    return DayKind(kind)


def days_of(year: int) -> list[date]:
    """Return every day of a year; a year outside 2000 to 2100 is ``Invalid``."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Invalid(f"日期超出可处理的范围（{FIRST_YEAR} 年至 {LAST_YEAR} 年）", "日期")
    first, after = date(year, 1, 1), date(year + 1, 1, 1)
    return [first + timedelta(days=n) for n in range((after - first).days)]
