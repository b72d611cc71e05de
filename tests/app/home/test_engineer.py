"""The engineer's start page: the next milestone of every open ticket within reach of the thumb."""

from __future__ import annotations

import re

import pytest

from app.tickets import service
from sla.vocab import PauseReason
from tests.app.personas import at
from tests.app.tickets.desk import do, events, make, plain


def cards(page: str) -> list[str]:
    return re.findall(r'<article class="card hand.*?</article>', page, re.DOTALL)


def acts(card: str) -> list[str]:
    return re.findall(r'action="/tickets/\d+/(\w+)"', card)


@pytest.mark.both_databases
def test_every_open_ticket_shows_its_next_milestone_what_expires_first_first(site, visit):
    new = make(site, "contact", now="2025-07-01 08:50", title="新的", place="三楼 305", phone="0379-1")
    called = make(site, "contact", now="2025-07-01 08:00", title="等到场的")
    do(site, called, "engineer", service.respond, "2025-07-01 08:05")
    do(site, called, "contact", service.request_onsite, "2025-07-01 08:06")
    working = make(site, "contact", now="2025-07-01 08:01", title="在处理的")
    do(site, working, "engineer", service.respond, "2025-07-01 08:05")
    paused = make(site, "contact", now="2025-07-01 08:02", title="挂起的")
    do(site, paused, "engineer", service.respond, "2025-07-01 08:05")
    do(site, paused, "engineer", service.pause, "2025-07-01 08:30", PauseReason.AWAITING_PARTS, "等备件")
    claimed = make(site, "contact", now="2025-07-01 08:03", title="申报了的")
    do(site, claimed, "engineer", service.respond, "2025-07-01 08:40", at("2025-07-01 08:04"), "补")
    do(site, claimed, "engineer", service.claim_recovery, "2025-07-01 08:50", None, "好了")
    page = visit("engineer").get("/").text
    found = {re.findall(r"<h3><a[^>]*>([^<]+)", card)[0]: card for card in cards(page)}
    assert list(found)[:2] == ["等到场的", "新的"], "09:06 comes before 09:20"
    assert {title: acts(card) for title, card in found.items()} == {
        "新的": ["respond"],
        "等到场的": ["arrive"],
        "在处理的": ["claim_recovery"],
        "挂起的": ["resume"],
        "申报了的": [],
    }
    assert "三楼 305" in found["新的"]
    assert "应于 7月1日" in plain(found["新的"])
    assert 'href="tel:0379-1"' in found["新的"]
    assert "已挂起" in plain(found["挂起的"])
    assert "待单位确认" in plain(found["挂起的"])
    assert "待验收" in plain(found["申报了的"])
    assert f'href="/tickets/{new}"' in page


def test_a_stop_entered_late_says_so_until_it_is_confirmed(site, visit):
    late = make(site, "contact", now="2025-07-01 05:00", title="补录的")
    do(site, late, "engineer", service.respond, "2025-07-01 08:50", at("2025-07-01 05:10"), "当时没有网络")
    (card,) = cards(visit("engineer").get("/").text)
    assert "补录" in plain(card)


def test_one_tap_records_it_and_leads_back(site, visit):
    ticket = make(site, "contact", now="2025-07-01 08:50")
    client = visit("engineer")
    (card,) = cards(client.get("/").text)
    said = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', card))
    answer = client.post(f"/tickets/{ticket}/respond", data=said)
    assert answer.location == "/"
    assert [kind for kind, _ in events(site, ticket)] == ["opened", "responded"]
    again = client.post(f"/tickets/{ticket}/respond", data=said)
    assert again.location == "/", "sent twice is done once"
    assert len(events(site, ticket)) == 2
    (card,) = cards(client.get("/").text)
    assert acts(card) == ["claim_recovery"]
    assert 'name="note"' in card
    assert len(said["submission"]) <= 44


def bar(page: str) -> list[str]:
    return re.findall(r"<span>(\w+)</span>", page.split('<nav class="tab-bar"')[1].split("</nav>")[0])


def test_who_works_on_a_phone_has_the_places_of_the_day_on_every_page(site, visit):
    for path in ("/", "/tickets", "/duties", "/week", "/residents/mine", "/search", "/notices", "/months"):
        page = visit("engineer").get(path, follow_redirects=True).text
        assert bar(page) == ["今日", "登记", "工单", "应办", "菜单"], path
    for path in ("/", "/waiting", "/tickets", "/unit", "/callbacks"):
        assert bar(visit("contact").get(path).text) == ["首页", "报修", "待确认", "工单", "菜单"], path
    for name in ("manager", "bureau", "auditor"):
        assert "tab-bar" not in visit(name).get("/tickets").text, name


def test_the_number_of_what_waits_is_a_region_of_its_own_in_the_bar(site, visit):
    ticket = make(site, "contact", now="2025-07-01 08:30")
    page = visit("contact").get(f"/tickets/{ticket}").text
    before, after = page.split('<nav class="tab-bar"')
    assert before.rstrip().endswith("</div>"), "live regions do not stand in one another"
    assert 'data-live="waiting-bar"' in after


def test_the_milestones_stand_on_the_ticket_for_the_supplier_alone(site, visit):
    ticket = make(site, "contact", now="2025-07-01 08:30")
    page = visit("engineer").get(f"/tickets/{ticket}").text
    strip = page.split('<ol class="stops"')[1].split("</ol>")[0]
    assert re.findall(r"<strong>(\w+)</strong>", strip) == ["响应", "到场", "恢复"]
    assert 'form="do-arrive"' in strip
    assert 'href="#do-claim_recovery"' in strip
    for name in ("contact", "bureau", "auditor", "hotline"):
        assert 'class="stops"' not in visit(name).get(f"/tickets/{ticket}").text, name
