"""The one list of template filters: how instants and lengths of time are written for people."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

from flask import Flask

from app import clock
from app.watch.notices import until
from sla.when import SHANGHAI, clock_text, day_of, duration_text, iso


def minute_text(instant: datetime) -> str:
    """Write an instant to the minute: ``2025-07-01 09:00``, Shanghai."""
    return clock_text(instant)[:16]


def brief_text(instant: datetime) -> str:
    """Write an instant for a list: ``7月1日 09:00``, with the year where it is not this one."""
    at, present = instant.astimezone(SHANGHAI), clock.now().astimezone(SHANGHAI)
    year = "" if at.year == present.year else f"{at.year}年"
    return f"{year}{at.month}月{at.day}日 {at:%H:%M}"


def near_text(instant: datetime) -> str:
    """Write an instant in a sentence: ``14:30`` where it is today, else with its day."""
    at, present = instant.astimezone(SHANGHAI), clock.now().astimezone(SHANGHAI)
    return f"{at:%H:%M}" if at.date() == present.date() else brief_text(instant)


def local_value(instant: datetime) -> str:
    """Write an instant as the value of a datetime-local box, Shanghai."""
    return instant.astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M:%S")


def share_text(rate: Decimal) -> str:
    """Write a rate in per cent where there is little room: without zeros at the end."""
    return f"{rate.normalize():f}"


FILTERS: dict[str, Callable[..., Any]] = {
    "clock": clock_text,  # 2025-07-01 09:00:00, Shanghai
    "day": day_of,  # 2025-07-01, Shanghai
    "duration": duration_text,  # seconds as 2 小时 5 分
    "minute": minute_text,
    "until": until,  # the end of something: midnight is 24:00 of the day that ends
    "brief": brief_text,
    "near": near_text,
    "local": local_value,
    "share": share_text,  # 98.5, of per cent
    "iso": iso,  # for <time datetime="…">
}


def init_app(app: Flask) -> None:
    app.jinja_env.filters.update(FILTERS)
