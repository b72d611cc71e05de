"""Closing on the site: what each role may, may not, and must not even see; and the commands."""

from __future__ import annotations

import json
from hashlib import sha256

import pytest
from sqlalchemy import select

from app.closing import service
from app.closing.service import held
from app.database import transaction
from app.files.store import Store
from models.closing import FrozenFile, MonthClose
from sla.vocab import Indicator
from tests.app.closing.world import JUNE, OVER, REVIEWED, sealed
from tests.app.files.pictures import PDF
from tests.app.files.things import send
from tests.app.personas import at, new_ticket, project
from tests.app.tickets.desk import plain
from tests.app.visitors import (
    JSON,
    PASSWORD,
    counted_queries,
    give_passwords,
    ledger,
    named,
    read,
    set_clock,
)

PAGE = "/closing/2025-06"
PROOF = {"password": PASSWORD}


def act(site, use_case, who: str | None, now, *said):
    with site.app_context(), transaction() as session:
        return use_case(session, who and named(session, who), JUNE, *said, now)


def store(site) -> Store:
    return Store(site.config["SETTINGS"].data_dir / "files")


def seal(site, now=OVER) -> None:
    with site.app_context(), transaction() as session:
        sealed(session, JUNE, now, store(site))
    set_clock(site, now)


@pytest.fixture
def reviewed(site):
    set_clock(site, REVIEWED)
    act(site, service.open_review, "bureau", REVIEWED)
    return site


def test_who_sees_the_closing_of_months(site, visit):
    set_clock(site, REVIEWED)
    for who in ("bureau", "manager", "auditor", "contact"):
        assert visit(who).get(PAGE).status_code == 200, who
        assert "2025-06" in visit(who).get("/closing").text or "6 月" in visit(who).get("/closing").text
    for who in ("engineer", "hotline", "admin"):
        assert visit(who).get(PAGE).status_code == 403, who
        assert visit(who).get("/closing").status_code == 403, who
        assert "月度关账" not in visit(who).get("/").text
    assert visit("bureau").get("/closing/2025-Q2").status_code == 404
    assert visit("bureau").get("/closing/2024-06").status_code == 404


def test_the_bureau_computes_and_opens_the_review_with_two_buttons(site, visit):
    set_clock(site, REVIEWED)
    bureau = visit("bureau")
    assert "计算本月" in bureau.get(PAGE).text
    assert bureau.post(f"{PAGE}/compute").status_code == 303
    assert bureau.post(f"{PAGE}/review").status_code == 303
    page = plain(bureau.get(PAGE).text)
    assert "异议期到 2025-07-09 24:00" in page
    assert "未确认的月度出勤" in page
    for who, status in (("manager", 403), ("contact", 403), ("auditor", 403), ("engineer", 403)):
        for path in ("compute", "review", "silence", "prepare", "freeze", "attendance"):
            assert visit(who).post(f"{PAGE}/{path}", data=PROOF).status_code == status, (who, path)
    assert bureau.post("/closing/2025-07/compute").status_code == 409


def test_objections_come_from_the_supplier_and_the_own_unit_and_the_bureau_answers(reviewed, visit):
    contact = visit("contact")
    form = {"project": "1", "indicator": "response", "text": "有一次响应晚了"}
    assert contact.post(f"{PAGE}/objections", data=form | {"project": "3"}).status_code == 404
    again = contact.post(f"{PAGE}/objections", data=form | {"text": ""})
    assert (again.status_code, "请填写" in again.text or "不能为空" in again.text) == (422, True)
    assert contact.post(f"{PAGE}/objections", data=form).status_code == 303
    assert visit("manager").post(f"{PAGE}/objections", data={"text": "合同整体的汇总"}).status_code == 303
    assert visit("bureau").post(f"{PAGE}/objections", data=form).status_code == 403
    assert "有一次响应晚了" in contact.get(PAGE).text
    assert "合同整体的汇总" not in contact.get(PAGE).text
    assert "有一次响应晚了" not in visit("stranger").get(PAGE).text
    assert "有一次响应晚了" in visit("auditor").get(PAGE).text
    said = {"upheld": "no", "answer": "与记录一致"}
    assert contact.post(f"{PAGE}/objections/1/answer", data=said).status_code == 403
    assert visit("bureau").post(f"{PAGE}/objections/1/answer", data=said).status_code == 303
    assert "与记录一致" in contact.get(PAGE).text
    assert visit("bureau").post(f"{PAGE}/objections/1/answer", data=said).status_code == 409
    assert visit("bureau").post(f"{PAGE}/objections/99/answer", data=said).status_code == 404


def test_signing_preparing_and_freezing_take_the_own_password_and_two_persons(reviewed, visit):
    give_passwords(reviewed, "manager", "bureau", "bureau2")
    manager, first = visit("manager"), visit("bureau")
    wrong = manager.post(f"{PAGE}/sign", data={"password": "not this", "note": "同意"})
    assert (wrong.status_code, "口令不正确" in wrong.text) == (422, True)
    assert "not this" not in wrong.text
    assert 'value="同意"' in wrong.text
    stale = manager.post(f"{PAGE}/sign", data={**PROOF, "seen": "0" * 64})
    assert (stale.status_code, "打开页面以后数字有变化" in stale.text) == (409, True)
    with reviewed.app_context(), transaction() as session:
        seen = held(session, JUNE, REVIEWED).figures.sha256
    assert f'name="seen" value="{seen}"' in manager.get(PAGE).text
    said = {**PROOF, "seen": seen, "note": "同意"}
    assert manager.post(f"{PAGE}/sign", data=said).status_code == 303
    assert first.post(f"{PAGE}/attendance").status_code == 303
    assert first.post(f"{PAGE}/prepare", data=PROOF).status_code == 409  # the time for objections runs
    set_clock(reviewed, OVER)
    first, second = visit("bureau"), visit("bureau2")
    assert first.post(f"{PAGE}/prepare").status_code == 422
    assert first.post(f"{PAGE}/prepare", data=PROOF).status_code == 303
    assert first.post(f"{PAGE}/freeze", data=PROOF).status_code == 403
    assert "审核并冻结" in second.get(PAGE).text
    assert "审核并冻结" not in first.get(PAGE).text
    assert second.post(f"{PAGE}/freeze", data=PROOF).status_code == 303
    page = plain(second.get(PAGE).text)
    for name in ("show.json", "facts.jsonl", "record.json", "book.json", "contract.json", "report.xlsx"):
        assert name in page
    assert [one.kind for one in ledger(reviewed, "month.")][-1] == "month.frozen"
    again = second.post(f"{PAGE}/freeze", data=PROOF)
    assert again.status_code in (403, 409)


def test_a_frozen_month_serves_its_stored_bytes_to_pages_downloads_and_commands(site, visit, runner):
    with site.app_context(), transaction() as session:
        new_ticket(session, named(session, "bureau"), 1, "2025-06-30 09:00", title="冻结前")
    seal(site)
    files = {one.name: one for one in read(site, lambda s: list(s.scalars(select(FrozenFile))))}
    # A fact that comes late belongs to June, and does not show there.
    with site.app_context(), transaction() as session:
        new_ticket(
            *(session, named(session, "manager"), 1, "2025-07-13 09:00"),
            title="冻结后",
            reported_at=at("2025-06-29 09:00"),
        )
    set_clock(site, "2025-07-14 09:00")
    bureau = visit("bureau")
    workbook = bureau.get("/months/2025-06/report.xlsx").data
    assert sha256(workbook).hexdigest() == files["report.xlsx"].sha256
    assert bureau.get(f"{PAGE}/files/report.xlsx").data == workbook
    assert bureau.get("/reports/monthly/file.xlsx?period=2025-06").data == workbook
    unit = visit("contact").get("/reports/unit?period=2025-06").text
    assert "冻结前" in unit
    assert "冻结后" not in unit
    assert visit("contact").get("/months/2025-06/report.xlsx").status_code == 200
    assert visit("contact").get(f"{PAGE}/files/report.xlsx").status_code == 403
    assert bureau.get(f"{PAGE}/files/other.txt").status_code == 404
    page = bureau.get("/months/2025-06")
    assert "已冻结" in page.text
    assert files["report.xlsx"].sha256 in page.text
    listed = bureau.get("/months/2025-06/rows?indicator=response").text
    assert "冻结前" in listed
    assert "冻结后" not in listed
    assert "冻结前" not in visit("stranger").get("/months/2025-06/rows?indicator=response").text
    for command, name in ((["month", "show"], "show.json"), (["month", "facts"], "facts.jsonl")):
        printed = runner.invoke(args=[*command, "2025-06"]).stdout_bytes
        assert sha256(printed).hexdigest() == files[name].sha256
    out = site.config["SETTINGS"].data_dir / "x.xlsx"
    runner.invoke(args=["report", "monthly", "2025-06", "-o", str(out)])
    assert out.read_bytes() == workbook

    # The correction is July's.
    assert runner.invoke(args=["jobs", "once", "--job", "closing"]).exit_code == 0
    july = plain(bureau.get("/months/2025-07").text)
    assert "调整" in july
    assert "TZ00001" in july
    assert "冻结以后的更正" in bureau.get(PAGE).text
    assert "TZ00001" not in visit("stranger").get("/months/2025-07").text
    told = [
        json.loads(line) for line in runner.invoke(args=["month", "facts", "2025-07"]).stdout.splitlines()
    ]
    assert [one["number"] for one in told if one["type"] == "adjustment"] == [1, 2]
    saved = site.config["SETTINGS"].data_dir / "july.xlsx"
    assert runner.invoke(args=["report", "monthly", "2025-07", "-o", str(saved)]).exit_code == 0

    store(site).path(files["record.json"].sha256).write_bytes(b"{}")
    assert bureau.get("/months/2025-06").status_code == 500
    store(site).path(files["show.json"].sha256).unlink()
    assert runner.invoke(args=["month", "show", "2025-06"]).exit_code == 1


def test_the_sign_off_sheet_says_the_figures_and_their_digest_and_takes_the_scan(reviewed, visit):
    manager = visit("manager")
    assert visit("contact").post(f"{PAGE}/sheet").status_code == 403
    answer = manager.post(f"{PAGE}/sheet")
    assert answer.status_code == 303
    page = manager.get(answer.location).text
    figures = act(reviewed, lambda s, _who, period, now: service.held(s, period, now).figures, None, REVIEWED)
    for said in ("2025-06 月度签认单", Indicator.RESPONSE.label, "乙方项目经理（盖章）", figures.sha256):
        assert said in page
    assert manager.post(f"{PAGE}/sheet").location == answer.location
    paper = int(answer.location.rsplit("/", 1)[1])
    sent = send(manager, f"/files/paper/{paper}", (PDF, "签认单.pdf"), kind="scan", submission="sheet-1")
    assert sent.status_code < 400
    assert "已上传扫描件" in visit("bureau").get(PAGE).text


def test_month_close_computes_opens_the_review_and_prints_how_it_stands(site, runner):
    set_clock(site, REVIEWED)
    done = runner.invoke(args=["month", "close", "2025-06"])
    said = json.loads(done.stdout)
    assert done.exit_code == 0
    assert said["month"] == "2025-06"
    assert said["state"] == "under_review"
    assert said["objections_until"] == "2025-07-10T00:00:00+08:00"
    assert said["problems"] == []
    assert {one["what"] for one in said["open"]} == {"attendance"}
    assert json.loads(runner.invoke(args=["month", "close", "2025-06"]).stdout) == said
    assert runner.invoke(args=["month", "close", "2025-07"]).exit_code == 1  # it is not over
    set_clock(site, "2025-08-02 09:00")
    july = runner.invoke(args=["month", "close", "2025-07"])
    told = json.loads(july.stdout)
    assert (july.exit_code, told["state"]) == (1, "computed")
    assert told["problems"] == ["要按月份顺序关账，请先冻结 2025-06"]
    assert runner.invoke(args=["month", "close", "2025-7"]).exit_code == 2
    seal_again = read(site, lambda s: s.scalars(select(MonthClose.month)).all())
    assert len(seal_again) == 2


def test_the_page_of_a_month_takes_as_many_queries_however_much_is_open(reviewed, visit):
    bureau = visit("bureau")
    with counted_queries(reviewed) as few:
        bureau.get(PAGE)
    with reviewed.app_context(), transaction() as session:
        for minute in range(10, 20):
            new_ticket(
                *(session, named(session, "bureau"), 1, "2025-06-30 09:00"),
                title=f"{minute}",
                submission=f"s-{minute}",
            )
        for seq in (1, 2, 3):
            service.object_to(
                *(session, named(session, "manager"), JUNE, project(session, seq), None, "不对", REVIEWED)
            )
    with counted_queries(reviewed) as many:
        page = bureau.get(PAGE, headers={})
    assert page.status_code == 200
    assert len(many) <= len(few) + 4
    assert bureau.get(PAGE, headers=JSON).status_code == 200
