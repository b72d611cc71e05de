"""Several people at once, on both databases: nobody slips through between two others."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlalchemy import select

from app.account.service import sign_in
from app.people.assignments import assign
from app.people.service import create_person, deactivate
from models.engine import write_session
from models.people import Assignment, User
from sla.errors import Conflict, Invalid
from sla.vocab import Role
from tests.app.loaded import fresh_postgresql, fresh_sqlite  # noqa: F401
from tests.app.personas import at, real_contract

NOW = at("2025-07-01 09:00")


@pytest.fixture
def contract(session):
    people = real_contract(session)
    session.commit()
    return people


def at_once(engine, *calls):
    """Carry out each call in a transaction of its own, all together; return the refusals."""

    def carry_out(call):
        with write_session(engine) as session:
            try:
                call(session)
                session.commit()
            except (Conflict, Invalid) as error:
                return error
        return None

    with ThreadPoolExecutor(len(calls)) as pool:
        return [error for error in pool.map(carry_out, calls) if error]


def test_the_last_two_administrators_cannot_deactivate_each_other_at_once(engine, session, contract):
    other = create_person(
        session, None, NOW, username="other", name="另一位", role=Role.ADMIN, password_hash="!"
    )
    session.commit()
    pairs = [(contract.admin.id, other.id), (other.id, contract.admin.id)]
    calls = [
        lambda s, who=who, whom=whom: deactivate(s, s.get(User, who), s.get(User, whom), NOW)
        for who, whom in pairs
    ]
    assert len(at_once(engine, *calls)) == 1


def test_a_name_is_given_once(engine, session, contract):
    def add(s):
        create_person(s, None, NOW, username="wang", name="王", role=Role.HOTLINE, password_hash="!")

    refusals = at_once(engine, *[add] * 4)
    assert [type(error) for error in refusals] == [Invalid] * 3


def test_an_engineer_is_assigned_to_a_project_once(engine, session, contract):
    engineer = contract.engineer.id

    def give(s):
        assign(s, None, s.get(User, engineer), NOW, project_seq=5, from_day=date(2025, 7, 1))

    assert len(at_once(engine, *[give] * 4)) == 3
    with write_session(engine) as fresh:
        assert len(fresh.scalars(select(Assignment).where(Assignment.user_id == engineer)).all()) == 2


def test_guesses_sent_together_are_all_counted(engine, session, contract):
    at_once(engine, *[lambda s: sign_in(s, "bureau", None, NOW)] * 5)
    with write_session(engine) as fresh:
        assert fresh.get_one(User, contract.bureau.id).locked_until is not None
        assert sign_in(fresh, "bureau", "!", NOW) is None
