"""Inspections, other duties, documents and attendance in the figures of a month, on both databases."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.duties import draws, works
from app.duties.planning import change_cycle
from app.months.facts import facts, shown
from app.months.queries import rows_of
from app.months.service import ALL_DUTIES, Selection, behind, period_report
from reports.catalogue import MONTHLY
from sla.figures import Figure
from sla.fold import figures, sums
from sla.period import month, months_of, quarter, service_year
from sla.vocab import Cycle, Half, Indicator, OccurrenceState
from tests.app.duties.world import assign, due, duty, visit
from tests.app.months.outsider import DUTIES, recompute
from tests.app.months.test_rows import counted
from tests.app.personas import Personas, at, project, real_contract
from tests.app.residents.world import AM, day, entered, extra, joined, leave_of, post_of

JULY = month(date(2025, 7, 1))
LATER = at("2025-09-01 12:00")


@pytest.fixture
def people(session: Session) -> Personas:
    return real_contract(session)


def of_row(session: Session, row: int, indicator: Indicator, *, period=JULY, now=LATER) -> Figure:
    return figures(rows_of(session, period, None, now)).projects[row][indicator]


def test_a_weekly_inspection_counts_in_the_month_in_which_its_week_ends(session, people):
    visit(session, people.engineer, due(session, 1, "巡检", "2025-06-30 00:00"), "2025-06-30 09:00")
    assert of_row(session, 1, Indicator.INSPECTION) == Figure(
        1, 4
    )  # the weeks that end on 6, 13, 20, 27 July
    assert of_row(session, 1, Indicator.INSPECTION, period=month(date(2025, 6, 1))).met == 0
    found = [one for one in facts(rows_of(session, JULY, None, LATER)) if one.get("project") == 1]
    weeks = [one for one in found if one["type"] == "occurrence"]
    assert [one["closes_at"] for one in weeks] == [
        f"2025-07-{day_:02d}T00:00:00+08:00" for day_ in (7, 14, 21, 28)
    ]
    assert weeks[0] == {
        "type": "occurrence",
        "project": 1,
        "unit": "洛阳市教育局",
        "obligation": "巡检",
        "kind": "inspection",
        "indicator": "inspection",
        "cycle": "weekly",
        "opens_at": "2025-06-30T00:00:00+08:00",
        "closes_at": "2025-07-07T00:00:00+08:00",
        "done_at": "2025-06-30T09:00:00+08:00",
        "state": "done",
        "waived_at": None,
        "note": "",
        "works": [
            {
                "occurred_at": "2025-06-30T09:00:00+08:00",
                "recorded_at": "2025-06-30T09:00:00+08:00",
                "backentered": False,
                "standing": "pending",
            }
        ],
    }


def test_late_and_missed_are_breached_a_waived_one_stands_beside_and_an_open_one_is_not_due(session, people):
    visit(session, people.engineer, due(session, 1, "巡检", "2025-06-30 00:00"), "2025-07-02 09:00")
    visit(session, people.engineer, due(session, 1, "巡检", "2025-07-07 00:00"), "2025-07-14 09:00")
    waived = due(session, 1, "巡检", "2025-07-14 00:00")
    works.waive(session, people.bureau, waived.id, "机房停电改造", at("2025-07-21 09:00"))
    running = of_row(session, 1, Indicator.INSPECTION, now=at("2025-07-22 09:00"))
    assert running == Figure(1, 2, exempt=1, pending=1)
    assert of_row(session, 1, Indicator.INSPECTION) == Figure(1, 3, exempt=1)


def test_a_back_entry_and_its_confirmation_move_the_figure_and_a_rejected_work_does_not_count(
    session, people
):
    first = visit(
        session,
        people.engineer,
        due(session, 1, "巡检", "2025-06-30 00:00"),
        "2025-07-02 09:00",
        "2025-07-08 09:00",
    )
    assert of_row(session, 1, Indicator.INSPECTION) == Figure(0, 4)
    works.decide(session, people.contact, first, True, at("2025-07-09 09:00"))
    assert of_row(session, 1, Indicator.INSPECTION) == Figure(1, 4)
    works.decide(session, people.bureau, first, False, at("2025-07-10 09:00"), "没有来过")
    assert of_row(session, 1, Indicator.INSPECTION) == Figure(0, 4)


def test_a_quota_is_never_missed_when_unused_and_a_late_draw_is_breached(session, people):
    assert of_row(session, 38, Indicator.DUTY) == Figure()
    wanted = duty(session, 38, "房产数据提取")
    draws.ask(session, people.bureau, wanted.id, day("2025-07-10"), "东区", at("2025-07-03 09:00"))
    draws.ask(session, people.bureau, wanted.id, day("2025-07-20"), "西区", at("2025-07-03 10:00"))
    when = at("2025-07-11 09:00")
    works.record_evidence(
        session, people.manager, wanted.id, day("2025-07-11"), day("2025-07-11"), "已导出", "q1", when
    )
    assert of_row(session, 38, Indicator.DUTY) == Figure(0, 2)
    found = [one for one in rows_of(session, JULY, None, LATER).occurrences if one.obligation == wanted.what]
    assert [(one.cycle, one.name, one.state) for one in found] == [
        (Cycle.QUOTA, "房产数据提取：东区", OccurrenceState.LATE),
        (Cycle.QUOTA, "房产数据提取：西区", OccurrenceState.MISSED),
    ]


def test_without_a_cycle_nothing_counts_until_one_is_agreed(session, people):
    """Row 1 promises a backup 定期, which is no cycle (O5)."""
    july = rows_of(session, JULY, None, LATER)
    assert Indicator.DUTY not in july.project_by_seq[1].promised
    assert Indicator.INSPECTION in july.project_by_seq[1].promised
    change_cycle(
        session,
        people.bureau,
        duty(session, 1, "数据备份").id,
        Cycle.MONTHLY,
        day("2025-08-01"),
        "商定",
        at("2025-07-20 09:00"),
    )
    assert of_row(session, 1, Indicator.DUTY) == Figure()
    august = month(date(2025, 8, 1))
    assert of_row(session, 1, Indicator.DUTY, period=august) == Figure(0, 1)
    assert Indicator.DUTY in rows_of(session, august, None, LATER).project_by_seq[1].promised


def test_the_contract_is_its_projects_and_the_duties_of_the_whole(session, people):
    rows = rows_of(session, JULY, None, LATER)
    kept = figures(rows)
    assert kept.whole[Indicator.DOCUMENT] == Figure(0, 1)
    for indicator in Indicator:
        projects = sum((one[indicator] for one in kept.projects.values()), Figure())
        units = sum((one[indicator] for one in kept.units.values()), Figure())
        assert projects == units
        assert kept.contract[indicator] == projects + kept.whole[indicator]
    (line,) = [one for one in facts(rows) if one["type"] == "occurrence" and one["project"] is None]
    assert (line["obligation"], line["unit"], line["indicator"]) == ("每月工作汇总", None, "document")


def test_who_sees_the_duties_of_the_whole_contract_and_who_only_those_of_the_own_projects(session, people):
    assign(session, people.other_engineer, 4)
    for person in people.everybody():
        rows = rows_of(session, JULY, person, LATER)
        seen = {one.project for one in rows.occurrences}
        wide = person.username in ("bureau", "bureau2", "auditor", "manager")
        assert (None in seen) is wide is rows.whole_contract, person.username
        own = {
            "contact": {1, 2, 34},
            "stranger": {3},
            "engineer": {1},
            "other_engineer": {4, 44},
            "admin": set(),
        }
        if person.username in own:
            assert seen == own[person.username], person.username
            assert {one.project for one in rows.attendance} <= own[person.username]
        assert figures(rows).contract[Indicator.DOCUMENT].total == sum(
            one.kind == "report" for one in rows.occurrences
        )


def test_attendance_is_counted_in_half_days_and_its_rows_say_who_was_there(session, people):
    joined(session)
    entered(session, "2025-07-01", [AM])
    assert of_row(session, 1, Indicator.ATTENDANCE) == Figure(1, 2 * 2 * 23)
    rows = rows_of(session, JULY, people.bureau, LATER)
    (first, *_) = [one for one in rows.attendance if one.project == 1]
    assert (first.day, first.half, first.required, first.present) == (date(2025, 7, 1), Half.MORNING, 2, 1)
    assert first.names == (people.engineer.name,)
    gaps = behind(rows, Selection(Indicator.ATTENDANCE, project=1, gaps=True))
    assert len(gaps) == 46
    # The engineer sees the figure of the project, but not who of the colleagues was there.
    assert {one.names for one in rows_of(session, JULY, people.engineer, LATER).attendance} == {()}
    assert of_row(session, 2, Indicator.ATTENDANCE).rate is None


def test_of_a_running_month_only_the_days_that_are_over_ask_for_somebody(session, people):
    found = of_row(session, 1, Indicator.ATTENDANCE, now=at("2025-07-03 15:00"))
    assert found == Figure(0, 2 * 2 * 2)


def test_a_month_that_is_over_is_the_same_whenever_one_looks_and_later_facts_show_in_its_time(
    session, people
):
    joined(session)
    visit(session, people.engineer, due(session, 1, "巡检", "2025-06-30 00:00"), "2025-07-02 09:00")
    report = [
        MONTHLY.write(period_report(session, None, JULY, now)) for now in (LATER, LATER + timedelta(days=60))
    ]
    assert report[0] == report[1]
    assert rows_of(session, JULY, None, LATER).data_until == JULY.bounds[1]
    late = visit(session, people.engineer, due(session, 1, "巡检", "2025-07-07 00:00"), "2025-08-04 09:00")
    assert rows_of(session, JULY, None, LATER).data_until == at("2025-08-04 09:00")
    works.decide(session, people.contact, late, True, at("2025-08-05 09:00"))
    assert rows_of(session, JULY, None, LATER).data_until == at("2025-08-05 09:00")
    waived = due(session, 1, "巡检", "2025-07-14 00:00")
    works.waive(session, people.bureau, waived.id, "停电", at("2025-08-06 09:00"))
    assert rows_of(session, JULY, None, LATER).data_until == at("2025-08-06 09:00")
    entered(session, "2025-07-01", [AM], now="2025-08-07 09:00")
    assert rows_of(session, JULY, None, LATER).data_until == at("2025-08-07 09:00")
    extra(session, "substitute")
    held = joined(session, "other_engineer")
    leave_of(session, held, (("2025-07-02"), AM), (("2025-07-02"), AM), "substitute", now="2025-08-08 09:00")
    rows = rows_of(session, JULY, None, LATER)
    assert rows.data_until == rows.as_of == at("2025-08-08 09:00")
    assert rows == rows_of(session, JULY, None, LATER + timedelta(days=60))
    # A stranger's month knows nothing of it.
    assert rows_of(session, JULY, people.stranger, LATER).data_until == JULY.bounds[1]


def test_a_figure_opens_onto_exactly_the_occurrences_it_is_the_sum_of(session, people):
    rows = rows_of(session, JULY, None, at("2025-07-20 12:00"))
    kept = figures(rows)
    for indicator in (*map(Indicator, DUTIES), Indicator.ATTENDANCE):
        every = behind(rows, Selection(indicator))
        assert sum((part.figure for part in every), Figure()) == kept.contract[indicator]
        for seq, of_project in kept.projects.items():
            own = behind(rows, Selection(indicator, project=seq))
            assert sum((part.figure for part in own), Figure()) == of_project[indicator]
    assert len(behind(rows, Selection(ALL_DUTIES))) == len(rows.occurrences)
    by_state = [len(behind(rows, Selection(ALL_DUTIES, state=state))) for state in OccurrenceState]
    assert sum(by_state) == len(rows.occurrences)
    assert [part.project for part in behind(rows, Selection(ALL_DUTIES, whole=True))] == [None]


def test_a_quarter_and_a_service_year_count_each_fact_of_their_months_once(session, people):
    joined(session)
    entered(session, "2025-07-01", [AM])
    visit(session, people.engineer, due(session, 1, "巡检", "2025-06-30 00:00"), "2025-07-02 09:00")
    now = at("2025-10-15 12:00")
    third = quarter(date(2025, 7, 1))
    whole = rows_of(session, third, None, now)
    again: dict[str, dict[str, int]] = {}
    lines = []
    for one in months_of(third):
        rows = rows_of(session, one, None, now)
        lines += [line for line in facts(rows) if line["type"] in ("occurrence", "attendance")]
        for indicator, figure in recompute(one.key, facts(rows))["contract"].items():
            added = again.setdefault(indicator, {"met": 0, "total": 0})
            added["met"] += figure["met"]
            added["total"] += figure["total"]
    for indicator, figure in shown(sums(whole))["contract"].items():
        assert {"met": figure["met"], "total": figure["total"]} == again[indicator], indicator
    own = [line for line in facts(whole) if line["type"] in ("occurrence", "attendance")]
    assert sorted(map(str, own)) == sorted(map(str, lines))
    year = rows_of(session, service_year(1, date(2025, 6, 3), date(2026, 6, 3)), None, at("2026-07-01 09:00"))
    # All but those of rows 40 and 45, whose own years end later (O1: 7,740 in the first year).
    assert 7600 < len(year.occurrences) < 7740
    assert of_row(session, 1, Indicator.INSPECTION, period=year.period, now=year.as_of).total == 52


def test_the_rows_of_a_month_take_as_many_queries_however_many_there_are(session, people, engine: Engine):
    joined(session)
    session.commit()
    with counted(engine) as few:
        rows_of(session, JULY, None, LATER)
    session.commit()
    for opens in ("2025-06-30", "2025-07-07", "2025-07-14", "2025-07-21"):
        visit(session, people.engineer, due(session, 1, "巡检", f"{opens} 00:00"), f"{opens} 09:00")
    for number in range(1, 12):
        entered(session, f"2025-07-{number:02d}", [AM]) if date(2025, 7, number).weekday() < 5 else None
    session.commit()
    with counted(engine) as many:
        rows_of(session, JULY, None, LATER)
    assert len(many) <= len(few) <= 35


def test_a_row_that_begins_late_owes_nothing_before(session, people):
    """Row 45 begins on 27 July 2025: in June nothing is due and nobody is promised."""
    june = month(date(2025, 6, 1))
    assert of_row(session, 45, Indicator.INSPECTION, period=june) == Figure()
    assert not rows_of(session, june, None, LATER).project_by_seq[45].in_service
    assert post_of(session, 40).rules.service[0][0] == project(session, 40).service_start
