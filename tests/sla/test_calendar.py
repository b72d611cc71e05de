"""Workdays (T2) and counting them (T6)."""

from collections import Counter
from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sla.calendar import Calendar, DayKind, YearStatus
from sla.errors import Invalid
from sla.vocab import DayType
from sla.when import clock_text, end_of
from tests.sla.seeded import CALENDAR, DAYS, YEARS

BOTH_YEARS = [date(2025, 1, 1) + timedelta(days=n) for n in range(730)]
DAY = st.dates(date(2025, 1, 1), date(2030, 12, 31))


@pytest.mark.parametrize("year", [2025, 2026])
def test_every_day_of_the_published_years_agrees_with_an_independent_calendar(year):
    for day in (d for d in BOTH_YEARS if d.year == year):
        off, festival = chinese_calendar.get_holiday_detail(day)
        assert CALENDAR.is_workday(day) is chinese_calendar.is_workday(day), day
        assert CALENDAR.is_day_off(day) is bool(off and festival), day


def test_the_notices_have_as_many_rows_as_they_name_days():
    rows = Counter((row["date"][:4], row["kind"]) for row in DAYS)
    assert rows["2025", "day_off"] == 28
    assert rows["2025", "makeup"] == 5
    assert rows["2026", "day_off"] == 33
    assert rows["2026", "makeup"] == 6


def test_no_day_is_named_twice_and_every_row_names_its_notice():
    assert len({row["date"] for row in DAYS}) == len(DAYS)
    assert [row["date"] for row in DAYS] == sorted(row["date"] for row in DAYS)
    notices = {row["year"]: row["notice"] for row in YEARS}
    assert all(row["notice"] == notices[row["date"][:4]] for row in DAYS)
    assert all(row["name"] for row in DAYS)


@pytest.mark.parametrize(("year", "days"), [(2027, 13), (2028, 12), (2029, 13), (2030, 13)])
def test_an_estimated_year_holds_the_thirteen_statutory_days_and_no_make_up_days(year, days):
    """In 2028 Mid-Autumn falls on 3 October, so that two of the thirteen are one day."""
    rows = [row for row in DAYS if row["date"].startswith(str(year))]
    assert len(rows) == days
    assert {row["kind"] for row in rows} == {"day_off"}
    named = Counter(name for row in rows for name in row["name"].split("、"))
    assert named == {
        "元旦": 1, "春节": 4, "清明节": 1, "劳动节": 2, "端午节": 1, "中秋节": 1, "国庆节": 3,
    }  # fmt: skip


def test_years_without_a_notice_are_estimated_even_when_nobody_loaded_them():
    assert [year for year in range(2024, 2033) if not CALENDAR.is_estimated(year)] == [2025, 2026]


def test_a_make_up_sunday_is_worked_and_a_tuesday_of_the_festival_is_not():
    assert CALENDAR.is_workday(date(2025, 9, 28))
    assert not CALENDAR.is_workday(date(2025, 1, 28))
    assert CALENDAR.day_type(date(2025, 9, 28)) is DayType.WORKDAY
    assert CALENDAR.day_type(date(2025, 1, 28)) is DayType.NON_WORKDAY


def test_what_the_contract_agrees_beats_the_notice_and_the_notice_beats_the_weekday():
    makeup, festival, friday = date(2025, 10, 11), date(2025, 10, 1), date(2025, 7, 4)
    agreed = Calendar(
        days=CALENDAR.days,
        years=CALENDAR.years,
        overrides={
            makeup: DayKind.OVERRIDE_OFF,
            festival: DayKind.OVERRIDE_WORK,
            friday: DayKind.OVERRIDE_OFF,
        },
    )
    assert [CALENDAR.is_workday(day) for day in (makeup, festival, friday)] == [True, False, True]
    assert [agreed.is_workday(day) for day in (makeup, festival, friday)] == [False, True, False]
    assert CALENDAR.is_day_off(festival)
    assert not agreed.is_day_off(festival)


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2026, 10, 1), "国庆节放假"),
        (date(2025, 9, 28), "调休上班"),
        (date(2025, 7, 5), "周六"),
        (date(2025, 7, 6), "周日"),
        (date(2025, 7, 7), "工作日"),
    ],
)
def test_a_day_says_what_it_is(day, text):
    assert CALENDAR.describe(day) == text


def test_a_day_off_without_a_festival_and_an_agreed_day_say_so_too():
    day, other = date(2026, 10, 1), date(2026, 10, 9)
    calendar = Calendar({day: DayKind.DAY_OFF}, {}, {other: DayKind.OVERRIDE_OFF})
    assert calendar.describe(day) == "法定放假"
    assert calendar.describe(other) == "合同约定休息"


def test_thirty_workdays_after_3_june_2025_end_with_15_july():
    """T6: 3 June is not counted; the first is 4 June, the thirtieth 15 July, due at 24:00."""
    last = CALENDAR.add_workdays(date(2025, 6, 3), 30)
    assert last == date(2025, 7, 15)
    assert clock_text(end_of(last)) == "2025-07-16 00:00:00"


def test_make_up_days_count_and_the_festival_does_not():
    """Ten workdays after 26 September 2025: 28, 29, 30 September, then 9 to 11 and 13 to 16 October."""
    assert CALENDAR.add_workdays(date(2025, 9, 26), 3) == date(2025, 9, 30)
    assert CALENDAR.add_workdays(date(2025, 9, 26), 6) == date(2025, 10, 11)
    assert CALENDAR.add_workdays(date(2025, 9, 26), 10) == date(2025, 10, 16)


def test_workdays_run_across_the_end_of_the_year_into_the_estimated_one():
    assert CALENDAR.add_workdays(date(2026, 12, 31), 1) == date(2027, 1, 4)


def test_no_workdays_after_a_day_is_that_day_even_on_a_sunday():
    assert CALENDAR.add_workdays(date(2025, 7, 6), 0) == date(2025, 7, 6)


@pytest.mark.parametrize("n", [-1, 5001])
def test_a_number_of_workdays_nobody_means_is_refused(n):
    with pytest.raises(Invalid, match="工作日数要在 0 到 5000 之间"):
        CALENDAR.add_workdays(date(2025, 7, 1), n)


def test_counting_beyond_2100_is_refused():
    with pytest.raises(Invalid, match="2000 年至 2100 年"):
        CALENDAR.add_workdays(date(2099, 12, 31), 300)
    with pytest.raises(Invalid, match="2000 年至 2100 年"):
        CALENDAR.add_workdays(date(1999, 12, 31), 1)


def test_workdays_between_counts_both_ends_and_never_backwards():
    assert CALENDAR.workdays_between(date(2025, 9, 28), date(2025, 10, 11)) == 6
    assert CALENDAR.workdays_between(date(2025, 7, 7), date(2025, 7, 7)) == 1
    assert CALENDAR.workdays_between(date(2025, 7, 6), date(2025, 7, 6)) == 0
    assert CALENDAR.workdays_between(date(2025, 7, 8), date(2025, 7, 7)) == 0
    assert CALENDAR.workdays_between(date(2025, 1, 1), date(2026, 12, 31)) == sum(
        map(CALENDAR.is_workday, BOTH_YEARS)
    )


@given(DAY, st.integers(1, 400))
def test_the_nth_workday_is_the_one_a_walk_arrives_at(day, n):
    walked, left = day, n
    while left:
        walked += timedelta(days=1)
        left -= CALENDAR.is_workday(walked)
    assert CALENDAR.add_workdays(day, n) == walked
    assert CALENDAR.workdays_between(day + timedelta(days=1), walked) == n


def test_calendars_of_equal_contents_are_equal_and_any_difference_shows():
    again = Calendar(dict(CALENDAR.days), dict(CALENDAR.years), {}, dict(CALENDAR.names))
    assert again == CALENDAR
    assert hash(again) == hash(CALENDAR)
    day = date(2026, 10, 9)
    assert Calendar({day: DayKind.DAY_OFF}, {}) != Calendar({day: DayKind.MAKEUP}, {})
    assert Calendar({}, {2027: YearStatus.ESTIMATED}) != Calendar({}, {2027: YearStatus.PUBLISHED})
    assert Calendar({}, {}) != "calendar"


def test_a_calendar_does_not_change_with_the_dictionary_it_was_made_of():
    days = {date(2025, 7, 7): DayKind.DAY_OFF}
    calendar = Calendar(days, {})
    days.clear()
    assert not calendar.is_workday(date(2025, 7, 7))


def test_kinds_in_the_wrong_place_are_refused():
    day = date(2025, 7, 7)
    with pytest.raises(Invalid, match="2025-07-07 的类型「override_off」不适用"):
        Calendar({day: DayKind.OVERRIDE_OFF}, {})
    with pytest.raises(Invalid, match="应为 override_work（合同约定上班）"):
        Calendar({}, {}, {day: DayKind.MAKEUP})
