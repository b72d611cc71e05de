"""The page of a month, the rows behind its figures and its download: who sees what of whom."""

from __future__ import annotations

import re
import shutil
from html import unescape
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import URL, make_url

from app import Site
from app.database import transaction
from app.tickets import service
from models.engine import make_engine, write_session
from tests.app.personas import at, new_ticket, real_contract
from tests.app.residents.world import AM, entered, joined
from tests.app.visitors import set_clock, visit

PAGES = (
    "/months/2025-07",
    "/months/2025-07/rows",
    "/months/2025-07/tickets?flow=opened",
    "/months/2025-07/report.xlsx",
    "/months/2025-Q3",
    "/months/Y1/rows?indicator=occurrence",
    "/months/2025-07/rows?indicator=attendance&gaps=1",
)
UNLIKE = (1, 9, 34, 40, 45)  # workday targets, ratios and containment, years of their own
EVIL = '=HYPERLINK("http://x","<script>alert(1)</script>")'


@pytest.fixture(scope="module")
def furnished(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Project 1 has a late answer and a finished ticket; project 3, a stranger's, an answer in time."""
    path = tmp_path_factory.mktemp("months") / "furnished.sqlite3"
    shutil.copyfile(migrated_sqlite, path)
    engine = make_engine(f"sqlite:///{path}")
    with write_session(engine) as session, session.begin():
        people = real_contract(session)
        own = new_ticket(session, people.contact, 1, "2025-07-10 09:00", title=EVIL)
        service.respond(session, people.manager, own, at("2025-07-10 12:00"))
        other = new_ticket(session, people.stranger, 3, "2025-07-10 09:00", title="别家的事")
        service.respond(session, people.manager, other, at("2025-07-10 09:01"))
        done = new_ticket(session, people.contact, 1, "2025-07-11 09:00", title="已办结")
        service.respond(session, people.manager, done, at("2025-07-11 14:00"), at("2025-07-11 09:05"))
        service.request_onsite(session, people.contact, done, at("2025-07-11 14:10"))
        service.arrive(session, people.manager, done, at("2025-07-11 14:30"))
        service.claim_recovery(session, people.manager, done, at("2025-07-11 14:50"), note="换件")
        service.accept(session, people.contact, done, at("2025-07-11 15:00"))
        service.close(session, people.contact, done, at("2025-07-11 15:01"), rating=4)
    engine.dispose()
    return path


@pytest.fixture
def fresh_sqlite(furnished: Path, tmp_path: Path) -> URL:
    path = tmp_path / "lvyue.sqlite3"
    shutil.copyfile(furnished, path)
    return make_url(f"sqlite:///{path}")


@pytest.fixture
def site(app: Site) -> Site:
    set_clock(app, "2025-08-05 12:00")
    return app


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("person", ["contact", "engineer", "bureau", "manager", "hotline", "auditor"])
def test_everybody_with_business_data_may_open_the_month(site: Site, person: str, page: str) -> None:
    assert visit(site, person).get(page).status_code == 200


@pytest.mark.parametrize("page", ["/months", *PAGES])
def test_the_administrator_may_not(site: Site, page: str) -> None:
    answer = visit(site, "admin").get(page)
    assert answer.status_code == 403


@pytest.mark.parametrize("page", ["/months", *PAGES])
def test_nobody_may_without_signing_in(site: Site, page: str) -> None:
    assert site.test_client().get(page).status_code == 302


def test_a_contact_sees_the_own_unit_and_nothing_of_others(site: Site) -> None:
    client = visit(site, "contact")
    page = client.get("/months/2025-07").text
    assert "洛阳市教育局" in page
    assert "洛阳市司法局" not in page
    rows = client.get("/months/2025-07/rows").text
    assert "GD000001" in rows
    assert "别家的事" not in rows
    for address in ("project=3", "unit=9999"):
        assert client.get(f"/months/2025-07/rows?{address}").status_code == 404
    book = load_workbook(BytesIO(client.get("/months/2025-07/report.xlsx").data))
    texts = {str(cell) for sheet in book for row in sheet.values for cell in row}
    assert not {text for text in texts if "别家" in text or "司法局" in text}


def test_an_engineer_without_projects_sees_an_empty_month(site: Site) -> None:
    page = visit(site, "other_engineer").get("/months/2025-07").text
    assert "GD00000" not in page
    assert "本月超时 0 次" in page


def test_a_figure_opens_onto_its_rows_with_verdict_ticket_and_arithmetic(site: Site) -> None:
    """Every figure of the contract and of unlike rows is opened; the other rows have the same links."""
    client = visit(site, "bureau")
    page = client.get("/months/2025-07").text
    assert 'href="/months/2025-07/rows?indicator=response"' in page
    links = re.findall(r'href="(/months/2025-07/rows\?[^"]*)"', page)
    assert any("project=1" in link for link in links)
    opened = {unescape(link) for link in links}
    rows_with_links = {int(seq) for seq in re.findall(r"project=(\d+)", " ".join(opened))}
    assert len(rows_with_links & set(UNLIKE)) >= 3  # those in service in July
    for link in sorted(opened):
        seq = re.search(r"project=(\d+)", link)
        if seq is None or int(seq[1]) in UNLIKE:
            assert client.get(link).status_code == 200, link
    rows = client.get("/months/2025-07/rows?indicator=response&project=1").text
    assert "/tickets/1" in rows
    assert "超时" in rows
    assert "应于：2025-07-10 09:30:00" in rows


def test_what_is_bad_is_marked_by_a_shape_and_told_to_whoever_hears_it(site: Site) -> None:
    figures = re.findall(
        r'class="figure"[^>]*aria-label="(\S+ \d+ / \d+)(，[高低])?，查看明细">'
        r'\s*<strong( class="heat-\w+ tone-\w+")?>([\d.]+)%',
        visit(site, "bureau").get("/months/2025-07").text,
    )
    bad = [(said, mark) for name, said, mark, rate in figures if "补录" not in name and float(rate) < 90]
    good = [(said, mark) for name, said, mark, rate in figures if "补录" not in name and float(rate) >= 90]
    assert bad
    assert good
    assert all(said and mark for said, mark in bad)
    assert not any(said or mark for said, mark in good)


def test_a_title_is_shown_as_text_on_the_page_and_in_the_workbook(site: Site) -> None:
    client = visit(site, "bureau")
    assert "<script>alert" not in client.get("/months/2025-07/rows").text
    book = load_workbook(BytesIO(client.get("/months/2025-07/report.xlsx").data))
    cells = [cell for sheet in book for row in sheet.rows for cell in row if cell.value == EVIL]
    assert {(cell.data_type, cell.quotePrefix) for cell in cells} == {("s", True)}
    assert len(cells) >= 2


def test_the_download_has_its_chinese_name(site: Site) -> None:
    answer = visit(site, "bureau").get("/months/2025-07/report.xlsx")
    assert answer.mimetype == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert "%E6%9C%88%E5%BA%A6" in answer.headers["Content-Disposition"]
    assert "2025-07.xlsx" in answer.headers["Content-Disposition"]


def test_the_open_month_says_that_it_is_open_and_on_which_readings_it_rests(site: Site) -> None:
    client = visit(site, "bureau")
    assert "进行中" in client.get("/months/2025-08").text
    past = client.get("/months/2025-07").text
    assert "进行中" not in past
    assert "按暂定口径" in past


def test_only_months_of_service_up_to_the_present_are_offered(site: Site) -> None:
    client = visit(site, "bureau")
    page = client.get("/months/2025-07").text
    assert re.findall(r'<option value="([^"]+)"', page) == ["2025-08", "2025-07", "2025-06"]
    for month in ("2025-05", "2025-09", "2025-13", "x", "2025-Q1", "2025-Q4", "2025-Q5", "Y2", "Y9"):
        answer = client.get(f"/months/{month}")
        assert answer.status_code == 404, month
    assert "2025-06 至 2025-08" in client.get("/months/2025-09").text


def test_the_list_leads_to_the_present_month_or_to_the_one_picked(site: Site) -> None:
    client = visit(site, "bureau")
    assert client.get("/months").location == "/months/2025-08"
    assert client.get("/months?month=2025-07").location == "/months/2025-07"


@pytest.mark.parametrize(
    "query", ["indicator=speed", "project=x", "project=0", "verdict=late", "page=0", "y=1", "state=met"]
)
def test_a_wrong_question_is_refused_in_chinese(site: Site, query: str) -> None:
    answer = visit(site, "bureau").get(f"/months/2025-07/rows?{query}")
    assert answer.status_code == 422
    assert re.search("[一-鿿]", answer.text)


@pytest.mark.parametrize(
    "indicator",
    [
        *("first_fix", "satisfaction", "backentry", "recovery", "onsite", "change"),
        *("inspection", "duty", "document", "attendance", "occurrence", "occurrence&state=missed"),
    ],
)
def test_every_sort_of_rows_has_its_page_also_beyond_the_last(site: Site, indicator: str) -> None:
    client = visit(site, "auditor")
    for page in ("", "&page=99"):
        assert client.get(f"/months/2025-07/rows?indicator={indicator}{page}").status_code == 200


def test_a_row_without_a_target_and_a_month_without_facts_are_told_apart(site: Site) -> None:
    page = visit(site, "bureau").get("/months/2025-07").text
    assert "无此指标" in page
    assert "本月无数据" in page


@pytest.mark.parametrize(
    ("flow", "titles"),
    [
        ("opened", {EVIL, "别家的事", "已办结"}),
        ("carried_in", set()),
        ("closed", {"已办结"}),
        ("cancelled", set()),
        ("carried_out", {EVIL, "别家的事"}),
    ],
)
def test_each_ticket_total_opens_onto_its_tickets(site: Site, flow: str, titles: set[str]) -> None:
    client = visit(site, "bureau")
    assert f"/months/2025-07/tickets?flow={flow}" in client.get("/months/2025-07").text
    page = unescape(client.get(f"/months/2025-07/tickets?flow={flow}").text)
    assert {title for title in (EVIL, "别家的事", "已办结") if title in page} == titles
    own = unescape(visit(site, "contact").get(f"/months/2025-07/tickets?flow={flow}").text)
    assert "别家的事" not in own


@pytest.mark.parametrize("query", ["", "?flow=lost", "?flow=opened&page=x"])
def test_tickets_of_no_total_are_refused(site: Site, query: str) -> None:
    assert visit(site, "bureau").get(f"/months/2025-07/tickets{query}").status_code == 422


def test_only_who_may_see_the_duties_of_the_whole_contract_is_shown_them(
    site: Site,
) -> None:
    bureau = visit(site, "bureau")
    page = bureau.get("/months/2025-07").text
    assert "合同的数是各项目之和加上合同整体的应办" in page
    assert "indicator=document&amp;whole=1" in page
    rows = bureau.get("/months/2025-07/rows?indicator=document&whole=1").text
    assert "每月工作汇总" in rows
    assert "未完成" in rows
    for person in ("contact", "engineer", "hotline"):
        client = visit(site, person)
        assert "合同整体" not in client.get("/months/2025-07").text
        assert client.get("/months/2025-07/rows?indicator=document&whole=1").status_code == 404
        assert "每月工作汇总" not in client.get("/months/2025-07/rows?indicator=document").text


def test_a_duty_in_the_list_leads_to_its_page_and_the_states_add_up(site: Site) -> None:
    client = visit(site, "contact")
    page = re.sub(r"<[^>]+>|\s", "", client.get("/months/2025-07").text)
    found = re.search(
        r"截止日在本月的应办(\d+)=已完成(\d+)\+逾期完成(\d+)\+未完成(\d+)\+已豁免(\d+)\+未到期(\d+)", page
    )
    assert found
    whole, *parts = map(int, found.groups())
    assert whole == sum(parts) > 0
    rows = client.get("/months/2025-07/rows?indicator=inspection&project=1").text
    (first, *_) = re.findall(r'href="(/duties/\d+)"', rows)
    assert client.get(first).status_code == 200


def test_one_page_switches_between_month_quarter_and_year(site: Site) -> None:
    client = visit(site, "bureau")
    page = client.get("/months/2025-07").text
    assert 'href="/months/2025-Q3"' in page
    assert 'href="/months/Y1"' in page
    quarter = client.get("/months/2025-Q3").text
    assert "2025 年第 3 季度服务级别" in quarter
    assert "本季登记" in quarter
    assert "本月" not in quarter
    assert re.findall(r'<option value="([^"]+)"', quarter) == ["2025-Q3", "2025-Q2"]
    year = client.get("/months/Y1").text
    assert "第 1 服务年度服务级别" in year
    assert "2025-06-03 起，2026-06-03 前" in year
    assert client.get("/months?month=2025-Q3").location == "/months/2025-Q3"
    assert client.get("/months/2025-Q3/tickets?flow=opened").status_code == 200
    refused = client.get("/months/2025-Q3/report.xlsx")
    assert refused.status_code == 404
    assert "只有月份有月报可以下载" in refused.text


def test_the_names_of_colleagues_are_not_told_to_an_engineer(site: Site) -> None:
    with site.app_context(), transaction() as session:
        joined(session)
        entered(session, "2025-07-01", [AM], now="2025-08-02 09:00")
    name = "驻场工程师engineer"
    address = "/months/2025-07/rows?indicator=attendance&project=1"
    listed = visit(site, "contact").get(address).text
    assert name in listed
    assert "在岗 1 半天，应到 92 半天" in listed
    page = visit(site, "engineer").get(address).text
    assert name not in page.split("<main", 1)[1]  # in the menu it stands as that of the person signed in
    book = load_workbook(BytesIO(visit(site, "engineer").get("/months/2025-07/report.xlsx").data))
    assert name not in {str(cell) for row in book["驻场出勤"].values for cell in row}
