"""What each person sees of duties, how it stands, and how few questions that takes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.duties import queries
from app.duties.queries import Filters
from app.duties.works import begin, waive
from models.duties import Occurrence, Work
from sla.errors import NotFound
from sla.vocab import OccurrenceState
from tests.app.duties.world import assign, counted, due, duty, visit
from tests.app.personas import at

NOW = "2025-07-08 09:00"
TODAY = date(2025, 7, 8)


def rows_of(found) -> set[int | None]:
    return {one.occurrence.project.seq if one.occurrence.project else None for one in found}


def test_each_sees_the_duties_of_the_own_projects_only(session, people):
    every = {row for row in range(1, 46) if row not in (10, 32, 36)}
    seen = {
        name: rows_of(queries.open_now(session, person, at(NOW), Filters(inspections=True)))
        for name, person in vars(people).items()
    }
    assert seen["engineer"] == {1, 30}
    assert seen["other_engineer"] == {44}
    assert seen["contact"] == {1, 2, 34}
    assert seen["stranger"] == {3}
    # Rows 40 and 45 begin later or have begun on 1 July.
    everyone = every - {45}
    for name in ("manager", "hotline", "bureau", "bureau2", "auditor"):
        assert seen[name] == everyone, name
    assert seen["admin"] == set()


def test_the_contracts_own_duties_are_seen_by_bureau_auditor_and_manager(session, people):
    summary = due(session, None, "每月工作汇总", "2025-07-01 00:00")
    for name, person in vars(people).items():
        wanted = name in ("bureau", "bureau2", "auditor", "manager")
        assert (None in rows_of(queries.open_now(session, person, at(NOW)))) == wanted, name
        if wanted:
            assert queries.occurrence(session, person, summary.id, at(NOW)).occurrence is summary
        else:
            with pytest.raises(NotFound):
                queries.occurrence(session, person, summary.id, at(NOW))


def test_an_assignment_that_is_over_shows_nothing(session, people):
    people.engineer.assignments[0].until_day = TODAY
    session.flush()
    rows = rows_of(queries.open_now(session, people.engineer, at(NOW)))
    assert rows == {people.engineer.assignments[1].project.seq}


def test_the_database_and_the_rules_say_the_same_of_every_state(session, people):
    week = [due(session, 1, "巡检", f"2025-{day} 00:00") for day in ("06-16", "06-23", "06-30", "07-07")]
    waive(session, people.bureau, week[0].id, "停电", at(NOW))
    visit(session, people.engineer, week[1], "2025-07-08 08:00")
    visit(session, people.engineer, week[3], "2025-07-08 08:30")
    state = queries.in_state(at(NOW))
    stored = dict(session.execute(select(Occurrence.id, state)).all())
    found = queries.between(session, people.bureau, date(2025, 6, 1), date(2025, 9, 1), at(NOW))
    assert {one.occurrence.id: one.state.value for one in found}.items() <= stored.items()
    assert [stored[one.id] for one in week] == ["waived", "late", "missed", "done"]
    assert {one.state for one in found} == set(OccurrenceState)


def test_counts_by_project_and_state_add_up_to_the_list(session, people):
    first, last = date(2025, 6, 1), date(2025, 6, 30)
    counts = queries.state_counts(session, people.bureau, first, last, at(NOW))
    assert counts[43] == {OccurrenceState.MISSED: 56}
    assert counts[None] == {OccurrenceState.MISSED: 1}
    listed = [
        one
        for one in queries.between(session, people.bureau, first, last, at(NOW))
        if one.occurrence.closes_at <= at("2025-07-01 00:00")
    ]
    assert sum(sum(states.values()) for states in counts.values()) == len(listed)
    assert set(queries.state_counts(session, people.engineer, first, last, at(NOW))) == {1, 30}
    assert queries.state_counts(session, people.admin, first, last, at(NOW)) == {}


def test_a_list_is_narrowed_by_project_kind_and_state(session, people):
    visit(session, people.engineer, due(session, 1, "巡检", "2025-07-07 00:00"), "2025-07-08 08:30")
    span = (date(2025, 7, 1), TODAY, at(NOW))

    def found(**filters):
        return queries.between(session, people.bureau, *span, Filters(**filters))

    assert rows_of(found(project=1)) == {1}
    assert {one.state for one in found(states=(OccurrenceState.DONE,))} == {OccurrenceState.DONE}
    assert {one.occurrence.obligation.kind for one in found(kinds=("backup",))} == {"backup"}
    assert all(one.occurrence.obligation.checklist for one in found(inspections=True))
    assert not any(one.occurrence.obligation.checklist for one in found(inspections=False))


def test_missed_duties_come_latest_first(session, people):
    found = queries.missed(session, people.bureau, at(NOW), 50)
    assert len(found) == 50
    closes = [one.occurrence.closes_at for one in found]
    assert closes == sorted(closes, reverse=True)
    assert {one.state for one in found} == {OccurrenceState.MISSED}


def test_a_draft_is_seen_by_its_person_only_and_a_finished_work_by_all_concerned(session, people):
    week = due(session, 1, "巡检", "2025-07-07 00:00")
    draft = begin(session, people.engineer, week.id, "a", at(NOW))
    assert queries.drafts(session, people.engineer, at(NOW)) == [draft]
    for person in (people.manager, people.contact, people.bureau):
        with pytest.raises(NotFound):
            queries.work(session, person, draft.id, at(NOW))
        assert queries.drafts(session, person, at(NOW)) == []
    done = visit(session, people.engineer, due(session, 1, "巡检", "2025-06-30 00:00"), NOW)
    for person in (people.engineer, people.manager, people.contact, people.bureau, people.auditor):
        assert queries.work(session, person, done.id, at(NOW)) is done
    for person in (people.stranger, people.other_engineer, people.admin):
        with pytest.raises(NotFound):
            queries.work(session, person, done.id, at(NOW))
    waiting = [session.scalars(queries.waiting(p, at(NOW))).all() for p in (people.contact, people.stranger)]
    assert waiting == [[done], []]


def test_obligations_are_seen_like_their_projects(session, people):
    mine = queries.obligations(session, people.contact, at(NOW))
    assert {one.project and one.project.seq for one in mine} == {1, 2, 34}
    assert queries.obligations(session, people.bureau, at(NOW))[-1].project is None
    with pytest.raises(NotFound):
        queries.obligation(session, people.stranger, duty(session, 1).id, at(NOW))


def test_lists_take_the_same_number_of_questions_however_long_they_are(session, people):
    assign(session, people.engineer, 43)
    week = due(session, 43, "巡检", "2025-07-07 00:00")
    for n in range(6):
        occurrence = session.get(Occurrence, week.id + n)
        visit(session, people.engineer, occurrence, f"2025-07-{7 + n // 2:02} {6 + 12 * (n % 2):02}:00")
    session.commit()
    asked = {}
    for last in (TODAY, TODAY + timedelta(days=60)):
        session.expunge_all()
        with counted(session) as one:
            for listed in queries.between(session, people.bureau, TODAY, last, at("2025-07-10 09:00")):
                assert listed.occurrence.obligation.what
                assert listed.occurrence.project is None or listed.occurrence.project.unit.name
        asked[last] = len([q for q in one if q.startswith("SELECT")])
    assert len(set(asked.values())) == 1
    session.expunge_all()
    with counted(session) as one:
        works = session.scalars(queries.waiting(people.bureau, at("2025-07-10 09:00"))).all()
        assert [work.by.name and work.obligation.what and work.occurrences for work in works]
    assert len(works) == 6
    assert len([q for q in one if q.startswith("SELECT")]) == 2
    assert session.scalars(select(Work)).all()
