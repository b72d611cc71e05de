"""Money (F3): fen, yuan, division without a remainder, and large writing."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sla.errors import Invalid
from sla.money import large_writing, parse_yuan, share_of, shown_yuan, split, yuan


@pytest.mark.parametrize(
    ("text", "fen"),
    [("8767867.39", 876_786_739), ("¥8,767,867.39", 876_786_739), ("0.5", 50), (" 12 ", 1200), ("0", 0)],
)
def test_an_amount_in_yuan_is_read_as_fen(text: str, fen: int):
    assert parse_yuan(text, "总额") == fen


@pytest.mark.parametrize("text", ["", "-1", "1.234", "1e5", "一百", "01", "１２", "9" * 13, ".5", "NaN"])
def test_anything_else_is_refused_by_the_name_of_its_field(text: str):
    with pytest.raises(Invalid, match="总额要填金额") as refused:
        parse_yuan(text, "总额", "total")
    assert refused.value.field == "total"


def test_fen_are_written_as_yuan_with_two_places():
    assert [yuan(fen) for fen in (0, 5, 100, -250, 876_786_739)] == [
        "0.00",
        "0.05",
        "1.00",
        "-2.50",
        "8767867.39",
    ]
    assert [shown_yuan(fen) for fen in (876_786_739, -5, -123_456_78)] == [
        "8,767,867.39",
        "-0.05",
        "-123,456.78",
    ]


@given(st.integers(0, 10**14 - 1))
def test_what_is_written_is_read_back(fen: int):
    assert parse_yuan(yuan(fen), "额") == parse_yuan(shown_yuan(fen), "额") == fen


def test_a_percentage_is_rounded_half_up_to_the_fen():
    assert share_of(876_786_739, 70) == 613_750_717  # 6,137,507.173 yuan
    assert share_of(1, 50) == 1


def test_a_cent_that_is_left_over_is_on_the_largest_part():
    assert split(100, {"a": 1, "b": 1, "c": 1}) == {"a": 34, "b": 33, "c": 33}
    assert split(200, {"a": 1, "b": 2, "c": 3}) == {"a": 33, "b": 67, "c": 100}
    assert split(10_000, {1: 3, 2: 3, 3: 1}) == {1: 4285, 2: 4286, 3: 1429}


def test_nothing_to_divide_by_is_refused():
    for weights in ({}, {"a": 0}, {"a": 2, "b": -1}):
        with pytest.raises(Invalid, match="没有可以分配的比例"):
            split(100, weights)


@given(st.integers(0, 10**12), st.lists(st.integers(0, 10**9), min_size=1).filter(any))
def test_the_parts_always_sum_to_the_whole_and_none_is_further_off_than_half_a_fen(
    total: int, given: list[int]
):
    weights = dict(enumerate(given))
    parts = split(total, weights)
    assert sum(parts.values()) == total
    largest = max(weights, key=lambda key: weights[key])
    whole = sum(given)
    for key, weight in weights.items():
        if key != largest:
            assert abs(2 * (parts[key] * whole - total * weight)) <= whole


@pytest.mark.parametrize(
    ("fen", "said"),
    [
        (0, "零元整"),
        (1, "壹分"),
        (10, "壹角整"),
        (105, "壹元零伍分"),
        (1_000, "壹拾元整"),
        (1_070_005, "壹万零柒佰元零伍分"),
        (100_000_000, "壹佰万元整"),
        (100_010_000, "壹佰万零壹佰元整"),
        (10_000_000_001, "壹亿元零壹分"),
        (1_000_100_000_000, "壹佰亿零壹佰万元整"),
        (10_010_100, "壹拾万零壹佰零壹元整"),
        (1_002_000, "壹万零贰拾元整"),
        (876_786_739, "捌佰柒拾陆万柒仟捌佰陆拾柒元叁角玖分"),
        (613_750_717, "陆佰壹拾叁万柒仟伍佰零柒元壹角柒分"),
        (-105, "负壹元零伍分"),
    ],
)
def test_amounts_in_large_writing(fen: int, said: str):
    assert large_writing(fen) == said


@given(st.integers(0, 10**14 - 1))
def test_large_writing_can_be_read_back(fen: int):
    assert _read(large_writing(fen)) == fen


def _read(said: str) -> int:
    """Read large writing by its place words alone: a second way, made for this test."""
    digits = {word: number for number, word in enumerate("零壹贰叁肆伍陆柒捌玖")}
    whole, _, tail = said.removesuffix("整").rpartition("元")
    fen = 0
    for number, place in pairwise(tail):
        fen += digits.get(number, 0) * {"角": 10, "分": 1}.get(place, 0)
    total = section = digit = 0
    for word in whole:
        if word in digits:
            digit = digits[word]
        elif word in "拾佰仟":
            section, digit = section + digit * {"拾": 10, "佰": 100, "仟": 1000}[word], 0
        elif word == "万":
            total, section, digit = total + (section + digit) * 10_000, 0, 0
        else:
            total, section, digit = (total + section + digit) * 10**8, 0, 0
    return (total + section + digit) * 100 + fen
