"""Checklists: drafted by the manager, approved by the bureau, never changed afterwards."""

from __future__ import annotations

import json
import re

import pytest
from sqlalchemy import select

from models.checklists import Checklist, ChecklistVersion
from tests.app.duties import desk
from tests.app.visitors import counted_queries, ledger, read

EVERYBODY = ("engineer", "contact", "manager", "hotline", "bureau", "auditor")


def checklist_id(site, code="servers"):
    return read(site, lambda s: s.scalars(select(Checklist.id).where(Checklist.code == code)).one())


def versions(site, code="servers"):
    of = select(ChecklistVersion).join(ChecklistVersion.checklist).where(Checklist.code == code)
    found = read(site, lambda s: [(v.number, v.approved_at is not None, len(v.items)) for v in s.scalars(of)])
    return sorted(found)


def begun(client, site):
    answer = client.post(f"/checklists/{checklist_id(site)}/draft")
    assert answer.status_code == 303
    return answer.location


def boxes(page):
    """Return what the form of a draft would send."""
    names = r'name="((?:section|text|unit|low|high)-\d+|seen)"[^>]*? value="([^"]*)"'
    return {name: value for name, value in re.findall(names, page) if value}


def seen(page):
    return boxes(page)["seen"]


@pytest.mark.both_databases
def test_a_new_version_is_drafted_approved_and_used_from_then_on(site, visit):
    manager, bureau = visit("manager"), visit("bureau")
    before = desk.drafted(site)
    address = begun(manager, site)
    ((_, _, count), (number, approved, copied)) = versions(site)
    assert (number, approved, copied) == (2, False, count)
    typed = boxes(manager.get(address).text)
    added = {f"text-{count + 1}": "机柜门锁闭", f"section-{count + 1}": "外观", "reason": "增加一项"}
    assert manager.post(address, data=typed | added).status_code == 303
    page = bureau.get(address).text
    assert "机柜门锁闭" in page
    assert bureau.post(f"{address}/approve", data={"seen": seen(page)}).status_code == 303
    assert versions(site) == [(1, True, count), (2, True, count + 1)]
    (entry,) = ledger(site, "checklist.")
    assert entry.kind == "checklist.approved"
    assert "机柜门锁闭" in str(json.loads(entry.payload))
    engineer = visit("engineer")
    assert "机柜门锁闭" not in engineer.get(f"/works/{before}").text
    of = desk.occurrence_id(site)
    new = engineer.post(f"/duties/{of}/begin", data={"submission": "new"}).location
    assert "机柜门锁闭" in engineer.get(new).text


def test_a_draft_is_used_by_nobody_and_begun_once(site, visit):
    client = visit("manager")
    assert begun(client, site) == begun(client, site)
    page = visit("engineer").get(f"/checklists/{checklist_id(site)}").text
    assert "草稿" not in page


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"low-1": "二十"}, "请只填数字"),
        ({"low-1": "90", "high-1": "10", "unit-1": "%"}, "下限大于上限"),
        ({"unit-1": "", "low-1": "1"}, "请填写单位"),
        ({"text-2": "同一句", "text-1": "同一句"}, "写了两次"),
        ({"text-1": "", "section-1": "外观"}, "没有写内容"),
        ({"text-1": "长" * 101}, "最多 100 个字"),
        ({"reason": ""}, "请填写"),
    ],
)
def test_what_nobody_could_fill_in_is_refused_and_kept_as_typed(site, visit, wrong, said):
    client = visit("manager")
    address = begun(client, site)
    typed = boxes(client.get(address).text) | {"reason": "改"}
    page = client.post(address, data=typed | wrong)
    assert page.status_code == 422
    assert said in page.text
    assert versions(site)[0][2] == versions(site)[1][2]


def test_nobody_saves_over_or_approves_what_they_have_not_seen(site, visit):
    manager, bureau = visit("manager"), visit("bureau")
    address = begun(manager, site)
    old = boxes(manager.get(address).text)
    assert manager.post(address, data=old | {"text-1": "改过的", "reason": "改"}).status_code == 303
    assert manager.post(address, data=old | {"reason": "再改"}).status_code == 409
    assert bureau.post(f"{address}/approve", data={"seen": old["seen"]}).status_code == 409
    assert versions(site)[-1][1] is False


def test_a_draft_is_given_up_with_a_reason(site, visit):
    manager, bureau = visit("manager"), visit("bureau")
    address = begun(manager, site)
    stamp = seen(bureau.get(address).text)
    assert bureau.post(f"{address}/discard", data={"seen": stamp}).status_code == 422
    sent = {"seen": stamp, "reason": "不必增加"}
    assert bureau.post(f"{address}/discard", data=sent).status_code == 303
    assert len(versions(site)) == 1
    assert [one.kind for one in ledger(site, "checklist.")] == ["checklist.discarded"]


def test_who_may_read_draft_and_approve(site, visit):
    one = checklist_id(site)
    address = begun(visit("manager"), site)
    stamp = seen(visit("manager").get(address).text)
    for who in EVERYBODY:
        assert visit(who).get("/checklists").status_code == 200
        assert visit(who).get(f"/checklists/{one}").status_code == 200
    assert visit("admin").get("/checklists").status_code == 403
    assert visit("admin").get(f"/checklists/{one}").status_code == 404
    assert visit("manager").get("/checklists/999").status_code == 404
    for who in ("engineer", "contact", "hotline", "admin"):
        client = visit(who)
        assert client.post(f"/checklists/{one}/draft").status_code in (403, 404)
        assert client.get(address).status_code == 404
        for action in ("", "/approve", "/discard"):
            assert client.post(address + action, data={"seen": stamp, "reason": "x"}).status_code == 404
    assert visit("manager").post(f"{address}/approve", data={"seen": stamp}).status_code == 403
    for who, action in (("bureau", ""), ("auditor", ""), ("auditor", "/approve"), ("auditor", "/discard")):
        sent = {"seen": stamp, "reason": "x"}
        assert visit(who).post(address + action, data=sent).status_code == 403
    assert versions(site)[-1][1] is False


def test_the_list_asks_a_fixed_number_of_times(site, visit):
    client = visit("manager")
    with counted_queries(site) as queries:
        client.get("/checklists")
    assert len(queries) < 12
