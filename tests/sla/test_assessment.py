"""A scheme is data: what it may say, and what is said to somebody who gets it wrong (A1)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from sla.assessment import Mode, Source, Veto, plain, read_points, read_scheme
from sla.errors import Invalid
from sla.vocab import Indicator
from tests.sla.schemes import said, scheme, two_items


def test_the_draft_reads_as_it_is_written():
    found = scheme()
    assert [plain(one.weight) for one in found.items] == ["15", "10", "20", "15", "10", "10", "15", "5"]
    assert found.items[0].name == "响应及时率"
    assert found.item(Indicator.DUTY) is None
    assert found.satisfaction is Source.RATINGS
    assert found.vetoes == {Veto.OBSERVATION}


def test_a_scheme_survives_being_stored():
    found = two_items(
        {"mode": "deduction", "each": "2.5", "cap": "30", "floor": "10", "name": "响应"},
        bonuses=[{"indicator": "first_fix", "least": "98", "points": "1"}],
        bonus_cap="3",
        vetoes=["containment", "observation"],
        satisfaction="callbacks",
    )
    assert found.items[0].mode is Mode.DEDUCTION
    assert read_scheme(found.as_dict()) == found


@pytest.mark.parametrize(
    ("points", "band"),
    [("100", "优秀"), ("90", "优秀"), ("89.99", "良好"), ("75", "良好"), ("60", "合格"), ("59.99", "不合格")],
)
def test_the_lower_bound_belongs_to_its_band(points, band):
    assert scheme().band(Decimal(points)).name == band


def item(**more: str) -> dict[str, str]:
    return {"indicator": "response", "weight": "100"} | more


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"items": []}, "weights", "至少要有一个"),
        ({"items": [item(weight="99.5")]}, "weights", "等于 100，现在是 99.5"),
        ({"items": [item(weight="50"), item(weight="50")]}, "weight_response", "写了两次"),
        ({"items": [item(weight="0")]}, "weight_response", "大于 0"),
        ({"items": [item(weight="1e2")]}, "weight_response", "数字"),
        ({"items": [item(weight="100.001")]}, "weight_response", "两位小数"),
        ({"items": [item(weight="-5")]}, "weight_response", "0 到 100"),
        ({"items": [item(indicator="speed")]}, "weights", "没有「speed」"),
        ({"items": [item(indicator="backentry")]}, "weights", "越低越好"),
        ({"items": [item(mode="both")]}, "mode_response", "没有「both」"),
        ({"items": [item(mode="deduction")]}, "each_response", "每次扣多少分"),
        ({"items": [item(each="2")]}, "each_response", "请留空"),
        ({"items": [item(cap="101")]}, "cap_response", "0 到 100"),
        ({"items": [item(floor="100.5")]}, "floor_response", "0 到 100"),
        ({"items": [item(name="长" * 21)]}, "name_response", "20 个字"),
        ({"bands": [{"name": "合格", "least": "0"}]}, "band_name_1", "2 到 6 个"),
        ({"bands": [{"name": "好", "least": "60"}, {"name": "差", "least": "1"}]}, "band_least_2", "要是 0"),
        (
            {"bands": [{"name": "好", "least": "6"}, {"name": "差", "least": "6"}]},
            "band_least_2",
            "从高到低",
        ),
        ({"bands": [{"name": "好", "least": "60"}, {"name": "好", "least": "0"}]}, "band_name_1", "名称相同"),
        ({"bands": [{"name": "", "least": "60"}, {"name": "差", "least": "0"}]}, "band_name_1", "名称"),
        ({"bonuses": [{"least": "98", "points": "1"}]}, "bonus_indicator_1", "选择"),
        ({"bonuses": [{"indicator": "response", "least": "", "points": "1"}]}, "bonus_least_1", "比率"),
        ({"bonuses": [{"indicator": "response", "least": "9", "points": "0"}]}, "bonus_points_1", "大于 0"),
        ({"vetoes": ["bad mood"]}, "vetoes", "没有「bad mood」"),
        ({"satisfaction": "guess"}, "satisfaction", "没有「guess」"),
        ({"observation_cap": "much"}, "observation_cap", "数字"),
    ],
)
def test_what_cannot_be_is_refused_and_names_its_field(changes, field, words):
    with pytest.raises(Invalid) as refused:
        read_scheme(said(**changes))
    assert refused.value.field == field
    assert words in refused.value.message


def test_points_are_written_without_needless_places():
    assert [plain(Decimal(one)) for one in ("15.00", "7.50", "0.00", "100")] == ["15", "7.5", "0", "100"]
    assert read_points("7.5", "分", "f") == Decimal("7.5")
