"""The rows of a month, read on both databases from a life made through the use cases."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from sqlalchemy import Connection, Engine, event, select
from sqlalchemy.orm import Session

from app.months.facts import facts, shown
from app.months.figures import figures_of
from app.months.queries import interpretations_in, months_offered, rows_of
from app.months.service import Selection, behind, period_report
from app.months.tickets import arithmetic
from app.tickets import service
from app.tickets.derivation import derive_many
from models.contract import InterpretationVersion
from models.tickets import Ticket
from sla.fold import figures, sums, totals
from sla.period import month as month_period
from sla.rows import PeriodRows
from sla.vocab import ClockKind, Indicator, TicketKind, Verdict
from sla.when import month_of
from tests.app.months.outsider import recompute
from tests.app.months.world import live
from tests.app.personas import Personas, at, new_ticket, project, real_contract

JUNE, JULY, AUGUST = (month_period(date(2025, number, 1)) for number in (6, 7, 8))
LATER = at("2025-09-01 12:00")


@pytest.fixture
def people(session: Session) -> Personas:
    return real_contract(session)


@pytest.fixture
def lived(session: Session, people: Personas) -> Personas:
    live(session, people)
    session.commit()
    return people


def closed(
    session: Session, people: Personas, title: str, start: str, row: int = 1, rating: int = 5
) -> Ticket:
    """A ticket that was responded to after ten minutes, recovered, accepted and closed within the hour."""
    ticket = new_ticket(session, people.bureau, row, start, title=title)
    begin = at(start)
    service.respond(session, people.manager, ticket, begin + timedelta(minutes=10))
    service.claim_recovery(session, people.manager, ticket, begin + timedelta(minutes=40), note="重启")
    service.accept(session, people.bureau, ticket, begin + timedelta(minutes=50))
    service.close(session, people.bureau, ticket, begin + timedelta(minutes=55), rating=5)
    return ticket


def in_month(session: Session, number: int) -> PeriodRows:
    return rows_of(session, month_period(date(2025, number, 1)), None, LATER)


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    found: list[str] = []

    def note(_c: Connection, _cursor: object, statement: str, *_: object) -> None:
        found.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield found
    event.remove(engine, "before_cursor_execute", note)


def test_every_figure_can_be_computed_again_from_the_printed_facts_alone(
    session: Session, lived: Personas
) -> None:
    for month in (JUNE, JULY, AUGUST):
        rows = rows_of(session, month, None, LATER)
        found = figures_of(session, month, None, LATER)
        assert found == sums(rows)
        said = shown(found)
        again = recompute(said["month"], facts(rows))
        assert said["contract"] == again["contract"]
        for one in said["projects"]:
            expected = again.get(one["seq"]) or recompute(said["month"], [])["contract"]
            assert {name: one[name] for name in expected} == expected
        assert said["contract"]["response"]["total"] > 0


def test_the_clocks_of_a_month_are_those_a_walk_over_all_events_finds(
    session: Session, lived: Personas
) -> None:
    tickets = session.scalars(select(Ticket)).all()
    derived = derive_many(session, tickets, LATER)
    walked = {
        (ticket.id, clock.kind, clock.round, clock.verdict, clock.due_at, clock.stopped_at)
        for ticket in tickets
        for clock in derived[ticket.id].clocks
        if clock.decided_at and month_of(clock.decided_at) == JULY.first_day
    }
    rows = rows_of(session, JULY, None, LATER)
    assert walked == {
        (*row.key, row.clock.verdict, row.clock.due_at, row.clock.stopped_at) for row in rows.clocks
    }
    assert {ticket.settled for ticket in tickets} == {True, False}


def test_what_is_cached_for_a_settled_ticket_is_what_its_events_amount_to(
    session: Session, lived: Personas
) -> None:
    before = rows_of(session, JULY, None, LATER)
    for row in before.tickets:
        session.get_one(Ticket, row.id).settled = False
    session.flush()
    fresh = rows_of(session, JULY, None, LATER)
    assert list(facts(fresh)) == list(facts(before))


def test_a_figure_opens_onto_exactly_the_rows_it_is_the_sum_of(session: Session, lived: Personas) -> None:
    rows = rows_of(session, JULY, None, LATER)
    kept = figures(rows)
    for indicator in Indicator:
        parts = behind(rows, Selection(indicator))
        assert sum(part.figure.total for part in parts) == kept.contract[indicator].total
        for seq, of_project in kept.projects.items():
            own = behind(rows, Selection(indicator, project=seq))
            assert sum(part.figure.met for part in own) == of_project[indicator].met
    assert behind(rows, Selection(verdict=Verdict.BREACHED)) == [
        part for part in behind(rows, Selection()) if part.clock in rows.breaches
    ]


def test_each_counted_clock_prints_its_own_arithmetic(session: Session, lived: Personas) -> None:
    rows = rows_of(session, JULY, None, LATER)
    lines = arithmetic(session, rows, rows.clocks)
    assert set(lines) == {row.key for row in rows.clocks}
    for row in rows.clocks:
        assert any(line.startswith(f"结论：{row.clock.verdict.label}") for line in lines[row.key])


def test_the_tickets_of_consecutive_months_reconcile(session: Session, lived: Personas) -> None:
    june, july, august = (totals(in_month(session, m)) for m in (6, 7, 8))
    assert june.carried_in == 0
    assert (july.carried_in, august.carried_in) == (june.carried_out, july.carried_out)


def test_the_last_second_of_july_is_july_and_midnight_is_august(session: Session, people: Personas) -> None:
    for title, responded in (("末秒", "2025-07-31 23:59:59"), ("零点", "2025-08-01 00:00:00")):
        ticket = new_ticket(session, people.bureau, now="2025-07-31 23:50", title=title)
        service.respond(session, people.manager, ticket, at(responded))
    for month, count in ((JULY, 1), (AUGUST, 1)):
        rows = rows_of(session, month, None, LATER)
        assert figures(rows).contract[Indicator.RESPONSE].total == count


def test_an_answer_due_in_july_and_given_in_august_is_the_breach_of_july(
    session: Session, people: Personas
) -> None:
    ticket = new_ticket(session, people.bureau, now="2025-07-31 23:20")
    service.respond(session, people.manager, ticket, at("2025-08-01 00:05"))
    july, august = (in_month(session, m) for m in (7, 8))
    assert figures(july).contract[Indicator.RESPONSE].as_dict() == {"met": 0, "total": 1, "rate": "0.00"}
    assert figures(august).contract[Indicator.RESPONSE].total == 0


def test_a_running_clock_counts_as_soon_as_time_alone_has_breached_it(
    session: Session, people: Personas
) -> None:
    new_ticket(session, people.bureau, now="2025-07-10 09:00")
    before = rows_of(session, JULY, None, at("2025-07-10 09:29:59"))
    after = rows_of(session, JULY, None, at("2025-07-10 09:30"))
    assert figures(before).contract[Indicator.RESPONSE].total == 0
    assert figures(after).contract[Indicator.RESPONSE].as_dict() == {"met": 0, "total": 1, "rate": "0.00"}
    assert not after.is_over


def test_a_ticket_entered_in_august_counts_in_july_if_its_clock_was_decided_there(
    session: Session, people: Personas
) -> None:
    new_ticket(session, people.manager, now="2025-08-01 08:00", reported_at=at("2025-07-31 20:00"))
    rows = rows_of(session, JULY, None, LATER)
    assert {row.clock.kind for row in rows.clocks} >= {ClockKind.RESPONSE}
    assert totals(rows).opened == 0
    assert totals(in_month(session, 8)).opened == 1


def test_silence_accepts_in_the_month_in_which_the_workdays_ended(session: Session, people: Personas) -> None:
    ticket = new_ticket(session, people.bureau, now="2025-07-30 09:00")
    service.respond(session, people.manager, ticket, at("2025-07-30 09:10"))
    service.claim_recovery(session, people.manager, ticket, at("2025-07-30 10:00"), note="重启")
    july, august = (in_month(session, m) for m in (7, 8))
    assert figures(july).contract[Indicator.RECOVERY].total == 1
    assert figures(july).contract[Indicator.FIRST_FIX].total == 0
    assert figures(august).contract[Indicator.FIRST_FIX].as_dict()["met"] == 1


def test_a_month_that_is_over_is_the_same_whenever_one_looks(session: Session, lived: Personas) -> None:
    first, later = (rows_of(session, JULY, None, LATER + timedelta(days=days)) for days in (0, 40))
    assert first == later
    assert first.data_until == first.as_of < LATER


def test_the_row_in_workdays_shows_in_facts_and_breaches_but_in_no_indicator(
    session: Session, people: Personas
) -> None:
    ticket = new_ticket(session, people.bureau, 9, "2025-06-30 09:00", kind=TicketKind.CHANGE)
    service.respond(session, people.manager, ticket, at("2025-06-30 09:05"))
    rows = rows_of(session, JULY, None, LATER)
    clocks = [fact for fact in facts(rows) if fact["type"] == "clock"]
    assert [(one["kind"], one["verdict"], one["minutes"], one["workdays"]) for one in clocks] == [
        ("change", "breached", None, 5)
    ]
    assert len(rows.breaches) == 1
    counted = {name for name, figure in shown(sums(rows))["contract"].items() if figure["total"]}
    assert counted == {"inspection", "duty", "document", "attendance"}  # nothing was done for those


def test_a_viewer_gets_the_rows_of_the_own_projects_only(session: Session, people: Personas) -> None:
    closed(session, people, "自己的", "2025-07-10 09:00", row=1)
    closed(session, people, "别家的", "2025-07-10 10:00", row=3)
    for person in people.everybody():
        rows = rows_of(session, JULY, person, LATER)
        seen = {ticket.title for ticket in rows.tickets}
        expected = {
            "contact": {"自己的"},
            "stranger": {"别家的"},
            "engineer": {"自己的"},
            "other_engineer": set(),
            "admin": set(),
        }.get(person.username, {"自己的", "别家的"})
        assert seen == expected, person.username
        assert {row.project for row in rows.clocks} <= {project.seq for project in rows.projects}


def test_two_people_with_the_same_scope_get_the_same_report(session: Session, lived: Personas) -> None:
    reports = [period_report(session, one, JULY, LATER) for one in (lived.bureau, lived.auditor, None)]
    assert reports[0] == reports[1] == reports[2]
    assert period_report(session, lived.contact, JULY, LATER).audience.startswith("洛阳市教育局")


def test_a_sub_unit_is_counted_with_its_parent(session: Session, people: Personas) -> None:
    closed(session, people, "下属单位", "2025-07-10 09:00", row=28)
    rows = rows_of(session, JULY, None, LATER)
    unit = rows.project_by_seq[28].unit
    assert unit.name == "洛阳市财政局"
    assert len(rows.units) == 27
    assert figures(rows).units[unit][Indicator.RESPONSE].total == 1
    assert rows.project_by_seq[28].unit_name == project(session, 28).unit.name != unit.name


def test_more_tickets_take_no_more_queries(session: Session, people: Personas, engine: Engine) -> None:
    closed(session, people, "一", "2025-07-10 09:00")
    new_ticket(session, people.bureau, now="2025-07-11 09:00")
    session.commit()
    with counted(engine) as few:
        period_report(session, None, JULY, LATER)
    session.commit()
    live(session, people, 12)
    session.commit()
    with counted(engine) as many:
        period_report(session, None, JULY, LATER)
    assert len(many) <= len(few)


def test_months_are_offered_from_the_first_of_service_to_the_present(
    session: Session, people: Personas
) -> None:
    assert months_offered(session, LATER) == (date(2025, 6, 1), date(2025, 9, 1))
    assert months_offered(session, at("2025-05-20 09:00")) == (date(2025, 5, 1), date(2025, 5, 1))


def test_the_readings_of_a_month_are_those_in_force_on_some_day_of_it(
    session: Session, people: Personas
) -> None:
    for day, value in ((date(2025, 6, 20), "10"), (date(2025, 7, 15), "15"), (date(2025, 8, 1), "20")):
        session.add(
            InterpretationVersion(
                key="realtime_minutes", value=value, status="agreed", from_day=day, reason=""
            )
        )
    session.flush()
    found = [one.value for one in interpretations_in(session, JULY) if one.key == "realtime_minutes"]
    assert found == ["10", "15"]


@pytest.mark.empty_database
def test_without_activation_or_tickets_a_month_is_empty_and_says_so(session: Session) -> None:
    real_contract(session, effective=None)
    rows = rows_of(session, JULY, None, LATER)
    assert (rows.clocks, rows.tickets, len(rows.projects)) == ((), (), 45)
    assert all(figure.rate is None for figure in figures(rows).contract.values())
