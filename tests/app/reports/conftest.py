"""A contract with some life in it: tickets, a dispute, call-backs, money; made once and copied."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sqlalchemy import URL, make_url
from sqlalchemy.orm import Session

from app import Site
from models.duties import Work
from models.engine import make_engine, write_session
from sla.vocab import Standing
from tests.app.loaded import fresh_postgresql  # noqa: F401, the same for PostgreSQL, without the life
from tests.app.months.world import live
from tests.app.payments import world as money
from tests.app.personas import Personas, at, people_of, project
from tests.app.visitors import set_clock

NOW = "2025-10-03 08:00"
NOTE = "=1+1"


def lived(session: Session) -> None:
    people = people_of(session)
    assert people
    live(session, people, 25)
    money.call_back(session, people.contact, when="2025-07-30 10:00", days=("2025-07-01", "2025-07-30"))
    money.paid(session, people)
    inspected(session, people)


def inspected(session: Session, people: Personas) -> None:
    """Let an inspection of row 1 be recorded whose note means harm."""
    one = project(session, 1)
    duty = next(duty for duty in one.obligations if duty.checklist is not None)
    done = at("2025-07-08 10:00")
    session.add(
        Work(
            obligation=duty,
            project_id=one.id,
            submission="hostile",
            by_id=people.engineer.id,
            started_at=done,
            occurred_at=done,
            recorded_at=done,
            finished_at=done,
            place="机房",
            note=NOTE,
            standing=Standing.PENDING,
        )
    )
    session.flush()


@pytest.fixture(scope="session")
def lived_sqlite(contract_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("reports") / "lived.sqlite3"
    shutil.copyfile(contract_sqlite, path)
    engine = make_engine(f"sqlite:///{path}")
    with write_session(engine) as session, session.begin():
        lived(session)
    engine.dispose()
    return path


@pytest.fixture
def fresh_sqlite(lived_sqlite: Path, tmp_path: Path) -> URL:
    path = tmp_path / "lvyue.sqlite3"
    shutil.copyfile(lived_sqlite, path)
    return make_url(f"sqlite:///{path}")


@pytest.fixture
def site(app: Site) -> Site:
    """The site in the morning of 3 October 2025."""
    set_clock(app, NOW)
    return app
