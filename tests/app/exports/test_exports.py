"""Lists as workbooks: the rows of a file are those of its list, and nothing out of scope is among them."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook

from app.exports import looking
from app.exports.lists import EXPORTS
from tests.app.disputes.world import claimed, late_ticket
from tests.app.tickets.desk import make
from tests.app.visitors import set_clock

PATHS = {"missed": "/duties/missed", "notices": "/notices", "observations": "/assessment/observations"}
COUNT = re.compile(r"共 ([\d,]+) [条人]|(\d+) 个项目；|设备，(\d+) 种")
ALL = {
    "tickets": "state=all",
    "duties": "show=all&month=2025-07",
    "works": "show=all",
    "disputes": "show=all",
}


@pytest.fixture
def busy(site):
    """Tickets of two units, one of them with a claim, on the third of July."""
    claimed(site, late_ticket(site))
    make(site, "contact", title='=HYPERLINK("http://x")')
    make(site, "stranger", row=3, title="别的单位的事")
    set_clock(site, "2025-07-03 09:00")
    return site


def rows_of(client: FlaskClient, name: str, query: str = "") -> list[tuple[Any, ...]]:
    answer = client.get(f"/exports/{name}.xlsx?{query}")
    assert answer.status_code == 200, name
    sheet = load_workbook(BytesIO(answer.data)).worksheets[0]
    return [
        row for row in sheet.iter_rows(min_row=4, values_only=True) if any(cell is not None for cell in row)
    ]


def shown(client: FlaskClient, name: str, query: str) -> int | None:
    """Return how many rows the list says it has; ``None`` where it is not for this person."""
    page = client.get(f"{PATHS.get(name, '/' + name)}?{query}")
    if page.status_code == 403:
        return None
    said = COUNT.search(page.text)
    return int("".join(filter(None, said.groups())).replace(",", "")) if said else 0


@pytest.mark.parametrize("who", ["contact", "engineer", "manager", "hotline", "bureau", "auditor", "admin"])
def test_the_file_of_a_list_has_as_many_rows_as_the_list(busy, visit, who):
    client = visit(who)
    for name in EXPORTS:
        query = ALL.get(name, "")
        many = shown(client, name, query)
        if many is None:
            assert client.get(f"/exports/{name}.xlsx").status_code == 403, name
        else:
            assert len(rows_of(client, name, query)) == many, name


@pytest.mark.both_databases
def test_tickets_come_in_the_order_of_the_list_and_within_its_filter(busy, visit):
    for who in ("contact", "stranger", "bureau"):
        client = visit(who)
        for query in ("", "state=all", "due=late", "q=别的"):
            listed = re.findall(r'href="/tickets/(\d+)"', client.get(f"/tickets?{query}").text)
            numbers = [row[0] for row in rows_of(client, "tickets", query)]
            assert numbers == [f"GD{int(one):06d}" for one in listed], (who, query)
    units = {row[6] for row in rows_of(visit("stranger"), "tickets", "state=all")}
    assert len(units) == 1
    assert rows_of(visit("other_engineer"), "tickets", "state=all") == []


def test_rows_of_others_are_in_no_file_of_a_unit(busy, visit):
    for name in (
        "duties",
        "missed",
        "works",
        "disputes",
        "projects",
        "equipment",
        "observations",
        "callbacks",
    ):
        rows = rows_of(visit("stranger"), name, ALL.get(name, ""))
        assert not any("教育局" in str(cell) for row in rows for cell in row), name


def test_a_text_that_looks_like_a_formula_stays_a_text(busy, visit):
    answer = visit("contact").get("/exports/tickets.xlsx?state=all")
    sheet = load_workbook(BytesIO(answer.data)).worksheets[0]
    cells = [cell for row in sheet.iter_rows() for cell in row if "HYPERLINK" in str(cell.value)]
    assert [cell.data_type for cell in cells] == ["s"]
    assert "attachment" in answer.headers["Content-Disposition"]


def test_too_long_a_list_is_refused_with_what_to_do(busy, visit, monkeypatch):
    monkeypatch.setattr(looking, "MOST", 1)
    answer = visit("bureau").get("/exports/tickets.xlsx?state=all")
    assert answer.status_code == 409
    assert "请先缩小筛选范围" in answer.text


def test_what_is_no_list_or_no_filter_has_no_file(busy, visit):
    assert visit("bureau").get("/exports/passwords.xlsx").status_code == 404
    assert visit("bureau").get("/exports/tickets.xlsx?kind=nonsense").status_code == 422


def test_the_button_carries_the_filters_of_the_page(busy, visit):
    page = visit("bureau").get("/tickets?state=all&q=late").text
    assert 'href="/exports/tickets.xlsx?state=all&amp;q=late"' in page
