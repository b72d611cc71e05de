"""The list of projects and the sheet of one: who sees which, and what it says."""

from __future__ import annotations

import re

import pytest

from app.access import SEE_ALL
from app.database import transaction
from models.contract import Project, Unit
from sla.vocab import Role
from tests.app.personas import new_ticket
from tests.app.visitors import counted_queries, named, read, set_clock

EVERY_ROW = list(range(1, 46))


def rows_listed(page: str) -> list[int]:
    return sorted({int(seq) for seq in re.findall(r'href="/projects/(\d+)"', page)})


@pytest.mark.both_databases
@pytest.mark.parametrize("username", ["bureau", "auditor", "manager", "hotline"])
def test_those_who_serve_or_oversee_all_units_see_all_projects(visit, username):
    client = visit(username)
    assert rows_listed(client.get("/projects").text) == EVERY_ROW
    assert client.get("/projects/44").status_code == 200


def test_a_contact_sees_the_own_units_projects_and_no_others(visit):
    client = visit("contact")
    assert rows_listed(client.get("/projects").text) == [1, 2, 34]
    assert client.get("/projects/2").status_code == 200
    assert client.get("/projects/3").status_code == 404


def test_a_contact_of_the_finance_bureau_sees_its_sub_unit_too_but_not_the_other_way_round(site, visit):
    with site.app_context(), transaction() as session:
        finance = session.query(Unit).filter_by(name="洛阳市财政局").one()
        named(session, "contact").unit = finance
        named(session, "stranger").unit = session.query(Unit).filter_by(parent_id=finance.id).one()
    assert 28 in rows_listed(visit("contact").get("/projects").text)
    assert rows_listed(visit("stranger").get("/projects").text) == [28]


def test_an_engineer_sees_the_assigned_project_and_no_other(visit):
    client = visit("engineer")
    assert rows_listed(client.get("/projects").text) == [1]
    assert client.get("/projects/1").status_code == 200
    assert client.get("/projects/44").status_code == 404


def test_the_administrator_sees_no_business_data(visit):
    client = visit("admin")
    assert client.get("/projects").status_code == 403
    for seq in (1, 44):
        assert client.get(f"/projects/{seq}").status_code == 404


def test_every_role_is_either_shown_everything_or_has_a_scope_of_its_own():
    assert SEE_ALL | {Role.ENGINEER, Role.CONTACT, Role.ADMIN} == set(Role)


@pytest.mark.parametrize("seq", [0, 46, 10**12, 10**30, -1])
def test_a_row_that_does_not_exist_is_not_there(visit, seq):
    assert visit("bureau").get(f"/projects/{seq}").status_code == 404


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("智慧工地", [44]),
        ("司法局", [3]),
        ("44", [44]),
        ("%", []),
        ("_", []),
        ("'; DROP TABLE project; --", []),
        ("99999999999999999999", []),
        ("", EVERY_ROW),
    ],
)
def test_the_list_is_searched_by_project_unit_and_number(visit, q, found):
    page = visit("bureau").get("/projects", query_string={"q": q})
    assert page.status_code == 200
    assert rows_listed(page.text) == found


def test_searching_shows_nothing_beyond_the_own_scope(visit):
    page = visit("contact").get("/projects?q=司法").text
    assert rows_listed(page) == []


def test_open_tickets_are_counted_within_the_own_scope(site, visit):
    with site.app_context(), transaction() as session:
        new_ticket(session, named(session, "contact"), 1)
        new_ticket(session, named(session, "contact"), 1, title="又打不开")
        new_ticket(session, named(session, "stranger"), 3)
    assert "未结工单 2 张" in visit("contact").get("/projects/1").text
    assert "未结工单 1 张" in visit("bureau").get("/projects/3").text


def test_the_list_takes_the_same_number_of_queries_for_one_project_as_for_all(site, visit):
    bureau = visit("bureau")
    with counted_queries(site) as few:
        bureau.get("/projects?q=44")
    with counted_queries(site) as many:
        bureau.get("/projects")
    assert len(many) == len(few) <= 11


@pytest.mark.parametrize(
    ("seq", "said"),
    [
        (1, ["30 分内", "1 小时内", "6 小时内", "招标文件第 805 行", "流媒体服务器", "2 人"]),
        (6, ["实时（按约定 5 分钟）", "30 分内", "工作日", "非工作日"]),
        (9, ["5 个工作日内", "小改动"]),
        (10, ["这个项目没有指标"]),
        (24, ["远程不能解决", "24 小时内"]),
        (34, ["不低于 99%", "不低于 100%", "这一项自己的时间", "重大事件", "有两种读法的地方"]),
        (39, ["随时终止"]),
        (40, ["2025-07-01"]),
        (44, ["复杂故障", "8 小时内"]),
        (45, ["2025-07-27"]),
    ],
)
def test_the_sheet_says_what_the_row_promises_and_where_it_is_written(visit, seq, said):
    page = visit("bureau").get(f"/projects/{seq}").text
    assert [words for words in said if words not in page] == []
    assert re.search(r"招标文件第 \d+", page)


def test_every_target_duty_posting_device_and_reading_stands_on_its_page_with_its_line(site, visit):
    bureau = visit("bureau")
    for seq in EVERY_ROW:
        page = bureau.get(f"/projects/{seq}").text
        for line in lines_of(site, seq):
            assert f"招标文件第 {line} 行" in page, (seq, line)


def lines_of(site, seq):
    def look(session):
        row = session.query(Project).filter_by(seq=seq).one()
        held = (row.targets, row.obligations, row.postings, row.equipment, row.readings)
        return {one.line for part in held for one in part}

    return read(site, look)


def test_no_code_word_is_shown_in_place_of_a_chinese_one(visit):
    bureau = visit("bureau")
    for seq in EVERY_ROW:
        body = bureau.get(f"/projects/{seq}").text.split('id="content"')[1]
        shown = re.sub(r"<[^>]+>", " ", body)
        assert re.findall(r"\b(?:[a-z]+_[a-z_]+|unspecified|inspection|weekly|None|null)\b", shown) == []


def test_the_floor_of_the_contract_stands_below_every_sheet(visit):
    page = visit("bureau").get("/projects/10").text
    assert "系统瘫痪" in page
    assert "60 分钟内响应" in page


def test_a_project_outside_its_year_says_so(site, visit):
    page = visit("bureau").get("/projects/40").text
    assert "不在这个项目的服务年度内" not in page
    set_clock(site, "2025-06-30 23:59:59")
    assert "不在这个项目的服务年度内" in visit("bureau").get("/projects/40").text
    set_clock(site, "2026-06-30 23:59:59")
    assert "不在这个项目的服务年度内" not in visit("bureau").get("/projects/40").text
    set_clock(site, "2026-07-01 00:00:00")
    assert "不在这个项目的服务年度内" in visit("bureau").get("/projects/40").text


def test_the_page_names_engineers_in_place_and_contacts_who_are_in_use(site, visit):
    page = visit("contact").get("/projects/1").text
    assert "驻场工程师engineer" in page
    assert "单位联系人contact" in page
    assert "other_engineer" not in page
    assert "stranger" not in page
    with site.app_context(), transaction() as session:
        named(session, "engineer").deactivated_at = site.config["NOW"]()
    assert "驻场工程师engineer" not in visit("contact").get("/projects/1").text


def test_the_manager_and_the_bureau_open_tickets_from_here(visit):
    assert 'href="/tickets?project=1"' in visit("manager").get("/projects/1").text
