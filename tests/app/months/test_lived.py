"""A life with duties and attendance, figured twice: by us, and from nothing but the printed lines."""

from __future__ import annotations

import json
from datetime import date, timedelta
from random import Random

import pytest
from sqlalchemy import Engine, select

from app.closing.frozen import Served, report_of
from app.months.facts import facts, shown
from app.months.figures import figures_of
from app.months.queries import EVERYTHING, rows_of
from app.months.service import period_report
from app.months.tickets import tickets_of, unsettled_rows
from models.engine import read_session
from models.people import User
from reports.catalogue import MONTHLY
from sla.fold import sums
from sla.period import Period, month, months_of, quarter, service_year
from sla.vocab import Role
from tests.app.lived import UNTIL
from tests.app.months.outsider import INDICATORS, recompute
from tests.app.personas import at

THIRD = quarter(date(2025, 7, 1))
MONTHS = [month(date(2025, number, 1)) for number in (7, 8, 9, 10)]
LATER = at("2025-11-05 12:00")


def printed(engine: Engine, period: Period, now=LATER) -> list[str]:
    with read_session(engine) as session:
        return [json.dumps(fact, ensure_ascii=False) for fact in facts(rows_of(session, period, None, now))]


def said(engine: Engine, period: Period, now=LATER):
    with read_session(engine) as session:
        return shown(figures_of(session, period, None, now))


@pytest.mark.parametrize("now", [UNTIL, LATER])
def test_every_figure_of_every_month_can_be_computed_again_from_the_printed_lines(life_sqlite, now):
    for one in MONTHS:
        shows = said(life_sqlite, one, now)
        again = recompute(one.key, map(json.loads, printed(life_sqlite, one, now)))
        assert shows["contract"] == again["contract"], one.key
        for project in shows["projects"]:
            expected = again.get(project["seq"]) or recompute(one.key, [])["contract"]
            assert {name: project[name] for name in INDICATORS} == expected, (one.key, project["seq"])


@pytest.mark.parametrize("engine", ["life_sqlite", "life_postgresql"])
def test_the_figures_are_the_sums_of_the_rows_for_everybody_at_any_time(engine, request):
    chance = Random(11)
    with read_session(request.getfixturevalue(engine)) as session:
        people = [None, *session.scalars(select(User).order_by(User.id))]
        for person in [None, *chance.sample(people, 8)]:
            for one in [*MONTHS[:3], THIRD, service_year(1, date(2025, 6, 3), date(2026, 6, 3))]:
                for now in (UNTIL, UNTIL + timedelta(minutes=chance.randrange(90 * 1440)), LATER):
                    expected = sums(rows_of(session, one, person, now))
                    assert figures_of(session, one, person, now) == expected, (person, one.key, now)


@pytest.mark.parametrize("engine", ["life_sqlite", "life_postgresql"])
def test_a_workbook_of_rows_read_while_it_is_written_is_that_of_rows_in_memory(engine, request):
    with read_session(request.getfixturevalue(engine)) as session:
        contact = session.scalars(select(User).where(User.role == Role.CONTACT).order_by(User.id)).first()
        for person, now in ((None, UNTIL), (contact, LATER)):
            streamed = period_report(session, person, MONTHS[1], now)
            rows = rows_of(session, MONTHS[1], person, now)
            assert [line.row for line in streamed.lines.clocks()] == list(rows.clocks)
            assert not streamed.rows.clocks
            assert not streamed.rows.tickets
            assert MONTHLY.write(streamed) == MONTHLY.write(report_of(session, Served(rows), person))


def test_some_of_it_is_not_settled(life_sqlite):
    with read_session(life_sqlite) as session:
        found = tickets_of(MONTHS[1], EVERYTHING)
        stored, fresh = unsettled_rows(session, found, MONTHS[1], LATER)
        assert stored != fresh
        assert fresh[1]


def test_a_life_has_something_of_everything(life_sqlite):
    august = said(life_sqlite, MONTHS[1])["contract"]
    for name in ("inspection", "duty", "document"):
        assert 0 < august[name]["met"] < august[name]["total"], name
    assert 0 < august["attendance"]["met"] < august["attendance"]["total"]
    september = map(json.loads, printed(life_sqlite, MONTHS[2], UNTIL))
    states = {line["state"] for line in september if line["type"] == "occurrence"}
    assert {"done", "late", "missed", "pending"} <= states


def test_both_databases_print_the_same_bytes(life_sqlite, life_postgresql):
    for one in MONTHS:
        assert printed(life_sqlite, one) == printed(life_postgresql, one), one.key
        assert said(life_sqlite, one) == said(life_postgresql, one), one.key


def test_a_quarter_is_the_sum_of_its_months(life_sqlite):
    whole = said(life_sqlite, THIRD)
    parts = [said(life_sqlite, one) for one in months_of(THIRD)]
    for name in INDICATORS:
        for figure in ("met", "total"):
            summed = sum(one["contract"][name][figure] for one in parts)
            assert whole["contract"][name][figure] == summed, name
    by_month = [line for one in months_of(THIRD) for line in rows(life_sqlite, one)]
    assert sorted(rows(life_sqlite, THIRD)) == sorted(by_month)


def rows(engine: Engine, period: Period) -> list[str]:
    """What counts in one period and in no other; a ticket may be open in several months."""
    return [line for line in printed(engine, period) if not line.startswith('{"type": "ticket"')]
