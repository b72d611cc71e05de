"""What the contract leaves open, and how it is read from which day on (design page, section 6)."""

from __future__ import annotations

import hashlib
import json
import re
from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial
from typing import NamedTuple, Self

from sla.errors import Invalid
from sla.hours import OfficeHours
from sla.vocab import Word


class Status(Word):
    """Whether the bureau has agreed a reading; what rests on an assumed one says so."""

    ASSUMED = "assumed", "暂定", "warn"
    AGREED = "agreed", "已约定", "good"


class Effect(Word):
    """What has to be derived anew when a reading changes."""

    CLOCKS = "clocks", "计时"
    CONTRACT = "contract", "合同数据"
    OBLIGATIONS = "obligations", "周期义务"
    CLOSING = "closing", "月度关账"
    PAYMENT = "payment", "付款"
    DISPUTES = "disputes", "争议免责"


Value = OfficeHours | int | str


@dataclass(frozen=True)
class Key:
    """One question the contract leaves open: its shipped reading, why, and what it moves."""

    name: str
    label: str
    default: str
    parse: Callable[[str], Value]
    effect: Effect
    reason: str


def _whole(label: str, least: int, most: int, raw: str) -> int:
    if not re.fullmatch(r"\d{1,6}", raw, re.ASCII) or not least <= int(raw) <= most:
        raise Invalid(f"{label}要填 {least} 到 {most} 之间的整数，现在是「{raw[:40]}」", label)
    return int(raw)


def _choice(label: str, words: tuple[str, ...], raw: str) -> str:
    if raw not in words:
        raise Invalid(f"{label}只能是 {' 或 '.join(words)}，现在是「{raw[:40]}」", label)
    return raw


def _number(name: str, label: str, default: int, most: int, effect: Effect, reason: str) -> Key:
    return Key(name, label, str(default), partial(_whole, label, 1, most), effect, reason)


def _words(name: str, label: str, words: str, effect: Effect, reason: str) -> Key:
    """Make a key with a closed choice; the first word is the shipped one."""
    choices = tuple(words.split())
    return Key(name, label, choices[0], partial(_choice, label, choices), effect, reason)


KEYS: tuple[Key, ...] = (
    Key(
        "office_hours", "办公时间", "08:00-12:00,14:00-18:00", OfficeHours.parse, Effect.CLOCKS,
        "合同只写每天 8 小时，没有写起止钟点",
    ),
    _number("realtime_minutes", "实时响应的分钟数", 5, 1440, Effect.CLOCKS, "“实时响应”没有给出数字"),
    _words(
        "workday_period", "“工作日期间”的含义", "calendar_date office_hours", Effect.CLOCKS,
        "第 6、18、22、23 行按工作日与非工作日分别约定，取当天是不是工作日",
    ),
    _words(
        "contract_7x24", "合同总则的 7×24 支持", "availability", Effect.CLOCKS,
        "总则要求全天可联系，第 2、3、4、14、16 行另有服务时间，指标按各行计量",
    ),
    _words(
        "six_by_eight", "6×8 的第六天", "saturdays_except_days_off workdays_and_all_saturdays", Effect.CLOCKS,
        "第 14 行只写 6×8，取工作日加不放假的周六",
    ),
    _words(
        "daily_on_rest_days", "每日巡检是否含休息日", "yes no", Effect.OBLIGATIONS,
        "第 43 行写的是每日，驻场 5×8 也不例外",
    ),
    _words(
        "sla_cell_first", "服务类型栏优先", "yes", Effect.CONTRACT,
        "第 2、24、29、43、45 行前后不一，以服务类型栏为准",
    ),
    _words(
        "units_27", "27 家单位的计法", "sub_unit", Effect.CONTRACT,
        "名称有 28 个而合同写 27 家，第 28 行的单位归在财政局之下",
    ),
    _words(
        "rejected_recovery", "被退回的恢复申报", "counted excluded", Effect.CLOCKS,
        "不成立的申报没有让计时停下，等待验收的时间照算",
    ),
    _number(
        "silent_acceptance_workdays", "逾期未验收视为通过的工作日数", 3, 60, Effect.CLOCKS,
        "合同没有约定验收时限",
    ),
    _number("backentry_minutes", "晚于多少分钟登记算补录", 120, 10080, Effect.CLOCKS, "合同没有约定登记时限"),
    _number("objection_days", "月度结果异议期的工作日数", 5, 60, Effect.CLOSING, "合同没有约定异议期"),
    _words(
        "short_window", "不满一个周期的首末期", "less_than_half", Effect.OBLIGATIONS,
        "服务期截去一半以上的周期不要求完成",
    ),
    _words(
        "year_over", "服务满一年的起算", "contract each_row", Effect.PAYMENT,
        "第 40、45 行另有起始日，各按自己的日期结算，其余按合同年度",
    ),
    _words(
        "stage1_due", "第一次付款的期限", "later_of_both effect_only", Effect.PAYMENT,
        "条件未齐时期限不应先到，取生效后 30 个工作日与条件齐备两者的较晚者",
    ),
    _words(
        "second_failure", "再次验收不合格的违约金", "instead on_top", Effect.PAYMENT,
        "10% 取代 5%，不叠加",
    ),
    _number(
        "dispute_claim_workdays", "超时后申请免责的工作日数", 10, 60, Effect.DISPUTES,
        "合同没有约定申请期限，从超时的当天起算，当天不计",
    ),
    _number(
        "dispute_comment_workdays", "单位对免责申请表示意见的工作日数", 3, 60, Effect.DISPUTES,
        "合同没有约定，期满没有意见就不等",
    ),
    _number(
        "dispute_decision_workdays", "局方认定和复核免责的工作日数", 5, 60, Effect.DISPUTES,
        "合同没有约定，逾期不认定不等于同意",
    ),
    _number(
        "dispute_review_workdays", "认定后申请复核的工作日数", 5, 60, Effect.DISPUTES,
        "合同没有约定，期满没有申请的认定为最终",
    ),
)  # fmt: skip
_BY_NAME = {key.name: key for key in KEYS}


class Version(NamedTuple):
    """One reading of a key, in force from a Shanghai day on; ``None`` is from the beginning."""

    from_day: date | None
    raw: str
    status: Status


@dataclass(frozen=True, eq=False)
class Interpretations:
    """Every reading with its dates. A key that has no undated version begins with the shipped one.

    Equal contents are equal. An unknown key, a value that does not parse or two versions of one day
    are ``Invalid``.
    """

    versions: Mapping[str, tuple[Version, ...]]

    def __post_init__(self) -> None:
        for name in self.versions:
            _key(name)
        ordered = {key.name: _ordered(key, self.versions.get(key.name, ())) for key in KEYS}
        object.__setattr__(self, "versions", ordered)
        # Parsed here, so that a bad value is refused when it comes in and not when it is first used.
        self._parsed.keys()

    @classmethod
    def shipped(cls) -> Self:
        """Return the readings the project ships with, all assumed."""
        return cls({})

    @cached_property
    def _parsed(self) -> dict[str, tuple[list[date], list[Value]]]:
        return {
            name: ([v.from_day or date.min for v in found], [_key(name).parse(v.raw) for v in found])
            for name, found in self.versions.items()
        }

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the contents as canonical JSON, in hexadecimal."""
        plain = {
            name: [[v.from_day and v.from_day.isoformat(), v.raw, v.status.value] for v in found]
            for name, found in self.versions.items()
        }
        text = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Interpretations) and self.fingerprint == other.fingerprint

    def __hash__(self) -> int:
        return hash(self.fingerprint)

    def value(self, key: str, day: date) -> Value:
        """Return the parsed reading in force on a day: hours, a number, or one of the key's words."""
        _key(key)
        days, values = self._parsed[key]
        return values[bisect_right(days, day) - 1]

    def version(self, key: str, day: date) -> Version:
        """Return the version in force on a day."""
        _key(key)
        return self.versions[key][bisect_right(self._parsed[key][0], day) - 1]

    def status(self, key: str, day: date) -> Status:
        """Tell whether the reading in force on a day is assumed or agreed."""
        return self.version(key, day).status

    def with_version(self, key: str, from_day: date | None, raw: str, status: str) -> Self:
        """Return a copy with one more version; it takes the place of one from the same day."""
        _key(key)
        kept = tuple(v for v in self.versions[key] if v.from_day != from_day)
        return type(self)({**self.versions, key: (*kept, Version(from_day, raw, Status(status)))})

    def office_hours(self, day: date) -> OfficeHours:
        """Return the office hours in force on a day (T3)."""
        value = self.value("office_hours", day)
        assert isinstance(value, OfficeHours)
        return value

    def realtime_minutes(self, day: date) -> int:
        """Return the minutes 实时响应 is measured by (C4)."""
        return self._int("realtime_minutes", day)

    def backentry_minutes(self, day: date) -> int:
        """Return after how many minutes a record is 补录 (C12)."""
        return self._int("backentry_minutes", day)

    def silent_acceptance_workdays(self, day: date) -> int:
        """Return after how many workdays of silence a recovery is accepted (C11)."""
        return self._int("silent_acceptance_workdays", day)

    def objection_days(self, day: date) -> int:
        """Return the workdays a computed month stays under review (M1)."""
        return self._int("objection_days", day)

    def workdays(self, key: str, day: date) -> int:
        """Return the number of workdays a reading gives, for the keys that are periods in workdays (T6)."""
        return self._int(key, day)

    def workday_period(self, day: date) -> str:
        """Return ``calendar_date`` or ``office_hours`` (C2)."""
        return str(self.value("workday_period", day))

    def rejected_recovery(self, day: date) -> str:
        """Return ``counted`` or ``excluded`` (C11)."""
        return str(self.value("rejected_recovery", day))

    def six_by_eight(self, day: date) -> str:
        """Return ``saturdays_except_days_off`` or ``workdays_and_all_saturdays`` (T3)."""
        return str(self.value("six_by_eight", day))

    def _int(self, key: str, day: date) -> int:
        value = self.value(key, day)
        assert isinstance(value, int)
        return value


def _key(name: str) -> Key:
    if name not in _BY_NAME:
        raise Invalid(f"没有「{name[:40]}」这项口径", "口径")
    return _BY_NAME[name]


def _ordered(key: Key, found: tuple[Version, ...]) -> tuple[Version, ...]:
    """Return a key's versions by day, the shipped one before them where none is undated."""
    versions = [Version(day, raw.strip(), Status(status)) for day, raw, status in found]
    if all(version.from_day for version in versions):
        versions.append(Version(None, key.default, Status.ASSUMED))
    versions.sort(key=lambda version: version.from_day or date.min)
    days = [version.from_day for version in versions]
    if len(set(days)) < len(days):
        raise Invalid(f"{key.label}在同一天有两个版本，请只留一个", key.label)
    return tuple(versions)
