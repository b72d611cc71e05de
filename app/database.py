"""One transaction for one request or one command, committed here and nowhere else.

A request that asks (GET, HEAD, OPTIONS) gets a session that only reads; any other gets one that writes.
The session begins when it is first used. When the view has answered with success it is committed, before
the answer leaves, so that a refused commit still becomes an error page; otherwise it is rolled back.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, current_app, g, request
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.settings import Settings
from models.engine import make_engine, read_session, write_session

ENGINE = "lvyue.engine"
ASKING = frozenset({"GET", "HEAD", "OPTIONS"})


def init_app(app: Flask, settings: Settings) -> None:
    init_engine(app, settings)
    app.teardown_appcontext(lambda _error: discard())


def init_engine(app: Flask, settings: Settings) -> None:
    """Give the application the engine of its settings."""
    app.extensions[ENGINE] = make_engine(settings.database_url)


def current_engine() -> Engine:
    """The engine of the application at work."""
    engine: Engine = current_app.extensions[ENGINE]
    return engine


def current_session() -> Session:
    """The session of the request at work. Views hand it to queries and use cases; nobody commits it."""
    if "session" not in g:
        only_asks = request.method in ASKING or g.get("failed", False)
        g.session = read_session(current_engine()) if only_asks else write_session(current_engine())
    session: Session = g.session
    return session


def settle(status: int) -> None:
    """End the request's transaction: committed when the answer says success, rolled back otherwise."""
    if "session" in g and status < 400 and request.method not in ASKING:
        g.session.commit()
    discard()


def fail() -> None:
    """Give the transaction up. The error page that follows may still read, and can no longer write."""
    discard()
    g.failed = True


def discard() -> None:
    session: Session | None = g.pop("session", None)
    if session is not None:
        session.close()


@contextmanager
def transaction() -> Iterator[Session]:
    """A writing transaction for a command: committed at the end, rolled back by any exception."""
    with write_session(current_engine()) as session, session.begin():
        yield session


@contextmanager
def reading() -> Iterator[Session]:
    """A reading transaction for a command: one moment of the data, no write."""
    with read_session(current_engine()) as session:
        yield session
