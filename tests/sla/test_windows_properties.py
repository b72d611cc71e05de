"""The engine against a naive walk, and the laws of T4 and T5, over 2025 and 2026."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sla.calendar import Calendar, DayKind
from sla.vocab import Window
from sla.when import end_of, start_of
from sla.windows import OfficeOpen, Openings, Pause, openings
from tests.sla.oracle import Walk
from tests.sla.seeded import CALENDAR, KINDS, SHIPPED

FIRST = start_of(date(2025, 1, 1))
DAYS = [date(2025, 1, 1) + timedelta(days=n) for n in range(730)]
TWO_YEARS = 730 * 86400
EDGES = [0, 8 * 3600, 12 * 3600, 14 * 3600, 18 * 3600]

WINDOWS = pytest.mark.parametrize("window", list(Window))
OPENINGS = {window: openings(window, CALENDAR, SHIPPED) for window in Window}
WALKS = {window: Walk(window.value, KINDS) for window in Window}

MINUTES = st.integers(0, TWO_YEARS // 60).map(lambda n: FIRST + timedelta(minutes=n))
SECONDS = st.integers(0, TWO_YEARS).map(lambda n: FIRST + timedelta(seconds=n))
NEAR_EDGES = st.builds(
    lambda day, edge, off: start_of(day) + timedelta(seconds=edge + off),
    st.sampled_from(DAYS),
    st.sampled_from(EDGES),
    st.integers(-90, 90),
)
ALLOWANCES = st.one_of(st.just(0), st.integers(1, 10 * 60), st.integers(1, 60 * 60)).map(lambda n: 60 * n)


@st.composite
def pauses_after(draw, start, unit):
    """Up to five pauses around and after a start: empty, touching, overlapping, nested, in any order."""
    pauses, end = [], start + draw(st.integers(-600, 1500)) * unit
    for _ in range(draw(st.integers(0, 5))):
        begin = end + draw(st.one_of(st.just(0), st.integers(-700, 700))) * unit
        end = begin + draw(st.one_of(st.just(0), st.integers(1, 90), st.integers(1, 2500))) * unit
        pauses.append((begin, end))
    return draw(st.permutations(pauses))


def agrees(opens: Openings, walk: Walk, start: datetime, allowance: int, pauses: list[Pause]) -> None:
    due = opens.deadline(start, allowance, pauses)
    assert due == walk.deadline(start, allowance, pauses)
    assert opens.elapsed(start, due, pauses) == walk.elapsed(start, due, pauses) == allowance


@WINDOWS
def test_every_day_of_both_years_has_as_many_open_minutes_as_a_walk_counts(window):
    opens, walk = OPENINGS[window], WALKS[window]
    for day in DAYS:
        counted = sum(walk.minutes_of((day - date(1970, 1, 1)).days))
        assert opens.elapsed(start_of(day), end_of(day)) == 60 * counted, day


@WINDOWS
def test_every_quarter_of_an_hour_of_both_years_is_open_when_the_walk_says_so(window):
    opens, walk = OPENINGS[window], WALKS[window]
    for n in range(TWO_YEARS // 900):
        t = FIRST + timedelta(minutes=15 * n)
        assert opens.is_open(t) is walk.is_open(int(t.timestamp())), t


@WINDOWS
@settings(max_examples=100, deadline=None)
@given(data=st.data(), start=MINUTES, allowance=ALLOWANCES)
def test_deadline_and_elapsed_agree_with_the_walk(window, data, start, allowance):
    pauses = data.draw(pauses_after(start, timedelta(minutes=1)))
    agrees(OPENINGS[window], WALKS[window], start, allowance, pauses)


@WINDOWS
@settings(max_examples=100, deadline=None)
@given(data=st.data(), start=NEAR_EDGES, allowance=st.integers(0, 5400))
def test_they_agree_to_the_second_at_the_edges(window, data, start, allowance):
    pauses = data.draw(pauses_after(start, timedelta(seconds=1)))
    agrees(OPENINGS[window], WALKS[window], start, allowance, pauses)


@st.composite
def agreements(draw):
    """A month with notices and agreements of its own, its hours and its reading of 6x8."""
    day = st.sampled_from([date(2025, 9, 1) + timedelta(days=n) for n in range(45)])
    kinds = draw(st.dictionaries(day, st.sampled_from(["day_off", "makeup"]), max_size=12))
    overrides = draw(st.dictionaries(day, st.sampled_from(["override_work", "override_off"]), max_size=8))
    edges = sorted(draw(st.lists(st.integers(0, 1439), min_size=2, max_size=6, unique=True)))
    spans = list(zip(edges[::2], edges[1::2], strict=False))
    return kinds, overrides, spans, draw(st.booleans())


@pytest.mark.parametrize("window", [Window.EVERY_DAY, Window.SIX_DAYS, Window.WORKDAYS])
@settings(max_examples=60, deadline=None)
@given(data=st.data(), agreed=agreements(), minutes=st.integers(0, 30 * 1440))
def test_they_agree_for_any_notices_agreements_and_hours(window, data, agreed, minutes):
    kinds, overrides, spans, all_saturdays = agreed
    text = ",".join(f"{a // 60:02}:{a % 60:02}-{b // 60:02}:{b % 60:02}" for a, b in spans)
    readings = SHIPPED.with_version("office_hours", None, text, "agreed")
    if all_saturdays:
        readings = readings.with_version("six_by_eight", None, "workdays_and_all_saturdays", "agreed")
    calendar = Calendar(_words(kinds), {}, _words(overrides))
    walk = Walk(window.value, kinds, overrides, lambda day: spans, all_saturdays)
    start = start_of(date(2025, 9, 1)) + timedelta(minutes=minutes)
    pauses = data.draw(pauses_after(start, timedelta(minutes=1)))
    longest = 60 * max(1, 5 * sum(b - a for a, b in spans))
    agrees(OfficeOpen(window, calendar, readings), walk, start, min(longest, 36000), pauses)


def _words(kinds: dict[date, str]) -> dict[date, DayKind]:
    return {day: DayKind[kind.upper()] for day, kind in kinds.items()}


@WINDOWS
@given(data=st.data(), start=SECONDS, allowance=st.integers(0, 40 * 86400))
def test_elapsed_until_the_deadline_is_the_allowance(window, data, start, allowance):
    pauses = data.draw(pauses_after(start, timedelta(minutes=7)))
    due = OPENINGS[window].deadline(start, allowance, pauses)
    assert OPENINGS[window].elapsed(start, due, pauses) == allowance
    if allowance:
        earlier = due - timedelta(seconds=1)
        assert OPENINGS[window].elapsed(start, earlier, pauses) == allowance - 1


@WINDOWS
@given(data=st.data(), starts=st.tuples(SECONDS, SECONDS), allowances=st.tuples(*[st.integers(0, 10**6)] * 2))
def test_a_later_start_or_a_longer_allowance_is_never_due_earlier(window, data, starts, allowances):
    pauses = data.draw(pauses_after(starts[0], timedelta(minutes=7)))
    opens = OPENINGS[window]
    (early, late), (short, long) = sorted(starts), sorted(allowances)
    assert opens.deadline(early, short, pauses) <= opens.deadline(early, long, pauses)
    assert opens.deadline(early, short, pauses) <= opens.deadline(late, short, pauses)
    assert opens.deadline(early, short) <= opens.deadline(early, short, pauses)


@WINDOWS
@given(data=st.data(), instants=st.tuples(SECONDS, SECONDS, SECONDS))
def test_elapsed_time_adds_up(window, data, instants):
    a, b, c = sorted(instants)
    pauses = data.draw(pauses_after(b, timedelta(minutes=7)))
    opens = OPENINGS[window]
    assert opens.elapsed(a, c, pauses) == opens.elapsed(a, b, pauses) + opens.elapsed(b, c, pauses)
    assert opens.elapsed(a, b, pauses) <= opens.elapsed(a, c, pauses)
