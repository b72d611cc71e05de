"""The real contract in effect since 3 June 2025, with its year laid out and the people of the tests.

It is made once a worker and copied for each test: laying out a year takes longer than a test may.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sqlalchemy import URL, make_url, select
from sqlalchemy.orm import Session

from app import Site
from models.people import User
from tests.app import visitors
from tests.app.duties.world import assign
from tests.app.personas import Personas
from tests.conftest import new_postgresql


@pytest.fixture
def fresh_sqlite(contract_sqlite: Path, tmp_path: Path) -> URL:
    path = tmp_path / "lvyue.sqlite3"
    shutil.copyfile(contract_sqlite, path)
    return make_url(f"sqlite:///{path}")


@pytest.fixture
def fresh_postgresql(contract_postgresql: URL, worker: str) -> URL:
    return new_postgresql(contract_postgresql, f"test_{worker}", contract_postgresql.database)


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
