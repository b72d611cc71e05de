"""The real contract in effect, its year laid out, with the people of the tests."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from app import Site
from tests.app import visitors
from tests.app.loaded import fresh_postgresql, fresh_sqlite  # noqa: F401, every test here uses them
from tests.app.personas import Personas, people_of


@pytest.fixture
def people(session: Session) -> Personas:
    found = people_of(session)
    assert found
    return found


@pytest.fixture
def site(app: Site) -> Site:
    """The site on that database, at nine o'clock in the morning; the bureau may sign."""
    visitors.set_clock(app)
    visitors.give_passwords(app, "bureau", "bureau2")
    return app
