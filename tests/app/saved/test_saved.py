"""Saving the filters of a list: one's own, of known lists, always back on this site."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from app.saved import service
from app.saved.lists import LISTS
from models.saved import SavedFilter
from tests.app.visitors import JSON, ledger, read

LATE = {"endpoint": "tickets.index", "query": "due=late&page=3", "name": "超时的"}


def test_a_filter_is_kept_and_shown_as_a_chip_to_its_owner_alone(site, visit):
    bureau = visit("bureau")
    before = len(ledger(site, ""))
    done = bureau.post("/saved", data=LATE)
    assert (done.status_code, done.location) == (303, "/tickets?due=late")  # the page is no filter
    here = bureau.get("/tickets?due=late").text
    assert 'href="/tickets?due=late" class="is-current"' in here
    assert "保存这个筛选" not in here
    assert "超时的" in bureau.get("/tickets").text
    assert "超时的" not in bureau.get("/duties").text
    assert "超时的" not in visit("bureau2").get("/tickets").text
    assert len(ledger(site, "")) == before


@pytest.mark.both_databases
def test_the_same_name_again_means_what_was_said_last(site, visit):
    bureau = visit("bureau")
    bureau.post("/saved", data=LATE)
    bureau.post("/saved", data=LATE | {"query": "kind=incident"})
    page = bureau.get("/tickets").text
    assert 'href="/tickets?kind=incident"' in page
    assert read(site, lambda session: session.scalar(select(func.count()).select_from(SavedFilter))) == 1


@pytest.mark.both_databases
def test_a_filter_is_renamed_and_deleted_by_nobody_else(site, visit):
    bureau, other = visit("bureau"), visit("bureau2")
    bureau.post("/saved", data=LATE)
    bureau.post("/saved", data=LATE | {"name": "故障", "query": "kind=incident"})
    assert other.post("/saved/1/rename", data={"name": "x"}).status_code == 404
    assert other.post("/saved/1/delete").status_code == 404
    bureau.post("/saved/1/rename", data={"name": "故障"})
    assert "已有同名的筛选" in bureau.get("/tickets").text
    assert bureau.post("/saved/1/rename", data={"name": "晚了"}).location == "/tickets?due=late"
    assert "晚了" in bureau.get("/tickets").text
    assert bureau.post("/saved/1/delete").location == "/tickets"
    assert "晚了" not in bureau.get("/tickets?state=all").text


@pytest.mark.parametrize(
    "wrong",
    [
        {"endpoint": "account.sign_out"},
        {"endpoint": "https://elsewhere.example/"},
        {"name": ""},
        {"name": "长" * 21},
        {"query": "x=1&page=2"},
        {"query": "q=" + "长" * 400},  # nine times as long as an address
    ],
)
def test_what_is_no_filter_of_a_list_is_refused(site, visit, wrong):
    answer = visit("bureau").post("/saved", data=LATE | wrong, headers=JSON)
    assert answer.status_code == 422
    assert read(site, lambda session: session.scalar(select(func.count()).select_from(SavedFilter))) == 0


def test_a_filter_leads_nowhere_else_whatever_is_sent(site, visit):
    sent = LATE | {"query": "due=late&next=https://elsewhere.example&state=%2F%2Felsewhere.example"}
    location = visit("bureau").post("/saved", data=sent).location
    assert location.startswith("/tickets?")
    assert "next" not in location


def test_of_one_list_a_person_keeps_so_many(site, visit, monkeypatch):
    monkeypatch.setattr(service, "MOST", 2)
    bureau = visit("bureau")
    for number in range(3):
        bureau.post("/saved", data=LATE | {"name": f"第 {number} 个"})
    page = bureau.get("/tickets").text
    assert "最多保存 2 个" in page
    assert "第 2 个" not in page


def test_every_list_whose_filters_can_be_kept_offers_it(site, visit):
    samples = {
        "people.index": "role=engineer",
        "papers.index": "q=合同",
        "projects.index": "q=局",
        "equipment.index": "q=机",
    }
    samples |= {"duties.missed": "month=2025-06", "callbacks.index": "show=asked"}
    for endpoint in LISTS:
        client = visit("admin" if endpoint == "people.index" else "bureau")
        with site.test_request_context():
            address = site.url_for(endpoint)
        query = samples.get(endpoint, "show=all" if endpoint != "tickets.index" else "state=all")
        query = "show=veto" if endpoint == "observations.index" else query
        page = client.get(f"{address}?{query}")
        assert page.status_code == 200, endpoint
        assert "保存这个筛选" in page.text, endpoint
        assert 'name="query" value="' in page.text, endpoint


def test_a_name_that_is_refused_is_in_its_box_again_and_only_once(site, visit):
    manager, too_long = visit("manager"), "长" * 21
    saved = {"endpoint": "tickets.index", "query": "due=late", "name": too_long}
    assert manager.post("/saved", data=saved).location == "/tickets?due=late"
    page = manager.get("/tickets?due=late").text
    assert f'name="name" value="{too_long}"' in page
    assert "最多 20 个字" in page
    assert too_long not in manager.get("/tickets?due=late").text
    assert manager.post("/saved", data=saved | {"name": "财政局"}).status_code == 303
    assert manager.post("/saved/1/rename", data={"name": too_long}).status_code == 303
    assert f'name="name" value="{too_long}"' in manager.get("/tickets?due=late").text
