"""The pulse: a mark that changes with what its viewer may see, and leaves no trace of being asked."""

from __future__ import annotations

import pytest

from app.tickets import service
from sla.vocab import PauseReason
from tests.app.tickets.desk import do, make
from tests.app.visitors import JSON, counted_queries, set_clock

SINCE = "/pulse?since=2025-07-01T09:00:00%2B08:00"
LATER = "2025-07-01 09:20"


def ask(client, tag: str = ""):
    return client.get(SINCE, headers=JSON | ({"If-None-Match": tag} if tag else {}))


@pytest.mark.both_databases
def test_nothing_new_is_told_without_a_body_and_a_change_with_its_number(site, visit):
    bureau = visit("bureau")
    first = ask(bureau)
    assert first.json["changes"] == 0
    tag = first.headers["ETag"]
    set_clock(site, LATER)
    same = ask(bureau, tag)
    assert (same.status_code, same.data) == (304, b"")
    assert same.headers["Server-Time"] == "2025-07-01T09:20:00+08:00"
    ticket = make(site, "contact", now="2025-07-01 09:10")
    do(site, ticket, "engineer", service.respond, "2025-07-01 09:12")
    news = ask(bureau, tag)
    assert news.status_code == 200
    assert news.json["changes"] == 2
    assert ask(bureau, news.headers["ETag"]).status_code == 304


@pytest.mark.both_databases
def test_what_a_viewer_may_not_see_does_not_change_their_mark(site, visit):
    people = {
        who: visit(who) for who in ("contact", "stranger", "engineer", "other_engineer", "admin", "auditor")
    }
    before = {who: ask(client).headers["ETag"] for who, client in people.items()}
    set_clock(site, LATER)
    ticket = make(site, "contact", now="2025-07-01 09:10")
    do(site, ticket, "engineer", service.respond, "2025-07-01 09:11")
    do(site, ticket, "engineer", service.pause, "2025-07-01 09:12", PauseReason.AWAITING_UNIT, "等钥匙")
    news = {who for who, client in people.items() if ask(client, before[who]).status_code == 200}
    assert news == {"contact", "engineer", "auditor"}


def test_a_fact_of_a_request_that_began_just_before_the_page_is_news_too(site, visit):
    make(site, "contact", now="2025-07-01 08:59:58")
    assert ask(visit("bureau")).json["changes"] == 1
    make(site, "contact", now="2025-07-01 08:50", title="long ago")
    assert ask(visit("bureau")).json["changes"] == 1


def test_asking_reads_and_keeps_nothing(site, visit):
    client = visit("engineer")
    with counted_queries(site) as sent:
        answer = ask(client)
    assert all(one.lstrip().upper().startswith(("SELECT", "BEGIN", "PRAGMA")) for one in sent)
    assert len([one for one in sent if "SELECT" in one.upper()]) == 2  # who is it, and the counts
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"


def test_without_a_moment_only_the_time_is_told(site, visit):
    assert visit("admin").get("/pulse", headers=JSON).json == {
        "at": "2025-07-01T09:00:00+08:00",
        "changes": 0,
    }
    assert visit("bureau").get("/pulse?since=yesterday", headers=JSON).status_code == 422


def test_whoever_is_signed_out_is_told_so(site, client, visit):
    assert ask(client).status_code == 401
    bureau = visit("bureau")
    set_clock(site, "2025-07-01 21:00:01")  # a sign-in lasts twelve hours, however often its page has asked
    assert ask(bureau).status_code == 401


def test_the_pages_people_watch_have_regions_each_named_once(site, visit):
    ticket = make(site, "contact")
    watched = [("bureau", "/"), ("engineer", "/"), ("bureau", "/tickets"), ("contact", "/waiting")]
    watched += [("contact", "/unit"), ("hotline", "/dispatch"), ("manager", "/dispatch/office")]
    for who, path in watched:
        assert_named_once(visit(who).get(path).text, path)
    assert_named_once(visit("manager").get(f"/tickets/{ticket}").text, "ticket")


def assert_named_once(page: str, path: str) -> None:
    names = [part.split('"')[0] for part in page.split('data-live="')[1:]]
    assert len(names) == len(set(names)), path
    assert any(not name.startswith(("bell", "waiting-")) for name in names), path


def test_a_page_that_fetches_itself_leaves_messages_to_the_next_one(site, visit):
    client = visit("bureau")
    client.post("/saved", data={"endpoint": "tickets.index", "query": "due=late", "name": "超时"})
    assert "已保存筛选" not in client.get("/tickets", headers={"Lvyue-Live": "1"}).text
    assert "已保存筛选" in client.get("/tickets").text
