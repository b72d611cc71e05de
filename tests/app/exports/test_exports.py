"""Lists as workbooks: the rows of a file are those of its list, and nothing out of scope is among them."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from openpyxl import load_workbook

from app.exports import looking, of_desk
from app.search import queries as search
from tests.app.disputes.world import claimed, late_ticket
from tests.app.exports.files import rows_of
from tests.app.tickets.desk import make
from tests.app.visitors import set_clock


@pytest.fixture
def busy(site):
    """Tickets of two units, one of them with a claim, on the third of July."""
    claimed(site, late_ticket(site))
    make(site, "contact", title='=HYPERLINK("http://x")')
    make(site, "stranger", row=3, title="别的单位的事")
    set_clock(site, "2025-07-03 09:00")
    return site


@pytest.mark.both_databases
def test_tickets_come_in_the_order_of_the_list_and_within_its_filter(busy, visit):
    for who in ("contact", "stranger", "bureau"):
        client = visit(who)
        for query in ("", "state=all", "due=late", "q=别的"):
            listed = re.findall(r'href="/tickets/(\d+)"', client.get(f"/tickets?{query}").text)
            numbers = [row[0] for row in rows_of(client, f"/exports/tickets.xlsx?{query}")]
            assert numbers == [f"GD{int(one):06d}" for one in listed], (who, query)
    units = {row[6] for row in rows_of(visit("stranger"), "/exports/tickets.xlsx?state=all")}
    assert len(units) == 1
    assert rows_of(visit("other_engineer"), "/exports/tickets.xlsx?state=all") == []


def test_a_text_that_looks_like_a_formula_stays_a_text(busy, visit):
    answer = visit("contact").get("/exports/tickets.xlsx?state=all")
    sheet = load_workbook(BytesIO(answer.data)).worksheets[0]
    cells = [cell for row in sheet.iter_rows() for cell in row if "HYPERLINK" in str(cell.value)]
    assert [cell.data_type for cell in cells] == ["s"]
    assert "attachment" in answer.headers["Content-Disposition"]


def test_too_long_a_list_is_refused_with_what_to_do(busy, visit, monkeypatch):
    monkeypatch.setattr(looking, "MOST", 1)
    bureau = visit("bureau")
    asked = ("tickets.xlsx?state=all", "waiting.xlsx", "risk.xlsx", "search.xlsx?q=洛阳市", "terms.xlsx")
    for path in (*asked, "behind.xlsx?month=2025-07"):
        answer = bureau.get(f"/exports/{path}")
        assert (path, answer.status_code) == (path, 409)
        assert "一次最多导出 1 行，请先缩小筛选范围" in answer.text
    # Of tickets that are too many nobody counts all.
    monkeypatch.setattr(of_desk, "MOST", 1)
    monkeypatch.setattr(search, "MOST_COUNTED", 1)
    assert "超过 1 行" in bureau.get("/exports/search.xlsx?q=洛阳市").text


def test_what_is_no_list_or_no_filter_has_no_file(busy, visit):
    assert visit("bureau").get("/exports/passwords.xlsx").status_code == 404
    assert visit("bureau").get("/exports/tickets.xlsx?kind=nonsense").status_code == 422


def test_the_button_carries_the_filters_of_the_page(busy, visit):
    page = visit("bureau").get("/tickets?state=all&q=late").text
    assert 'href="/exports/tickets.xlsx?state=all&amp;q=late"' in page
