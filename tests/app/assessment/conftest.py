"""Assessment is tested on the contract in effect, in July and August 2025."""

from __future__ import annotations

import pytest

from app import Site
from tests.app import visitors
from tests.app.loaded import fresh_postgresql, fresh_sqlite  # noqa: F401, every test here uses them


@pytest.fixture
def site(app: Site) -> Site:
    """The site at nine o'clock on 1 August 2025: June and July are over."""
    visitors.set_clock(app, "2025-08-01 09:00")
    return app
