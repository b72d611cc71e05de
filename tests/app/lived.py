"""A life with its duties done and its postings held, made once: five weeks from the first of August."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import URL, Engine, insert, select

from app.residents import simulated
from app.simulation import duties, life
from app.simulation.people import gather
from app.simulation.world import World
from models.base import Base
from models.engine import make_engine, write_session
from seeds.loader import load
from sla.when import start_of
from tests.app.personas import at
from tests.conftest import made_once_a_run, new_postgresql

FIRST, UNTIL = date(2025, 8, 1), at("2025-09-04 00:00")
ATTENDED_UNTIL = at("2025-08-07 00:00")  # half days are many; the units' words come at the end of a month
SEED, RATE = 7, 20
# What figures do not rest on, and what is large.
_LEFT_OUT = {"ledger_entry", "ledger_head", "work_line", "notice", "job_run"}


@pytest.fixture(scope="session")
def life_sqlite(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    def make(path: Path) -> None:
        shutil.copyfile(migrated_sqlite, path)
        _live(path)

    engine = make_engine(f"sqlite:///{made_once_a_run(tmp_path_factory, 'life.sqlite3', make)}")
    yield engine
    engine.dispose()


def _live(path: Path) -> None:
    engine = make_engine(f"sqlite:///{path}")
    with write_session(engine) as session, session.begin():
        load(session)
        plan = life.Plan(FIRST, UNTIL, SEED, RATE)
        life.begin(session, plan)
        cast = gather(session, SEED, start_of(FIRST), demo=False)
        life.live(session, plan, cast, over=lambda day, world: None, further=_further)
    engine.dispose()


@pytest.fixture(scope="session")
def life_postgresql(life_sqlite: Engine, migrated_postgresql: URL, worker: str) -> Iterator[Engine]:
    """The same rows in the other database."""
    engine = make_engine(new_postgresql(migrated_postgresql, f"life_{worker}", migrated_postgresql.database))
    copy_rows(life_sqlite, engine)
    yield engine
    engine.dispose()


def copy_rows(source: Engine, target: Engine) -> None:
    """Copy what figures rest on into a database that holds the schema alone."""
    with source.connect() as reading, target.begin() as writing:
        for table in Base.metadata.sorted_tables:
            if table.name in _LEFT_OUT:
                continue
            keys = table.primary_key.columns
            rows = [dict(row) for row in reading.execute(select(table).order_by(*keys)).mappings()]
            if rows:
                writing.execute(insert(table), rows)


def _further(world: World) -> None:
    duties.put_on(world, UNTIL, SEED)
    for when, step in simulated.steps(world.session, FIRST, ATTENDED_UNTIL, Random(SEED), world.cast):
        if when < ATTENDED_UNTIL:
            world.schedule(when, step)
