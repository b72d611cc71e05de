"""The service slip: what a unit signs on the spot, its digest, and the scan that comes back."""

from __future__ import annotations

import hashlib
import json
import re

import pytest

from app.tickets import service, slip
from models.files import Attachment
from sla.vocab import FileKind
from tests.app.files.pictures import PDF
from tests.app.files.things import send
from tests.app.personas import at
from tests.app.tickets.desk import do, make, plain
from tests.app.visitors import read

LONG = "交换机端口反复掉线，重启以后半小时又掉。" * 60


@pytest.fixture
def ticket(site):
    """Responded in time, the site visit entered late."""
    made = make(site, "contact", now="2025-07-01 08:00", title="机房断网", place="三楼机房", description=LONG)
    do(site, made, "engineer", service.respond, "2025-07-01 08:10", None, "电话联系")
    do(site, made, "contact", service.request_onsite, "2025-07-01 08:12")
    arrived = ("2025-07-01 12:50", at("2025-07-01 08:40"), "换了光模块")
    do(site, made, "engineer", service.arrive, *arrived)
    return made


def digest_on(page: str) -> str:
    found: list[str] = re.findall(r"<code>([0-9a-f]{64})</code>", page)
    return found[0]


def test_the_slip_says_who_what_when_and_how_it_went(site, visit, ticket):
    page = visit("engineer").get(f"/tickets/{ticket}/slip").text
    text = plain(page)
    for said in ("运维服务单", "洛阳市教育局", "三楼机房", "机房断网", "换了光模块", "□ 非常满意", "签字"):
        assert said in text, said
    assert "补录，2025-07-01 12:50:00 录入" in text
    assert "达标" in text
    assert "……（全文见工单 GD" in text
    assert LONG not in text
    assert f'src="/tickets/{ticket}/slip/code.svg"' in page
    assert f"/tickets/{ticket}</p>" in page
    assert visit("engineer").get(f"/tickets/{ticket}/slip/code.svg").mimetype == "image/svg+xml"


def test_what_was_said_in_one_piece_is_not_said_twice(site, visit):
    said = "机房断网，教务平台打不开。重启没有用"
    made = make(site, "contact", now="2025-07-01 08:00", title="机房断网，教务平台打不开", description=said)
    facts = plain(visit("engineer").get(f"/tickets/{made}/slip").text).split("报告内容")[1]
    assert facts.count("教务平台打不开") == 1
    assert "重启没有用" in facts


def test_everyone_who_sees_the_ticket_sees_its_slip_and_nobody_else(site, visit, ticket):
    for name in ("engineer", "contact", "bureau", "manager", "hotline", "auditor"):
        page = visit(name).get(f"/tickets/{ticket}/slip")
        assert page.status_code == 200, name
        assert ("签好的服务单" in page.text) == (name != "auditor"), name
        assert f'href="/tickets/{ticket}/slip"' in visit(name).get(f"/tickets/{ticket}").text
    for name in ("stranger", "other_engineer", "admin"):
        for part in ("slip", "slip/code.svg", "slip/content.json"):
            assert visit(name).get(f"/tickets/{ticket}/{part}").status_code == 404, (name, part)


def test_the_digest_is_that_of_the_content_and_of_the_same_event_for_ever(site, visit, ticket):
    client = visit("contact")
    first = digest_on(client.get(f"/tickets/{ticket}/slip").text)
    content = client.get(f"/tickets/{ticket}/slip/content.json")
    assert hashlib.sha256(content.data).hexdigest() == first
    assert json.loads(content.data)["title"] == slip.TITLE
    do(site, ticket, "engineer", service.claim_recovery, "2025-07-01 13:00", None, "好了")
    newer = client.get(f"/tickets/{ticket}/slip").text
    assert digest_on(newer) != first
    older = client.get(f"/tickets/{ticket}/slip?upto=4").text
    assert digest_on(older) == first
    assert "之后工单又有了新的记录" in older
    assert "之后工单又有了新的记录" not in newer
    assert client.get(f"/tickets/{ticket}/slip?upto=9").status_code == 404
    assert client.get(f"/tickets/{ticket}/slip?upto=x").status_code == 422


def test_the_signed_scan_comes_back_to_the_ticket_and_the_contact_sees_it(site, visit, ticket):
    said = send(visit("engineer"), f"/files/ticket/{ticket}", (PDF, "签字.pdf"), kind="scan", submission="s1")
    assert said.status_code == 201
    (one,) = read(site, lambda session: session.query(Attachment).all())
    assert one.kind is FileKind.SCAN
    for name in ("contact", "engineer", "auditor"):
        assert f'href="/files/{one.id}"' in visit(name).get(f"/tickets/{ticket}/slip").text
    with visit("contact").get(f"/files/{one.id}") as served:
        assert served.status_code == 200
    assert visit("stranger").get(f"/files/{one.id}").status_code == 404
    assert send(visit("auditor"), f"/files/ticket/{ticket}", (PDF, "a.pdf"), kind="scan").status_code == 403


def test_what_is_too_long_is_cut_and_says_where_the_rest_is():
    assert slip.cut("短的\n两行", 10, "GD000001") == "短的 两行"
    assert slip.cut("长" * 12, 10, "GD000001") == "长" * 10 + "……（全文见工单 GD000001）"
