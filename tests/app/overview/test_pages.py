"""The pages of the overview: what each role sees, where every figure leads, and what it costs."""

from __future__ import annotations

import re

import pytest

from app.tickets import service
from tests.app.tickets.desk import do, make, plain
from tests.app.visitors import counted_queries, set_clock, visit


@pytest.fixture
def august(site):
    """A late answer and one in time in July, one in time in August; it is the fifth of August."""
    for number, (start, answer) in enumerate(
        [("2025-07-02 09:00", "09:40"), ("2025-07-03 09:00", "09:10"), ("2025-08-04 09:00", "09:10")]
    ):
        ticket = make(site, "contact", now=start, title=f"第{number}件")
        do(site, ticket, "engineer", service.respond, f"{start[:10]} {answer}")
    set_clock(site, "2025-08-05 09:00")
    return site


def test_this_month_stands_beside_the_last_with_the_difference_in_points(august):
    part = visit(august, "bureau").get("/overview/part").text
    text = plain(part)
    assert "2025 年 8 月指标，比上月" in text
    assert re.search(r"响应及时率 100.00 ?% 1/1 升 50.00 点 上月 50.00%", text)
    assert 'href="/months/2025-08/rows?indicator=response"' in part
    assert re.search(r"本月不适用：.*遏制及时率（", text)
    assert "1 登记工单 上月 2" in text


def test_the_worst_projects_come_with_their_reasons_and_persons_are_not_ranked(august):
    set_clock(august, "2025-07-31 09:00")
    part = visit(august, "bureau").get("/overview/part").text
    worst = part.split('class="worst"')[1].split("</ol>")[0]
    assert "未按时" in worst
    assert "驻场工程师" not in worst
    assert "/months/2025-07/rows?indicator=" in worst


def test_each_cell_of_the_map_opens_the_rows_behind_it(august):
    page = visit(august, "bureau").get("/overview/heat?indicator=response").text
    rows = re.findall(r"<tr>\s*<th scope=\"row\">(.*?)</tr>", page, re.DOTALL)
    assert len(rows) == 45
    first = rows[0]
    assert re.findall(r'href="(/months/[^"]*)"', first) == [
        f"/months/2025-0{number}/rows?indicator=response&amp;project=1" for number in (7, 8)
    ]
    cells = re.findall(r"<td>(.*?)</td>", first, re.DOTALL)
    assert len(cells) == 13, "a year from the third of June touches thirteen months"
    assert "不适用" in cells[0]
    assert ">50</a>" in cells[1]
    assert "heat-few" in cells[1]
    assert ">100</a>" in cells[2]
    assert set(cells[3:]) == {""}
    link = re.findall(r'href="(/months/2025-07/rows[^"]*)"', first)[0].replace("&amp;", "&")
    behind = plain(visit(august, "bureau").get(link).text)
    assert "按时 1 次，应计 2 次" in behind
    assert visit(august, "bureau").get("/overview/heat?indicator=nonsense").status_code == 422


@pytest.mark.parametrize("name", ["bureau", "manager", "auditor", "engineer", "contact", "stranger", "admin"])
def test_everybody_sees_the_months_of_their_own_projects_only(august, name):
    person = visit(august, name)
    if name == "admin":
        for path in ("/overview/heat", "/overview/part", "/overview/months", "/overview/risk"):
            assert person.get(path).status_code == 403
        return
    seqs = set(re.findall(r'href="/projects/(\d+)"', person.get("/overview/heat").text))
    own = {"engineer": {"1"}}.get(name)
    assert seqs == own if own else ("1" in seqs) is (name != "stranger")
    assert len(seqs) == 45 or name in ("engineer", "contact", "stranger")
    of_one = person.get("/overview/months?project=1")
    assert of_one.status_code == (404 if name == "stranger" else 200)
    whole = person.get("/overview/months").text
    assert ('role="img"' in whole) is (name != "stranger" or "<svg" in whole)


def test_a_project_draws_its_year_with_the_numbers_as_a_table(august):
    page = visit(august, "contact").get("/projects/1").text
    assert 'data-fill="/overview/months?project=1"' in page
    part = visit(august, "contact").get("/overview/months?project=1").text
    assert "<title>响应及时率，第 1 服务年度各月</title>" in part
    table = plain(part.split("<details")[1])
    assert re.search(r"响应及时率 不适用 50.00% 100.00% —", table)


def test_a_month_draws_who_was_on_time(august):
    page = visit(august, "bureau").get("/months/2025-07").text
    assert 'id="on-time"' in page
    assert re.search(r"<title>响应及时率，2025 年 7 月</title>\s*<desc>按时 1，未按时 1</desc>", page)


def test_what_expires_next_is_listed_clock_by_clock_and_counted_by_hours(site):
    make(site, "contact", now="2025-07-01 08:00", title="已经晚了")
    make(site, "stranger", row=3, now="2025-07-01 08:55", title="还有时间")
    home = visit(site, "bureau").get("/").text
    text = plain(home)
    assert re.search(r"1 已超时 \d 1 小时内到期 1 4 小时内到期", text)
    assert text.index("已经晚了") < text.index("还有时间")
    assert "洛阳市教育局" in text
    late = plain(visit(site, "manager").get("/overview/risk?within=0").text)
    assert "已经晚了" in late
    assert "还有时间" not in late
    assert "已经晚了" not in visit(site, "stranger").get("/overview/risk").text
    assert visit(site, "bureau").get("/overview/risk?within=7").status_code == 422


@pytest.mark.both_databases
def test_however_much_is_late_what_can_still_be_met_is_on_the_first_page(site):
    for minute in range(10, 22):
        make(site, "contact", now=f"2025-07-01 07:{minute}", title=f"晚了{minute}")
    make(site, "stranger", row=3, now="2025-07-01 08:55", title="还有时间")
    home = visit(site, "bureau").get("/").text
    assert home.count("clock-now is-late") == 4
    assert "还有时间" in home
    assert re.search(r"全部 \d\d 个", home)


def test_before_the_contract_is_in_effect_there_is_nothing_to_draw(site):
    set_clock(site, "2025-06-02 09:00")
    bureau = visit(site, "bureau")
    assert "还没有可以看的服务年度" in bureau.get("/overview/heat").text
    for path in ("/overview/part", "/overview/months"):
        assert "合同生效以后" in bureau.get(path).text


def test_the_bureaus_page_takes_few_queries_and_the_part_behind_it_as_many_however_much_there_is(august):
    def ask(path: str) -> int:
        client = visit(august, "bureau")
        client.get(path)
        with counted_queries(august) as asked:
            client.get(path)
        return len(asked)

    few = ask("/"), ask("/overview/part")
    for minute in range(10, 16):
        make(august, "contact", now=f"2025-08-05 08:{minute}")
    assert (ask("/"), ask("/overview/part")) == few
    assert few[0] <= 12
    assert few[1] <= 40
