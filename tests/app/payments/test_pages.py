"""The pages about money: for the two parties and the auditor; two persons sign, each for themselves."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from openpyxl import Workbook

from app.database import transaction
from app.payments.facts import year_view
from models.papers import Paper
from models.payments import Award, Invoice
from sla.money import yuan
from tests.app.files.pictures import PDF
from tests.app.payments import world
from tests.app.personas import at, people_of
from tests.app.visitors import PASSWORD, counted_queries, give_passwords, ledger, read, set_clock

PAGES = ("", "/1", "/1/1", "/1/2", "/1/award", "/1/changes", "/1/damages", "/1/renewal")
HERE = "2025-06-30 09:00"


@pytest.fixture
def site(site):
    give_passwords(site, "bureau", "bureau2")
    set_clock(site, HERE)
    return site


def prepared(site, make):
    with site.app_context(), transaction() as session:
        people = people_of(session)
        assert people
        make(session, people)


def post(client, path, **said):
    files = {name: value for name, value in said.items() if isinstance(value, tuple)}
    data = {name: value for name, value in said.items() if name not in files}
    data |= {name: (BytesIO(content), label) for name, (content, label) in files.items()}
    return client.post(f"/payments{path}", data=data, content_type="multipart/form-data")


def test_money_is_for_the_two_parties_and_the_auditor(site, visit):
    prepared(site, world.ready)
    for who in ("bureau", "manager", "auditor"):
        client = visit(who)
        for page in PAGES:
            assert client.get(f"/payments{page}", follow_redirects=True).status_code == 200, (who, page)
    for who in ("contact", "engineer", "hotline", "admin"):
        client = visit(who)
        assert "/payments" not in client.get("/").text, who
        for page in PAGES:
            assert client.get(f"/payments{page}").status_code == 404, (who, page)
    assert visit("bureau").get("/payments/4").status_code == 404
    assert visit("bureau").get("/payments/1/3").status_code == 404


@pytest.mark.parametrize(
    ("who", "path"),
    [
        *(("manager", path) for path in ("/1/1/prepare", "/1/award", "/1/damages", "/1/renewal", "/1/rates")),
        *(
            ("auditor", path)
            for path in ("/1/1/release", "/1/1/invoices", "/1/1/checklist", "/1/supplements")
        ),
        *(("bureau", path) for path in ("/1/1/invoices",)),
    ],
)
def test_who_sees_it_may_still_not_do_it(visit, who, path):
    assert post(visit(who), path, password=PASSWORD).status_code == 403


def test_the_first_payment_on_the_site(site, visit):
    prepared(site, world.ready)
    bureau, second = visit("bureau"), visit("bureau2")
    page = bureau.get("/payments/1/1").text
    assert "¥5,600,000.00" in page
    assert "伍佰陆拾万元整" in page
    assert "2025-07-15" in page
    assert "自 2025-07-27 起服务，不适用" in page
    refused = post(bureau, "/1/1/prepare", note="同意", password="not this one")
    assert refused.status_code == 422
    assert "口令不正确" in refused.text
    assert 'value="同意"' in refused.text
    assert post(bureau, "/1/1/prepare", password=PASSWORD).status_code == 303
    assert post(bureau, "/1/1/release", password=PASSWORD).status_code == 403
    assert "要由另一位局方人员审核" in bureau.get("/payments/1/1").text
    assert post(second, "/1/1/release", password=PASSWORD).status_code == 303
    set_clock(site, "2025-07-03 09:00")
    bureau = visit("bureau")
    bad = post(bureau, "/1/1/pay", on_day="2025-07-03", amount="12a")
    assert bad.status_code == 422
    assert 'value="12a"' in bad.text
    filed = post(bureau, "/1/1/file", on_day="2025-07-02", number="CZ-1", file=(PDF, "a.pdf"))
    assert filed.status_code == 303
    assert post(bureau, "/1/1/pay", on_day="2025-07-03", amount="5,600,000.00").status_code == 303
    page = visit("manager").get("/payments/1/1").text
    assert "已付款" in page
    assert "CZ-1" in page
    assert [entry.kind for entry in ledger(site, "payment.")] == [
        *("payment.prepared", "payment.released", "payment.filed", "payment.paid")
    ]


def test_an_invoice_goes_from_the_supplier_to_the_bureau(site, visit):
    prepared(site, world.award)
    manager, bureau = visit("manager"), visit("bureau")
    said = {"number": "25412000", "issued_on": "2025-06-29", "amount": "5600000"}
    without = post(manager, "/1/1/invoices", **said)
    assert without.status_code == 422
    assert "请上传发票" in without.text
    assert 'value="25412000"' in without.text
    assert post(manager, "/1/1/invoices", **said, file=(PDF, "f.pdf")).status_code == 303
    (one,) = read(site, lambda session: list(session.query(Invoice)))
    page = bureau.get("/payments/1/1").text
    assert "发票 25412000" in page
    assert "1 个文件" in page
    assert post(bureau, f"/1/1/invoices/{one.id}/reject").status_code == 422
    assert post(bureau, f"/1/1/invoices/{one.id}/confirm").status_code == 303
    assert "已确认" in manager.get("/payments/1/1").text


def a_table(rows):
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["序号", "运维项目", "金额"])
    for seq, fen in rows.items():
        sheet.append([seq, f"项目{seq}", float(yuan(fen))])
    sheet.append(["合计", "", float(yuan(sum(rows.values())))])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def test_an_award_comes_as_a_workbook_or_as_csv_and_is_confirmed_by_another(site, visit):
    bureau = visit("bureau")
    said = {"award": "8,000,000.00", "basis": "中标通知书", "password": PASSWORD}
    short = post(bureau, "/1/award", **said, table=(a_table(world.EACH | {7: 1}), "分项.xlsx"))
    assert short.status_code == 422
    assert "比中标金额 8,000,000.00 元少 177,777.76 元" in short.text
    assert 'value="177777.77"' in short.text  # what the table said stands in the boxes
    lines = ["seq,amount", *(f"{seq},{yuan(fen)}" for seq, fen in world.EACH.items())]
    broken = "\n".join([*lines[:7], "7,12.345", *lines[8:]]).encode()
    wrong = post(bureau, "/1/award", **said, table=(broken, "分项.csv"))
    assert "第 8 行" in wrong.text
    assert post(bureau, "/1/award", **said, table=("\n".join(lines).encode(), "分项.csv")).status_code == 303
    (made,) = read(site, lambda session: list(session.query(Award)))
    assert "待审核" in bureau.get("/payments/1/award").text
    path = f"/1/entries/award/{made.id}/confirm"
    assert post(bureau, path, password=PASSWORD).status_code == 403
    assert post(visit("bureau2"), path, password=PASSWORD).status_code == 303
    total = read(site, lambda session: year_view(session, 1, at(HERE)).account.total)
    assert total == world.AWARD
    assert "¥2,400,000.00" in visit("manager").get("/payments/1").text


def test_an_award_is_typed_row_by_row(visit):
    rows = {f"row_{seq}": yuan(fen) for seq, fen in world.EACH.items()}
    said = {"award": "8000000.00", "basis": "中标通知书", "password": PASSWORD}
    wrong = post(visit("bureau"), "/1/award", **said, **(rows | {"row_7": "七百"}))
    assert wrong.status_code == 422
    assert "第 7 项的金额要填金额" in wrong.text
    assert post(visit("bureau"), "/1/award", **said, **rows).status_code == 303


def test_supplements_and_the_end_of_a_row_on_the_site(site, visit):
    prepared(site, world.ready)
    bureau, second = visit("bureau"), visit("bureau2")
    said = {
        "number": "BC-1",
        "dated": "2025-06-29",
        "direction": "more",
        "reason": "扩容",
        "password": PASSWORD,
    }
    over = post(bureau, "/1/supplements", **said, amount="800000.01")
    assert over.status_code == 422
    assert "现在最多还能增加 800,000.00 元" in over.text
    assert post(bureau, "/1/supplements", **said, amount="100", rows="7 100.00").status_code == 303
    assert post(second, "/1/entries/supplement/1/confirm", password=PASSWORD).status_code == 303
    ended = post(
        *(bureau, "/1/terminations"), seq="39", last_day="2025-09-30", basis="纪要", password=PASSWORD
    )
    assert ended.status_code == 303
    page = second.get("/payments/1/changes").text
    assert "177,778.12 元 × 120 日 ÷ 365 日 = 58,447.60 元" in page
    assert "如果今天是第 39 项的最后服务日" not in page  # it has one
    assert post(second, "/1/entries/termination/1/confirm", password=PASSWORD).status_code == 303
    withdrawn = post(second, "/1/entries/termination/1/withdraw", reason="x")
    assert withdrawn.status_code == 409


def test_damages_and_rates_on_the_site(site, visit):
    prepared(site, world.ready)
    set_clock(site, "2025-07-20 09:00")
    bureau = visit("bureau")
    assert "还没有录入 2025-07-16 适用的一年期 LPR" in bureau.get("/payments/1/damages").text
    assert post(bureau, "/1/rates", published_on="2025-06-20", percent="3.00").status_code == 303
    assert "× 3.00% ÷ 365 × 5" in bureau.get("/payments/1/damages").text
    said = {"kind": "late_payment", "stage": "1", "what": "逾期 5 日", "reason": "按约", "password": PASSWORD}
    assert post(bureau, "/1/damages", **said).status_code == 303
    assert post(visit("bureau2"), "/1/entries/damages/1/confirm", password=PASSWORD).status_code == 303
    printed = post(bureau, "/1/entries/damages/1/print")
    assert "违约金认定书" in bureau.get(printed.location).text


def test_renewal_is_decided_project_by_project(visit):
    bureau = visit("bureau")
    refused = post(bureau, "/1/renewal", renews_1="yes", password=PASSWORD)
    assert refused.status_code == 422
    assert "与草案" in refused.text
    assert (
        post(bureau, "/1/renewal", renews_1="yes", reason_1="单位要求", password=PASSWORD).status_code == 303
    )
    assert "单位要求" in visit("auditor").get("/payments/1/renewal").text
    early = post(bureau, "/1/renewal/open", password=PASSWORD)
    assert early.status_code == 409
    assert "还有 44 个项目没有决定" in early.text


def test_the_checklist_is_kept_for_signing(site, visit):
    prepared(site, world.ready)
    printed = post(visit("manager"), "/1/1/checklist")
    page = visit("bureau").get(printed.location).text
    for said in ("付款条件核对表", "伍佰陆拾万元整", "条件全部满足", "甲方审核人（盖章）", "SHA-256"):
        assert said in page
    assert post(visit("bureau"), "/1/1/checklist").location == printed.location
    assert read(site, lambda session: session.query(Paper).filter(Paper.content.is_not(None)).count()) == 1


def test_the_effect_has_its_evidence(visit):
    bureau = visit("bureau")
    assert post(bureau, "/1/evidence", number="HT-1").status_code == 422
    assert post(bureau, "/1/evidence", number="HT-1", file=(PDF, "合同.pdf")).status_code == 303
    page = bureau.get("/payments/1").text
    assert re.search(r"第 1 服务年度生效依据\s*HT-1", page)


def test_a_payment_takes_a_constant_number_of_queries(site, visit):
    client = visit("auditor")

    def asked():
        with counted_queries(site) as sent:
            assert client.get("/payments/1/1").status_code == 200
        return len(sent)

    before = asked()
    prepared(site, world.ready)
    assert asked() <= before + 3
    assert before < 40
