"""Two lives made once: half a year to look into, and a short one to compare others with."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.simulation.world import World
from models.engine import make_engine, write_session
from tests.app.simulation.lives import made, plan

RATE, SEED = 50, 2  # small, and everything comes up: with other dice another seed may be needed


@dataclass
class Lived:
    engine: Engine
    world: World


@pytest.fixture(scope="session")
def six_months(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    with_life = _copy(migrated_sqlite, tmp_path_factory)
    yield Lived(with_life, made(with_life, plan(months=6, seed=SEED, rate=RATE)))
    with_life.dispose()


@pytest.fixture(scope="session")
def reference(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = _copy(migrated_sqlite, tmp_path_factory)
    made(engine, plan())
    yield engine
    engine.dispose()


@pytest.fixture
def half_year(six_months: Lived) -> Iterator[Session]:
    with write_session(six_months.engine) as session:
        yield session


def _copy(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Engine:
    path = tmp_path_factory.mktemp("life") / "lvyue.sqlite3"
    shutil.copyfile(migrated, path)
    return make_engine(f"sqlite:///{path}")
