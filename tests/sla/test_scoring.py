"""Scores: worked examples, and what holds for every scheme and all figures (A1, F2, F3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sla import scoring
from sla.assessment import MEASURABLE, Mode, Scheme, Veto, read_scheme
from sla.figures import Figure
from sla.scoring import Recorded
from sla.vocab import Indicator
from tests.sla.schemes import BANDS, figures, scheme, two_items

FULL = {one.value: (1, 1) for one in MEASURABLE}


def score(by, known: Mapping[Indicator, Figure], recorded: Iterable[Recorded] = ()) -> Any:
    """Score, without a word about what may be missing: these tests know."""
    return scoring.score(by, known, recorded)


def points(found):
    return {str(one.item.indicator): None if one.points is None else str(one.points) for one in found.items}


def said(key, deduction="0", indicator=None, veto=False):
    return Recorded(key, Decimal(deduction), Indicator(indicator) if indicator else None, veto)


def test_everything_in_time_is_a_hundred_points():
    found = score(scheme(), figures(**FULL))
    assert found.total == 100
    assert found.band.name == "优秀"


def test_a_rate_of_nine_in_ten_leaves_nine_tenths_of_the_weight():
    found = score(scheme(), figures(**FULL | {"response": (9, 10), "recovery": (2, 3)}))
    assert points(found)["response"] == "13.50"
    assert points(found)["recovery"] == "13.33"
    assert found.total == Decimal("91.83")
    assert found.band.name == "优秀"


def test_the_weight_of_what_does_not_apply_is_spread_in_proportion():
    # Row without residents and without onsite targets: 15 20 15 10 15 5 of 80 are left.
    there = {name: one for name, one in FULL.items() if name not in ("onsite", "attendance")}
    found = score(scheme(), figures(**there | {"response": (1, 2)}))
    weights = {str(one.item.indicator): one.weight for one in found.items}
    assert weights["onsite"] is None
    assert weights["response"] == Decimal("18.75")
    assert weights["recovery"] == 25
    assert points(found)["response"] == "9.38"  # 9.375, half up
    assert found.total == Decimal("90.63")  # 90.625


def test_parts_sum_to_the_whole_with_the_remainder_on_the_largest():
    items = [
        {"indicator": name, "weight": weight}
        for name, weight in (("response", "33.34"), ("onsite", "33.33"), ("recovery", "33.33"))
    ]
    found = score(scheme(items=items), figures(response=(2, 3), onsite=(2, 3), recovery=(2, 3)))
    # 22.2266…, 22.22, 22.22 are 66.6666…: the parts round to 66.67 without help; the whole says so too.
    assert [str(one.points) for one in found.items] == ["22.23", "22.22", "22.22"]
    assert found.total == Decimal("66.67")
    found = score(two_items(), figures(response=(1, 7), recovery=(1, 7)))
    # 8.571 and 5.714 are 14.2857…: rounded alone 8.57 and 5.71 lack a cent.
    assert [str(one.points) for one in found.items] == ["8.58", "5.71"]
    assert found.total == Decimal("14.29")


def test_no_item_has_more_points_than_it_shows_as_its_weight():
    """Three items of a third each: 33.33, 33.34 and 33.33; the second is full, and takes the remainders."""
    there = {"response": (0, 1), "inspection": (1, 1), "satisfaction": (7, 10)}
    found = score(scheme(), figures(**there))
    shown = {str(one.item.indicator): one for one in found.items if one.weight is not None}
    assert {name: (str(one.weight), str(one.points), str(one.lost)) for name, one in shown.items()} == {
        "response": ("33.33", "0.00", "33.33"),
        "inspection": ("33.34", "33.34", "0.00"),
        "satisfaction": ("33.33", "23.33", "10.00"),
    }
    assert found.total == Decimal("56.67")


def test_without_any_fact_there_is_no_score():
    found = score(scheme(), {})
    assert (found.total, found.band, found.base) == (None, None, None)
    assert set(points(found).values()) == {None}


@pytest.mark.parametrize(
    ("met", "left"),
    [(10, "60.00"), (9, "55.00"), (5, "35.00"), (0, "30.00")],
)
def test_by_deduction_each_breach_costs_the_same_within_the_cap(met, left):
    by_deduction = two_items({"mode": "deduction", "each": "5", "cap": "30"})
    found = score(by_deduction, figures(response=(met, 10), recovery=(1, 1)))
    assert points(found)["response"] == left


def test_the_floor_is_left_in_any_case():
    by_deduction = two_items({"mode": "deduction", "each": "5", "floor": "20"})
    found = score(by_deduction, figures(response=(0, 20), recovery=(1, 1)), [said(1, "7", "response")])
    assert points(found)["response"] == "20.00"
    assert found.items[0].by_figure == 40
    assert found.items[0].taken[0].points == 0


def test_a_recorded_deduction_takes_what_it_says_from_its_item():
    found = score(scheme(), figures(**FULL), [said(7, "1.5", "containment")])
    security = found.items[-1]
    assert security.points == Decimal("3.50")
    assert [(one.key, one.points) for one in security.taken] == [(7, Decimal("1.50"))]
    assert found.total == Decimal("98.50")


def test_a_recorded_deduction_makes_an_item_count_that_has_no_other_fact():
    there = {name: one for name, one in FULL.items() if name != "containment"}
    found = score(scheme(), figures(**there), [said(7, "2", "containment")])
    assert points(found)["containment"] == "3.00"
    assert found.total == 98


def test_deductions_stop_at_the_cap_in_the_order_they_were_recorded():
    capped = two_items({"cap": "5"})
    found = score(capped, figures(response=(1, 1)), [said(n, "3", "response") for n in (1, 2, 3)])
    assert [one.points for one in found.items[0].taken] == [3, 2, 0]
    assert found.items[0].points == 95


def test_what_names_no_item_of_the_scheme_is_taken_from_the_total_within_its_cap():
    found = score(two_items(), figures(response=(1, 1)), [said(1, "4"), said(2, "8", "attendance")])
    assert [(one.key, one.points) for one in found.taken] == [(1, 4), (2, 6)]
    assert found.total == 90


def test_a_deduction_is_a_fact_even_where_nothing_else_happened():
    found = score(scheme(), {}, [said(1, "3")])
    assert found.total == 97
    assert found.band.name == "优秀"


def test_a_bonus_is_earned_by_the_exact_rate_and_never_beyond_a_hundred():
    rewarded = two_items(
        bonuses=[
            {"indicator": "first_fix", "least": "98", "points": "2"},
            {"indicator": "response", "least": "90", "points": "3"},
        ],
        bonus_cap="4",
    )
    known = figures(response=(9, 10), recovery=(1, 1), first_fix=(98, 100))
    found = score(rewarded, known)
    assert (found.base, found.bonus, found.total) == (94, 4, 98)
    assert score(rewarded, known | figures(response=(97, 98))).total == 100
    assert score(rewarded, known | figures(first_fix=(97_996, 100_000))).bonus == 3


def test_a_veto_sets_the_lowest_band_and_leaves_the_points():
    found = score(scheme(), figures(**FULL), [said(1, veto=True)])
    assert (found.total, found.band.name, found.vetoes) == (100, "不合格", (Veto.OBSERVATION,))
    assert score(scheme(vetoes=[]), figures(**FULL), [said(1, veto=True)]).band.name == "优秀"
    late = figures(**FULL | {"containment": (1, 2)})
    assert score(scheme(vetoes=["containment"]), late).vetoes == (Veto.CONTAINMENT,)
    assert score(scheme(), late).vetoes == ()


def test_what_a_figure_cost_is_divided_among_its_facts():
    found = score(two_items(), figures(response=(7, 10), recovery=(1, 1)))
    assert found.items[0].lost == 18
    assert found.items[0].shares({"a": 1, "b": 1, "c": 1}) == {"a": 6, "b": 6, "c": 6}
    assert found.items[1].shares({}) == {}
    sevenths = score(two_items(), figures(response=(4, 7), recovery=(1, 1))).items[0]
    assert list(sevenths.shares({"a": 1, "b": 2}).values()) == [Decimal("8.57"), Decimal("17.14")]


def test_a_unit_is_scored_from_the_sum_of_its_facts_not_from_its_scores():
    one, other = figures(response=(1, 1)), figures(response=(0, 9))
    together = figures(response=(1, 10))
    scores = [score(two_items(), each).total for each in (one, other)]
    assert scores == [100, 0]
    assert score(two_items(), together).total == 10


# -- what always holds ------------------------------------------------------------------------------

counts = st.integers(1, 40).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole)))


@st.composite
def schemes(draw) -> Scheme:
    """A scheme of some indicators whose weights sum to a hundred."""
    chosen = draw(st.lists(st.sampled_from(MEASURABLE), min_size=1, max_size=6, unique=True))
    cuts = sorted(draw(st.sets(st.integers(1, 9999), min_size=len(chosen) - 1, max_size=len(chosen) - 1)))
    cents = [b - a for a, b in zip([0, *cuts], [*cuts, 10_000], strict=True)]
    items = []
    for indicator, weight in zip(chosen, cents, strict=True):
        item = {"indicator": str(indicator), "weight": str(Decimal(weight) / 100)}
        if draw(st.booleans()):
            item |= {"mode": str(Mode.DEDUCTION), "each": str(Decimal(draw(st.integers(1, 900))) / 100)}
        if draw(st.booleans()):
            item["cap"] = str(Decimal(draw(st.integers(0, weight))) / 100)
        if draw(st.booleans()):
            item["floor"] = str(Decimal(draw(st.integers(0, weight))) / 100)
        items.append(item)
    bands = [{"name": name, "least": least} for name, least in BANDS]
    return read_scheme({"items": items, "bands": bands, "observation_cap": "20"})


some_figures = st.dictionaries(st.sampled_from(MEASURABLE), counts.map(lambda pair: Figure(*pair)))
deductions = st.lists(
    st.builds(
        Recorded,
        st.integers(1, 99),
        st.integers(0, 3000).map(lambda cents: Decimal(cents) / 100),
        st.none() | st.sampled_from(MEASURABLE),
    ),
    max_size=4,
)


@given(schemes(), some_figures, deductions)
def test_parts_sum_to_the_whole_and_the_score_lies_between_nothing_and_a_hundred(by, known, recorded):
    found = score(by, known, recorded)
    if found.total is None:
        assert all(one.points is None for one in found.items)
        return
    counted = [one for one in found.items if one.points is not None]
    assert sum(one.weight for one in counted) in ([100] if counted else [0])
    assert found.base == (sum(one.points for one in counted) if counted else 100)
    assert found.total == found.base - sum(one.points for one in found.taken) + found.bonus
    assert 0 <= found.total <= 100
    for one in counted:
        assert -Decimal("0.05") <= one.weight - one.points - one.lost <= Decimal("0.05")
        assert one.points >= one.item.floor - Decimal("0.05")
        assert found.total.as_tuple().exponent >= -2


@given(schemes(), some_figures, st.data())
def test_one_breach_more_is_never_rewarded(by, known, data):
    able = [indicator for indicator, figure in known.items() if figure.met]
    if not able:
        return
    worse = data.draw(st.sampled_from(able))
    less = known | {worse: Figure(known[worse].met - 1, known[worse].total)}
    before, after = score(by, known).total, score(by, less).total
    assert (before is None) == (after is None)
    assert before is None or after <= before


@given(schemes(), some_figures, deductions)
def test_what_the_facts_cost_is_divided_without_a_rest(by, known, recorded):
    for one in score(by, known, recorded).items:
        lacking = one.figure.total - one.figure.met
        if lacking and one.points is not None:
            shares = one.shares(dict.fromkeys(range(lacking), 1))
            assert sum(shares.values()) == one.by_figure
