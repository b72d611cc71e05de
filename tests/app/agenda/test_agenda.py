"""Duties by day: what an engineer has to do today and this week, and the month of a project."""

from __future__ import annotations

import re

import pytest

from app.agenda import queries
from app.duties.works import waive
from tests.app.duties.desk import change, occurrence_id
from tests.app.duties.world import due, visit
from tests.app.personas import at
from tests.app.tickets.desk import make, plain
from tests.app.visitors import counted_queries, named, set_clock

TUESDAY = "2025-07-08 09:00"


def names(lines) -> list[tuple[int, str]]:
    return [(line.one.occurrence.project.seq, line.one.occurrence.obligation.what) for line in lines]


def test_today_comes_before_the_week_and_what_is_late_before_both(session, people):
    found = queries.agenda(session, people.engineer, at(TUESDAY))
    assert found.today == []
    assert names(found.week) == [(1, "巡检")]
    # The five weeks since 3 June went by undone, and row 30's June.
    assert found.all_overdue == len(found.overdue) == 6
    assert {line.one.state for line in found.overdue} == {"missed"}
    sunday = queries.agenda(session, people.engineer, at("2025-07-13 09:00"))
    assert names(sunday.today) == [(1, "巡检")]
    assert sunday.week == []
    assert found.later == sunday.later > 0


def test_what_is_done_or_waived_is_not_to_be_done(session, people):
    visit(session, people.engineer, due(session, 1, "巡检", "2025-07-07 00:00"), "2025-07-08 08:30")
    waive(session, people.bureau, due(session, 1, "巡检", "2025-06-30 00:00").id, "停电", at(TUESDAY))
    found = queries.agenda(session, people.engineer, at(TUESDAY))
    assert found.week == []
    assert found.done_today == 1
    assert found.all_overdue == 5


def test_a_duty_of_every_day_stands_once_in_the_rest_of_the_week(session, people):
    found = queries.agenda(session, people.other_engineer, at(TUESDAY))
    daily = next(line for line in found.week if line.more)
    assert daily.more == 4  # Thursday to Sunday, after Wednesday
    assert not daily.open_now
    assert names([daily])[0] in names(found.today)


def test_the_start_page_of_an_engineer_lets_an_inspection_begin_at_once(site, visit_as):
    set_clock(site, TUESDAY)
    page = visit_as("engineer").get("/").text
    assert "今日应办" in page
    assert f'action="/duties/{occurrence_id(site, now=TUESDAY)}/begin"' in page
    assert "洛阳市教育局" in plain(page)
    assert 'href="/week"' in page


@pytest.mark.parametrize(("name", "due_today"), [("bureau", 15), ("manager", 15), ("auditor", 15)])
def test_the_other_start_pages_count_duties_and_each_figure_opens_onto_as_many(visit_as, name, due_today):
    client = visit_as(name)
    found = re.findall(
        r'class="tile [^>]*href="([^"]*)">.*?<strong>(\d+)</strong><span>([^<]*)<', client.get("/").text, re.S
    )
    tiles = {label: (href, number) for href, number, label in found}
    assert int(tiles["今天到期的应办"][1]) == due_today
    for label in ("今天到期的应办", "本月未完成的应办"):
        href, number = tiles[label]
        told = re.search(r"共 (\d+) 条", client.get(href.replace("&amp;", "&")).text)
        assert int(number) == (int(told[1]) if told else 0), label


def test_the_week_has_seven_days_and_is_the_engineers_alone(site, visit_as):
    set_clock(site, TUESDAY)
    client = visit_as("engineer")
    page = client.get("/week").text
    assert page.count("<summary><h2>周") == 7
    assert "本周应办" in page
    assert "一周应办" in client.get("/week?day=2025-06-20").text
    assert client.get("/week?day=x").status_code == 422
    assert visit_as("bureau").get("/week").status_code == 403


# -- the month of a project -----------------------------------------------------------------------------


def test_a_month_marks_holidays_and_leads_to_each_duty(site, visit_as):
    page = visit_as("contact").get("/projects/1/calendar/2025-10").text
    text = plain(page)
    assert re.search(r"休 ，国庆节\S*放假", text)
    assert "班" in text
    assert "待办" in text
    links = re.findall(r'<a class="month-duty [^"]*" href="(/duties/\d+)"', page)
    assert len(links) >= 4
    assert visit_as("contact").get(links[0]).status_code == 200
    assert 'href="/projects/1/calendar/2025-09"' in page
    assert 'href="/projects/1/calendar/2025-11"' in page


def test_a_month_says_how_each_duty_stands(site, visit_as):
    change(
        site,
        lambda s: visit(s, named(s, "engineer"), due(s, 1, "巡检", "2025-06-23 00:00"), "2025-06-25 10:00"),
    )
    text = plain(visit_as("engineer").get("/projects/1/calendar/2025-06").text)
    assert "巡检 已完成" in text
    assert "巡检 未完成" in text


def test_who_may_not_see_a_project_does_not_see_its_months_either(visit_as):
    assert visit_as("stranger").get("/projects/1/calendar/2025-07").status_code == 404
    assert visit_as("other_engineer").get("/projects/1/calendar").status_code == 404
    assert visit_as("admin").get("/projects/1/calendar").status_code == 403
    for month in ("2025-05", "2026-07", "2025-13", "x"):
        assert visit_as("bureau").get(f"/projects/1/calendar/{month}").status_code == 404, month


def test_a_month_and_a_week_take_as_many_questions_however_much_is_due(site, visit_as):
    client = visit_as("bureau")
    asked = []
    for row in (36, 1, 17):  # nothing, a week, several a day
        client.get(f"/projects/{row}/calendar/2025-07")
        with counted_queries(site) as sent:
            client.get(f"/projects/{row}/calendar/2025-07")
        asked.append(len(sent))
    assert len(set(asked)) == 1
    assert asked[0] <= 14


def test_the_start_page_of_an_engineer_takes_twelve_queries_at_most(site, people, visit_as):
    set_clock(site, TUESDAY)
    for minute in range(10, 20):
        make(site, "contact", now=f"2025-07-08 08:{minute}")
    client = visit_as("engineer")
    client.get("/")
    with counted_queries(site) as sent:
        page = client.get("/").text
    assert page.count("duty-line") > 1
    assert page.count('class="card hand') == 8
    assert len([one for one in sent if one.lstrip().upper().startswith("SELECT")]) <= 12
