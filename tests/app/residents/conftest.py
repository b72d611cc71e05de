"""Every database here holds the contract and the people already; it is made once and copied."""

from __future__ import annotations

import pytest

from app import Site
from app.database import transaction
from tests.app import visitors
from tests.app.loaded import fresh_postgresql, fresh_sqlite  # noqa: F401, every test here uses them
from tests.app.residents.world import joined


@pytest.fixture
def site(app: Site) -> Site:
    """The site at nine o'clock on 1 July 2025."""
    visitors.set_clock(app)
    return app


@pytest.fixture
def staffed(site: Site) -> Site:
    """The engineer holds row 1's posting, the other engineer row 44's."""
    with site.app_context(), transaction() as session:
        joined(session)
        joined(session, "other_engineer", 44)
    return site
