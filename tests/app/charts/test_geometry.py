"""Where the parts of a chart lie; and what the macros make of it can be heard and read without colours."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from flask import render_template_string

from app.charts.geometry import band, bar, floor_of, line, spark, stacked


def rates(*texts: str) -> list[Decimal | None]:
    return [Decimal(one) if one else None for one in texts]


def test_a_stacked_bar_is_full_and_leaves_nothing_between_its_pieces():
    pieces = stacked([("按时", 57, "good"), ("未按时", 2, "bad"), ("无", 0, "info"), ("免责", 1, "neutral")])
    assert [one.label for one in pieces] == ["按时", "未按时", "免责"]
    assert [(one.x, one.width) for one in pieces] == [("0", "95"), ("95", "3.33"), ("98.33", "1.67")]
    assert stacked([]) == stacked([("按时", 0, "good")]) == []


def test_what_is_bad_is_told_by_strokes_that_stay_in_their_piece():
    good, bad = stacked([("按时", 1, "good"), ("未按时", 1, "bad")])
    assert good.hatch == ""
    places = [float(one) for one in re.findall(r"[ML]([\d.]+) ", bad.hatch)]
    assert min(places) == 50
    assert max(places) == 100


def test_a_line_breaks_where_a_month_has_no_figure_and_starts_its_scale_below_the_lowest():
    drawn = line(rates("96.5", "", "98", "100"), ["6", "7", "8", "9"])
    assert len(drawn.runs) == 1
    assert len(drawn.dots) == 3
    assert [one.told for one in drawn.dots] == ["96.5%", "", "100%"]
    assert [number for _, number in drawn.rules] == ["90", "95", "100"]
    assert all(0 <= float(one.x) <= drawn.width and 0 <= float(one.y) <= drawn.height for one in drawn.dots)
    assert [one.anchor for one in drawn.dots] == ["start", "middle", "end"]


@pytest.mark.parametrize("values", [rates(), rates("", ""), rates("50"), rates("0", "100")])
def test_lines_of_few_or_no_months_are_drawn_as_well(values):
    drawn, small = line(values, [str(n) for n in range(len(values))]), spark(values)
    assert len(drawn.dots) == sum(one is not None for one in values)
    assert (small.last is None) is not any(one is not None for one in values)


def test_the_scale_of_a_line_leaves_room_and_never_goes_below_nothing():
    assert floor_of(rates("93.3")) == 90
    assert floor_of(rates("100")) == 90
    assert floor_of(rates("")) == 90
    assert floor_of(rates("7")) == 0


def test_bars_stay_within_their_track():
    assert [bar(one) for one in rates("98.75", "", "0")] == ["98.75", "0", "0"]


def test_the_bands_of_the_map_include_their_lower_bound():
    def word(rate: str, **how: bool) -> str:
        found = band(Decimal(rate), **how)
        assert found
        return found.code

    assert [word(one) for one in ("100", "99.99", "90", "89.99", "75", "74.99", "0")] == [
        *("all", "most", "most", "some", "some", "few", "few")
    ]
    assert [word(one, lower_is_better=True) for one in ("0", "10", "25", "30")] == [
        "all",
        "most",
        "some",
        "few",
    ]
    assert band(None) is None


def test_every_chart_has_a_title_and_what_it_shows_in_words(app):
    text = """{% import "components/chart.html" as chart %}
    {{ chart.line("响应 <及时率>", values, ["6 月", "7 月"]) }}{{ chart.spark("走势", values) }}
    {{ chart.stacked("份额", [("按时", 3, "good"), ("未按时", 1, "bad")]) }}{{ chart.bar("项目", none) }}
    {% call chart.data("表") %}<tbody></tbody>{% endcall %}"""
    with app.test_request_context():
        page = render_template_string(text, values=rates("96.5", ""))
    drawings = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
    assert len(drawings) == 4
    for one in drawings:
        assert 'role="img"' in one
        assert re.search(r"<title>[^<]+</title>", one)
        assert "style=" not in one
    assert "响应 &lt;及时率&gt;" in drawings[0]
    assert "6 月 96.5%；7 月 不适用" in drawings[0]
    assert "按时 3，未按时 1" in drawings[2]
    assert "chart-hatch" in drawings[2]
    assert "<summary>数据表</summary>" in page
