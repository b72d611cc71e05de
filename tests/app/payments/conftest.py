"""Every database here holds the contract and the people already."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests.app.loaded import fresh_postgresql, fresh_sqlite  # noqa: F401
from tests.app.personas import Personas, people_of


@pytest.fixture
def people(session: Session) -> Personas:
    found = people_of(session)
    assert found
    return found
