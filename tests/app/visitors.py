"""Who comes to the site in a test: people signed in without the slow hash, on the real contract."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask.testing import FlaskClient

from app import Site, login
from app.account.service import begin
from app.database import transaction
from models.people import User
from tests.app.personas import at

NOW = "2025-07-01 09:00"


def set_clock(app: Site, when: str | datetime = NOW) -> None:
    """Let the site believe that it is ``when`` (Shanghai time if it is a text)."""
    instant = at(when) if isinstance(when, str) else when
    app.config["NOW"] = lambda: instant


def visit(app: Site, username: str) -> FlaskClient:
    """Return a browser in which this person is signed in."""
    client = app.test_client()
    with app.app_context(), transaction() as session:
        user = session.query(User).filter_by(username=username).one()
        token = begin(session, user, app.config["NOW"](), "tests")
    with client.session_transaction() as cookie:
        cookie[login.TOKEN] = token
    return client


Visit = Callable[[str], FlaskClient]
