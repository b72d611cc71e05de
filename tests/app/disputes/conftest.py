"""Every database here holds the contract and the people already; it is made once and copied."""

from __future__ import annotations

import pytest

from app import Site
from tests.app import visitors
from tests.app.loaded import fresh_postgresql, fresh_sqlite  # noqa: F401, every test here uses them


@pytest.fixture
def site(app: Site) -> Site:
    """The site at nine o'clock on 1 July 2025."""
    visitors.set_clock(app)
    return app
