"""The schema's history leads exactly to what the models say, and back, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Engine, inspect, make_url

from models.base import Base
from models.engine import make_engine
from models.migrations import configuration, downgrade, upgrade
from tests.conftest import new_postgresql


@pytest.fixture
def empty_sqlite(tmp_path: Path) -> URL:
    return make_url(f"sqlite:///{tmp_path / 'empty.sqlite3'}")


@pytest.fixture
def empty_postgresql(postgresql: URL, worker: str) -> URL:
    return new_postgresql(postgresql, f"empty_{worker}")


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """A database in which nothing was ever made."""
    engine = make_engine(request.getfixturevalue(f"empty_{request.param}"))
    yield engine
    engine.dispose()


def shape(engine: Engine) -> dict[str, dict[str, Any]]:
    """Everything the database says about its tables, in a form that compares."""
    inspector = inspect(engine)
    return {
        table: {
            "columns": [
                (column["name"], str(column["type"]), column["nullable"], column["default"])
                for column in sorted(inspector.get_columns(table), key=lambda column: column["name"])
            ],
            "primary key": inspector.get_pk_constraint(table)["constrained_columns"],
            "foreign keys": by_name(inspector.get_foreign_keys(table)),
            "uniques": by_name(inspector.get_unique_constraints(table)),
            "indexes": by_name(inspector.get_indexes(table)),
            "checks": by_name(inspector.get_check_constraints(table)),
        }
        for table in inspector.get_table_names()
        if table != "alembic_version"
    }


def by_name(things: list[Any]) -> list[Any]:
    return sorted(things, key=lambda thing: str(thing["name"]))


def test_there_is_exactly_one_head():
    assert len(ScriptDirectory.from_config(configuration()).get_heads()) == 1


def test_migrations_go_up_down_and_up_again(empty_engine):
    upgrade(empty_engine)
    first = shape(empty_engine)
    assert first

    downgrade(empty_engine)
    assert shape(empty_engine) == {}

    upgrade(empty_engine)
    assert shape(empty_engine) == first


def test_bringing_a_database_up_to_date_twice_changes_nothing(empty_engine):
    upgrade(empty_engine)
    first = shape(empty_engine)
    upgrade(empty_engine)
    assert shape(empty_engine) == first


def test_the_migrations_have_not_drifted_from_the_models(engine):
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, Base.metadata) == []


def test_the_migrations_make_what_the_models_would_make_down_to_the_checks(empty_engine):
    Base.metadata.create_all(empty_engine)
    made_by_models = shape(empty_engine)
    Base.metadata.drop_all(empty_engine)
    upgrade(empty_engine)
    made_by_migrations = shape(empty_engine)
    assert made_by_migrations.keys() == made_by_models.keys()
    for table, expected in made_by_models.items():
        assert made_by_migrations[table] == expected, table
