"""A unit's own figures, as its contact sees them."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from app.database import transaction
from app.tickets import service
from models.contract import Project
from models.people import User
from sla.vocab import Role
from tests.app.personas import NO_PASSWORD, at
from tests.app.tickets.desk import counted, do, make, plain
from tests.app.visitors import set_clock


@pytest.fixture
def busy(site):
    """June and July of row 1: answered in time and late, mended, rated; and somebody else's request."""
    old = make(site, "contact", now="2025-06-20 09:00", title="六月的")
    do(site, old, "engineer", service.respond, "2025-06-20 09:10")
    late = make(site, "contact", now="2025-07-01 08:00", title="答晚了")
    do(site, late, "engineer", service.respond, "2025-07-01 08:40")
    fine = make(site, "contact", now="2025-07-01 08:00", title="办得好")
    do(site, fine, "engineer", service.respond, "2025-07-01 08:20")
    do(site, fine, "engineer", service.claim_recovery, "2025-07-01 08:50", None, "好了")
    do(site, fine, "contact", service.accept, "2025-07-01 08:52")
    do(site, fine, "contact", service.close, "2025-07-01 08:53", 4)
    make(site, "stranger", row=3, now="2025-07-01 08:00", title="别人的")
    return site


def figures(page: str) -> dict[str, str]:
    found = re.findall(r"<strong>([^<]+)</strong><span>([^<]+)</span>", page)
    return {label: number for number, label in found}


@pytest.mark.both_databases
def test_a_month_is_told_in_plain_numbers(busy, visit):
    page = visit("contact").get("/unit").text
    told = figures(page)
    assert (told["提出的申请"], told["办结的申请"]) == ("2", "1")
    assert told["承诺的时间准时"] == "66.67%", "two of three: a late answer, one in time, one mended"
    assert (told["平均多久响应"], told["平均多久修好"], told["满意度"]) == ("30 分", "50 分", "4.00 分")
    text = plain(page)
    assert "1 / 2，50.00%" in text
    assert "没有办结的申请 2" in text
    assert "本月还没有过完" in text


def test_earlier_months_are_picked_and_others_are_not_there(busy, visit):
    client = visit("contact")
    told = figures(client.get("/unit?month=2025-06").text)
    assert (told["提出的申请"], told["承诺的时间准时"], told["平均多久响应"]) == ("1", "50.00%", "10 分")
    for month in ("2025-05", "2025-08", "heute"):
        assert client.get(f"/unit?month={month}").status_code == 404, month


def test_what_was_promised_stands_there_in_words_with_the_report(busy, visit):
    page = visit("contact").get("/unit").text
    assert "响应：30 分内" in page
    assert "恢复：6 小时内" in page
    assert re.search(r"巡检：每[日周月]", page)
    assert re.search(r"\d 人，", page)
    client = visit("contact")
    link = re.search(r'href="(/reports/unit/file\.docx\?period=2025-07)"', page)
    assert link is not None
    assert client.get(link[1]).status_code == 200


def test_of_another_unit_nothing_is_seen_and_no_other_role_comes_here(busy, visit):
    page = visit("stranger").get("/unit").text
    assert figures(page)["提出的申请"] == "1"
    assert "雪亮" not in page
    for name in ("engineer", "manager", "hotline", "bureau", "auditor", "admin"):
        assert visit(name).get("/unit").status_code == 403, name
        assert 'href="/unit"' not in visit(name).get("/").text


def test_the_unit_above_sees_its_sub_unit_and_not_the_other_way_round(site, visit):
    with site.app_context(), transaction() as session:
        unit = session.scalars(select(Project).where(Project.seq == 28)).one().unit
        for name, of in (("above", unit.parent), ("below", unit)):
            new = User(username=name, name=name, role=Role.CONTACT, unit=of, password_hash=NO_PASSWORD)
            new.created_at = at("2025-06-01 09:00")
            session.add(new)
    make(site, "below", row=28, now="2025-07-01 08:30")
    make(site, "above", row=27, now="2025-07-01 08:35")
    assert figures(visit("above").get("/unit").text)["提出的申请"] == "2"
    assert figures(visit("below").get("/unit").text)["提出的申请"] == "1"


def test_a_month_costs_the_same_however_much_was_asked_for(site, visit):
    client = visit("contact")
    make(site, "contact", now="2025-07-01 08:00")
    client.get("/unit")
    with counted(site) as few:
        client.get("/unit")
    for minute in range(10, 20):
        make(site, "contact", now=f"2025-07-01 08:{minute}")
    set_clock(site, "2025-07-01 09:30")
    with counted(site) as many:
        client.get("/unit")
    assert len(many) == len(few) <= 50
