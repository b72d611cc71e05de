"""The site with the real contract and the people of the tests in it, on 1 July 2025.

A test that asks for ``site`` or ``people`` starts from a database that holds both.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import URL, make_url
from sqlalchemy.orm import Session

from app import Site
from app.tickets.derivation import current_rules
from tests.app import visitors
from tests.app.lived import life_postgresql, life_sqlite  # noqa: F401, fixtures of several folders
from tests.app.personas import real_contract
from tests.conftest import fill, new_postgresql


@pytest.fixture(scope="session")
def contract_sqlite(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the contract and the people; it is loaded once and copied for each test."""
    path = tmp_path_factory.mktemp("contract") / "template.sqlite3"
    shutil.copyfile(migrated_sqlite, path)
    fill(make_url(f"sqlite:///{path}"), in_effect)
    return path


@pytest.fixture(scope="session")
def contract_postgresql(migrated_postgresql: URL, worker: str) -> URL:
    """A database of this worker with the contract and the people, copied for each test as well."""
    url = new_postgresql(migrated_postgresql, f"contract_{worker}", migrated_postgresql.database)
    fill(url, in_effect)
    return url


def in_effect(session: Session) -> None:
    real_contract(session)
    current_rules(session)  # kept by their content: whichever test comes first asks as much as the others


@pytest.fixture
def site(app: Site) -> Site:
    """The site at work: contract in effect since 3 June 2025, ten people, nine o'clock in the morning."""
    visitors.set_clock(app)
    return app


@pytest.fixture
def visit(site: Site) -> Callable[[str], FlaskClient]:
    """Return a browser in which somebody is signed in, by username."""
    return partial(visitors.visit, site)
