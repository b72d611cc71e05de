"""The real contract in effect since 3 June 2025, with its year laid out and the people of the tests.

It is made once a worker and copied for each test: laying out a year takes longer than a test may.
"""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import Site
from models.people import User
from tests.app import visitors
from tests.app.duties.world import assign
from tests.app.loaded import fresh_postgresql, fresh_sqlite  # noqa: F401, every test here uses them
from tests.app.personas import Personas


@pytest.fixture
def people(session: Session) -> Personas:
    """Row 1 and 30 are the engineer's, row 44 the other one's."""
    users = {user.username: user for user in session.scalars(select(User))}
    assign(session, users["engineer"], 30)
    session.commit()
    return Personas(**users)


@pytest.fixture
def site(app: Site) -> Site:
    """The site on that database, at nine o'clock in the morning."""
    visitors.set_clock(app)
    return app
