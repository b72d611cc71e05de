"""The lists of call-backs, their summary and their record: who sees what."""

from __future__ import annotations

import json

import pytest

from tests.app.callbacks.world import BAD, GOOD, of_row, post, start
from tests.app.visitors import counted_queries, set_clock, visit


@pytest.fixture
def answered(site):
    """Row 1 is not satisfied, row 3 has not answered."""
    start(site)
    post(site, "contact", "answer", BAD)
    return site


def test_each_sees_the_own_and_the_supplier_what_is_signed(answered):
    ids = {row: of_row(answered, row) for row in (1, 3)}
    for who, own, other in (
        ("contact", 200, 404),
        ("stranger", 404, 200),
        ("bureau", 200, 200),
        ("auditor", 200, 200),
        ("engineer", 200, 404),
        ("manager", 200, 404),
        ("hotline", 200, 404),
        ("other_engineer", 404, 404),
        ("admin", 404, 404),
    ):
        client = visit(answered, who)
        for row, status in ((1, own), (3, other)):
            for page in ("", "/record", "/code.svg"):
                assert client.get(f"/callbacks/{ids[row]}{page}").status_code == status, who
        listed = client.get("/callbacks")
        assert listed.status_code == (403 if who == "admin" else 200)
        assert [f'/callbacks/{one}"' in listed.text for one in ids.values()] == [own == 200, other == 200]


def test_the_summary_counts_and_shows_complaints_with_their_state(answered):
    bureau = visit(answered, "bureau")
    to = bureau.get("/callbacks/summary")
    assert to.status_code == 302
    page = bureau.get(to.location).text
    assert "共 2 个项目，已答复 1 个" in page
    assert "未答复 1 个" in page
    assert "半天打不通电话" in page
    assert "待整改" in page
    assert bureau.get("/callbacks/summary?first=2025-06-01&last=2025-06-30").status_code == 404
    assert "共 1 个项目" in visit(answered, "manager").get(to.location).text


def test_a_month_shows_the_call_backs_signed_in_it_beside_the_satisfaction(answered):
    post(answered, "stranger", "answer", GOOD, "2025-07-02 09:00", row=3)
    ids = [of_row(answered, row) for row in (1, 3)]
    for who, rows in (
        ("contact", [True, False]),
        ("stranger", [False, True]),
        ("engineer", [True, False]),
        ("other_engineer", [False, False]),
        ("bureau", [True, True]),
        ("manager", [True, True]),
    ):
        page = visit(answered, who).get("/months/2025-07").text
        assert [f'href="/callbacks/{one}"' in page for one in ids] == rows, who
    page = visit(answered, "bureau").get("/months/2025-07").text
    assert "回访 2 份，满意且平稳 1" in page
    assert 'id="callbacks"' not in visit(answered, "bureau").get("/months/2025-06").text


def test_the_facts_of_a_month_name_them(answered):
    done = answered.test_cli_runner().invoke(args=["month", "facts", "2025-07"])
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    (signed,) = [line for line in lines if line["type"] == "callback"]
    assert (signed["project"], signed["satisfaction"], signed["settled_at"]) == (1, "dissatisfied", None)


def test_only_the_bureau_starts(answered):
    form = {"first_day": "2025-06-03", "last_day": "2025-06-30"}
    for who in ("contact", "manager", "auditor", "hotline"):
        client = visit(answered, who)
        assert client.get("/callbacks/start").status_code == 403
        assert client.post("/callbacks/start", data=form).status_code == 403


def test_the_usual_periods_are_offered(answered):
    set_clock(answered, "2025-08-15 09:00")
    page = visit(answered, "bureau").get("/callbacks/start").text
    assert "first_day=2025-07-01&amp;last_day=2025-07-31" in page
    assert "first_day=2025-04-01&amp;last_day=2025-06-30" in page
    assert "first_day=2025-06-03&amp;last_day=2025-08-15" in page
    assert 'value="2025-07-01"' in page


def test_the_record_of_an_unsigned_one_has_boxes_to_tick_and_places_to_sign(answered):
    page = visit(answered, "bureau").get(f"/callbacks/{of_row(answered, 3)}/record").text
    assert "□ 满意" in page
    assert "使用单位（盖章）" in page
    assert "招标文件第 4375 行" in page


def test_lists_are_narrowed_to_what_is_open(answered):
    bureau = visit(answered, "bureau")
    assert bureau.get("/callbacks?first=2025-06-03&last=2025-06-30&page=9").status_code == 200
    first, third = (f'/callbacks/{of_row(answered, row)}"' for row in (1, 3))
    asked = bureau.get("/callbacks?show=asked").text
    assert (first in asked, third in asked) == (False, True)
    complaints = bureau.get("/callbacks?show=complaint").text
    assert (first in complaints, third in complaints) == (True, False)
    post(answered, "contact", "settle")
    assert first not in bureau.get("/callbacks?show=complaint").text


def test_a_long_list_asks_no_more_of_the_database_than_a_short_one(answered):
    bureau = visit(answered, "bureau")
    with counted_queries(answered) as few:
        bureau.get("/callbacks")
    post(answered, "stranger", "answer", GOOD, row=3)
    start(answered, rows=None)
    with counted_queries(answered) as many:
        bureau.get("/callbacks")
    assert len(many) <= len(few)
