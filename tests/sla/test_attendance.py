"""R1: required days, half days present, and nobody in two places."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sla.attendance import (
    Cover,
    Entry,
    Establishment,
    HalfDay,
    PostingRules,
    Stage,
    figure,
    half_bounds,
    half_days,
    is_duty_day,
    people_present,
    required_days,
    stage,
)
from sla.calendar import Calendar, DayKind
from sla.hours import OfficeHours
from sla.vocab import Half, Window
from sla.when import next_month
from tests.sla.seeded import CALENDAR
from tests.sla.story import at

AM, PM = Half.MORNING, Half.AFTERNOON
YEAR = ((date(2025, 6, 3), date(2026, 6, 3)),)
JULY, AUGUST = date(2025, 7, 1), date(2025, 8, 1)


def rules(
    heads: int = 1,
    pattern: Window = Window.WORKDAYS,
    service: tuple[tuple[date, date], ...] = YEAR,
) -> PostingRules:
    return PostingRules(heads, pattern, service)


def required(pattern: Window, first: date, end: date) -> int:
    return len(required_days(rules(pattern=pattern, service=((first, end),)), first, end, CALENDAR))


def full(posting: PostingRules, first: date, end: date, people: int) -> dict[HalfDay, int]:
    days = required_days(posting, first, end, CALENDAR)
    return {(day, half): people for day in days for half in Half}


# -- which days ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "five", "six", "seven"),
    [
        ("2025-07-01", True, True, True),  # a Tuesday
        ("2025-07-05", False, True, True),  # a Saturday
        ("2025-07-06", False, False, True),  # a Sunday
        ("2025-09-28", True, True, True),  # a Sunday worked instead of National Day
        ("2025-10-11", True, True, True),  # a Saturday worked instead
        ("2025-10-04", False, False, True),  # a Saturday of the holiday
        ("2025-05-03", False, False, True),  # a Saturday of Labour Day
        ("2026-02-17", False, False, True),  # the first day of the year of the horse
        ("2026-02-14", True, True, True),  # a Saturday worked before Spring Festival
    ],
)
def test_a_pattern_asks_for_these_days(day: str, five: bool, six: bool, seven: bool) -> None:
    asked = [
        is_duty_day(pattern, date.fromisoformat(day), CALENDAR)
        for pattern in (Window.WORKDAYS, Window.SIX_DAYS, Window.EVERY_DAY, Window.ALWAYS)
    ]
    assert asked == [five, six, seven, seven]


def test_a_saturday_that_the_contract_closes_is_not_asked_for() -> None:
    saturday = date(2025, 7, 5)
    closed = Calendar({}, {}, overrides={saturday: DayKind.OVERRIDE_OFF})
    opened = Calendar({saturday: DayKind.DAY_OFF}, {}, overrides={saturday: DayKind.OVERRIDE_WORK})
    assert not is_duty_day(Window.WORKDAYS, saturday, closed)
    assert is_duty_day(Window.SIX_DAYS, saturday, opened)


@pytest.mark.parametrize(
    ("month", "five", "six"),
    [
        ("2025-07", 23, 27),
        ("2025-09", 23, 27),
        ("2025-10", 18, 20),
        ("2026-02", 16, 17),
    ],
)
def test_a_month_has_so_many_required_days(month: str, five: int, six: int) -> None:
    first = date.fromisoformat(month + "-01")
    assert required(Window.WORKDAYS, first, next_month(first)) == five
    assert required(Window.SIX_DAYS, first, next_month(first)) == six


def test_the_service_year_cuts_its_first_and_last_month() -> None:
    june = required_days(rules(), date(2025, 6, 1), JULY, CALENDAR)
    assert june[0] == date(2025, 6, 3)
    assert len(june) == 20
    last = required_days(rules(), date(2026, 6, 1), date(2026, 7, 1), CALENDAR)
    assert [str(day) for day in last] == ["2026-06-01", "2026-06-02"]


def test_row_40_is_asked_for_from_its_own_first_of_july() -> None:
    own = rules(service=((JULY, date(2026, 7, 1)),))
    assert required_days(own, date(2025, 6, 1), JULY, CALENDAR) == []
    assert len(required_days(own, JULY, AUGUST, CALENDAR)) == 23


# -- the figure -----------------------------------------------------------------------------------------


def test_two_heads_in_july_are_46_person_days_and_one_afternoon_lacking_is_98_91_per_cent() -> None:
    posting = rules(heads=2)
    present = full(posting, JULY, AUGUST, 2) | {(date(2025, 7, 9), PM): 1}
    found = figure(posting, present, JULY, AUGUST, CALENDAR)
    assert (found.met, found.total) == (91, 92)
    assert found.rate == Decimal("98.91")


def test_outside_the_service_year_nothing_is_required_and_the_rate_does_not_apply() -> None:
    found = figure(rules(), {(date(2025, 5, 6), AM): 1}, date(2025, 5, 1), date(2025, 6, 1), CALENDAR)
    assert (found.met, found.total, found.rate) == (0, 0, None)


def test_one_days_surplus_does_not_fill_anothers_gap() -> None:
    present = {(date(2025, 7, 1), half): 3 for half in Half}
    found = figure(rules(heads=2), present, JULY, date(2025, 7, 3), CALENDAR)
    assert (found.met, found.total) == (4, 8)


def test_who_comes_on_a_sunday_adds_nothing() -> None:
    assert figure(rules(), {(date(2025, 7, 6), AM): 1}, JULY, AUGUST, CALENDAR).met == 0


@given(
    heads=st.integers(1, 6),
    pattern=st.sampled_from(Window),
    start=st.dates(date(2025, 5, 1), date(2026, 6, 1)),
    length=st.integers(0, 90),
    there=st.dictionaries(
        st.tuples(st.dates(date(2025, 5, 1), date(2026, 9, 1)), st.sampled_from(Half)), st.integers(0, 9)
    ),
)
def test_a_rate_is_at_most_one_and_months_add_up(
    heads: int, pattern: Window, start: date, length: int, there: dict[HalfDay, int]
) -> None:
    posting = rules(heads, pattern)
    end = start + timedelta(days=length)
    cut = start + timedelta(days=length // 2)
    whole = figure(posting, there, start, end, CALENDAR)
    parts = figure(posting, there, start, cut, CALENDAR) + figure(posting, there, cut, end, CALENDAR)
    assert whole == parts
    assert 0 <= whole.met <= whole.total
    assert whole.total == 2 * heads * len(required_days(posting, start, end, CALENDAR))


# -- half days ----------------------------------------------------------------------------------------


def test_leave_from_an_afternoon_to_a_morning_has_so_many_halves() -> None:
    first = date(2025, 7, 1)
    found = list(half_days((first, PM), (first + timedelta(days=2), AM)))
    assert [(day.day, half) for day, half in found] == [(1, PM), (2, AM), (2, PM), (3, AM)]


def test_leave_that_ends_before_it_begins_has_none() -> None:
    assert list(half_days((JULY, PM), (JULY, AM))) == []
    assert list(half_days((AUGUST, AM), (JULY, PM))) == []


def test_half_a_day_is_cut_at_noon_in_shanghai() -> None:
    assert half_bounds(JULY, AM) == (at("2025-07-01 00:00"), at("2025-07-01 12:00"))
    assert half_bounds(JULY, PM) == (at("2025-07-01 12:00"), at("2025-07-02 00:00"))


# -- who was there --------------------------------------------------------------------------------------

LI, WANG, ZHAO = 1, 2, 3
HERE, ELSEWHERE = 10, 20


def entry(person: int, present: bool = True, posting: int = HERE, half: Half = AM) -> Entry:
    return Entry(posting, person, JULY, half, present)


def there(entries: list[Entry], covers: list[Cover] | None = None, posting: int = HERE) -> set[int]:
    return set(people_present(entries, covers or []).get(posting, {}).get((JULY, AM), ()))


def cover(substitute: int = WANG, away: int = LI, posting: int = HERE) -> Cover:
    return Cover(posting, away, substitute, ((JULY, AM),))


def test_the_last_entry_counts() -> None:
    assert there([entry(LI), entry(LI, False)]) == set()
    assert there([entry(LI), entry(LI, False), entry(LI)]) == {LI}


def test_however_many_entries_a_person_counts_once() -> None:
    assert there([entry(LI), entry(LI), entry(LI)]) == {LI}


def test_a_person_is_in_one_place_the_last_one_said() -> None:
    entries = [entry(LI), entry(LI, posting=ELSEWHERE)]
    assert there(entries) == set()
    assert there(entries, posting=ELSEWHERE) == {LI}


def test_being_recorded_absent_here_does_not_undo_being_elsewhere() -> None:
    entries = [entry(LI, posting=ELSEWHERE), entry(LI, False)]
    assert there(entries, posting=ELSEWHERE) == {LI}


@pytest.mark.parametrize(
    ("entries", "covers", "who"),
    [
        ([], [cover()], {WANG}),
        ([entry(WANG)], [cover()], {WANG}),
        ([entry(LI)], [cover()], {LI}),  # came after all: the seat is held once
        ([entry(LI, False)], [cover()], {WANG}),
        ([entry(WANG, False)], [cover()], set()),
        ([entry(WANG, False), entry(WANG)], [cover()], {WANG}),
        ([entry(WANG, posting=ELSEWHERE)], [cover()], set()),
        ([entry(ZHAO)], [cover()], {WANG, ZHAO}),
        ([], [cover(), cover(away=ZHAO)], {WANG}),  # one person does not fill two seats
        ([], [cover(posting=ELSEWHERE), cover()], set()),
    ],
)
def test_a_substitute_counts_as_present(entries: list[Entry], covers: list[Cover], who: set[int]) -> None:
    assert there(entries, covers) == who


@given(
    st.lists(
        st.builds(
            Entry,
            st.sampled_from([HERE, ELSEWHERE]),
            st.sampled_from([LI, WANG, ZHAO]),
            st.just(JULY),
            st.sampled_from(Half),
            st.booleans(),
        ),
        max_size=12,
    ),
    st.lists(
        st.builds(
            Cover,
            st.sampled_from([HERE, ELSEWHERE]),
            st.sampled_from([LI, WANG]),
            st.sampled_from([WANG, ZHAO]),
            st.just(((JULY, AM), (JULY, PM))),
        ),
        max_size=4,
    ),
)
def test_nobody_is_ever_in_two_places_at_once(entries: list[Entry], covers: list[Cover]) -> None:
    found = people_present(entries, covers)
    for half in Half:
        everywhere = [person for days in found.values() for person in days.get((JULY, half), ())]
        assert len(everywhere) == len(set(everywhere))


# -- changed by a document -----------------------------------------------------------------------------


def test_heads_and_pattern_changed_within_a_month_count_from_their_day():
    """July 2025: 10 workdays before the 15th at two heads, then 15 of 6x8 at three."""
    changed = PostingRules(2, Window.WORKDAYS, YEAR, (Establishment(date(2025, 7, 15), 3, Window.SIX_DAYS),))
    found = figure(changed, {}, JULY, AUGUST, CALENDAR)
    assert found.total == 2 * (2 * 10 + 3 * 15)
    crowded = full(changed, JULY, AUGUST, 9)
    assert figure(changed, crowded, JULY, AUGUST, CALENDAR).met == found.total


def test_a_posting_begins_and_ends_with_its_heads():
    ended = (
        Establishment(date(2025, 7, 7), 1, Window.WORKDAYS),
        Establishment(date(2025, 7, 9), 0, Window.WORKDAYS),
    )
    posting = PostingRules(0, Window.WORKDAYS, YEAR, ended)
    assert required_days(posting, JULY, AUGUST, CALENDAR) == [date(2025, 7, 7), date(2025, 7, 8)]
    assert figure(posting, {}, JULY, AUGUST, CALENDAR).total == 4


# -- who is missing -----------------------------------------------------------------------------------

OFFICE = OfficeHours.parse("08:00-12:00,14:00-18:00")
THROUGH = OfficeHours.parse("09:00-17:00")  # no break at noon
SEASONAL = OfficeHours.parse("05-01..09-30=08:00-12:00,15:00-18:00;10-01..04-30=08:00-12:00,14:00-17:00")
LATE_ONLY = OfficeHours.parse("13:00-21:00")


@pytest.mark.parametrize(
    ("hours", "half", "opens"),
    [
        (OFFICE, AM, "08:00"),
        (OFFICE, PM, "14:00"),
        (THROUGH, AM, "09:00"),
        (THROUGH, PM, "12:00"),
        (SEASONAL, PM, "15:00"),
        (LATE_ONLY, AM, "00:00"),
    ],
)
@pytest.mark.parametrize("pattern", [Window.WORKDAYS, Window.SIX_DAYS, Window.EVERY_DAY])
def test_nobody_is_missing_before_the_half_day_has_run_for_half_an_hour(pattern, hours, half, opens):
    def reached(seconds: int) -> Stage:
        return stage(pattern, JULY, half, hours, at(f"2025-07-01 {opens}") + timedelta(seconds=seconds))

    assert reached(-1) is Stage.AHEAD
    assert reached(0) is reached(1799) is Stage.OPENING
    assert reached(1800) is Stage.RUNNING


@pytest.mark.parametrize(("half", "cut"), [(AM, "2025-07-01 12:00"), (PM, "2025-07-02 00:00")])
def test_half_a_day_is_over_where_it_is_cut(half, cut):
    ends = at(cut)
    assert stage(Window.WORKDAYS, JULY, half, OFFICE, ends) is Stage.OVER
    assert stage(Window.WORKDAYS, JULY, half, OFFICE, ends - timedelta(seconds=1)) is Stage.RUNNING


def test_a_posting_round_the_clock_begins_where_the_half_day_is_cut():
    assert stage(Window.ALWAYS, JULY, AM, OFFICE, at("2025-07-01 00:29")) is Stage.OPENING
    assert stage(Window.ALWAYS, JULY, AM, OFFICE, at("2025-07-01 00:30")) is Stage.RUNNING
    assert stage(Window.ALWAYS, JULY, PM, OFFICE, at("2025-07-01 11:59")) is Stage.AHEAD
    assert stage(Window.ALWAYS, JULY, PM, OFFICE, at("2025-07-01 12:30")) is Stage.RUNNING
