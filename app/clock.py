"""The one place where the web reads a clock; rules, tables and use cases are told the time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from flask import current_app


def now() -> datetime:
    """Return the present instant in UTC, whole seconds (T1). ``app.config["NOW"]`` may hold another clock."""
    other: Callable[[], datetime] | None = current_app.config.get("NOW")
    instant = other() if other else datetime.now(UTC)
    return instant.astimezone(UTC).replace(microsecond=0)
