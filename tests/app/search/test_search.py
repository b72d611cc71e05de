"""What is found, by whom, and that nobody learns of what they may not see."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest

from app.search import queries
from tests.app.tickets.desk import make, plain
from tests.app.visitors import JSON, counted_queries

OWN, FOREIGN = "教育平台打不开", "别家平台打不开"


@pytest.fixture
def two_units(site):
    return make(site, "contact", title=OWN, description="提示证书过期"), make(
        site, "stranger", row=3, title=FOREIGN
    )


def found(client, text: str) -> dict[str, int]:
    page = client.get("/search", query_string={"q": text})
    assert page.status_code == 200
    parts = re.findall(
        r'class="card found" aria-label="([^"]*)">.*?<span class="cell-note">(\d+)', page.text, re.DOTALL
    )
    return {label: int(number) for label, number in parts}


@pytest.mark.both_databases
def test_a_unit_is_found_by_part_of_its_name_and_by_initials(site, visit):
    bureau = visit("bureau")
    for text in ("财政局", "lysczj", "CZJ"):
        assert found(bureau, text)["单位"] >= 1, text
        assert "洛阳市财政局" in bureau.get("/search", query_string={"q": text}).text
    assert "洛阳市财政局" in bureau.get("/projects?q=lysczj").text
    assert found(bureau, "%") == {}
    assert found(bureau, "qqqqq") == {}


@pytest.mark.both_databases
def test_tickets_are_found_by_number_title_and_text_within_the_scope(two_units, visit):
    own, foreign = two_units
    for who, sees in (
        ("contact", {OWN}),
        ("stranger", {FOREIGN}),
        ("engineer", {OWN}),
        ("bureau", {OWN, FOREIGN}),
    ):
        client = visit(who)
        page = client.get("/search?q=平台打不开").text
        assert {title for title in (OWN, FOREIGN) if title in page} == sees, who
        assert found(client, "平台打不开")["工单"] == len(sees), who
        assert (OWN in client.get(f"/search?q=GD{own:06d}").text) == (OWN in sees), who
        assert (FOREIGN in client.get(f"/search?q={foreign}").text) == (FOREIGN in sees), who
        assert found(client, "证书过期").get("工单", 0) == (OWN in sees), who


def test_what_one_may_not_see_is_not_even_counted(two_units, visit):
    for who in ("stranger", "other_engineer"):
        assert found(visit(who), "教育局") == {}, who
        assert found(visit(who), "lysjyj") == {}, who
        items = visit(who).get("/search/suggest?field=project&q=lysjyj", headers=JSON).json["items"]
        assert items == [], who
    assert found(visit("admin"), "平台打不开") == {}
    assert found(visit("admin"), "财政局") == {}
    assert found(visit("admin"), "contact") == {"人员": 1}
    assert visit("admin").get("/search/suggest?field=unit&q=财").status_code == 403
    assert "文件" not in found(visit("hotline"), "合同")


def test_all_of_it_opens_the_list_with_the_same_words_and_as_many_rows(site, visit):
    for number in range(8):
        make(site, "contact", title=f"第 {number} 次 打不开", now=f"2025-07-01 08:0{number}")
    client = visit("bureau")
    page = client.get("/search?q=打不开").text
    link = re.search(r'href="(/tickets[^"]*)">全部 8 条', page)
    assert link
    assert "q=打不开" in unquote(link[1])
    assert "共 8 条" in client.get(link[1].replace("&amp;", "&")).text
    hits = re.findall(r"第 (\d) 次", plain(page))
    assert hits[:6] == ["7", "6", "5", "4", "3", "2"]  # the newest first


def test_of_very_many_tickets_only_so_many_are_counted(site, visit, monkeypatch):
    monkeypatch.setattr(queries, "MOST_COUNTED", 7)
    for number in range(9):
        make(site, "contact", title=f"第 {number} 次打不开", now=f"2025-07-01 08:0{number}")
    page = visit("contact").get("/search?q=打不开").text
    assert "7+ 条" in page
    assert "超过 7 条，看全部" in page


def test_a_kind_without_such_a_list_has_a_page_of_its_own(site, visit):
    client = visit("manager")
    page = client.get("/search?q=巡检&kind=duties").text
    assert "周期义务" in page
    assert 'rel="next"' in page
    assert client.get("/search?q=巡检&kind=tickets").status_code == 404
    assert client.get("/search?q=巡检&kind=nothing").status_code == 404


def test_suggestions_name_what_the_choices_of_a_form_are_called(site, visit):
    client = visit("hotline")
    items = client.get("/search/suggest?field=project&q=lysjyj", headers=JSON).json["items"]
    form = client.get("/tickets/new").text
    assert items
    for one in items:
        assert f'<option value="{one["value"]}">{one["text"]}</option>' in form
    assert client.get("/search/suggest?field=person&q=a", headers=JSON).status_code == 422


def test_every_page_has_the_search_box_and_a_search_takes_few_queries(site, visit):
    client = visit("bureau")
    assert "data-search" in client.get("/").text
    with counted_queries(site) as sent:
        client.get("/search?q=平台")
    assert len(sent) < 25
    too_long = client.get("/search", query_string={"q": "长" * 65})
    assert too_long.status_code == 200
    assert "长" * 65 in too_long.text
