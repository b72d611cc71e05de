"""Who comes to the site in a test: people signed in without the slow hash, and looks into the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

from flask.testing import FlaskClient
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from app import Site, login, passwords
from app.account.service import begin
from app.database import ENGINE, reading, transaction
from models.ledger import LedgerEntry
from models.people import User
from tests.app.personas import at

Found = TypeVar("Found")
NOW = "2025-07-01 09:00"
PASSWORD = "quiet river 8814"
JSON = {"Accept": "application/json"}


def set_clock(app: Site, when: str | datetime = NOW) -> None:
    """Let the site believe that it is ``when`` (Shanghai time if it is a text)."""
    instant = at(when) if isinstance(when, str) else when
    app.config["NOW"] = lambda: instant


def visit(app: Site, username: str) -> FlaskClient:
    """Return a browser in which this person is signed in."""
    client = app.test_client()
    with app.app_context(), transaction() as session:
        token = begin(session, named(session, username), app.config["NOW"](), "tests")
    with client.session_transaction() as cookie:
        cookie[login.TOKEN] = token
    return client


def named(session: Session, username: str) -> User:
    return session.scalars(select(User).where(User.username == username)).one()


def id_of(app: Site, username: str) -> int:
    return read(app, lambda session: named(session, username).id)


def read(app: Site, look: Callable[[Session], Found]) -> Found:
    """Return what somebody sees who looks into the database."""
    with app.app_context(), reading() as session:
        return look(session)


def ledger(app: Site, prefix: str) -> list[LedgerEntry]:
    """Return the entries of the ledger whose kind begins with ``prefix``, oldest first."""
    found = select(LedgerEntry).where(LedgerEntry.kind.startswith(prefix)).order_by(LedgerEntry.seq)
    return read(app, lambda session: list(session.scalars(found)))


@contextmanager
def counted_queries(app: Site) -> Iterator[list[str]]:
    """Collect the statements the site sends to its database."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    engine = app.extensions[ENGINE]
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


@cache
def hashed_password() -> str:
    """Return the hash of ``PASSWORD``; the slow function runs once in a worker."""
    return passwords.hash_of(PASSWORD)


def give_passwords(app: Site, *usernames: str) -> None:
    """Let these people have ``PASSWORD``, for acts that are signed with it."""
    with app.app_context(), transaction() as session:
        for username in usernames:
            named(session, username).password_hash = hashed_password()
