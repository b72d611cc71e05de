"""Parts of a year's total: every sum is exact (P4, F3)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sla.errors import Invalid
from sla.shares import check_award, first_payment, shares

NAMES = {1: "甲", 2: "乙"}


def test_seventy_per_cent_rounded_half_up_and_the_rest_is_the_second():
    rows = dict.fromkeys(range(1, 46), 19484150) | {45: 19_484_139}
    first = first_payment(rows, 70)
    found = shares(first, rows)
    assert found.total == 876_786_739
    assert (found.first, found.second) == (613_750_717, 263_036_022)
    assert sum(found.first_rows.values()) == found.first


def test_what_changes_after_the_first_payment_changes_the_second_alone():
    first = first_payment({1: 1000, 39: 1000}, 70)
    found = shares(first, {1: 1100, 39: 400})
    assert (found.total, found.first, found.second) == (1500, 1400, 100)
    assert found.second_rows == {1: 400, 39: -300}


rows = st.dictionaries(st.integers(1, 45), st.integers(0, 10**10), min_size=1).filter(
    lambda one: sum(one.values()) > 0
)


@given(rows=rows, percent=st.integers(1, 99))
def test_rows_sum_to_their_stage_and_stages_to_the_total(rows, percent):
    found = shares(first_payment(rows, percent), rows)
    assert found.first + found.second == found.total == sum(rows.values())
    for stage in (1, 2):
        assert sum(found.rows(stage).values()) == found.amount(stage)
    assert all(found.first_rows[seq] + found.second_rows[seq] == rows[seq] for seq in rows)


@pytest.mark.parametrize(
    ("rows", "award", "told"),
    [
        ({1: 50, 2: 50}, 101, "少 0.01 元"),
        ({1: 52, 2: 50}, 101, "多 0.01 元"),
        ({1: 101}, 101, "还缺 1 个项目的金额：第 2 项"),
        ({1: 500, 2: 501}, 1001, "超过最高限价"),
        ({}, 0, "大于 0"),
    ],
)
def test_an_award_that_cannot_be_is_refused(rows, award, told):
    with pytest.raises(Invalid, match=told):
        check_award(rows, award, NAMES, 1000)
    check_award({1: 50, 2: 51}, 101, NAMES, 1000)
