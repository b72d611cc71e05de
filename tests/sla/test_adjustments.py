"""What corrects a frozen month counts in a later one, and everything together counts once (M1)."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sla.adjustments import (
    AdjustmentRow,
    Counted,
    Difference,
    as_plain,
    booked,
    differences,
    digest,
    effect,
    from_plain,
    read_back,
    written,
)
from sla.errors import Damaged
from sla.figures import Figure, percent
from sla.vocab import Indicator

RECOVERY = Indicator.RECOVERY
MET = Counted(RECOVERY, 1, Figure(1, 1), "GD000007 恢复", "达标")
BREACHED = Counted(RECOVERY, 1, Figure(0, 1), "GD000007 恢复", "超时")
EXEMPT = Counted(RECOVERY, 1, Figure(exempt=1), "GD000007 恢复", "免责")
KEY = "clock:7:recovery:0"
# What a rule says a month is worth: every month, with the rows that count in it.
World = dict[int, dict[str, Counted]]


def total(worlds: list[dict[str, Counted]]) -> dict[tuple[int | None, Indicator | None], Figure]:
    found: dict[tuple[int | None, Indicator | None], Figure] = {}
    for book in worlds:
        for one in book.values():
            at = one.project, one.indicator
            found[at] = found.get(at, Figure()) + one.figure
    return {at: figure for at, figure in found.items() if figure != Figure()}


def test_a_clock_that_moves_from_a_frozen_month_to_an_open_one_counts_once() -> None:
    """June froze with it met; its recovery was rejected, and it is July's breach now."""
    (found,) = differences({KEY: MET}, {})
    assert effect([found]) == {(1, RECOVERY): Figure(-1, -1)}
    july = Figure(0, 1)
    assert Figure(1, 1) + effect([found])[1, RECOVERY] + july == Figure(0, 1)
    # In July the two stand side by side, and their sum is no rate of its own.
    both = july + effect([found])[1, RECOVERY]
    assert (both, both.rate) == (Figure(-1, 0), None)


def test_a_breach_that_is_exempt_after_the_freeze_takes_itself_away() -> None:
    (found,) = differences({KEY: BREACHED}, {KEY: EXEMPT})
    assert effect([found]) == {(1, RECOVERY): Figure(0, -1, 1)}
    assert Figure(9, 10) + effect([found])[1, RECOVERY] == Figure(9, 9, 1)


def test_with_adjustments_a_part_can_exceed_its_whole_and_then_there_is_no_rate() -> None:
    assert (Figure(2, 2) + Figure(0, -1)).rate is None
    assert percent(-1, 1) is None
    assert percent(1, -1) is None
    assert str((Figure(8, 10) + Figure(1, 0)).rate) == "90.00"


def test_words_make_no_difference_and_nothing_is_found_twice() -> None:
    renamed = Counted(RECOVERY, 1, Figure(1, 1), "别的说法", "按时")
    assert differences({KEY: MET}, {KEY: renamed}) == []
    (found,) = differences({KEY: MET}, {KEY: BREACHED})
    assert differences(booked({KEY: MET}, [found]), {KEY: BREACHED}) == []
    (back,) = differences(booked({KEY: MET}, [found]), {KEY: MET})
    assert booked({KEY: MET}, [found, back]) == {KEY: MET}


def test_a_book_is_read_back_only_if_it_is_the_one_its_digest_says() -> None:
    other = Counted(None, None, Figure(3, 5, 1), "每月汇总", "按时")
    text = written("2025-06", {KEY: MET, "occurrence:3": other}, [2, 1])
    assert read_back(text, digest(text)) == {KEY: MET, "occurrence:3": other}
    assert text == written("2025-06", {"occurrence:3": other, KEY: MET}, [1, 2])
    with pytest.raises(Damaged, match="摘要不符"):
        read_back(text.replace("[1,2]", "[1]"), digest(text))
    assert from_plain(as_plain(other)) == other
    assert from_plain(as_plain(None)) is None


COUNTED = st.builds(
    Counted,
    st.sampled_from([RECOVERY, Indicator.DUTY, None]),
    st.sampled_from([1, 2, None]),
    st.builds(Figure, st.integers(0, 1), st.integers(1, 2), st.integers(0, 1)),
)
# Where each of five rows counts: in one of four months, or nowhere.
PLACES = st.dictionaries(st.sampled_from("abcde"), st.tuples(st.integers(0, 3), COUNTED))


def world_of(places: dict[str, tuple[int, Counted]]) -> World:
    return {month: {key: one for key, (at, one) in places.items() if at == month} for month in range(4)}


@given(st.lists(st.tuples(PLACES, st.booleans()), min_size=1, max_size=8))
def test_frozen_months_their_adjustments_and_open_months_are_what_deriving_afresh_gives(steps) -> None:
    """Facts change as they like; months are frozen in order; corrections are recorded at any time."""
    frozen: dict[int, dict[str, Counted]] = {}
    recorded: list[tuple[int, int, Difference]] = []
    world: World = world_of({})
    for places, freezes in steps:
        world = world_of(places)
        for month, book in frozen.items():
            before = booked(book, [one for of, _, one in recorded if of == month])
            recorded += [(month, len(frozen), one) for one in differences(before, world[month])]
        if freezes and len(frozen) < 3:
            frozen[len(frozen)] = dict(world[len(frozen)])
    still_open = [book for month, book in world.items() if month not in frozen]
    found = total([*frozen.values(), *still_open])
    for _, counts_in, one in recorded:
        assert counts_in > 0
        for project, indicator, figure in one.effects():
            found[project, indicator] = found.get((project, indicator), Figure()) + figure
    assert {at: figure for at, figure in found.items() if figure != Figure()} == total(list(world.values()))


def test_an_adjustment_says_its_number_and_whose_it_is() -> None:
    one = AdjustmentRow(KEY, MET, None, 12, date(2025, 6, 1))
    assert (one.label, one.project, one.subject) == ("TZ00012", 1, "GD000007 恢复")
