"""Repair reports with advice: made by the supplier, kept as they were made, the same bytes everywhere."""

from __future__ import annotations

import json
from hashlib import sha256
from io import BytesIO

import docx
import pytest
from sqlalchemy import select

from app.database import transaction
from models.equipment import RepairReport
from tests.app.files.things import a_device, stored
from tests.app.tickets.desk import make
from tests.app.visitors import JSON, ledger, read, set_clock
from tests.reports.test_repair import everything

SAID = {
    "submission": "r1",
    "which": "SN 0042",
    "findings": "用了九年，电源反复烧毁。",
    "advice": "replace",
    "reason": "配件停产，修理费用超过新机。",
}


@pytest.fixture
def device(site):
    with site.app_context(), transaction() as session:
        return a_device(session).id


def reports(site):
    return read(site, lambda session: list(session.scalars(select(RepairReport).order_by(RepairReport.id))))


def advise(client, device, **said):
    return client.post(f"/equipment/{device}/reports", data=SAID | said, headers=JSON)


def linked(site, client, device):
    ticket = make(site, "contact")
    data = {"submission": "l1", "equipment": device, "repair": "part_replaced", "note": "换了电源"}
    client.post(f"/equipment/of-ticket/{ticket}", data=data)


@pytest.mark.both_databases
def test_a_report_is_written_once_kept_and_witnessed(site, device, visit):
    engineer = visit("engineer")
    linked(site, engineer, device)
    assert advise(engineer, device).status_code == advise(engineer, device).status_code == 303
    (one,) = reports(site)
    assert one.title == f"WX{device:04d}-01"
    with visit("contact").get(f"/files/{one.attachment_id}") as answer:
        data = answer.data
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.mimetype.endswith("wordprocessingml.document")
    said = everything(docx.Document(BytesIO(data)))
    for words in ("洛阳市教育局", "平台管理服务器", "GD000001", "换了电源", SAID["findings"], "建议更换"):
        assert words in said, words
    (entry,) = ledger(site, "equipment.advised")
    assert json.loads(entry.payload)["sha256"] == sha256(data).hexdigest()
    page = visit("bureau").get(f"/equipment/{device}").text
    assert one.title in page
    assert "建议更换" in page


def test_it_is_served_as_it_was_made_whatever_happens_later(site, device, visit):
    engineer = visit("engineer")
    advise(engineer, device)
    with engineer.get("/files/1") as answer:
        before = answer.data
    linked(site, engineer, device)
    set_clock(site, "2025-08-01 09:00")
    engineer = visit("engineer")
    with engineer.get("/files/1") as answer:
        assert answer.data == before
    advise(engineer, device, submission="r2")
    assert [one.number for one in reports(site)] == [1, 2]
    assert len(stored(site)) == 2


MAY = {
    "engineer": 303,
    "manager": 303,
    "contact": 403,
    "bureau": 403,
    "hotline": 403,
    "auditor": 403,
    "other_engineer": 404,
    "stranger": 404,
    "admin": 404,
}


@pytest.mark.parametrize("who", MAY)
def test_only_the_supplier_advises_and_only_in_scope(site, device, visit, who):
    assert advise(visit(who), device).status_code == MAY[who]
    assert len(reports(site)) == (MAY[who] == 303)
    if MAY[who] != 404:
        assert ("生成 Word 文档" in visit(who).get(f"/equipment/{device}").text) == (MAY[who] == 303)


@pytest.mark.parametrize("missing", ["findings", "advice", "reason"])
def test_an_incomplete_report_is_refused_and_what_was_typed_stays(site, device, visit, missing):
    page = visit("engineer").post(f"/equipment/{device}/reports", data=SAID | {missing: ""})
    assert page.status_code == 422
    assert "SN 0042" in page.text
    assert reports(site) == []
    assert stored(site) == []


def test_a_submission_is_good_for_one_person_and_device(site, device, visit):
    advise(visit("engineer"), device)
    assert advise(visit("manager"), device).status_code == 409


def test_the_command_writes_the_bytes_the_site_serves(site, device, visit, runner, tmp_path):
    advise(visit("engineer"), device)
    file = tmp_path / "a.docx"
    done = runner.invoke(args=["report", "repair", f"WX{device:04d}-01", "-o", str(file)])
    assert done.exit_code == 0, done.stderr
    with visit("bureau").get("/files/1") as answer:
        assert file.read_bytes() == answer.data
    assert json.loads(done.stdout)["sha256"] == sha256(file.read_bytes()).hexdigest()
    for number, code in ((f"WX{device:04d}-02", 1), ("WX9999-01", 1), ("7", 2)):
        done = runner.invoke(args=["report", "repair", number, "-o", str(file)])
        assert done.exit_code == code, number
        assert done.stdout == ""
