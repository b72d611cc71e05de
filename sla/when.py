"""Instants and days (T1): aware, whole seconds, stored in UTC, read by people in Shanghai."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sla.errors import Invalid

SHANGHAI = ZoneInfo("Asia/Shanghai")
_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# The part before the offset decides what is an instant at all; datetime checks the rest. Left to itself it
# takes any letter between day and time, and what it takes besides differs from one Python to the next.
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?([Z+-].*)?")


def parse_instant(text: object, field: str) -> datetime:
    """Read an ISO 8601 instant with offset; return it in UTC. Anything else is ``Invalid`` (T1)."""
    if not isinstance(text, str) or not text.strip():
        raise Invalid(f"{field} 要写成带时区的时间，例如 2025-07-01T09:00:00+08:00", field)
    try:
        if not _INSTANT.fullmatch(text.strip()):
            raise ValueError
        value = datetime.fromisoformat(text.strip())
    except ValueError:
        told = f"{field} 的时间「{text[:40]}」无法识别，例如 2025-07-01T09:00:00+08:00"
        raise Invalid(told, field) from None
    return check_instant(value, field)


def check_instant(value: datetime, field: str) -> datetime:
    """Return ``value`` in UTC if it is aware, of whole seconds and within 2000–2100 (T1)."""
    if value.utcoffset() is None:
        raise Invalid(f"{field} 缺少时区，请加上偏移，例如 +08:00", field)
    try:
        inside = 2000 <= value.astimezone(SHANGHAI).year <= 2099
    except OverflowError:
        inside = False
    if not inside:
        raise Invalid(f"{field} 超出可处理的范围（2000 年至 2099 年）", field)
    # Judged after conversion: an offset may have a fraction of a second, too.
    if (value := value.astimezone(UTC)).microsecond:
        raise Invalid(f"{field} 只精确到秒，请去掉小数", field)
    return value


def parse_day(text: object, field: str) -> date:
    """Read ``YYYY-MM-DD``; anything else is ``Invalid``."""
    try:
        if not isinstance(text, str) or not _DAY.fullmatch(text.strip()):
            raise ValueError
        value = date.fromisoformat(text.strip())
    except ValueError:
        raise Invalid(f"{field} 要写成日期，例如 2025-07-01", field) from None
    if not 2000 <= value.year <= 2099:
        raise Invalid(f"{field} 超出可处理的范围（2000 年至 2099 年）", field)
    return value


def parse_month(text: object, field: str = "月份") -> date:
    """Read ``YYYY-MM`` and return its first day; anything else is ``Invalid``."""
    match = _MONTH.fullmatch(text.strip()) if isinstance(text, str) else None
    if not match or not 1 <= int(match[2]) <= 12 or not 2000 <= int(match[1]) <= 2099:
        raise Invalid(f"{field} 要写成年-月，例如 2025-07", field)
    return date(int(match[1]), int(match[2]), 1)


def day_of(instant: datetime) -> date:
    """Return the Shanghai calendar date of an instant."""
    return instant.astimezone(SHANGHAI).date()


def start_of(day: date) -> datetime:
    """Return the instant (UTC) at which a Shanghai day begins."""
    return datetime.combine(day, time(), SHANGHAI).astimezone(UTC)


def end_of(day: date) -> datetime:
    """Return 24:00 of a Shanghai day, which is 00:00 of the next (T6)."""
    return start_of(day + timedelta(days=1))


def next_month(first: date) -> date:
    """Return the first day of the month after the one that begins on ``first``."""
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def month_bounds(first: date) -> tuple[datetime, datetime]:
    """Return the half-open interval ``[start, end)`` in UTC of a Shanghai month."""
    return start_of(first), start_of(next_month(first))


def month_of(instant: datetime) -> date:
    """Return the first day of the Shanghai month an instant lies in."""
    return day_of(instant).replace(day=1)


def add_year(day: date, years: int = 1) -> date:
    """Return the same day some years later; 29 February becomes 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def iso(instant: datetime) -> str:
    """Write an instant as ISO 8601 with ``+08:00`` (T1)."""
    return instant.astimezone(SHANGHAI).isoformat(timespec="seconds")


def clock_text(instant: datetime) -> str:
    """Write an instant for a person: ``2025-07-01 09:00:00``, Shanghai time."""
    return instant.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")


def duration_text(seconds: int) -> str:
    """Write a length of time for a person: ``2 小时 5 分``; seconds only where they matter."""
    days, rest = divmod(abs(seconds), 86400)
    hours, rest = divmod(rest, 3600)
    minutes, secs = divmod(rest, 60)
    parts = [(days, "天"), (hours, "小时"), (minutes, "分")]
    if not days and not hours:
        parts.append((secs, "秒"))
    return " ".join(f"{n} {unit}" for n, unit in parts if n) or "0 秒"
