"""Agreed cycles, filing periods and days of special duty: only the future changes, and only once seen."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from app.duties.layout import lay_out
from app.duties.planning import (
    Period,
    change_cycle,
    declare_period,
    preview_cycle,
    preview_period,
    preview_withdrawal,
    withdraw_period,
)
from app.duties.works import waive
from models.contract import Obligation
from models.duties import Occurrence
from sla.errors import Conflict, Forbidden, Invalid, NotFound
from sla.vocab import Cycle, PeriodKind
from sla.when import clock_text
from tests.app.duties.world import counted, due, duty, opens, told, visit
from tests.app.personas import at

NOW = at("2025-07-15 09:00")


def days(found) -> list[str]:
    return [clock_text(one.opens_at)[:10] for one in found]


def agree(session, actor, cycle=Cycle.MONTHLY, day=date(2025, 8, 1), row=1, what="巡检", now=NOW):
    return change_cycle(session, actor, duty(session, row, what).id, cycle, day, "双方约定", now)


def test_an_agreed_cycle_replaces_what_is_to_come_and_nothing_else(session, people):
    before = {one.id: one.slot for one in opens(session, duty(session, 1))}
    found = agree(session, people.bureau)
    after = opens(session, duty(session, 1))
    assert days(after)[8:12] == ["2025-07-28", "2025-08-01", "2025-09-01", "2025-10-01"]
    # The week of 28 July is cut by the change on Friday: four days of seven are left, so it is due.
    assert clock_text(after[8].closes_at) == "2025-08-01 00:00:00"
    assert {one.id: one.slot for one in after[:8]}.items() <= before.items()
    assert (len(found.removed), len(found.added)) == (44, 11)
    assert len(after) == len(before) - len(found.removed) + len(found.added)
    assert lay_out(session) == 0


def test_the_preview_says_what_will_happen_and_writes_nothing(session, people):
    before = [one.slot for one in opens(session, duty(session, 1))]
    shown = preview_cycle(session, duty(session, 1).id, Cycle.MONTHLY, date(2025, 8, 1), NOW)
    assert [one.slot for one in opens(session, duty(session, 1))] == before
    assert agree(session, people.bureau).digest == shown.digest


def test_a_week_that_is_running_stays_even_where_the_change_begins_tomorrow(session, people):
    agree(session, people.bureau, day=date(2025, 7, 16))
    assert days(opens(session, duty(session, 1)))[5:8] == ["2025-07-07", "2025-07-14", "2025-07-16"]


def test_what_was_waived_or_worked_on_is_never_removed(session, people):
    waived = due(session, 1, "巡检", "2025-08-11 00:00")
    waive(session, people.bureau, waived.id, "停电检修", NOW)
    agree(session, people.bureau)
    assert "2025-08-11" in days(opens(session, duty(session, 1)))


def test_a_change_may_be_planned_anew_and_taken_back(session, people):
    before = [one.slot for one in opens(session, duty(session, 1))]
    agree(session, people.bureau)
    agree(session, people.bureau, cycle=Cycle.FOUR_PER_MONTH)
    assert "2025-08-08" in days(opens(session, duty(session, 1)))
    agree(session, people.bureau, cycle=Cycle.WEEKLY)
    assert [one.slot for one in opens(session, duty(session, 1))] == before


def test_a_duty_without_a_cycle_is_due_once_one_is_agreed(session, people):
    assert opens(session, duty(session, 1, "数据备份")) == []
    agree(session, people.bureau, cycle=Cycle.WEEKLY, what="数据备份", day=date(2025, 7, 21))
    assert days(opens(session, duty(session, 1, "数据备份")))[:2] == ["2025-07-21", "2025-07-28"]


def test_a_yearly_duty_agreed_in_the_year_is_due_once_by_its_end(session, people):
    agree(session, people.bureau, cycle=Cycle.YEARLY, what="数据备份", day=date(2026, 1, 1))
    (only,) = opens(session, duty(session, 1, "数据备份"))
    assert clock_text(only.closes_at) == "2026-06-03 00:00:00"


def test_the_ledger_keeps_who_agreed_what_and_why(session, people):
    agree(session, people.bureau)
    ((kind, subject, payload),) = told(session, "duty.")
    assert (kind, subject) == ("duty.cycle_agreed", f"obligation:{duty(session, 1).id}")
    assert payload | {"digest": ""} == {
        "cycle": "monthly",
        "from_day": "2025-08-01",
        "reason": "双方约定",
        "removed": 44,
        "added": 11,
        "digest": "",
    }


@pytest.mark.parametrize(
    ("row", "what", "cycle", "day", "error", "words"),
    [
        (1, "巡检", Cycle.MONTHLY, date(2025, 7, 15), Invalid, "最早从明天起"),
        (1, "巡检", Cycle.MONTHLY, date(2025, 1, 1), Invalid, "最早从明天起"),
        (1, "巡检", Cycle.WEEKLY, date(2025, 8, 1), Invalid, "已经是「每周」"),
        (1, "巡检", Cycle.QUOTA, date(2025, 8, 1), Conflict, "不能这样约定"),
        (19, "房产数据提取", Cycle.MONTHLY, date(2025, 8, 1), Conflict, "不能这样约定"),
        (24, "填报期间巡检", Cycle.DAILY, date(2025, 8, 1), Conflict, "不能这样约定"),
    ],
)
def test_a_cycle_that_cannot_be_agreed_is_refused(session, people, row, what, cycle, day, error, words):
    with pytest.raises(error, match=words):
        agree(session, people.bureau, cycle, day, row, what)


def test_a_cycle_needs_a_reason_and_a_duty(session, people):
    one = duty(session, 1).id
    with pytest.raises(Invalid, match="请填写依据"):
        change_cycle(session, people.bureau, one, Cycle.MONTHLY, date(2025, 8, 1), "  ", NOW)
    with pytest.raises(NotFound):
        change_cycle(session, people.bureau, 99999, Cycle.MONTHLY, date(2025, 8, 1), "约定", NOW)


def test_only_the_bureau_plans(session, people):
    filing = Period(PeriodKind.FILING, "决算填报", date(2025, 8, 1), date(2025, 8, 3))
    period = declare_period(session, people.bureau, filing, NOW)
    for person in (p for p in people.everybody() if p not in (people.bureau, people.bureau2)):
        with pytest.raises(Forbidden):
            agree(session, person)
        with pytest.raises(Forbidden):
            declare_period(session, person, filing, NOW)
        with pytest.raises(Forbidden):
            withdraw_period(session, person, period.id, "误报", NOW)


def test_each_day_of_a_filing_period_is_a_duty_of_rows_24_and_29(session, people):
    filing = Period(PeriodKind.FILING, "决算填报", date(2025, 8, 1), date(2025, 8, 3))
    assert len(preview_period(session, filing, NOW).added) == 6
    period = declare_period(session, people.bureau, filing, NOW)
    for row in (24, 29):
        found = opens(session, duty(session, row, "填报期间巡检"))
        assert days(found) == ["2025-08-01", "2025-08-02", "2025-08-03"]
        assert {one.period_id for one in found} == {period.id}
    assert lay_out(session) == 0


def test_a_period_of_one_project_concerns_no_other(session, people):
    of = duty(session, 24).project_id
    filing = Period(PeriodKind.FILING, "决算填报", date(2025, 8, 1), date(2025, 8, 3), of)
    declare_period(session, people.bureau, filing, NOW)
    assert len(opens(session, duty(session, 24, "填报期间巡检"))) == 3
    assert opens(session, duty(session, 29, "填报期间巡检")) == []


def test_a_period_makes_daily_duties_of_the_special_ones_whose_text_names_its_kind(session, people):
    festival = Period(PeriodKind.HOLIDAY, "国庆节", date(2025, 10, 1), date(2025, 10, 8))
    found = preview_period(session, festival, NOW)
    assert len(found.added) == 6 * 8
    exam = preview_period(session, Period(PeriodKind.EXAM, "中考", date(2025, 10, 1), date(2025, 10, 2)), NOW)
    assert {session.get(Obligation, row["obligation_id"]).what for row in exam.added} == {
        "重要期间网络安全保障",
        "重要时期7×24保障",
    }
    declare_period(session, people.bureau, festival, NOW)
    assert len(opens(session, duty(session, 23, "重大节日24小时值班"))) == 8


def test_overlapping_periods_make_each_day_once_and_withdrawing_one_leaves_the_others_days(session, people):
    of = duty(session, 36, "重大节日大促保障").project_id
    one, two = (
        declare_period(
            session,
            people.bureau,
            Period(kind, kind.label, date(2025, 11, first), date(2025, 11, last), of),
            NOW,
        )
        for kind, first, last in ((PeriodKind.PROMOTION, 9, 12), (PeriodKind.OTHER, 11, 14))
    )
    found = opens(session, duty(session, 36, "重大节日大促保障"))
    assert [(day[8:], o.period_id) for day, o in zip(days(found), found, strict=True)] == [
        *(("09", one.id), ("10", one.id), ("11", one.id), ("12", one.id)),
        *(("13", two.id), ("14", two.id)),
    ]
    withdraw_period(session, people.bureau, one.id, "活动取消", NOW)
    found = opens(session, duty(session, 36, "重大节日大促保障"))
    assert {o.period_id for o in found} == {two.id}
    assert days(found) == [f"2025-11-{day}" for day in (11, 12, 13, 14)]


def test_a_running_period_is_withdrawn_from_tomorrow_on(session, people):
    filing = Period(PeriodKind.FILING, "决算填报", date(2025, 8, 1), date(2025, 8, 9))
    period = declare_period(session, people.bureau, filing, NOW)
    now = at("2025-08-04 10:00")
    assert len(preview_withdrawal(session, period.id, now).removed) == 10
    withdraw_period(session, people.bureau, period.id, "提前结束", now)
    left = opens(session, duty(session, 24, "填报期间巡检"))
    assert days(left) == [f"2025-08-0{day}" for day in (1, 2, 3, 4)]
    assert lay_out(session) == 0
    with pytest.raises(Conflict, match="已经撤回"):
        withdraw_period(session, people.bureau, period.id, "再撤", now)


@pytest.mark.parametrize(
    ("kind", "first", "last", "words"),
    [
        (PeriodKind.FILING, date(2025, 7, 15), date(2025, 7, 20), "最早从明天起"),
        (PeriodKind.FILING, date(2025, 8, 2), date(2025, 8, 1), "不能早于第一天"),
        (PeriodKind.FILING, date(2025, 8, 1), date(2026, 8, 2), "最长 366 天"),
    ],
)
def test_a_period_has_days_to_come_in_their_order(session, people, kind, first, last, words):
    with pytest.raises(Invalid, match=words):
        declare_period(session, people.bureau, Period(kind, "填报", first, last), NOW)


def test_a_period_that_concerns_nobody_or_has_no_name_is_refused(session, people):
    of = duty(session, 1).project_id
    span = date(2025, 8, 1), date(2025, 8, 3)
    with pytest.raises(Invalid, match="没有在「填报期间」期间才有的义务"):
        declare_period(session, people.bureau, Period(PeriodKind.FILING, "填报", *span, of), NOW)
    with pytest.raises(Invalid, match="请填写名称"):
        declare_period(session, people.bureau, Period(PeriodKind.FILING, " ", *span), NOW)
    with pytest.raises(Invalid, match="选择运维项目"):
        declare_period(session, people.bureau, Period(PeriodKind.FILING, "填报", *span, 9999), NOW)
    with pytest.raises(NotFound):
        withdraw_period(session, people.bureau, 9999, "误报", NOW)


def test_days_of_special_duty_stay_beside_an_agreed_cycle(session, people):
    agree(session, people.bureau, Cycle.MONTHLY, date(2025, 8, 1), 23, "重大节日24小时值班")
    festival = Period(PeriodKind.HOLIDAY, "国庆节", date(2025, 10, 1), date(2025, 10, 3))
    declare_period(session, people.bureau, festival, NOW)
    found = days(opens(session, duty(session, 23, "重大节日24小时值班")))
    assert [day for day in found if day.startswith("2025-10")] == ["2025-10-01", "2025-10-02", "2025-10-03"]


def test_a_change_asks_a_constant_number_of_questions(session, people):
    asked = []
    for row in (1, 13):  # a week and a day: 52 and 365 occurrences
        session.commit()
        with counted(session) as one:
            agree(session, people.bureau, row=row)
        asked.append(len([q for q in one if q.startswith("SELECT")]))
    assert asked[0] == asked[1]


def test_a_finished_future_occurrence_does_not_exist_so_none_can_be_lost(session, people):
    occurrence = due(session, 1, "巡检", "2025-07-14 00:00")
    visit(session, people.engineer, occurrence, "2025-07-15 08:30")
    agree(session, people.bureau, day=date(2025, 7, 16))
    assert session.get(Occurrence, occurrence.id).done_at == at("2025-07-15 08:30")
    assert session.scalars(select(Occurrence).where(Occurrence.done_at > NOW)).all() == []
