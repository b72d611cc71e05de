"""The contract in effect and its people, in a writing session."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests.app.personas import Personas, real_contract
from tests.app.watch.world import no_duties


@pytest.fixture
def people(session: Session) -> Personas:
    found = real_contract(session)
    no_duties(session)
    session.commit()
    return found
