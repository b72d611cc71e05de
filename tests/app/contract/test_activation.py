"""Activation as a use case, and the rules the contract gives to the clocks; on both databases."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlalchemy import event, func, select

from app.contract.queries import project_rules, rule_book
from app.contract.service import activate, renew
from app.ledger.service import verify
from models.calendar import CalendarDay
from models.contract import InterpretationVersion, ProjectService, ServiceYear
from models.engine import write_session
from models.ledger import LedgerEntry
from sla.calendar import DayKind
from sla.errors import Conflict, Forbidden, Invalid
from sla.interpretations import Interpretations
from sla.vocab import TicketKind, Window
from tests.app.personas import at, new_ticket, real_contract

NOW = at("2025-06-02 09:00")
EFFECTIVE = date(2025, 6, 3)


@pytest.fixture
def loaded(session):
    return session


def test_the_ledger_keeps_the_activation_with_every_rows_year(loaded):
    activate(loaded, None, EFFECTIVE, NOW, " 合同签订 ")
    entry, laid = loaded.scalars(select(LedgerEntry).order_by(LedgerEntry.seq)).all()
    assert (laid.kind, json.loads(laid.payload)["added"]) == ("duties.laid_out", 7740)
    payload = json.loads(entry.payload)
    assert (entry.kind, entry.subject, entry.actor_id) == ("contract.activated", "contract:1", None)
    assert (entry.recorded_at, payload["reason"]) == (NOW, "合同签订")
    assert payload["projects"][0] == {"project": 1, "starts_on": "2025-06-03", "ends_on": "2026-06-03"}
    assert payload["projects"][39] == {"project": 40, "starts_on": "2025-07-01", "ends_on": "2026-07-01"}
    loaded.commit()
    assert verify(loaded, lambda finding: None).findings == 0


def test_before_activation_nothing_is_limited_and_after_it_each_row_has_its_own_year(loaded):
    assert {rules.service for rules in project_rules(loaded).values()} == {None}
    activate(loaded, None, EFFECTIVE, NOW)
    rules = project_rules(loaded)
    assert rules[1].service == ((date(2025, 6, 3), date(2026, 6, 3)),)
    assert rules[45].service == ((date(2025, 7, 27), date(2026, 7, 27)),)
    assert [rules[45].in_service(at(f"{day} 00:00")) for day in ("2025-07-26", "2025-07-27")] == [False, True]
    assert [rules[1].in_service(at(f"2026-06-{day} 23:59")) for day in ("02", "03")] == [True, False]


def test_a_later_effect_than_the_rows_own_start_wins(loaded):
    activate(loaded, None, date(2025, 7, 10), NOW)
    rules = project_rules(loaded)
    assert rules[40].service == ((date(2025, 7, 10), date(2026, 7, 10)),)
    assert rules[45].service == ((date(2025, 7, 27), date(2026, 7, 27)),)


def test_a_year_from_the_29th_of_february_ends_before_the_1st_of_march(loaded):
    assert activate(loaded, None, date(2028, 2, 29), NOW).ends_on == date(2029, 3, 1)


def test_only_the_bureau_activates(session):
    people = real_contract(session, effective=None)
    for person in (people.manager, people.contact, people.admin, people.auditor):
        with pytest.raises(Forbidden):
            activate(session, person, EFFECTIVE, NOW)
    assert activate(session, people.bureau, EFFECTIVE, NOW).activated_by_id == people.bureau.id


def test_activating_twice_is_harmless_and_another_day_is_a_conflict(loaded):
    first = activate(loaded, None, EFFECTIVE, NOW)
    assert activate(loaded, None, EFFECTIVE, at("2025-06-05 09:00")) is first
    with pytest.raises(Conflict, match="已于 2025-06-03 生效"):
        activate(loaded, None, date(2025, 6, 4), NOW)
    assert loaded.scalar(select(func.count()).select_from(ProjectService)) == 45


def test_an_empty_database_and_a_long_reason_are_refused(session):
    with pytest.raises(Conflict, match="flask --app wsgi init"):
        activate(session, None, EFFECTIVE, NOW)
    with pytest.raises(Invalid, match="最多 200 个字"):
        activate(session, None, EFFECTIVE, NOW, "因" * 201)


def test_of_two_who_activate_at_once_one_wins_and_the_other_is_told(engine, loaded):
    loaded.close()
    days = [date(2025, 6, 3), date(2025, 6, 4)]

    def attempt(day: date) -> str:
        with write_session(engine) as session:
            try:
                activate(session, None, day, NOW)
                session.commit()
            except Conflict:
                return "told"
            return "won"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(attempt, days)) == ["told", "won"]
    assert loaded.scalar(select(func.count()).select_from(ServiceYear)) == 1
    kinds = select(LedgerEntry.kind).order_by(LedgerEntry.seq)
    assert loaded.scalars(kinds).all() == ["contract.activated", "duties.laid_out"]


def test_a_renewal_opens_the_next_year_where_each_row_ended(loaded):
    activate(loaded, None, EFFECTIVE, NOW)
    year = renew(loaded, None, at("2026-05-20 10:00"), "续签")
    assert (year.number, year.starts_on, year.ends_on) == (2, date(2026, 6, 3), date(2027, 6, 3))
    own = {one.project.seq: (one.starts_on, one.ends_on) for one in year.services}
    assert own[1] == (date(2026, 6, 3), date(2027, 6, 3))
    assert own[40] == (date(2026, 7, 1), date(2027, 7, 1))
    assert own[45] == (date(2026, 7, 27), date(2027, 7, 27))
    assert project_rules(loaded)[45].service == (
        (date(2025, 7, 27), date(2026, 7, 27)),
        (date(2026, 7, 27), date(2027, 7, 27)),
    )


def test_there_are_three_years_at_most_and_one_is_opened_at_a_time(loaded):
    with pytest.raises(Conflict, match="还没有生效"):
        renew(loaded, None, NOW)
    activate(loaded, None, EFFECTIVE, NOW)
    with pytest.raises(Conflict, match="从 2025-06-03 开始"):
        renew(loaded, None, NOW)
    renew(loaded, None, at("2026-05-20 10:00"))
    with pytest.raises(Conflict, match="从 2026-06-03 开始"):
        renew(loaded, None, at("2026-05-20 10:01"))
    renew(loaded, None, at("2027-05-20 10:00"))
    with pytest.raises(Conflict, match="最长 3 年"):
        renew(loaded, None, at("2028-05-20 10:00"))


def test_only_the_bureau_renews(session):
    people = real_contract(session)
    for person in (people.manager, people.contact, people.admin, people.auditor):
        with pytest.raises(Forbidden):
            renew(session, person, at("2026-05-20 10:00"))
    assert renew(session, people.bureau, at("2026-05-20 10:00")).activated_by_id == people.bureau.id
    kinds = session.scalars(select(LedgerEntry.kind).order_by(LedgerEntry.seq)).all()
    assert kinds[-2:] == ["contract.renewed", "duties.laid_out"]


def test_a_ticket_of_the_second_year_gets_its_clocks_with_the_renewal(session):
    people = real_contract(session)
    late = new_ticket(session, people.contact, now="2026-06-03 10:00")
    assert late.clocks == []
    renew(session, people.bureau, at("2026-06-03 11:00"))
    assert [clock.kind for clock in late.clocks] == ["response", "recovery"]


def test_tickets_from_before_the_year_lose_their_clocks_when_it_is_opened(session):
    people = real_contract(session, effective=None)
    early = new_ticket(session, people.contact, now="2025-06-02 10:00")
    late = new_ticket(session, people.contact, now="2025-06-03 10:00")
    assert early.clocks
    activate(session, people.bureau, EFFECTIVE, at("2025-06-03 11:00"))
    assert (early.clocks, early.kind) == ([], TicketKind.INCIDENT)
    assert [clock.kind for clock in late.clocks] == ["response", "recovery"]


def test_rules_of_all_rows_take_a_constant_number_of_queries(loaded):
    activate(loaded, None, EFFECTIVE, NOW)
    loaded.commit()
    asked: list[str] = []
    event.listen(loaded.get_bind(), "before_cursor_execute", lambda *args: asked.append(args[2]))
    rules = project_rules(loaded)
    book = rule_book(loaded)
    assert len([one for one in asked if one.startswith("SELECT")]) == 9
    assert (len(rules), rules[14].window, rules[10].window) == (45, Window.SIX_DAYS, None)
    assert book.calendar.is_workday(date(2025, 9, 28))


def test_the_book_holds_what_is_stored_with_the_contracts_own_days_apart(loaded):
    shipped = rule_book(loaded)
    assert shipped.interpretations == Interpretations.shipped()
    loaded.add(CalendarDay(day=date(2025, 5, 2), kind=DayKind.OVERRIDE_WORK, name="约定", notice=""))
    loaded.add(
        InterpretationVersion(
            key="realtime_minutes", value="10", status="agreed", from_day=date(2025, 9, 1), reason=""
        )
    )
    loaded.flush()
    book = rule_book(loaded)
    assert book.calendar.is_workday(date(2025, 5, 2))
    assert book.calendar.names[date(2025, 5, 2)] == "劳动节"
    assert [book.interpretations.realtime_minutes(date(2025, m, 1)) for m in (8, 9)] == [5, 10]
    assert book.interpretations.fingerprint != shipped.interpretations.fingerprint
