"""The monthly summary: prefilled from the month's data, delivered as a document, accepted or given back."""

from __future__ import annotations

import re
from html import unescape

import pytest

from sla.vocab import Standing
from tests.app.duties import desk
from tests.app.duties.desk import inspected, occurrence_id, work
from tests.app.tickets.desk import make
from tests.app.visitors import counted_queries, set_clock

PARTS = ("progress", "finished", "people", "changes")
EVENING = "2025-06-30 18:00"


@pytest.fixture
def summary_of_june(site):
    """The evening of 30 June: a ticket, an inspection with a finding, and much that was missed."""
    make(site, "contact", now="2025-06-20 09:00")
    inspected(site, now="2025-06-27 09:00", abnormal=True)
    set_clock(site, EVENING)
    return occurrence_id(site, None, "每月工作汇总", EVENING)


def texts(page: str) -> dict[str, str]:
    found = {part: re.search(rf'name="{part}"[^>]*>([^<]*)</textarea>', page) for part in PARTS}
    return {part: unescape(match[1]).strip() for part, match in found.items() if match}


def deliver(client, of, page, **said):
    given = {"submission": "june", "month": "2025-06", **texts(page), **said}
    return client.post(f"/duties/{of}/summary", data=given)


def test_the_four_headings_are_prefilled_from_the_month(site, visit, summary_of_june):
    page = visit("manager").get(f"/duties/{summary_of_june}/summary").text
    found = texts(page)
    assert set(found) == set(PARTS)
    assert "登记工单 2 张（故障 2 张）" in found["finished"]
    assert "完成巡检 1 次" in found["finished"]
    assert "第 1 项" in found["progress"]
    assert "合同要求驻场" in found["people"]
    assert found["changes"] == "本月没有变更。"
    assert page.count("<tr>") == 1 + 45
    assert all(len(text) <= 900 for text in found.values())


@pytest.mark.both_databases
def test_delivered_it_is_a_document_that_the_bureau_may_give_back(site, visit, summary_of_june):
    manager, bureau = visit("manager"), visit("bureau")
    page = manager.get(f"/duties/{summary_of_june}/summary").text
    for _ in range(2):
        answer = deliver(manager, summary_of_june, page, people="驻场人员已全部到岗")
        assert answer.status_code == 303
    (work_id,) = [one for one in desk.work_ids(site) if work(site, one, "project_id") == (None,)]
    sheet = bureau.get(f"/works/{work_id}").text
    assert "每月工作汇总-2025-06.docx" in sheet
    assert "驻场人员已全部到岗" in sheet
    file = re.search(r"/files/\d+", sheet)
    assert file
    with bureau.get(file[0]) as document:
        assert document.data.startswith(b"PK")
    assert bureau.post(f"/works/{work_id}/reject", data={"reason": "缺少安全事件"}).status_code == 303
    assert desk.done_at(site, summary_of_june) is None
    again = deliver(manager, summary_of_june, page, submission="june-2")
    assert again.status_code == 303
    assert work(site, work_id, "standing") == (Standing.REJECTED,)
    third = deliver(manager, summary_of_june, page, submission="june-3")
    assert third.status_code == 409


def test_an_empty_heading_is_refused_and_the_rest_kept(site, visit, summary_of_june):
    client = visit("manager")
    page = client.get(f"/duties/{summary_of_june}/summary").text
    answer = deliver(client, summary_of_june, page, changes="", people="人员稳定")
    assert answer.status_code == 422
    assert "项目变更情况" in answer.text
    assert "人员稳定" in answer.text


def test_the_month_before_may_be_summed_up_and_no_other(site, visit, summary_of_june):
    client = visit("manager")
    assert "2025 年 5 月工作汇总" in client.get(f"/duties/{summary_of_june}/summary?month=2025-05").text
    assert client.get(f"/duties/{summary_of_june}/summary?month=2025-04").status_code == 422


def test_it_is_the_managers_and_nobody_elses(site, visit, summary_of_june):
    address = f"/duties/{summary_of_june}/summary"
    for who, status in (("bureau", 403), ("auditor", 403), ("engineer", 404), ("contact", 404)):
        assert visit(who).get(address).status_code == status
        sent = {"submission": "x", "month": "2025-06", **dict.fromkeys(PARTS, "x")}
        assert visit(who).post(address, data=sent).status_code == status
    other = occurrence_id(site, now=EVENING)
    assert visit("manager").get(f"/duties/{other}/summary").status_code == 422


def test_more_tickets_ask_the_database_no_more(site, visit, summary_of_june):
    client = visit("manager")
    client.get(f"/duties/{summary_of_june}/summary")
    with counted_queries(site) as few:
        client.get(f"/duties/{summary_of_june}/summary")
    for row in (2, 5, 44):
        make(site, "hotline", row=row, now="2025-06-21 09:00")
    with counted_queries(site) as many:
        client.get(f"/duties/{summary_of_june}/summary")
    assert len(many) == len(few)
