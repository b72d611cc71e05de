"""The one list of template filters: how instants and lengths of time are written for people."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask

from sla.when import clock_text, day_of, duration_text, iso

FILTERS: dict[str, Callable[..., Any]] = {
    "clock": clock_text,  # 2025-07-01 09:00:00, Shanghai
    "day": day_of,  # 2025-07-01, Shanghai
    "duration": duration_text,  # seconds as 2 小时 5 分
    "iso": iso,  # for <time datetime="…">
}


def init_app(app: Flask) -> None:
    app.jinja_env.filters.update(FILTERS)
