"""Every database here holds the contract and the people already; it is made once and copied."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sqlalchemy import URL, make_url

from app import Site
from app.database import transaction
from models.engine import make_engine, write_session
from tests.app import visitors
from tests.app.personas import real_contract
from tests.app.residents.world import joined
from tests.conftest import new_postgresql


@pytest.fixture(scope="session")
def contract_postgresql(migrated_postgresql: URL, worker: str) -> URL:
    url = new_postgresql(migrated_postgresql, f"contract_{worker}", migrated_postgresql.database)
    engine = make_engine(url)
    with write_session(engine) as session:
        real_contract(session)
        session.commit()
    engine.dispose()
    return url


@pytest.fixture
def fresh_sqlite(contract_sqlite: Path, tmp_path: Path) -> URL:
    path = tmp_path / "lvyue.sqlite3"
    shutil.copyfile(contract_sqlite, path)
    return make_url(f"sqlite:///{path}")


@pytest.fixture
def fresh_postgresql(contract_postgresql: URL, worker: str) -> URL:
    return new_postgresql(contract_postgresql, f"test_{worker}", contract_postgresql.database)


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
