"""Planning by the bureau: shown first, saved as shown, and only the future changes."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import func, select

from models.duties import CycleChange, DeclaredPeriod, Occurrence
from sla.vocab import Cycle
from tests.app.duties import desk
from tests.app.visitors import read

PERIOD = {"kind": "filing", "name": "年报填报", "first_day": "2025-07-10", "last_day": "2025-07-12"}
CYCLE = {"cycle": "monthly", "from_day": "2025-08-01", "reason": "双方约定"}


def seen(page: str) -> str:
    found = re.search(r'name="seen" value="([0-9a-f]{64})"', page)
    assert found
    return found[1]


def many(site, table):
    return read(site, lambda s: s.scalar(select(func.count()).select_from(table)))


def after(site, obligation_id):
    of = select(func.count()).select_from(Occurrence).where(Occurrence.obligation_id == obligation_id)
    return read(site, lambda s: s.scalar(of))


@pytest.mark.both_databases
def test_a_period_is_declared_as_it_was_shown_and_withdrawn_again(site, visit):
    client, duty = visit("bureau"), desk.first_of_cycle(site, Cycle.FILING_DAILY)
    before = after(site, duty)
    page = client.get("/duties/plan/periods/preview", query_string=PERIOD).text
    assert "新增" in page
    assert many(site, DeclaredPeriod) == 0
    answer = client.post("/duties/plan/periods", data=PERIOD | {"seen": seen(page)})
    assert answer.status_code == 303
    assert after(site, duty) == before + 3
    assert "年报填报" in client.get("/duties/plan").text
    period = read(site, lambda s: s.scalars(select(DeclaredPeriod.id)).one())
    page = client.get(f"/duties/plan/periods/{period}").text
    gone = client.post(f"/duties/plan/periods/{period}/withdraw", data={"reason": "推迟", "seen": seen(page)})
    assert gone.status_code == 303
    assert after(site, duty) == before
    assert "年报填报" not in client.get("/duties/plan").text


def test_what_was_not_shown_is_not_saved(site, visit):
    client = visit("bureau")
    for old in ({}, {"seen": "0" * 64}):
        assert client.post("/duties/plan/periods", data=PERIOD | old).status_code == 409
    assert many(site, DeclaredPeriod) == 0


def test_a_period_of_the_past_or_without_effect_is_refused_with_what_was_typed(site, visit):
    client = visit("bureau")
    past = client.get("/duties/plan/periods/preview", query_string=PERIOD | {"first_day": "2025-07-01"})
    assert past.status_code == 422
    assert "最早从明天起" in past.text
    assert "年报填报" in past.text


@pytest.mark.both_databases
def test_a_cycle_is_agreed_from_a_day_with_a_look_at_it_first(site, visit):
    client, duty = visit("bureau"), desk.duty_id(site)
    page = client.get(f"/duties/plan/cycles/{duty}", query_string=CYCLE).text
    assert "取消" in page
    assert many(site, CycleChange) == 0
    answer = client.post(f"/duties/plan/cycles/{duty}", data=CYCLE | {"seen": seen(page)})
    assert answer.status_code == 303
    assert "2025-08-01 起" in client.get(f"/duties/obligations/{duty}").text
    assert "双方约定" in client.get("/duties/plan").text


def test_a_duty_without_a_cycle_gets_its_first(site, visit):
    client, duty = visit("bureau"), desk.duty_id(site, what="数据备份")
    assert f"/duties/plan/cycles/{duty}" in client.get("/duties/plan?q=数据备份").text
    page = client.get(f"/duties/plan/cycles/{duty}", query_string=CYCLE).text
    assert client.post(f"/duties/plan/cycles/{duty}", data=CYCLE | {"seen": seen(page)}).status_code == 303
    assert after(site, duty) > 8


@pytest.mark.parametrize(
    "wrong", [{"from_day": "2025-07-01"}, {"cycle": "quota"}, {"cycle": "weekly"}, {"reason": ""}]
)
def test_a_cycle_that_cannot_be_agreed_is_refused(site, visit, wrong):
    duty = desk.duty_id(site)
    page = visit("bureau").get(f"/duties/plan/cycles/{duty}", query_string=CYCLE | wrong)
    assert page.status_code in (409, 422)
    assert "notice tone-bad" in page.text


def test_only_the_bureau_plans_and_who_oversees_reads(site, visit):
    duty = desk.duty_id(site)
    posts = {
        "/duties/plan/periods": PERIOD | {"seen": "x"},
        f"/duties/plan/cycles/{duty}": CYCLE | {"seen": "x"},
        "/duties/plan/periods/1/withdraw": {"reason": "x", "seen": "x"},
    }
    for who in ("manager", "auditor", "engineer", "contact", "hotline", "admin"):
        client = visit(who)
        reads = 200 if who in ("manager", "auditor") else 403
        assert client.get("/duties/plan").status_code == reads
        assert client.get("/duties/plan/periods/preview", query_string=PERIOD).status_code == 403
        assert client.get(f"/duties/plan/cycles/{duty}").status_code == 403
        for address, said in posts.items():
            assert client.post(address, data=said).status_code == 403
    assert many(site, DeclaredPeriod) == many(site, CycleChange) == 0
