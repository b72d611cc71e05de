"""The start page of each role."""

from __future__ import annotations

import re
from datetime import date

import pytest

from app.assessment import observing
from app.assessment.observing import Seen
from app.callbacks import service as callbacks
from app.database import transaction
from app.tickets import service
from sla.assessment import Aspect
from sla.vocab import PauseReason
from tests.app.personas import at, project
from tests.app.tickets.desk import counted, do, make, plain
from tests.app.visitors import named

OWN, FOREIGN = "平台打不开", "别的单位的事"


@pytest.fixture
def two_units(site):
    return make(site, "contact", now="2025-07-01 08:00", title=OWN), make(
        site, "stranger", row=3, now="2025-07-01 08:55", title=FOREIGN
    )


def tiles(page: str, about: str = "工单概况") -> dict[str, int]:
    part = re.findall(rf'<ul class="tiles" aria-label="{about}">(.*?)</ul>', page, re.DOTALL)
    found = re.findall(r'class="tile [^>]*>.*?<strong>(\d+)</strong><span>([^<]*)</span>', "".join(part))
    return {label: int(number) for number, label in found}


def test_an_engineer_sees_what_expires_next_and_logs_with_one_tap(two_units, visit):
    page = visit("engineer").get("/").text
    assert OWN in page
    assert FOREIGN not in page
    assert 'href="/tickets/new"' in page
    assert tiles(page) == {"已超时": 1, "4 小时内到期": 0, "待单位确认": 0, "未结工单": 1}


def test_a_contact_sees_the_units_requests_and_what_waits_with_its_buttons(site, two_units, visit):
    own, _foreign = two_units
    page = visit("contact").get("/").text
    assert f'action="/tickets/{own}/' not in page
    assert OWN in page
    assert FOREIGN not in page
    do(site, own, "engineer", service.respond, "2025-07-01 08:10")
    do(site, own, "engineer", service.pause, "2025-07-01 08:20", PauseReason.AWAITING_UNIT, "等机房钥匙")
    page = visit("contact").get("/").text
    assert "等机房钥匙" in page
    assert f'action="/tickets/{own}/confirm_pause"' in page
    assert 'name="back" value="home"' in page


def test_a_stranger_is_not_shown_what_waits_for_another_unit(site, two_units, visit):
    own, _foreign = two_units
    do(site, own, "engineer", service.pause, "2025-07-01 08:20", PauseReason.AWAITING_UNIT, "等机房钥匙")
    page = visit("stranger").get("/").text
    assert "等机房钥匙" not in page
    assert OWN not in page
    assert FOREIGN in page


@pytest.mark.both_databases
def test_the_bureau_sees_what_is_at_risk_and_what_waits_in_one_look(site, two_units, visit):
    own, _foreign = two_units
    do(site, own, "engineer", service.pause, "2025-07-01 08:20", PauseReason.AWAITING_UNIT, "等机房钥匙")
    page = visit("bureau").get("/").text
    summary = tiles(page, "概况")
    assert {name: summary[name] for name in ("未结工单", "待单位确认")} == {"未结工单": 2, "待单位确认": 1}
    assert tiles(page, "轮到您的")["工单验收、挂起、定性、补录"] == 1
    assert tiles(page, "到期的计时")["已超时"] == 1
    text = plain(page)
    assert text.index("有风险") < text.index(OWN)
    assert 'href="/months"' in page


@pytest.mark.both_databases
@pytest.mark.parametrize("name", ["manager", "hotline"])
def test_the_desk_sees_what_nobody_has_been_given_yet(two_units, visit, name):
    page = visit(name).get("/").text
    assert tiles(page) == {"已超时": 1, "4 小时内到期": 1, "未派单": 2, "未结工单": 2}
    assert "还没有派单" in page


def test_the_auditor_reads_and_changes_nothing(two_units, visit):
    page = visit("auditor").get("/").text
    assert tiles(page)["未结工单"] == 2
    assert 'href="/tickets/new"' not in page
    assert "<form" not in page.split("<main")[1]


def test_the_administrator_sees_people_and_calendar_and_no_business(two_units, visit):
    page = visit("admin").get("/").text
    assert 'href="/people"' in page
    assert 'href="/contract/calendar"' in page
    assert OWN not in page
    assert 'href="/tickets"' not in page
    assert tiles(page) == {}


def test_nobody_sees_it_without_signing_in(site):
    assert site.test_client().get("/").location.startswith("/sign-in")


def test_the_menu_folds_away_what_is_not_of_today(site, visit):
    """A phone has room for some ten lines: what is used every day, and where one is."""

    def folds(path, name="bureau"):
        menu = visit(name).get(path).text.split('<nav class="sidebar', 1)[1].split("</nav>", 1)[0]
        found = re.findall(r'<details class="menu-group"( open)?><summary[^>]*>(\w+)', menu)
        return {heading: bool(is_open) for is_open, heading in found}

    assert folds("/") == {"今日": True, "考核付款": False, "合同": False, "管理": False}
    assert folds("/payments/1")["考核付款"]
    assert folds("/contract") == {"今日": True, "考核付款": False, "合同": True, "管理": False}
    assert all(folds("/", "admin").values()), "a short menu stays open"


def test_what_is_somebodys_turn_has_a_tile_that_opens_its_list(site, two_units, visit):
    june = {"月度出勤": 1}  # of the residents at the unit, who were there in June
    assert tiles(visit("contact").get("/").text, "轮到您的") == june
    with site.app_context(), transaction() as session:
        row = project(session, 1)
        first, last = date(2025, 6, 3), date(2025, 6, 30)
        callbacks.start(session, named(session, "bureau"), first, last, at("2025-07-01 08:00"), [row.id])
        seen = Seen(row, date(2025, 6, 30), Aspect.ATTITUDE, "未登记", "seen-1")
        observing.record(session, named(session, "bureau"), seen, at("2025-07-01 08:00"))
    page = visit("contact").get("/").text
    assert tiles(page, "轮到您的") == {"待签署的回访": 1} | june
    assert 'href="/waiting?kind=callback"' in page
    assert tiles(visit("manager").get("/").text, "轮到您的") == {"待答复的日常考核": 1}
    for name in ("stranger", "engineer", "hotline", "auditor"):
        assert tiles(visit(name).get("/").text, "轮到您的") == {}, name
    assert not {"待签署的回访", "待答复的日常考核"} & set(tiles(visit("bureau").get("/").text, "轮到您的"))


def test_how_the_payments_stand_is_filled_in_for_those_who_see_money(site, visit):
    for name in ("bureau", "manager"):
        assert 'data-fill="/payments/state"' in visit(name).get("/").text
    part = plain(visit("manager").get("/payments/state").text)
    assert "第 1 服务年度第一次付款" in part
    assert "条件未满足" in part
    assert re.search(r"\d 项未满足：.*发票", part)
    for name in ("contact", "engineer", "hotline", "admin"):
        assert "/payments/state" not in visit(name).get("/").text
        assert visit(name).get("/payments/state").status_code == 404, name


@pytest.mark.parametrize("name", ["engineer", "contact", "bureau", "manager", "hotline", "auditor", "admin"])
def test_a_start_page_costs_the_same_however_much_there_is(site, visit, name):
    def fill(minute: int) -> None:
        ticket = make(site, "contact", now=f"2025-07-01 08:{minute}")
        do(site, ticket, "engineer", service.respond, "2025-07-01 08:50")
        do(site, ticket, "engineer", service.claim_recovery, "2025-07-01 08:55", None, "好了")
        make(site, "contact", now=f"2025-07-01 08:{minute}", title="另一件")

    client = visit(name)
    fill(10)
    client.get("/")
    with counted(site) as few:
        client.get("/")
    for minute in range(11, 18):
        fill(minute)
    with counted(site) as many:
        client.get("/")
    most = {"bureau": 12, "manager": 10, "hotline": 8, "contact": 12, "engineer": 13}
    assert len(many) == len(few) <= most.get(name, 12)


def test_the_menu_offers_a_role_only_what_it_may_open(site, visit):
    for name in ("engineer", "contact", "bureau", "manager", "hotline", "auditor", "admin"):
        client = visit(name)
        menu = re.findall(r'<li><a href="(/[^"]*)"', client.get("/").text)
        assert "/" in menu
        for address in set(menu):
            assert client.get(address, follow_redirects=True).status_code == 200, f"{name}: {address}"


def test_a_demonstration_says_so_on_every_page(site, visit):
    assert "演示数据" not in visit("bureau").get("/").text
    object.__setattr__(site.config["SETTINGS"], "demo", True)
    assert "演示数据" in visit("bureau").get("/").text


@pytest.mark.both_databases
def test_a_contact_is_told_of_each_request_in_a_sentence_and_rates_what_is_done(site, two_units, visit):
    own, _foreign = two_units
    page = plain(visit("contact").get("/").text)
    assert "等工程师响应 承诺 08:30 前响应，已经超时" in page
    do(site, own, "engineer", service.respond, "2025-07-01 08:50")
    assert "工程师正在处理 承诺 " in plain(visit("contact").get("/").text)
    do(site, own, "engineer", service.claim_recovery, "2025-07-01 08:55", None, "好了")
    assert "工程师说已经修好，请您确认" in plain(visit("contact").get("/").text)
    do(site, own, "contact", service.accept, "2025-07-01 08:56")
    contact = visit("contact")
    page = contact.get("/").text
    assert "已解决，请您评价" in page
    assert "没有处理中的申请" in page
    version = re.search(rf'action="/tickets/{own}/close">.*?name="version" value="(\d+)"', page, re.DOTALL)
    assert version is not None
    sent = contact.post(
        f"/tickets/{own}/close", data={"version": version[1], "rating": "5", "comment": "", "back": "home"}
    )
    assert (sent.status_code, sent.location) == (303, "/")
    assert "请您评价" not in contact.get("/").text


def test_what_nobody_rated_pushes_nothing_aside_that_is_under_way(site, visit):
    for minute in range(10, 20):
        one = make(site, "contact", now=f"2025-07-01 08:{minute}", title=f"办完 {minute}")
        do(site, one, "engineer", service.claim_recovery, "2025-07-01 08:40", None, "好了")
        do(site, one, "contact", service.accept, "2025-07-01 08:41")
    make(site, "contact", now="2025-07-01 08:50", title="还在办")
    page = visit("contact").get("/").text
    assert "还在办" in page
    assert page.count('class="rate"') == 3
    assert "全部 10 条" in page
