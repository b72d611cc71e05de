"""The figures of several months at once are those each month shows on its own page."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import event, select

from app.closing.frozen import SHOW, file_of
from app.files.store import Store
from app.months.figures import figures_of
from app.overview.figures import figures_of_months
from models.contract import Project
from models.engine import read_session
from models.people import User
from models.tickets import TicketClock
from sla.figures import Figure
from sla.period import month, months_of, service_year
from sla.vocab import Indicator, Role, Verdict
from tests.app.closing.world import sealed
from tests.app.lived import UNTIL
from tests.app.months.world import live
from tests.app.personas import Personas, at, real_contract

MONTHS = [month(date(2025, number, 1)) for number in (6, 7, 8, 9)]
LATER = at("2025-11-05 12:00")


@pytest.fixture
def people(session) -> Personas:
    return real_contract(session)


def several(session, viewer, now, months=MONTHS, store=None):
    # Nothing is frozen in this life, so nothing is read from the store.
    return figures_of_months(session, store or Store(Path()), months, viewer, now)


@pytest.mark.parametrize("engine", ["life_sqlite", "life_postgresql"])
def test_each_month_is_the_one_its_own_page_shows(engine, request):
    with read_session(request.getfixturevalue(engine)) as session:
        engineer = session.scalars(select(User).where(User.role == Role.ENGINEER).order_by(User.id)).first()
        for person, now in ((None, UNTIL), (engineer, LATER)):
            for one in several(session, person, now, MONTHS[1:]).months:
                expected = figures_of(session, one.period, person, now).figures
                assert one.projects == expected.projects, (person, one.period.key, now)
                assert one.contract == expected.contract, (person, one.period.key, now)


def test_twelve_months_take_as_many_queries_as_one(life_sqlite):
    sent = []
    year = months_of(service_year(1, date(2025, 6, 3), date(2026, 6, 1)))

    def note(*said) -> None:
        sent.append(said[2])

    event.listen(life_sqlite, "before_cursor_execute", note)
    try:
        with read_session(life_sqlite) as session:
            several(session, None, LATER, year[2:3])
            one, before = len(sent), len(year)
            several(session, None, LATER, year)
    finally:
        event.remove(life_sqlite, "before_cursor_execute", note)
    assert before == 12
    assert len(sent) - one <= one


def test_a_frozen_month_is_read_from_what_it_froze_with(session, tmp_path, people):
    live(session, people, 24)
    store, now = Store(tmp_path / "files"), at("2025-08-05 09:00")
    july, august = MONTHS[1:3]
    sealed(session, july, now, store)
    session.flush()
    before = several(session, None, now, [july, august], store).of(july)
    assert before.is_frozen
    assert before.contract[Indicator.RESPONSE].total
    for clock in session.scalars(select(TicketClock)):
        clock.verdict = Verdict.MET  # a change behind the back of what was frozen
    session.flush()
    found = several(session, None, now, [july, august], store)
    assert found.of(july) == before
    assert not found.of(august).is_frozen
    assert str(before.contract[Indicator.RESPONSE].rate) in file_of(session, store, july, SHOW).decode()
    own = several(session, people.contact, now, [july], store).months[0]
    mine = set(session.scalars(select(Project.seq).where(Project.unit_id == people.contact.unit_id)))
    assert set(own.projects) == mine
    whole = sum((before.projects[seq][Indicator.RESPONSE] for seq in mine), Figure())
    assert own.contract[Indicator.RESPONSE] == whole
