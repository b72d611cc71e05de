"""The real contract in effect since 3 June 2025; its first year is over on 3 June 2026."""

from __future__ import annotations

from tests.app.loaded import fresh_postgresql, fresh_sqlite  # noqa: F401, every test here uses them
