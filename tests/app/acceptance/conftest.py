"""The real contract in effect since 3 June 2025; its first year is over on 3 June 2026.

Rounds are prepared once a worker and copied for each test: hundreds of standards take longer than a test may.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import make_url
from sqlalchemy.orm import Session

from app import Site
from app.database import ENGINE
from app.settings import Settings
from models.engine import make_engine, write_session
from tests.app import visitors
from tests.app.acceptance import world
from tests.app.loaded import fresh_postgresql, fresh_sqlite  # noqa: F401, every test here uses them


@pytest.fixture
def site(app: Site) -> Site:
    """The site while the group meets."""
    visitors.set_clock(app, world.SAID)
    return app


@pytest.fixture(scope="session")
def going_sqlite(contract_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with an opened round and its group."""
    folder = tmp_path_factory.mktemp("going")
    return _prepared(
        contract_sqlite, folder, lambda session: world.with_group(session, world.opened(session))
    )


@pytest.fixture(scope="session")
def ready_sqlite(going_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with a round in which everything is there that a conclusion waits for."""
    return _prepared(going_sqlite, tmp_path_factory.mktemp("ready"), world.all_said)


@pytest.fixture(scope="session")
def over_sqlite(ready_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with a round that has passed."""
    folder = tmp_path_factory.mktemp("over")
    return _prepared(ready_sqlite, folder, lambda session: world.finished(session, world.only(session)))


@pytest.fixture
def going(site: Site, settings: Settings, going_sqlite: Path) -> int:
    """The number of an opened round with a group, of the year that ended."""
    return _put(site, settings, going_sqlite)


@pytest.fixture
def ready(site: Site, settings: Settings, ready_sqlite: Path) -> int:
    """The number of a round that can be concluded."""
    return _put(site, settings, ready_sqlite)


@pytest.fixture
def over(site: Site, settings: Settings, over_sqlite: Path) -> int:
    """The number of a round that has passed."""
    return _put(site, settings, over_sqlite)


def _prepared(given: Path, folder: Path, act: Callable[[Session], object]) -> Path:
    path = folder / "template.sqlite3"
    shutil.copyfile(given, path)
    engine = make_engine(f"sqlite:///{path}")
    with write_session(engine) as session:
        act(session)
        session.commit()
    engine.dispose()
    return path


def _put(site: Site, settings: Settings, prepared: Path) -> int:
    # No connection may be open to the database that is replaced.
    site.extensions[ENGINE].dispose()
    database = make_url(settings.database_url).database
    assert database
    shutil.copyfile(prepared, database)
    return 1
