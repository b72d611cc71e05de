"""The site with the real contract and the people of the tests in it, on 1 July 2025."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import URL, make_url

from app import Site
from app.database import ENGINE
from app.settings import Settings
from app.tickets.derivation import current_rules
from models.engine import make_engine, write_session
from tests.app import visitors
from tests.app.lived import life_postgresql, life_sqlite  # noqa: F401, fixtures of several folders
from tests.app.personas import real_contract
from tests.conftest import new_postgresql


@pytest.fixture(scope="session")
def contract_sqlite(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the contract and the people; it is loaded once and copied for each test."""
    path = tmp_path_factory.mktemp("contract") / "template.sqlite3"
    shutil.copyfile(migrated_sqlite, path)
    engine = make_engine(f"sqlite:///{path}")
    with write_session(engine) as session:
        real_contract(session)
        current_rules(session)  # kept by their content: whichever test comes first asks as much as the others
        session.commit()
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def contract_postgresql(migrated_postgresql: URL, worker: str) -> URL:
    """A database of this worker with the contract and the people, copied for each test as well."""
    url = new_postgresql(migrated_postgresql, f"contract_{worker}", migrated_postgresql.database)
    engine = make_engine(url)
    with write_session(engine) as session:
        real_contract(session)
        current_rules(session)  # kept by their content: whichever test comes first asks as much as the others
        session.commit()
    engine.dispose()
    return url


@pytest.fixture
def site(app: Site, settings: Settings, contract_sqlite: Path, request: pytest.FixtureRequest) -> Site:
    """The site at work: contract in effect since 3 June 2025, ten people, nine o'clock in the morning."""
    url = make_url(settings.database_url)
    assert url.database
    # No connection may be open to the database that is replaced.
    app.extensions[ENGINE].dispose()
    if url.get_backend_name() == "sqlite":
        shutil.copyfile(contract_sqlite, url.database)
    else:
        template = request.getfixturevalue("contract_postgresql")
        new_postgresql(template, url.database, template.database)
    visitors.set_clock(app)
    return app


@pytest.fixture
def visit(site: Site) -> Callable[[str], FlaskClient]:
    """Return a browser in which somebody is signed in, by username."""
    return partial(visitors.visit, site)
