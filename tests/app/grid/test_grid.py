"""The year grid: what it counts is what the rules say of each duty, and nobody sees another's."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.duties.works import waive
from app.grid import queries
from models.contract import Obligation, Project
from models.duties import Occurrence
from sla.obligations import state_of
from sla.vocab import OccurrenceState
from sla.when import month_of
from tests.app.duties.world import due, visit
from tests.app.personas import at
from tests.app.visitors import counted_queries

NOW = "2025-07-08 09:00"


@pytest.fixture
def lived(session, people):
    """One duty in each state, beside some thousand that are missed or to come."""
    week = [due(session, 1, "巡检", f"2025-{day} 00:00") for day in ("06-16", "06-23", "06-30", "07-07")]
    waive(session, people.bureau, week[0].id, "停电", at(NOW))
    visit(session, people.engineer, week[1], "2025-07-08 08:00")
    visit(session, people.engineer, week[3], "2025-07-08 08:30")
    return people


def test_the_grid_counts_the_whole_year_exactly_as_the_rules_judge_each_duty(session, lived):
    now = at(NOW)
    wanted: dict[tuple[int | None, date], Counter[OccurrenceState]] = {}
    for one, seq in session.execute(select(Occurrence, Project.seq).outerjoin(Occurrence.project)):
        month = month_of(one.closes_at - timedelta(seconds=1))
        state = state_of(one.slot, one.done_at, one.waived_at is not None, now)
        wanted.setdefault((seq, month), Counter())[state] += 1
    found = queries.read(session, lived.bureau, now)
    assert found is not None
    cells = {
        (row.project.seq if row.project else None, cell.month): cell.states
        for row in found.rows
        for cell in row.cells
        if cell and cell.states
    }
    assert cells == wanted
    assert set(found.total.states) == set(OccurrenceState)
    assert found.total.states.total() == sum(counter.total() for counter in wanted.values()) == 7740
    assert [cell.states for cell in found.sums] == [
        sum((states for (_, of), states in wanted.items() if of == month), Counter())
        for month in found.months
    ]


def test_a_year_that_begins_within_a_month_touches_thirteen_and_row_45_has_its_own(session, people):
    found = queries.read(session, people.bureau, at(NOW))
    assert found is not None
    assert (found.months[0], found.months[-1]) == (date(2025, 6, 1), date(2026, 7, 1))
    rows = {row.project.seq: row for row in found.rows if row.project}
    outside = {
        seq: [f"{m:%Y-%m}" for m, cell in zip(found.months, row.cells, strict=True) if cell is None]
        for seq, row in rows.items()
    }
    assert outside[1] == ["2026-07"]
    assert outside[45] == ["2025-06"]
    assert len(rows) == 45


def test_the_groups_add_up_to_the_whole(session, lived):
    grids = [
        queries.read(session, lived.bureau, at(NOW), group)
        for group in ("", "inspection", "document", "other")
    ]
    every, *parts = (found.total.states for found in grids if found)
    assert sum(parts, Counter()) == every
    inspections = select(Occurrence.id).join(Obligation).where(Obligation.kind == "inspection")
    assert parts[0].total() == len(session.scalars(inspections).all())


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("engineer", {1, 30}),
        ("other_engineer", {44}),
        ("contact", {1, 2, 34}),
        ("stranger", {3}),
        ("bureau", {*range(1, 46), None}),
        ("manager", {*range(1, 46), None}),
        ("auditor", {*range(1, 46), None}),
        ("hotline", set(range(1, 46))),
    ],
)
def test_each_sees_the_own_projects_and_only_three_roles_the_contracts_own(session, people, name, rows):
    found = queries.read(session, getattr(people, name), at(NOW))
    assert found is not None
    assert {row.project.seq if row.project else None for row in found.rows} == rows
    assert queries.read(session, people.admin, at(NOW)) is None


# -- the page -------------------------------------------------------------------------------------------


def test_the_page_takes_six_questions_and_a_cell_opens_onto_as_many_duties_as_it_says(site, visit_as):
    client = visit_as("bureau")
    client.get("/grid")
    with counted_queries(site) as sent:
        page = client.get("/grid").text
    assert len([one for one in sent if one.startswith("SELECT")]) <= 6
    href, said = re.findall(r'href="([^"]*project=44&amp;month=2025-06)" aria-label="([^"]*)"', page)[0]
    told = int(said.split("应办 ")[1].split("，")[0])
    assert f"共 {told} 条" in client.get(href.replace("&amp;", "&")).text
    assert "按时完成 / 应办" in page
    assert 'aria-label="合计 2025-06：应办' in page


def test_a_contact_reads_nothing_of_other_units_and_the_administrator_is_refused(visit_as):
    page = visit_as("stranger").get("/grid").text
    assert "project=3&" in page
    assert "project=1&" not in page
    assert "合同整体" not in page
    assert visit_as("admin").get("/grid").status_code == 403
    assert visit_as("bureau").get("/grid?year=3").status_code == 404
    assert visit_as("bureau").get("/grid?what=anything").status_code == 422
