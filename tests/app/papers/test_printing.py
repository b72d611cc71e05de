"""A form for signing keeps its bytes; the sheet says their digest, and the stamped scan joins it."""

from __future__ import annotations

import re
from dataclasses import replace
from hashlib import sha256

import pytest
from sqlalchemy import text

from app.database import transaction
from app.papers.printing import FormTable, PrintedForm, Signature, form_of, signed_form
from app.papers.service import make_paper
from models.papers import Paper
from sla.errors import Invalid
from sla.vocab import PaperKind
from tests.app.files.pictures import PDF
from tests.app.files.things import send
from tests.app.personas import at, project
from tests.app.visitors import ledger, named, read

FORM = PrintedForm(
    title="付款条件核对表",
    subtitle="第一次付款",
    facts=(("合同", "洛采公开-2025-60"), ("金额", "¥6,137,507.17")),
    text=("各项目运转平稳。", "经回访满意合格。"),
    tables=(FormTable("条件", ("条件", "金额"), (("合同生效", "1.00"), ("发票", "")), ("金额",)),),
    signatures=(Signature("甲方经办人", "张三"), Signature("乙方", stamp=True)),
    basis="招标文件第 4375 行",
)


def keep(site, form=FORM, who="bureau", row=None, now="2025-07-01 09:00", unit_of=None):
    with site.app_context(), transaction() as session:
        of = project(session, row).id if row else None
        unit = project(session, unit_of).unit_id if unit_of else None
        paper = signed_form(
            session, named(session, who), PaperKind.PAYMENT_REQUEST, "payment_stage:1", form, at(now),
            project_id=of, unit_id=unit,
        )  # fmt: skip
        return paper.id


def test_what_is_kept_is_the_form_itself_and_its_digest(site):
    paper_id = keep(site)
    paper = read(site, lambda session: session.get_one(Paper, paper_id))
    assert form_of(paper) == FORM
    assert paper.sha256 == sha256(FORM.content().encode()).hexdigest()
    (entry,) = ledger(site, "paper.made")
    assert paper.sha256 in entry.payload


def test_printing_the_same_again_is_the_same_paper_and_another_content_is_another(site):
    first = keep(site)
    assert keep(site, who="bureau2", now="2025-07-02 09:00") == first
    assert keep(site, replace(FORM, subtitle="第二次付款")) != first
    assert len(ledger(site, "paper.made")) == 2


def test_what_evidence_cannot_hold_is_refused():
    with pytest.raises(Invalid, match="证据"):
        replace(FORM, title="\ud800").content()


def test_the_page_prints_the_form_with_places_to_sign_a_code_and_the_digest(site, visit):
    paper_id = keep(site)
    page = visit("bureau").get(f"/papers/{paper_id}")
    assert page.status_code == 200
    for said in ("付款条件核对表", "¥6,137,507.17", "经回访满意合格", "甲方经办人", "张三", "乙方（盖章）"):
        assert said in page.text
    digest = sha256(FORM.content().encode()).hexdigest()
    assert digest in page.text
    assert f'src="/papers/{paper_id}/code.svg"' in page.text
    assert visit("bureau").get(f"/papers/{paper_id}/code.svg").content_type == "image/svg+xml"
    told = visit("auditor").get(f"/papers/{paper_id}/content.json")
    assert sha256(told.data).hexdigest() == digest


def test_a_form_that_was_changed_afterwards_is_not_shown(site, visit):
    paper_id = keep(site)
    with site.app_context(), transaction() as session:
        session.execute(text("UPDATE paper SET content = replace(content, '6,137', '9,137')"))
    assert visit("auditor").get(f"/papers/{paper_id}").status_code == 500


def test_the_stamped_scan_joins_the_form_and_both_are_kept(site, visit):
    paper_id = keep(site)
    page = visit("manager").get(f"/papers/{paper_id}").text
    assert "还没有上传签字盖章的扫描件" in page
    sent = send(
        visit("manager"), f"/files/paper/{paper_id}", (PDF, "signed.pdf"), kind="scan", submission="s"
    )
    assert sent.status_code == 201
    page = visit("bureau").get(f"/papers/{paper_id}").text
    assert "signed.pdf" in page
    assert "付款条件核对表" in page
    assert "还没有上传" not in page


def test_money_is_for_the_two_parties_and_a_projects_paper_for_whoever_sees_the_project(site, visit):
    whole, of_one = keep(site), keep(site, row=1)
    seen = {
        who: [visit(who).get(f"/papers/{one}").status_code for one in (whole, of_one)]
        for who in ("bureau", "manager", "auditor", "contact", "engineer", "stranger", "hotline", "admin")
    }
    assert seen == {
        **{who: [200, 200] for who in ("bureau", "manager", "auditor")},
        **{who: [404, 200] for who in ("contact", "engineer")},
        **{who: [404, 404] for who in ("stranger", "hotline", "admin")},
    }


@pytest.mark.both_databases
def test_a_units_paper_is_for_its_contacts_and_no_engineers(site, visit):
    of_unit = keep(site, unit_of=1)
    seen = {
        who: visit(who).get(f"/papers/{of_unit}").status_code
        for who in ("bureau", "manager", "auditor", "contact", "engineer", "stranger", "hotline", "admin")
    }
    assert [who for who, status in seen.items() if status == 200] == [
        "bureau",
        "manager",
        "auditor",
        "contact",
    ]
    assert set(seen.values()) == {200, 404}
    assert "洛阳市教育局" in visit("contact").get("/papers").text
    assert f"/papers/{of_unit}" not in visit("stranger").get("/papers").text


def test_the_list_holds_what_is_in_scope_and_can_be_narrowed(site, visit):
    whole, of_one = keep(site), keep(site, row=1)

    def listed(who, query=""):
        return {
            int(one) for one in re.findall(r'href="/papers/(\d+)"', visit(who).get(f"/papers{query}").text)
        }

    assert listed("bureau") == {whole, of_one}
    assert listed("contact") == {of_one}
    assert listed("stranger") == set()
    assert listed("bureau", "?kind=invoice") == set()
    assert visit("hotline").get("/papers").status_code == 403
    assert visit("admin").get("/papers").status_code == 403
    assert visit("auditor").get(f"/papers/{whole}").text.count("<form") == visit("auditor").get(
        "/"
    ).text.count("<form")


def bring(site, who):
    with site.app_context(), transaction() as session:
        made = make_paper(
            *(
                session,
                named(session, who),
                PaperKind.DAMAGES,
                "damages:1",
                "违约金证据",
                at("2025-07-01 09:00"),
            )
        )
        return made.id


def test_to_evidence_only_the_side_that_brought_it_adds(site, visit):
    of_bureau, of_supplier = bring(site, "bureau"), bring(site, "manager")

    def add(who, paper_id):
        return send(visit(who), f"/files/paper/{paper_id}", (PDF, "more.pdf"), submission=f"{who}-{paper_id}")

    assert [add(who, of_bureau).status_code for who in ("bureau2", "manager")] == [201, 403]
    assert [add(who, of_supplier).status_code for who in ("manager", "bureau")] == [201, 403]
    assert len(ledger(site, "file.attached")) == 2
