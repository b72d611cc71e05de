"""Instants and days (T1)."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from sla import when
from sla.errors import Invalid


def test_an_instant_is_read_with_its_offset_and_kept_in_utc():
    value = when.parse_instant(" 2025-07-01T00:30:00+08:00 ", "报告时间")
    assert value == datetime(2025, 6, 30, 16, 30, tzinfo=UTC)
    assert value.tzinfo is UTC
    assert when.iso(value) == "2025-07-01T00:30:00+08:00"
    assert when.parse_instant("2025-06-30T16:30:00Z", "报告时间") == value


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("2025-07-01T09:00:00", "报告时间 缺少时区"),
        ("2025-07-01T09:00:00.5+08:00", "报告时间 只精确到秒"),
        ("1999-12-31T09:00:00+08:00", "报告时间 超出可处理的范围"),
        ("2100-01-01T00:00:00+08:00", "报告时间 超出可处理的范围"),
        ("0001-01-01T00:00:00+08:00", "报告时间 超出可处理的范围"),
        ("2025-02-29T09:00:00+08:00", "无法识别"),
        ("2025-07-01x09:00:00+08:00", "无法识别"),
        ("2025-07-01", "无法识别"),
        ("20250701T090000+0800", "无法识别"),
        ("2025-W27-2T09:00:00+08:00", "无法识别"),
        ("２０２５-07-01T09:00:00+08:00", "无法识别"),
        ("2025-07-01T09:00:00+8", "无法识别"),
        ("2025-07-01T09:00:00+25:00", "无法识别"),
        ("昨天", "「昨天」无法识别"),
        ("", "要写成带时区的时间"),
        (None, "要写成带时区的时间"),
        (1751331600, "要写成带时区的时间"),
    ],
)
def test_an_instant_that_is_none_is_refused_by_name(text, message):
    with pytest.raises(Invalid, match=message) as caught:
        when.parse_instant(text, "报告时间")
    assert caught.value.field == "报告时间"


def test_a_day_is_read_strictly():
    assert when.parse_day(" 2024-02-29 ", "生效日") == date(2024, 2, 29)
    for text in ("2025-02-29", "20250701", "2025-7-1", "2025-07-01T00:00", "２０２５-07-01", "", None):
        with pytest.raises(Invalid, match="生效日 要写成日期"):
            when.parse_day(text, "生效日")
    for text in ("1999-12-31", "2100-01-01"):
        with pytest.raises(Invalid, match="生效日 超出可处理的范围"):
            when.parse_day(text, "生效日")


def test_a_month_is_its_first_day():
    assert when.parse_month(" 2025-07 ") == date(2025, 7, 1)
    for text in ("2025-13", "2025-00", "2025-7", "202507", "２０２５-07", "1999-12", "2100-01", "", None):
        with pytest.raises(Invalid, match="月份 要写成年-月"):
            when.parse_month(text)


def test_sixteen_o_clock_utc_begins_the_next_day_month_and_year_in_shanghai():
    last = datetime(2025, 12, 31, 15, 59, 59, tzinfo=UTC)
    first = last + timedelta(seconds=1)
    assert (when.day_of(last), when.day_of(first)) == (date(2025, 12, 31), date(2026, 1, 1))
    assert (when.month_of(last), when.month_of(first)) == (date(2025, 12, 1), date(2026, 1, 1))
    assert when.start_of(date(2026, 1, 1)) == when.end_of(date(2025, 12, 31)) == first
    assert when.start_of(date(2026, 1, 1)).tzinfo is UTC


def test_the_day_of_an_instant_does_not_depend_on_the_offset_it_came_with():
    tokyo = datetime(2025, 7, 1, 0, 30, tzinfo=timezone(timedelta(hours=9)))
    assert when.day_of(tokyo) == date(2025, 6, 30)


def test_a_month_holds_its_first_instant_and_not_the_next_months():
    assert when.month_bounds(date(2025, 12, 1)) == (
        datetime(2025, 11, 30, 16, tzinfo=UTC),
        datetime(2025, 12, 31, 16, tzinfo=UTC),
    )
    assert when.next_month(date(2025, 1, 1)) == date(2025, 2, 1)
    assert when.next_month(date(2025, 12, 1)) == date(2026, 1, 1)


def test_a_year_later_is_the_same_day_and_29_february_becomes_1_march():
    assert when.add_year(date(2025, 6, 3)) == date(2026, 6, 3)
    assert when.add_year(date(2024, 2, 29)) == date(2025, 3, 1)
    assert when.add_year(date(2024, 2, 29), 4) == date(2028, 2, 29)


def test_people_read_shanghai_time():
    assert when.clock_text(datetime(2025, 7, 1, 1, 0, 5, tzinfo=UTC)) == "2025-07-01 09:00:05"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 秒"),
        (59, "59 秒"),
        (300, "5 分"),
        (305, "5 分 5 秒"),
        (7500, "2 小时 5 分"),
        (7505, "2 小时 5 分"),
        (86400, "1 天"),
        (90060, "1 天 1 小时 1 分"),
        (-300, "5 分"),
    ],
)
def test_a_length_of_time_says_seconds_only_where_they_matter(seconds, text):
    assert when.duration_text(seconds) == text
