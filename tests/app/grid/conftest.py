"""The real contract with its year laid out, as the tests of duties have it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from flask.testing import FlaskClient

from app import Site
from tests.app import visitors
from tests.app.duties.conftest import people, site  # noqa: F401
from tests.app.loaded import fresh_postgresql, fresh_sqlite  # noqa: F401


@pytest.fixture
def visit_as(site: Site) -> Callable[[str], FlaskClient]:  # noqa: F811
    """Return a browser in which somebody is signed in, by username."""
    return partial(visitors.visit, site)
