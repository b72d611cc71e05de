"""The register: devices by project, what was repaired under which ticket, and who may say so."""

from __future__ import annotations

import json
import re

import pytest
from sqlalchemy import select

from app.database import transaction
from models.equipment import TicketEquipment
from tests.app.files.things import a_device
from tests.app.tickets.desk import make, plain
from tests.app.visitors import JSON, counted_queries, ledger, read

EVERYBODY = (
    *("engineer", "other_engineer", "contact", "stranger", "manager"),
    *("hotline", "bureau", "auditor", "admin"),
)


@pytest.fixture
def device(site):
    with site.app_context(), transaction() as session:
        return a_device(session).id


@pytest.fixture
def ticket(site):
    return make(site, "contact")


def linking(client, ticket, device, submission="s1", **said):
    data = {
        "submission": submission,
        "equipment": device,
        "repair": "repaired",
        "which": "SN 0042，三楼",
        "note": "换了风扇",
    }
    return client.post(f"/equipment/of-ticket/{ticket}", data=data | said, headers=JSON)


def links(site):
    found = select(TicketEquipment).order_by(TicketEquipment.id)
    return read(site, lambda session: list(session.scalars(found)))


def test_the_register_lists_every_device_in_scope_with_its_line(visit):
    bureau = visit("bureau").get("/equipment").text
    assert "75 种" in bureau
    assert "招标文件第 790 行" in bureau
    assert "DS-VE22S-B" in bureau
    contact = visit("contact").get("/equipment").text
    assert "10 种" in contact
    assert "数言舆情产品" not in contact
    assert "数言舆情产品" in visit("stranger").get("/equipment").text
    assert visit("admin").get("/equipment").status_code == 403


@pytest.mark.parametrize(("words", "count"), [("DS-a71036", 1), ("阵列", 1), ("没有", 0), ("%", 0)])
def test_the_register_is_searched_by_name_and_model(visit, words, count):
    page = visit("contact").get("/equipment", query_string={"q": words}).text
    assert f"{count} 种" in page


def test_the_register_takes_the_same_number_of_queries_for_one_project_as_for_all(site, visit):
    contact, bureau = visit("contact"), visit("bureau")
    with counted_queries(site) as few:
        contact.get("/equipment")
    with counted_queries(site) as many:
        bureau.get("/equipment")
    assert len(many) == len(few) <= 9


def test_a_device_is_seen_by_those_who_see_its_project(device, visit):
    for who in EVERYBODY:
        found = visit(who).get(f"/equipment/{device}")
        hidden = who in ("other_engineer", "stranger", "admin")
        assert found.status_code == (404 if hidden else 200), who
        assert hidden or "平台管理服务器" in found.text


@pytest.mark.both_databases
def test_what_was_repaired_is_said_once_witnessed_and_shown_on_both_pages(site, ticket, device, visit):
    engineer = visit("engineer")
    assert linking(engineer, ticket, device).status_code == 303
    assert linking(engineer, ticket, device).status_code == 303
    (one,) = links(site)
    assert (one.ticket_id, one.equipment_id, one.which, one.note) == (
        ticket,
        device,
        "SN 0042，三楼",
        "换了风扇",
    )
    (entry,) = ledger(site, "equipment.")
    assert (entry.kind, entry.subject) == ("equipment.linked", f"equipment:{device}")
    assert json.loads(entry.payload)["ticket"] == ticket
    for address in (f"/equipment/{device}", f"/tickets/{ticket}"):
        page = plain(visit("contact").get(address).text)
        for words in ("SN 0042，三楼", "换了风扇", "维修"):
            assert words in page, (address, words)
    assert "1 次" in visit("bureau").get("/equipment").text


MAY_LINK = dict(zip(EVERYBODY, (303, 404, 403, 404, 303, 403, 403, 403, 404), strict=True))


@pytest.mark.parametrize("who", EVERYBODY)
def test_only_the_supplier_says_what_was_repaired_and_only_in_scope(site, ticket, device, visit, who):
    assert linking(visit(who), ticket, device).status_code == MAY_LINK[who]
    assert len(links(site)) == (MAY_LINK[who] == 303)
    page = visit(who).get(f"/tickets/{ticket}").text
    assert ("登记修了哪台设备" in page) == (MAY_LINK[who] == 303)


@pytest.mark.parametrize(
    ("said", "field"),
    [({"note": ""}, "note"), ({"repair": "burnt"}, "repair"), ({"equipment": 99999}, "equipment")],
)
def test_an_incomplete_entry_is_refused_at_its_field(site, ticket, device, visit, said, field):
    answer = linking(visit("engineer"), ticket, device, **said)
    assert (answer.status_code, answer.json["field"]) == (422, field)
    assert links(site) == []


def test_a_device_that_was_only_looked_at_needs_no_words(site, ticket, device, visit):
    assert linking(visit("engineer"), ticket, device, repair="checked", note="").status_code == 303


def test_a_device_of_another_project_is_no_choice(site, ticket, visit):
    with site.app_context(), transaction() as session:
        foreign = a_device(session, 3).id
    assert linking(visit("manager"), ticket, foreign).status_code == 422
    assert links(site) == []


def test_a_refused_entry_shows_the_ticket_page_with_what_was_typed(ticket, device, visit):
    data = {"submission": "s1", "equipment": device, "repair": "repaired", "which": "SN 77"}
    page = visit("engineer").post(f"/equipment/of-ticket/{ticket}", data=data)
    assert page.status_code == 422
    assert "请写明修了什么" in page.text
    assert 'value="SN 77"' in page.text
    assert "没有保存" not in page.text


def test_a_wrong_entry_is_taken_back_and_stays_on_record(site, ticket, device, visit):
    linking(visit("engineer"), ticket, device)
    address = "/equipment/links/1/withdraw"
    for who, status in (("contact", 403), ("hotline", 403), ("stranger", 404), ("admin", 404)):
        assert visit(who).post(address, data={"reason": "错"}, headers=JSON).status_code == status, who
    assert visit("engineer").post(address, headers=JSON).status_code == 422
    assert visit("engineer").post(address, data={"reason": "选错了设备"}).status_code == 303
    assert visit("manager").post(address, data={"reason": "再来"}, headers=JSON).status_code == 409
    assert [entry.kind for entry in ledger(site, "equipment.")] == ["equipment.linked", "equipment.withdrawn"]
    page = plain(visit("contact").get(f"/equipment/{device}").text)
    assert "已撤回" in page
    assert "选错了设备" in page
    assert "SN 0042" not in visit("contact").get(f"/tickets/{ticket}").text
    assert "0 次" in visit("bureau").get("/equipment").text


def test_a_colleagues_entry_is_taken_back_by_the_manager_only(site, ticket, device, visit):
    linking(visit("manager"), ticket, device)
    address = "/equipment/links/1/withdraw"
    assert visit("engineer").post(address, data={"reason": "错"}, headers=JSON).status_code == 403
    assert visit("manager").post(address, data={"reason": "错"}).status_code == 303


def test_a_long_history_costs_no_more_queries_than_a_short_one(site, ticket, device, visit):
    client, reader = visit("engineer"), visit("bureau")
    linking(client, ticket, device)
    with counted_queries(site) as few:
        reader.get(f"/equipment/{device}")
    for number in range(2, 12):
        linking(client, ticket, device, submission=f"s{number}")
    with counted_queries(site) as many:
        reader.get(f"/equipment/{device}")
    assert len(many) == len(few) <= 10


def test_the_page_of_a_project_leads_to_its_devices(device, visit):
    page = visit("contact").get("/projects/1").text
    assert re.search(rf'href="/equipment/{device}"', page)
