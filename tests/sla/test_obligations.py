"""O1–O3: the year laid out, window by window."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sla.obligations import Slot, is_backentered, judged_done_at, slots, special_kinds, state_of
from sla.vocab import Cycle, OccurrenceState, PeriodKind, Standing
from sla.when import add_year, end_of, start_of
from tests.sla.story import at

YEAR = (date(2025, 6, 3), date(2026, 6, 3))


def days(cycle: Cycle, start: date = YEAR[0], end: date = YEAR[1]) -> list[tuple[str, str]]:
    """First and last day of each slot."""
    return [
        (str((s.opens_at + timedelta(hours=8)).date()), str((s.closes_at + timedelta(hours=7)).date()))
        for s in slots(cycle, start, end)
    ]


@pytest.mark.parametrize(
    ("cycle", "number"),
    [
        (Cycle.DAILY, 365),
        (Cycle.TWICE_DAILY, 730),
        (Cycle.WEEKLY, 52),
        (Cycle.FOUR_PER_MONTH, 48),
        (Cycle.MONTHLY, 12),
        (Cycle.QUARTERLY, 4),
        (Cycle.HALF_YEARLY, 2),
        (Cycle.YEARLY, 1),
        (Cycle.QUOTA, 0),
        (Cycle.UNSPECIFIED, 0),
    ],
)
def test_a_year_from_the_third_of_june_has_so_many_of_each(cycle: Cycle, number: int) -> None:
    assert len(slots(cycle, *YEAR)) == number


def test_a_week_runs_from_monday_to_sunday_and_the_first_is_cut_on_the_day_service_starts() -> None:
    # 3 June 2025 is a Tuesday: six of seven days are left. The last week, 1 and 2 June 2026, is too short.
    found = days(Cycle.WEEKLY)
    assert found[0] == ("2025-06-03", "2025-06-08")
    assert found[1] == ("2025-06-09", "2025-06-15")
    assert found[-1] == ("2026-05-25", "2026-05-31")


def test_a_period_cut_to_exactly_half_is_due_and_one_day_less_is_not() -> None:
    # April has 30 days: from the 16th there are 15, from the 17th 14.
    assert days(Cycle.MONTHLY, date(2025, 4, 16), date(2025, 5, 1)) == [("2025-04-16", "2025-04-30")]
    assert days(Cycle.MONTHLY, date(2025, 4, 17), date(2025, 5, 1)) == []


def test_a_project_that_starts_on_the_27th_owes_nothing_monthly_for_that_month() -> None:
    start = date(2025, 7, 27)
    assert days(Cycle.MONTHLY, start, add_year(start))[0] == ("2025-08-01", "2025-08-31")
    assert days(Cycle.WEEKLY, start, add_year(start))[0] == ("2025-07-28", "2025-08-03")
    assert days(Cycle.MONTHLY, start, add_year(start))[-1] == ("2026-07-01", "2026-07-26")


def test_four_a_month_are_the_first_three_weeks_and_the_rest_also_in_february() -> None:
    assert days(Cycle.FOUR_PER_MONTH, date(2026, 2, 1), date(2026, 3, 1)) == [
        ("2026-02-01", "2026-02-07"),
        ("2026-02-08", "2026-02-14"),
        ("2026-02-15", "2026-02-21"),
        ("2026-02-22", "2026-02-28"),
    ]
    assert days(Cycle.FOUR_PER_MONTH, date(2025, 7, 1), date(2025, 8, 1))[-1] == ("2025-07-22", "2025-07-31")


def test_twice_a_day_means_before_and_from_noon() -> None:
    assert slots(Cycle.TWICE_DAILY, date(2025, 7, 1), date(2025, 7, 2)) == [
        Slot(at("2025-07-01 00:00"), at("2025-07-01 12:00")),
        Slot(at("2025-07-01 12:00"), at("2025-07-02 00:00")),
    ]


def test_daily_is_each_calendar_day_unless_agreed_to_rest() -> None:
    week = date(2025, 7, 7), date(2025, 7, 14)
    assert len(slots(Cycle.DAILY, *week)) == 7
    assert len(slots(Cycle.DAILY, *week, is_workday=lambda day: day.weekday() < 5)) == 5


def test_quarters_and_half_years_are_those_of_the_calendar_and_the_year_is_the_service_year() -> None:
    assert days(Cycle.QUARTERLY)[0] == ("2025-07-01", "2025-09-30")
    assert days(Cycle.QUARTERLY)[-1] == ("2026-04-01", "2026-06-02")
    assert days(Cycle.HALF_YEARLY) == [("2025-07-01", "2025-12-31"), ("2026-01-01", "2026-06-02")]
    assert days(Cycle.YEARLY) == [("2025-06-03", "2026-06-02")]


@given(
    st.sampled_from([c for c in Cycle if c not in (Cycle.QUOTA, Cycle.UNSPECIFIED)]),
    st.dates(date(2025, 1, 1), date(2027, 12, 31)),
)
def test_slots_follow_each_other_without_overlap_and_stay_inside(cycle: Cycle, start: date) -> None:
    end = add_year(start)
    found = slots(cycle, start, end)
    assert all(a.closes_at <= b.opens_at for a, b in pairwise(found))
    assert all(start_of(start) <= s.opens_at < s.closes_at <= start_of(end) for s in found)


class TestState:
    SLOT = Slot(at("2025-07-01 00:00"), at("2025-07-02 00:00"))

    def test_the_closing_instant_is_late_and_after_it_nothing_done_is_missed(self) -> None:
        assert state_of(self.SLOT, at("2025-07-01 23:59:59"), False, None) is OccurrenceState.DONE
        assert state_of(self.SLOT, at("2025-07-02 00:00"), False, None) is OccurrenceState.LATE
        assert state_of(self.SLOT, None, False, at("2025-07-01 23:59:59")) is OccurrenceState.PENDING
        assert state_of(self.SLOT, None, False, at("2025-07-02 00:00")) is OccurrenceState.MISSED
        assert state_of(self.SLOT, None, True, at("2025-07-09 00:00")) is OccurrenceState.WAIVED

    def test_work_entered_after_the_window_counts_from_its_record_until_confirmed(self) -> None:
        done, entered = at("2025-07-01 23:50"), at("2025-07-02 00:10")
        assert is_backentered(done, entered, self.SLOT, 7200)
        assert judged_done_at(done, entered, self.SLOT, 7200, Standing.PENDING) == entered
        assert judged_done_at(done, entered, self.SLOT, 7200, Standing.CONFIRMED) == done
        assert judged_done_at(done, at("2025-07-01 23:55"), self.SLOT, 7200, Standing.PENDING) == done

    def test_end_of_a_day_is_the_start_of_the_next(self) -> None:
        assert end_of(date(2025, 7, 1)) == self.SLOT.closes_at


def test_special_duties_name_the_kinds_of_times_they_belong_to():
    assert special_kinds("holiday promotion") == {PeriodKind.HOLIDAY, PeriodKind.PROMOTION}
    assert special_kinds("special_period") == set(PeriodKind) - {PeriodKind.FILING}
    for when in (None, "", "filing_period", "filing"):
        assert special_kinds(when) == set()
