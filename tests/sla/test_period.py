"""Months, quarters and service years (F4)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from sla.errors import Invalid
from sla.period import Length, after, before, month, months_of, parse_period, quarter, service_year

YEAR = service_year(1, date(2025, 6, 3), date(2026, 6, 3))


def test_a_quarter_is_that_of_the_calendar():
    found = quarter(date(2025, 8, 17))
    assert (found.first_day, found.until_day) == (date(2025, 7, 1), date(2025, 10, 1))
    assert (found.key, found.label, found.kind) == ("2025-Q3", "2025 年第 3 季度", Length.QUARTER)
    assert quarter(date(2025, 12, 31)).until_day == date(2026, 1, 1)


def test_its_bounds_are_shanghai_midnights():
    start, end = month(date(2025, 7, 15)).bounds
    assert (start, end) == (datetime(2025, 6, 30, 16, tzinfo=UTC), datetime(2025, 7, 31, 16, tzinfo=UTC))


def test_a_window_belongs_to_the_period_of_its_last_day():
    july = month(date(2025, 7, 1))
    start, end = july.bounds
    assert july.holds_end(end)
    assert not july.contains(end)
    assert not july.holds_end(start)
    assert july.holds_end(start + timedelta(hours=12))
    assert not july.holds_end(end + timedelta(seconds=1))


def test_neighbours_leave_no_day_out_and_share_none():
    for found in (month(date(2025, 12, 9)), quarter(date(2025, 12, 9))):
        assert before(found).until_day == found.first_day
        assert after(found).first_day == found.until_day
        assert after(before(found)) == found


def test_the_months_of_a_service_year_are_all_it_touches():
    found = months_of(YEAR)
    assert (found[0].key, found[-1].key, len(found)) == ("2025-06", "2026-06", 13)
    assert [one.key for one in months_of(quarter(date(2025, 7, 1)))] == ["2025-07", "2025-08", "2025-09"]


def test_a_phrase_about_a_month_becomes_one_about_the_period():
    assert month(date(2025, 7, 1)).said("转入下月") == "转入下月"
    assert quarter(date(2025, 7, 1)).said("本月登记") == "本季登记"
    assert YEAR.said("上月转入") == "上年转入"


def test_a_key_is_read_back():
    for found in (month(date(2025, 7, 1)), quarter(date(2025, 7, 1))):
        assert parse_period(found.key) == found
    assert parse_period(YEAR.key) == 1


@pytest.mark.parametrize(
    "text", ["2025-Q5", "2025-Q0", "1999-Q4", "Y0", "Y4", "2025-13", "2025", "", "第三季度"]
)
def test_anything_else_is_refused(text):
    with pytest.raises(Invalid):
        parse_period(text)
