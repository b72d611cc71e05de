"""The readings of what the contract leaves open, their dates and their office hours (T3)."""

from datetime import UTC, date, time

import pytest

from sla.errors import Invalid
from sla.hours import OfficeHours
from sla.interpretations import KEYS, Interpretations, Status, Version
from sla.vocab import Window
from sla.windows import openings
from tests.sla.seeded import CALENDAR

DAY = date(2025, 7, 1)
SHIPPED = Interpretations.shipped()
SEASONAL = "05-01..09-30=08:00-12:00,15:00-18:00;10-01..04-30=08:00-12:00,14:00-18:00"
MORNING = (time(8), time(12))


def test_the_twenty_readings_are_shipped_as_assumed():
    values = {key.name: SHIPPED.value(key.name, DAY) for key in KEYS}
    assert values.pop("office_hours") == OfficeHours((MORNING, (time(14), time(18))))
    assert values == {
        "realtime_minutes": 5,
        "workday_period": "calendar_date",
        "contract_7x24": "availability",
        "six_by_eight": "saturdays_except_days_off",
        "daily_on_rest_days": "yes",
        "sla_cell_first": "yes",
        "units_27": "sub_unit",
        "rejected_recovery": "counted",
        "silent_acceptance_workdays": 3,
        "backentry_minutes": 120,
        "objection_days": 5,
        "short_window": "less_than_half",
        "year_over": "contract",
        "stage1_due": "later_of_both",
        "second_failure": "instead",
        "dispute_claim_workdays": 10,
        "dispute_comment_workdays": 3,
        "dispute_decision_workdays": 5,
        "dispute_review_workdays": 5,
    }
    assert {SHIPPED.status(key.name, DAY) for key in KEYS} == {Status.ASSUMED}
    assert all(key.label and key.reason and key.effect.label for key in KEYS)


def test_the_typed_questions_answer_what_is_in_force():
    assert SHIPPED.realtime_minutes(DAY) == 5
    assert SHIPPED.backentry_minutes(DAY) == 120
    assert SHIPPED.silent_acceptance_workdays(DAY) == 3
    assert SHIPPED.objection_days(DAY) == 5
    assert SHIPPED.workdays("dispute_comment_workdays", DAY) == 3
    assert SHIPPED.workday_period(DAY) == "calendar_date"
    assert SHIPPED.rejected_recovery(DAY) == "counted"
    assert SHIPPED.six_by_eight(DAY) == "saturdays_except_days_off"
    assert SHIPPED.office_hours(DAY).spans_on(DAY)[0] == MORNING


def test_a_reading_holds_from_its_day_until_the_next_one():
    agreed = SHIPPED.with_version("realtime_minutes", date(2025, 9, 1), "10", "agreed").with_version(
        "realtime_minutes", date(2025, 8, 1), " 15 ", Status.ASSUMED
    )
    days = [date(2025, 7, 31), date(2025, 8, 1), date(2025, 8, 31), date(2025, 9, 1), date(2026, 9, 1)]
    assert [agreed.realtime_minutes(day) for day in days] == [5, 15, 15, 10, 10]
    assert [agreed.status("realtime_minutes", day) for day in days[2:4]] == ["assumed", "agreed"]
    assert agreed.version("realtime_minutes", days[1]) == Version(date(2025, 8, 1), "15", Status.ASSUMED)
    assert SHIPPED.realtime_minutes(days[-1]) == 5


def test_a_version_takes_the_place_of_the_one_from_the_same_day():
    once = SHIPPED.with_version("objection_days", DAY, "7", "assumed")
    again = once.with_version("objection_days", DAY, "9", "agreed")
    assert again.objection_days(DAY) == 9
    assert len(again.versions["objection_days"]) == 2


def test_the_undated_version_can_be_agreed_as_it_is():
    agreed = SHIPPED.with_version("rejected_recovery", None, "counted", "agreed")
    assert agreed.status("rejected_recovery", DAY) is Status.AGREED


def test_two_versions_of_one_day_are_refused():
    both = (Version(DAY, "3", Status.ASSUMED), Version(DAY, "4", Status.ASSUMED))
    with pytest.raises(Invalid, match="同一天有两个版本"):
        Interpretations({"objection_days": both})


def test_equal_contents_are_equal_and_the_status_is_part_of_them():
    later = SHIPPED.with_version("realtime_minutes", DAY, "10", "assumed")
    assert Interpretations(dict(later.versions)) == later
    assert hash(Interpretations.shipped()) == hash(SHIPPED)
    assert later != SHIPPED
    assert later != later.with_version("realtime_minutes", DAY, "10", "agreed")
    assert len(later.fingerprint) == 64
    assert SHIPPED != "shipped"


@pytest.mark.parametrize(
    ("key", "raw", "message"),
    [
        ("realtime_minutes", "0", "实时响应的分钟数要填 1 到 1440 之间的整数"),
        ("realtime_minutes", "5.5", "要填 1 到 1440 之间的整数，现在是「5.5」"),
        ("backentry_minutes", "-5", "要填 1 到 10080"),
        ("silent_acceptance_workdays", "三", "要填 1 到 60"),
        ("objection_days", "", "要填 1 到 60"),
        ("workday_period", "sometimes", "只能是 calendar_date 或 office_hours，现在是「sometimes」"),
        ("second_failure", "Instead", "只能是 instead 或 on_top"),
        ("contract_7x24", "all", "只能是 availability"),
        ("office_hours", "8 to 6", "无法识别"),
        ("lunch", "12:00", "没有「lunch」这项口径"),
    ],
)
def test_a_reading_that_means_nothing_is_refused_in_chinese(key, raw, message):
    with pytest.raises(Invalid, match=message):
        SHIPPED.with_version(key, DAY, raw, "assumed")


def test_a_question_nobody_asked_is_refused():
    for ask in (SHIPPED.value, SHIPPED.status):
        with pytest.raises(Invalid, match="没有「lunch」这项口径"):
            ask("lunch", DAY)
    with pytest.raises(Invalid, match="没有「lunch」这项口径"):
        Interpretations({"lunch": ()})


def test_seasonal_hours_change_with_the_date_and_wrap_the_year_end():
    hours = OfficeHours.parse(SEASONAL)
    summer, winter = (MORNING, (time(15), time(18))), (MORNING, (time(14), time(18)))
    days = [date(2025, 4, 30), date(2025, 5, 1), date(2025, 9, 30), date(2025, 10, 1), date(2024, 2, 29)]
    assert [hours.spans_on(day) for day in days] == [winter, summer, summer, winter, winter]


def test_hours_typed_with_full_width_signs_are_read_the_same():
    assert OfficeHours.parse(" 08：00－12：00， 14：00–18：00 ") == OfficeHours.parse(
        "08:00-12:00,14:00-18:00"
    )


def test_hours_may_touch_and_may_begin_at_midnight():
    assert OfficeHours.parse("00:00-12:00,12:00-23:59").spans[1] == (time(12), time(23, 59))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "「」无法识别"),
        ("08:00-12:00,", "「」无法识别"),
        ("08:00", "「08:00」无法识别"),
        ("08:00-24:00", "不是一天之内的钟点"),
        ("08:60-12:00", "不是一天之内的钟点"),
        ("18:00-08:00", "结束要晚于开始"),
        ("08:00-08:00", "结束要晚于开始"),
        ("14:00-18:00,08:00-12:00", "按先后排列"),
        ("08:00-12:00,11:59-18:00", "互不重叠"),
        ("05-01..09-30=08:00-12:00", "在 01-01 这天没有时段"),
        ("03-01..02-28=08:00-12:00", "在 02-29 这天没有时段"),
        ("01-01..12-31=08:00-12:00;07-01..07-02=09:00-10:00", "在 07-01 这天有两个季节"),
        ("01-01..02-30=08:00-12:00", "日期「02-30」不存在"),
        ("summer=08:00-12:00", "「summer=08:00-12:00」无法识别"),
        ("01-01..12-31=", "「」无法识别"),
    ],
)
def test_hours_that_cannot_be_are_refused_with_an_example(text, message):
    with pytest.raises(Invalid, match=message) as caught:
        OfficeHours.parse(text)
    assert "08:00-12:00,14:00-18:00" in caught.value.message


def test_hours_made_without_text_are_checked_too():
    with pytest.raises(Invalid, match="只精确到分"):
        OfficeHours(((time(8, 0, 30), time(12)),))
    with pytest.raises(Invalid, match="只精确到分"):
        OfficeHours(((time(8, tzinfo=UTC), time(12, tzinfo=UTC)),))
    with pytest.raises(Invalid, match="二者取一"):
        OfficeHours()


def test_the_openings_follow_the_readings_and_not_the_object():
    longer = SHIPPED.with_version("office_hours", date(2025, 8, 1), "09:00-12:00", "agreed")
    same = Interpretations(dict(longer.versions))
    assert openings(Window.WORKDAYS, CALENDAR, longer) is openings(Window.WORKDAYS, CALENDAR, same)
    assert openings(Window.WORKDAYS, CALENDAR, longer) is not openings(Window.WORKDAYS, CALENDAR, SHIPPED)
