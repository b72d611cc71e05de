"""Who sees which posting, whose month and what is missing (S1)."""

from __future__ import annotations

import pytest

from tests.app.residents.world import change, entered, member_id, posting_id
from tests.app.visitors import counted_queries, set_clock


@pytest.mark.parametrize(
    ("username", "status"),
    [
        ("contact", 200),
        ("engineer", 200),
        ("manager", 200),
        ("hotline", 200),
        ("bureau", 200),
        ("auditor", 200),
        ("stranger", 404),
        ("other_engineer", 404),
        ("admin", 404),
    ],
)
def test_a_postings_month_is_for_those_concerned(staffed, visit, username, status):
    client = visit(username)
    assert client.get(f"/residents/{posting_id(staffed)}/2025-07").status_code == status
    expected = 302 if status == 200 else status
    assert client.get(f"/residents/{posting_id(staffed)}").status_code == expected
    assert client.get(f"/residents/members/{member_id(staffed)}").status_code == status


def test_the_overview_holds_every_posting_of_the_contract_for_the_bureau(staffed, visit):
    page = visit("bureau").get("/residents").text
    assert page.count('/2025-07">') == 17
    assert "缺编 1 人" in page  # row 1 asks for two


def test_a_contact_finds_the_own_units_postings_only(staffed, visit):
    page = visit("contact").get("/residents").text
    assert f"/residents/{posting_id(staffed)}/2025-07" in page
    assert f"/residents/{posting_id(staffed, 44)}/2025-07" not in page
    assert "没有驻场岗位" in visit("stranger").get("/residents").text


def test_an_engineer_is_led_to_the_own_page_and_the_administrator_away(staffed, visit):
    assert visit("engineer").get("/residents").location == "/residents/mine"
    assert visit("admin").get("/residents").status_code == 403
    assert visit("admin").get("/residents/mine").status_code == 403


def test_an_engineer_does_not_open_a_colleagues_papers(staffed, visit):
    assert visit("other_engineer").get(f"/residents/members/{member_id(staffed)}").status_code == 404


@pytest.mark.parametrize("username", ["manager", "bureau", "contact", "auditor"])
def test_only_who_may_do_something_is_offered_it(staffed, visit, username):
    set_clock(staffed, "2025-08-01 09:00")
    page = visit(username).get(f"/residents/{posting_id(staffed)}/2025-07").text
    assert ("安排到岗" in page) == (username == "manager")
    assert ("确认本月出勤" in page) == (username in ("contact", "bureau"))


def test_a_gap_says_how_many_lack_with_a_word(staffed, visit):
    change(staffed, lambda session: entered(session, "2025-07-01"))
    set_clock(staffed, "2025-07-02 15:00")
    page = visit("manager").get(f"/residents/{posting_id(staffed)}/2025-07").text
    assert "上午缺 1 人" in page  # of two on the first, of one whom nobody replaced
    assert "上午缺 2 人" in page  # on the second nobody was there
    assert "未签到" in page
    assert "今日缺岗 上午 2 人" in visit("bureau").get("/residents").text


def test_the_rate_of_the_present_month_is_of_the_days_that_are_over(staffed, visit):
    change(staffed, lambda session: entered(session, "2025-07-01"))
    set_clock(staffed, "2025-07-02 15:00")
    page = visit("bureau").get(f"/residents/{posting_id(staffed)}/2025-07").text
    assert "50.00%" in page
    assert "1/2 人天" in page


def test_the_overview_needs_as_many_queries_for_seventeen_postings_as_for_one(staffed, visit):
    bureau, contact = visit("bureau"), visit("contact")
    with counted_queries(staffed) as of_all:
        bureau.get("/residents")
    with counted_queries(staffed) as of_one:
        contact.get("/residents")
    assert len(of_all) <= len(of_one) + 2


@pytest.mark.parametrize("query", ["month=x", "month=2025-05", "month=2025-08"])
def test_a_month_there_is_nothing_of_is_not_found(staffed, visit, query):
    assert visit("bureau").get(f"/residents?{query}").status_code == 404
    assert visit("engineer").get(f"/residents/mine?{query}").status_code == 404
