"""Connections, and the two kinds of transaction: one that writes, one that only reads.

SQLite lets one connection write at a time. A transaction that reads first and writes later may find that
somebody else wrote in between; it then fails at once, however long it was ready to wait. So a writing
transaction takes the lock when it begins (``BEGIN IMMEDIATE``) and waits its turn; a reading one begins
deferred, sees one moment of the data, waits for nobody, and is refused any write. On PostgreSQL the writing
kind is READ COMMITTED and the reading kind is a read-only snapshot.
"""

from __future__ import annotations

import json
from functools import partial
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.orm import Session

BUSY_SECONDS = 10
READS_ONLY = "reads_only"


def database_url(text: str) -> URL:
    """Read a database address; a plain PostgreSQL one means psycopg 3, any other database is a ValueError."""
    url = make_url(text)
    if url.drivername in ("postgres", "postgresql"):
        url = url.set(drivername="postgresql+psycopg")
    if url.drivername not in ("postgresql+psycopg", "sqlite", "sqlite+pysqlite"):
        raise ValueError(f"neither SQLite nor PostgreSQL: {url.drivername}")
    return url


def make_engine(url: str | URL) -> Engine:
    """Open a pool of connections to the database at ``url``, set up for the transactions described above."""
    url = database_url(url if isinstance(url, str) else url.render_as_string(hide_password=False))
    # Chinese text stays legible in the stored JSON; an error in the log names no telephone number.
    options: dict[str, Any] = {
        "json_serializer": partial(json.dumps, ensure_ascii=False),
        "hide_parameters": True,
    }
    if url.get_backend_name() == "postgresql":
        return create_engine(url, pool_pre_ping=True, connect_args={"options": "-c timezone=UTC"}, **options)
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS}, **options)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def write_session(engine: Engine) -> Session:
    """A session whose transactions may write; on SQLite they hold the write lock from the first statement."""
    return Session(engine, expire_on_commit=False)


def read_session(engine: Engine) -> Session:
    """A session that sees one moment of the data and is refused any write by the database itself."""
    options: dict[str, Any] = {READS_ONLY: True}
    if engine.dialect.name == "postgresql":
        options |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    return Session(engine.execution_options(**options), expire_on_commit=False, autoflush=False)


def _prepare_sqlite(dbapi_connection: Any, _record: Any) -> None:
    # The driver must not begin transactions of its own accord: _begin_sqlite does.
    dbapi_connection.isolation_level = None
    for pragma in ("journal_mode = WAL", "foreign_keys = ON", "synchronous = FULL"):
        dbapi_connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    reads_only = connection.get_execution_options().get(READS_ONLY, False)
    connection.exec_driver_sql(f"PRAGMA query_only = {'ON' if reads_only else 'OFF'}")
    connection.exec_driver_sql("BEGIN" if reads_only else "BEGIN IMMEDIATE")
