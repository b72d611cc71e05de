"""Damages, interest, settlements and the room for supplements: drafts with their arithmetic (P3, P4)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sla.damages import (
    LendingRate,
    Rates,
    delay,
    failure,
    late_interest,
    settlement,
    supplement_room,
)
from sla.errors import Invalid

TOTAL = 876_786_739  # fen; the ceiling, as an example of an amount
RATES = Rates()


@pytest.mark.parametrize(
    ("days", "fen"),
    [(0, 0), (-3, 0), (1, 8_767_867), (3, 26_303_602), (10, 87_678_674), (11, 87_678_674), (400, 87_678_674)],
)
def test_one_per_cent_a_day_and_ten_per_cent_flat_beyond_ten_days(days, fen):
    assert delay(TOTAL, days, RATES).fen == fen


@pytest.mark.parametrize(
    ("failures", "on_top", "fen"),
    [
        *((0, False, 0), (0, True, 0)),
        *((1, False, 43_839_337), (1, True, 43_839_337)),
        *((2, False, 87_678_674), (2, True, 131_518_011)),
    ],
)
def test_failing_again_costs_ten_per_cent_instead_of_five_or_on_top(failures, on_top, fen):
    assert failure(TOTAL, failures, on_top, RATES).fen == fen


def test_a_draft_prints_its_arithmetic():
    assert delay(TOTAL, 3, RATES).arithmetic == (
        "逾期 3 日",
        "合同总金额 8,767,867.39 元 × 1% × 3 日 = 263,036.02 元",
    )
    assert "（5% + 10%）" in failure(TOTAL, 2, True, RATES).arithmetic[1]


MAY, JULY = LendingRate(date(2025, 5, 20), Decimal("3.00")), LendingRate(date(2025, 7, 21), Decimal("2.90"))


def test_interest_counts_each_day_after_the_due_day_with_the_rate_in_force():
    draft = late_interest(613_750_717, date(2025, 7, 15), date(2025, 7, 25), [JULY, MAY], excused=False)
    # 16 to 20 July at 3.00, 21 to 25 July at 2.90: 5 days each.
    exact = Decimal(613_750_717) * (Decimal("3.00") * 5 + Decimal("2.90") * 5) / 100 / 365
    assert draft.fen == int(exact.to_integral_value("ROUND_HALF_UP")) == 496_045
    assert draft.arithmetic[0].endswith("逾期 10 日")
    assert "2025-07-21 至 2025-07-25 共 5 日" in draft.arithmetic[2]


def test_no_interest_in_time_or_where_the_request_reached_the_treasury_in_time():
    assert late_interest(100, date(2025, 7, 15), date(2025, 7, 15), [], excused=False).fen == 0
    excused = late_interest(100, date(2025, 7, 15), date(2025, 9, 15), [], excused=True)
    assert excused.fen == 0
    assert "财政" in excused.arithmetic[0]


def test_without_a_rate_in_force_it_says_what_to_enter():
    with pytest.raises(Invalid, match="LPR"):
        late_interest(100, date(2025, 7, 15), date(2025, 7, 25), [JULY], excused=False)


def test_a_settlement_is_days_served_of_the_days_of_the_year():
    draft = settlement(12_000_000, date(2025, 6, 3), date(2025, 9, 30), date(2026, 6, 3))
    assert draft.fen == 3_945_205  # 120,000.00 × 120 ÷ 365 = 39,452.0547…
    assert draft.arithmetic[1] == "120,000.00 元 × 120 日 ÷ 365 日 = 39,452.05 元"
    with pytest.raises(Invalid, match="最后服务日"):
        settlement(1, date(2025, 6, 3), date(2026, 6, 3), date(2026, 6, 3))


@given(fen=st.integers(0, 10**12), served=st.integers(1, 365))
def test_a_settlement_never_exceeds_the_row_and_grows_with_the_days(fen, served):
    start, end = date(2025, 6, 3), date(2026, 6, 3)
    last = date.fromordinal(start.toordinal() + served - 1)
    one = settlement(fen, start, last, end).fen
    assert 0 <= one <= fen
    assert (served == 365) <= (one == fen)


def test_supplements_may_add_ten_per_cent_and_no_fen_more():
    assert supplement_room(876_786_739, 0, 10) == 87_678_673
    assert supplement_room(876_786_739, 87_678_673, 10) == 0
