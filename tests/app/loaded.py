"""Databases that hold the contract and the people already: for a folder whose tests all want them.

A folder's ``conftest.py`` imports the two fixtures. A test marked ``empty_database`` gets the schema alone.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sqlalchemy import URL, make_url

from tests.conftest import new_postgresql


@pytest.fixture
def fresh_sqlite(
    contract_sqlite: Path, migrated_sqlite: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> URL:
    path = tmp_path / "lvyue.sqlite3"
    shutil.copyfile(migrated_sqlite if wants_nothing(request) else contract_sqlite, path)
    return make_url(f"sqlite:///{path}")


@pytest.fixture
def fresh_postgresql(
    contract_postgresql: URL, migrated_postgresql: URL, worker: str, request: pytest.FixtureRequest
) -> URL:
    template = migrated_postgresql if wants_nothing(request) else contract_postgresql
    return new_postgresql(template, f"test_{worker}", template.database)


def wants_nothing(request: pytest.FixtureRequest) -> bool:
    return request.node.get_closest_marker("empty_database") is not None
