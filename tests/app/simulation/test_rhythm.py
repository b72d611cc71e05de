"""When tickets come."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from random import Random

from app.simulation.rhythm import arrivals, day_factor, poisson
from app.simulation.topics import TOPICS
from sla.vocab import Window
from sla.when import SHANGHAI, day_of
from tests.sla.seeded import CALENDAR

WINDOWS: dict[int, Window | None] = {1: Window.ALWAYS, 3: Window.WORKDAYS, 22: Window.ALWAYS}


def days_of_2025():
    return [date(2025, 1, 1) + timedelta(days=n) for n in range(365)]


def year(seed=1, rate=300):
    return [
        one
        for day in days_of_2025()
        for one in arrivals(day, CALENDAR, WINDOWS, rate, Random(f"{seed}:{day}"))
    ]


def test_every_row_of_the_contract_has_a_topic():
    assert sorted(TOPICS) == list(range(1, 46))


def test_a_year_holds_about_twelve_times_the_monthly_rate():
    assert 0.85 < len(year()) / (12 * 300) < 1.2


def test_each_arrival_lies_within_its_day_and_days_are_in_order():
    found = year()
    assert [one.at for one in found] == sorted(one.at for one in found)
    assert all(day_of(one.at).year == 2025 for one in found)


def test_days_off_are_quiet_and_the_day_after_a_holiday_is_not():
    holiday, workday, after = date(2025, 10, 3), date(2025, 9, 17), date(2025, 10, 9)
    assert day_factor(holiday, CALENDAR) < day_factor(workday, CALENDAR) / 3
    assert day_factor(after, CALENDAR) > day_factor(workday, CALENDAR) * 1.5
    assert day_factor(date(2025, 9, 28), CALENDAR) >= day_factor(workday, CALENDAR)  # a Sunday that is worked


def test_rows_served_round_the_clock_have_evenings_and_office_rows_hardly_any():
    evening: Counter[tuple[int, bool]] = Counter()
    for one in year(rate=600):
        hour = one.at.astimezone(SHANGHAI).hour
        evening[one.seq, hour >= 18 or hour < 6] += 1
    share = {seq: evening[seq, True] / (evening[seq, True] + evening[seq, False]) for seq in WINDOWS}
    assert share[1] > 1.5 * share[3]


def test_some_days_have_a_big_breakdown_of_one_row():
    outages = Counter((day_of(one.at), one.seq) for one in year() if one.outage)
    assert 3 < len(outages) < 40
    assert all(2 <= number <= 4 for number in outages.values())


def test_a_count_is_drawn_with_its_mean():
    rng = Random(1)
    drawn = [poisson(0.7, rng) for _ in range(4000)]
    assert 0.6 < sum(drawn) / len(drawn) < 0.8
