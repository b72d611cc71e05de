"""When the service is open and how open time is counted: the worked examples (T3, T4, T5)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest

from sla.calendar import Calendar, DayKind
from sla.errors import Invalid
from sla.interpretations import Interpretations
from sla.vocab import Window
from sla.when import SHANGHAI, clock_text, day_of
from sla.windows import OfficeOpen, openings
from tests.sla.seeded import CALENDAR, SHIPPED

ALWAYS, EVERY_DAY, SIX_DAYS, WORKDAYS = (openings(window, CALENDAR, SHIPPED) for window in Window)
HOUR, MINUTE = 3600, 60


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def due(opens, start: str, allowance: int, *pauses: tuple[str, str]) -> str:
    return clock_text(opens.deadline(at(start), allowance, [(at(a), at(b)) for a, b in pauses]))


def test_around_the_clock_every_second_counts():
    assert due(ALWAYS, "2025-01-28T23:30:00", 30 * MINUTE) == "2025-01-29 00:00:00"
    assert due(ALWAYS, "2025-07-31T23:59:59", 1) == "2025-08-01 00:00:00"
    assert ALWAYS.elapsed(at("2025-02-01T00:00:00"), at("2025-03-01T00:00:00")) == 28 * 24 * HOUR
    assert ALWAYS.is_open(at("2025-01-28T03:00:00"))
    assert ALWAYS.next_open(at("2025-01-28T03:00:00")) == at("2025-01-28T03:00:00")


def test_two_hours_from_five_on_friday_before_a_make_up_sunday():
    """The same start, four windows: 5x8 goes on on the make-up Sunday, the 8-hour others on Saturday."""
    start = "2025-09-26T17:00:00"
    assert due(ALWAYS, start, 2 * HOUR) == "2025-09-26 19:00:00"
    assert due(EVERY_DAY, start, 2 * HOUR) == "2025-09-27 09:00:00"
    assert due(SIX_DAYS, start, 2 * HOUR) == "2025-09-27 09:00:00"
    assert due(WORKDAYS, start, 2 * HOUR) == "2025-09-28 09:00:00"


def test_the_six_day_window_opens_on_plain_and_make_up_saturdays_but_not_on_days_off():
    plain, holiday, makeup = at("2025-07-05T09:00"), at("2025-05-03T09:00"), at("2025-10-11T09:00")
    assert [SIX_DAYS.is_open(t) for t in (plain, holiday, makeup)] == [True, False, True]
    assert [WORKDAYS.is_open(t) for t in (plain, holiday, makeup)] == [False, False, True]
    assert [EVERY_DAY.is_open(t) for t in (plain, holiday, makeup)] == [True, True, True]
    assert due(SIX_DAYS, "2025-04-30T17:00:00", 2 * HOUR) == "2025-05-06 09:00:00"


def test_the_six_day_window_read_the_other_way_opens_on_every_saturday():
    other = SHIPPED.with_version("six_by_eight", None, "workdays_and_all_saturdays", "agreed")
    opens = openings(Window.SIX_DAYS, CALENDAR, other)
    assert due(opens, "2025-04-30T17:00:00", 2 * HOUR) == "2025-05-03 09:00:00"


def test_a_saturday_the_contract_closes_is_closed_under_both_readings():
    closed = Calendar(
        CALENDAR.days,
        CALENDAR.years,
        overrides={date(2025, 7, 5): DayKind.OVERRIDE_OFF},
        names=CALENDAR.names,
    )
    other = SHIPPED.with_version("six_by_eight", None, "workdays_and_all_saturdays", "agreed")
    for readings in (SHIPPED, other):
        assert not openings(Window.SIX_DAYS, closed, readings).is_open(at("2025-07-05T09:00:00"))


def test_a_deadline_may_be_the_closing_instant_and_one_second_more_is_the_next_morning():
    """16:00 to 18:00 on 1 July 2025 holds exactly two hours."""
    assert due(WORKDAYS, "2025-07-01T16:00:00", 2 * HOUR) == "2025-07-01 18:00:00"
    assert due(WORKDAYS, "2025-07-01T16:00:00", 2 * HOUR + 1) == "2025-07-02 08:00:01"
    assert due(WORKDAYS, "2025-07-01T11:00:00", HOUR) == "2025-07-01 12:00:00"


def test_noon_sharp_is_closed_and_the_second_before_is_open():
    assert WORKDAYS.is_open(at("2025-07-01T11:59:59"))
    assert not WORKDAYS.is_open(at("2025-07-01T12:00:00"))
    assert WORKDAYS.is_open(at("2025-07-01T14:00:00"))
    assert due(WORKDAYS, "2025-07-01T12:00:00", 30 * MINUTE) == "2025-07-01 14:30:00"


def test_a_start_at_midnight_waits_for_eight_and_a_month_end_is_no_edge():
    assert due(WORKDAYS, "2025-07-01T00:00:00", HOUR) == "2025-07-01 09:00:00"
    assert due(WORKDAYS, "2025-07-31T17:30:00", HOUR) == "2025-08-01 08:30:00"
    assert due(EVERY_DAY, "2025-08-31T17:30:00", HOUR) == "2025-09-01 08:30:00"


def test_spring_festival_is_stepped_over_and_named():
    """27 January 2025, 17:00, two hours: one is left for 5 February, eight days are skipped."""
    start = "2025-01-27T17:00:00"
    assert due(WORKDAYS, start, 2 * HOUR) == "2025-02-05 09:00:00"
    skipped = WORKDAYS.skipped_days(at(start), at("2025-02-05T09:00:00"))
    assert [day for day, _ in skipped] == [date(2025, 1, 28) + timedelta(days=n) for n in range(8)]
    assert {why for _, why in skipped} == {"春节放假"}
    assert due(EVERY_DAY, start, 2 * HOUR) == "2025-01-28 09:00:00"


def test_days_skipped_count_the_first_and_the_last_if_they_never_open():
    friday, sunday, monday = at("2025-07-04T17:00"), at("2025-07-06T10:00"), at("2025-07-07T00:00")
    assert WORKDAYS.skipped_days(friday, monday) == [(date(2025, 7, 5), "周六"), (date(2025, 7, 6), "周日")]
    assert SIX_DAYS.skipped_days(friday, sunday) == [(date(2025, 7, 6), "周日")]
    assert WORKDAYS.skipped_days(sunday, sunday) == []
    assert EVERY_DAY.skipped_days(friday, monday) == ALWAYS.skipped_days(friday, monday) == []


def test_a_clock_that_crosses_into_a_year_without_notice_is_provisional():
    """31 December 2026, 17:00, two hours: New Year and the weekend make it 4 January 2027."""
    start = "2026-12-31T17:00:00"
    assert due(WORKDAYS, start, 2 * HOUR) == "2027-01-04 09:00:00"
    end = at("2027-01-04T09:00:00")
    assert WORKDAYS.estimated_between(at(start), end)
    assert SIX_DAYS.estimated_between(at(start), end)
    assert not EVERY_DAY.estimated_between(at(start), end)
    assert not ALWAYS.estimated_between(at(start), end)
    assert due(WORKDAYS, start, HOUR) == "2026-12-31 18:00:00"
    assert not WORKDAYS.estimated_between(at(start), at("2026-12-31T18:00:00"))


def test_the_year_that_counts_is_the_one_in_shanghai():
    """16:30 UTC on 31 December 2026 is already 2027 in Shanghai."""
    last = datetime(2026, 12, 31, 16, 30, tzinfo=UTC)
    assert WORKDAYS.estimated_between(last, last)
    assert not WORKDAYS.estimated_between(last - timedelta(hours=1), last - timedelta(hours=1))


def test_an_allowance_of_nothing_is_the_start_or_the_next_opening():
    assert due(WORKDAYS, "2025-07-01T09:00:00", 0) == "2025-07-01 09:00:00"
    assert due(WORKDAYS, "2025-07-01T12:00:00", 0) == "2025-07-01 14:00:00"
    assert due(WORKDAYS, "2025-07-05T10:00:00", 0) == "2025-07-07 08:00:00"
    assert due(ALWAYS, "2025-07-05T10:00:00", 0) == "2025-07-05 10:00:00"


def test_an_allowance_of_nothing_waits_for_a_pause_to_end_and_then_for_an_opening():
    start = "2025-07-01T09:00:00"
    assert due(WORKDAYS, start, 0, (start, "2025-07-01T10:00:00")) == "2025-07-01 10:00:00"
    assert due(WORKDAYS, start, 0, (start, "2025-07-01T13:00:00")) == "2025-07-01 14:00:00"
    assert due(WORKDAYS, start, 0, ("2025-07-01T09:00:01", "2025-07-01T13:00:00")) == "2025-07-01 09:00:00"
    chained = (start, "2025-07-01T12:30:00"), ("2025-07-01T13:30:00", "2025-07-01T15:00:00")
    assert due(WORKDAYS, start, 0, *chained) == "2025-07-01 15:00:00"
    assert due(WORKDAYS, "2025-07-01T16:00:00", 0, *chained) == "2025-07-01 16:00:00"


def test_overlapping_pauses_count_once():
    """Four hours from 9:00; 10:00-15:00 and 14:30-16:00 stand still; 9-10, 16-18, then 8-9 next day."""
    pauses = ("2025-07-01T10:00:00", "2025-07-01T15:00:00"), ("2025-07-01T14:30:00", "2025-07-01T16:00:00")
    assert due(WORKDAYS, "2025-07-01T09:00:00", 4 * HOUR, *pauses) == "2025-07-02 09:00:00"
    stretch = at("2025-07-01T09:00:00"), at("2025-07-02T09:00:00")
    assert WORKDAYS.elapsed(*stretch) == 8 * HOUR
    assert WORKDAYS.elapsed(*stretch, [(at(a), at(b)) for a, b in pauses]) == 4 * HOUR


def test_a_deadline_may_be_the_instant_a_pause_begins():
    pause = ("2025-07-01T10:00:00", "2025-07-01T11:00:00")
    assert due(WORKDAYS, "2025-07-01T09:00:00", HOUR, pause) == "2025-07-01 10:00:00"
    assert due(WORKDAYS, "2025-07-01T09:00:00", HOUR + 1, pause) == "2025-07-01 11:00:01"


def test_pauses_that_are_over_empty_backwards_or_at_night_change_nothing():
    idle = [
        ("2025-06-30T09:00:00", "2025-07-01T09:00:00"),
        ("2025-07-01T10:00:00", "2025-07-01T10:00:00"),
        ("2025-07-01T11:00:00", "2025-07-01T10:00:00"),
        ("2025-07-01T12:00:00", "2025-07-01T14:00:00"),
        ("2025-07-01T18:00:00", "2025-07-02T08:00:00"),
    ]
    assert due(WORKDAYS, "2025-07-01T09:00:00", 8 * HOUR, *idle) == "2025-07-02 09:00:00"


def test_elapsed_is_never_negative():
    assert WORKDAYS.elapsed(at("2025-07-02T09:00:00"), at("2025-07-01T09:00:00")) == 0
    assert WORKDAYS.elapsed(at("2025-07-01T09:00:00"), at("2025-07-01T09:00:00")) == 0


def test_office_hours_change_on_the_day_they_were_agreed_from():
    """From 1 August 2025 an afternoon begins at 15:00: the same two hours from 13:00 end an hour later."""
    agreed = SHIPPED.with_version("office_hours", date(2025, 8, 1), "08:00-12:00,15:00-18:00", "agreed")
    opens = openings(Window.WORKDAYS, CALENDAR, agreed)
    assert due(opens, "2025-07-31T13:00:00", 2 * HOUR) == "2025-07-31 16:00:00"
    assert due(opens, "2025-08-01T13:00:00", 2 * HOUR) == "2025-08-01 17:00:00"


def test_seasonal_hours_change_with_the_season():
    seasons = "05-01..09-30=08:00-12:00,15:00-18:00;10-01..04-30=08:00-12:00,14:00-18:00"
    opens = openings(
        Window.EVERY_DAY, CALENDAR, SHIPPED.with_version("office_hours", None, seasons, "agreed")
    )
    assert due(opens, "2025-09-30T17:00:00", 6 * HOUR) == "2025-10-01 15:00:00"
    assert due(opens, "2026-04-30T17:00:00", 6 * HOUR) == "2026-05-01 16:00:00"


@pytest.mark.parametrize("opens", [ALWAYS, EVERY_DAY, SIX_DAYS, WORKDAYS])
def test_times_that_break_the_rules_of_time_are_refused(opens):
    good = at("2025-07-01T09:00:00")
    with pytest.raises(Invalid, match="缺少时区"):
        opens.deadline(good.replace(tzinfo=None), 60)
    with pytest.raises(Invalid, match="缺少时区"):
        opens.elapsed(good, good.replace(tzinfo=None))
    with pytest.raises(Invalid, match="只精确到秒"):
        opens.is_open(good.replace(microsecond=1))
    with pytest.raises(Invalid, match="时限不能是负数"):
        opens.deadline(good, -1)
    with pytest.raises(Invalid, match="2000 年至 2100 年"):
        opens.next_open(good.replace(year=1999))
    with pytest.raises(Invalid, match="2000 年至 2100 年"):
        opens.deadline(good, 100 * 366 * 24 * HOUR)
    with pytest.raises(Invalid, match="2000 年至 2100 年"):
        opens.next_open(at("2101-01-01T00:00:00"))


def test_years_on_either_side_can_be_asked_in_any_order():
    fresh = OfficeOpen(Window.WORKDAYS, Calendar({}, {}), SHIPPED)
    assert due(fresh, "2031-03-03T17:00:00", 2 * HOUR) == "2031-03-04 09:00:00"
    assert due(fresh, "2029-01-01T17:00:00", 2 * HOUR) == "2029-01-02 09:00:00"
    assert due(fresh, "2033-12-30T17:00:00", 2 * HOUR) == "2034-01-02 09:00:00"
    assert fresh.elapsed(at("2029-01-01T00:00:00"), at("2029-01-08T00:00:00")) == 40 * HOUR


def test_a_year_in_which_nothing_opens_is_stepped_over():
    year = {date(2025, 1, 1) + timedelta(days=n): DayKind.OVERRIDE_OFF for n in range(365)}
    opens = OfficeOpen(Window.WORKDAYS, Calendar({}, {}, year), SHIPPED)
    assert opens.elapsed(at("2025-03-03T09:00:00"), at("2025-11-03T09:00:00")) == 0
    assert due(opens, "2025-03-03T09:00:00", 0) == "2026-01-01 08:00:00"
    assert due(opens, "2025-03-03T09:00:00", HOUR) == "2026-01-01 09:00:00"
    assert due(opens, "2024-12-31T17:00:00", 2 * HOUR) == "2026-01-01 09:00:00"


def test_many_threads_may_ask_one_window_about_different_years_at_once():
    shared = OfficeOpen(Window.SIX_DAYS, CALENDAR, SHIPPED)
    starts = [datetime(2050 + (-1) ** n * n, 5, 9, 3, tzinfo=UTC) for n in range(40)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda start: shared.deadline(start, 20 * HOUR), starts * 2))
    assert answers == [SIX_DAYS.deadline(start, 20 * HOUR) for start in starts * 2]


def test_equal_contents_share_one_set_of_openings():
    again = Calendar(CALENDAR.days, CALENDAR.years, names=CALENDAR.names)
    # Asked for now, not taken from the top of this file: others may have pushed that one out since.
    shared = openings(Window.WORKDAYS, CALENDAR, SHIPPED)
    assert openings(Window.WORKDAYS, again, Interpretations.shipped()) is shared
    assert WORKDAYS.size >= 250


def test_results_are_in_utc():
    answer = WORKDAYS.deadline(at("2025-07-01T07:00:00"), HOUR)
    assert answer.tzinfo is UTC
    assert day_of(answer) == date(2025, 7, 1)
