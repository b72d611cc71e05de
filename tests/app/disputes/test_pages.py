"""Who sees a dispute, what each is offered, and what the pages say."""

from __future__ import annotations

import pytest

from tests.app.disputes.world import CLAIM, GRANT, REFUSE, claimed, late_ticket, missed_duty, post, steps
from tests.app.tickets.desk import plain
from tests.app.visitors import counted_queries, give_passwords, set_clock, visit

ROLES = ("contact", "engineer", "manager", "bureau", "auditor")
OUTSIDE = ("stranger", "other_engineer", "hotline", "admin")


@pytest.fixture
def disputed(site):
    """A claim of 2 July, looked at on the third."""
    claimed(site, late_ticket(site))
    set_clock(site, "2025-07-03 09:00")
    return site


def test_a_dispute_is_for_those_concerned(disputed):
    for who in (*ROLES, *OUTSIDE):
        client, status = visit(disputed, who), 200 if who in ROLES else 404
        assert client.get("/disputes/1").status_code == status, who
        listed = client.get("/disputes")
        assert listed.status_code == (403 if who in ("hotline", "admin") else 200), who
        assert ("ZY00001" in listed.text) == (status == 200), who


def test_nobody_else_takes_a_step(disputed):
    set_clock(disputed, "2025-07-03 09:00")
    for who in OUTSIDE:
        for path, said in (("comment", {"agrees": "true"}), ("decide", GRANT), ("review", GRANT)):
            assert post(disputed, who, f"/1/{path}", said).status_code == 404, who
    for who in ("engineer", "bureau", "auditor", "manager"):
        assert post(disputed, who, "/1/comment", {"agrees": "true"}).status_code == 403, who
    set_clock(disputed, "2025-07-08 09:00")
    for who in ("contact", "engineer", "manager", "auditor"):
        for path in ("decide", "review"):
            assert post(disputed, who, f"/1/{path}", GRANT).status_code == 403, who
    assert steps(disputed) == ["claimed"]


def test_only_the_manager_claims(site):
    about = {"ticket": late_ticket(site), "clock": "response", "round": 0}
    for who in ("contact", "engineer", "bureau", "hotline", "admin"):
        assert post(site, who, "/claim", about | CLAIM, "2025-07-02 09:00").status_code == 403, who


def test_only_whose_turn_it_is_is_offered_the_step(disputed):
    offers = {"contact": "提交意见", "bureau": "局方认定的归因", "manager": "填写申请"}
    pages = {who: visit(disputed, who).get("/disputes/1").text for who in offers}
    assert [who for who, words in offers.items() if words in pages[who]] == ["contact"]
    set_clock(disputed, "2025-07-08 09:00")
    pages = {who: visit(disputed, who).get("/disputes/1").text for who in offers}
    assert [who for who, words in offers.items() if words in pages[who]] == ["bureau"]
    set_clock(disputed, "2025-07-20 09:00")
    assert "局方认定已逾期" in visit(disputed, "manager").get("/disputes/1").text


def test_the_page_says_which_figure_of_which_month_changes_from_what_to_what(disputed):
    page = visit(disputed, "bureau").get("/disputes/1").text
    assert "2025 年 7 月 · 响应及时率" in page
    assert "<strong>0/1</strong>" in page
    assert "<strong>0/0</strong>" in page
    assert "/months/2025-07/rows?indicator=response&amp;project=1" in page


def test_a_duty_s_figure_is_shown_too(site):
    duty = missed_duty(site)
    assert (
        post(site, "manager", "/claim", {"occurrence": duty} | CLAIM, "2025-07-02 09:00").status_code == 303
    )
    page = visit(site, "bureau").get("/disputes/1").text
    assert "巡检按时率" in page
    assert "/disputes/1" in visit(site, "contact").get(f"/duties/{duty}").text


def test_the_ticket_leads_to_the_claim_and_later_to_the_dispute(site):
    ticket = late_ticket(site)
    set_clock(site, "2025-07-02 09:00")
    manager = visit(site, "manager")
    page = manager.get(f"/tickets/{ticket}").text
    assert "/disputes/new?ticket=" in page
    assert "/disputes/new" not in visit(site, "contact").get(f"/tickets/{ticket}").text
    form = manager.get(f"/disputes/new?ticket={ticket}&clock=response&round=0").text
    assert "应于：2025-07-01 09:30:00" in form
    claimed(site, ticket)
    page = manager.get(f"/tickets/{ticket}").text
    assert "/disputes/1" in page
    assert "clock=response" not in page
    assert "只能申请一次" in manager.get(f"/disputes/new?ticket={ticket}&clock=response").text


def test_after_its_period_the_manager_is_told_and_the_bureau_may_admit(site):
    address = f"/disputes/new?ticket={late_ticket(site)}&clock=response"
    set_clock(site, "2025-07-20 09:00")
    assert "已过申请期限" in visit(site, "manager").get(address).text
    assert "准予的理由" in visit(site, "bureau").get(address).text


TRADE = ("争议", "免责", "归因", "复核", "认定", "期满")


def main_of(page: str) -> str:
    """Return what a page says by itself, without the menu."""
    return plain(page.split("<main", 1)[1].split("</main>", 1)[0])


def test_the_contact_reads_it_in_plain_words_and_everybody_else_in_the_exact_ones(disputed):
    menu = visit(disputed, "contact").get("/disputes").text
    assert "超时申诉" in menu
    assert "争议免责" not in menu
    told = main_of(visit(disputed, "contact").get("/disputes/1").text)
    assert "乙方说，这次响应晚了不是他们造成的，是单位的原因，请求不算超时" in told
    assert "请您在 2025-07-07 24:00 前说说情况。不说也可以：到期就由局方直接决定" in told
    assert "同意，不是乙方造成的" in told
    for path in ("/disputes", "/disputes/1", "/disputes?show=turn", "/waiting", "/notices", "/unit"):
        page = main_of(visit(disputed, "contact").get(path).text)
        assert not [word for word in TRADE if word in page], path
    for who in ("engineer", "manager", "bureau", "auditor"):
        page = main_of(visit(disputed, who).get("/disputes").text)
        assert "争议免责" in page, who
        assert "待单位意见" in page, who
        page = main_of(visit(disputed, who).get("/disputes/1").text)
        assert "申请免责" in page, who
        assert "对考核数字的影响" in page, who


@pytest.mark.parametrize(
    ("when", "said", "told"),
    [
        (
            "2025-07-08 09:00",
            None,
            "局方在 2025-07-14 24:00 前决定。决定以前照算超时，过期也不会自动算作同意",
        ),
        ("2025-07-20 09:00", None, "局方应在 2025-07-14 24:00 前决定，已经过期"),
        ("2025-07-08 09:00", GRANT, "局方决定：不算超时。2025-07-15 24:00 前，您或乙方可以请局方再看一次"),
        ("2025-07-08 09:00", REFUSE, "局方决定：照算超时。"),
    ],
)
def test_the_contact_is_told_what_comes_next(disputed, when, said, told):
    set_clock(disputed, when)
    if said:
        give_passwords(disputed, "bureau")
        assert post(disputed, "bureau", "/1/decide", said).status_code == 303
    client = visit(disputed, "contact")
    page = main_of(client.get("/disputes/1").text)
    assert told in page
    assert ("为什么不同意" in page) == bool(said), "of a decision another look can be asked for"
    assert not [word for word in TRADE if word in page]
    ticket = main_of(client.get("/tickets/1").text)
    assert ("乙方请求不算这次超时 ZY00001：局方同意不算" in ticket) == (said is GRANT)


def test_of_a_duty_the_contact_reads_that_it_was_not_done_in_time(site):
    post(site, "manager", "/claim", {"occurrence": missed_duty(site)} | CLAIM, "2025-07-02 09:00")
    page = main_of(visit(site, "contact").get("/disputes/1").text)
    assert "这次巡检没有按时做不是他们造成的" in page
    assert "是单位的原因" in page


def test_every_list_opens(disputed):
    bureau = visit(disputed, "bureau")
    for query in ("show=turn", "show=granted", "show=refused", "show=all&project=1", "show=open&page=9"):
        assert bureau.get(f"/disputes?{query}").status_code == 200, query


def test_a_refused_claim_keeps_what_was_typed(site):
    answer = claimed(site, late_ticket(site), text="", attribution="third_party")
    assert answer.status_code == 422
    assert 'value="third_party" required checked' in answer.text


def test_a_long_list_asks_no_more_of_the_database_than_a_short_one(disputed):
    bureau = visit(disputed, "bureau")
    with counted_queries(disputed) as few:
        bureau.get("/disputes?show=all")
    for row in (3, 44, 5, 6):
        claimed(disputed, late_ticket(disputed, row), "2025-07-02 11:00")
    with counted_queries(disputed) as many:
        page = bureau.get("/disputes?show=all").text
    assert page.count("ZY0000") >= 4
    assert len(many) <= len(few)
