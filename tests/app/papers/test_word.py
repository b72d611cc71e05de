"""Every form that is signed can also be had as a Word document: the same content, the same digest."""

from __future__ import annotations

import ast
import re
from datetime import date
from hashlib import sha256
from html import unescape
from io import BytesIO
from pathlib import Path

import docx
import pytest
from sqlalchemy import select

from app.acceptance import queries
from app.callbacks.record import printed_record
from app.closing import service as closing
from app.database import transaction
from app.papers.printing import digest, form_of
from app.payments import damages, endings, supplements
from models.acceptance import Acceptance, GroupMember
from models.callbacks import CallBack
from models.contract import Project
from models.papers import Paper
from sla.damages import DamagesKind
from sla.vocab import GroupRole
from tests.app.closing.world import JUNE, REVIEWED
from tests.app.payments import world as money
from tests.app.personas import at, people_of
from tests.app.visitors import ledger, read, set_clock

NOW = "2025-10-03 08:00"

# What keeps each form, and what its document has to say in large writing or else.
FORMS = {
    "付款条件核对表": ("/payments/1/1/checklist", "伍佰陆拾万元整"),
    "付款申请书": ("/payments/1/1/request", "伍佰陆拾万元整"),
    "补充合同": ("/payments/1/entries/supplement/1/print", "壹佰元零伍分"),
    "提前终止协议": ("/payments/1/entries/termination/1/print", "伍万捌仟肆佰肆拾柒元陆角整"),
    "违约金认定书（草案）": ("/payments/1/entries/damages/1/print", "贰拾肆万元零叁分"),
    "续签建议书": ("/payments/1/renewal/print", "约谈整改后再定"),
    "阶段性验收报告": ("/acceptance/1/forms/report", "合格"),
    "验收合格单": ("/acceptance/1/forms/certificate", "合格"),
    "验收小组成员意见书": ("/acceptance/1/members/1/sheet", "□ 合格　　□ 不合格"),
    "单位验收意见书": ("/acceptance/1/units/{unit}/sheet", "□ 是　　□ 否"),
    "2025-06 月度签认单": ("/closing/2025-06/sheet", "数字摘要（SHA-256）"),
    "季度考核表": ("/assessment/2025-Q3/projects/1/paper", "考核办法"),
}
CALLERS = {  # the functions that keep a form; a new one is tried here too
    "app/acceptance/printing.py": 4,
    "app/assessment/sheets.py": 1,
    "app/closing/views.py": 1,
    "app/payments/form_views.py": 1,
}


@pytest.fixture
def site(site):
    with site.app_context(), transaction() as session:
        people = people_of(session)
        assert people
        money.paid(session, people)
        now = at("2025-07-20 09:00")
        supplements.enter_supplement(
            *(session, people.bureau, 1, "BC-1", date(2025, 7, 20), 10_005, {7: 10_005}, "扩容", now)
        )
        end = endings.Settlement(39, date(2025, 9, 30), None, "会议纪要")
        endings.enter_termination(session, people.bureau, 1, end, now)
        claim = damages.Claim(DamagesKind.DELAY, "逾期 3 日", 24_000_003, "按约", days=3)
        damages.enter_claim(session, people.bureau, 1, claim, now)
        of = session.scalars(select(Acceptance)).one()
        for user, name in ((None, "赵教授"), (people.contact, people.contact.name)):
            role = GroupRole.UNIT if user else GroupRole.EXPERT
            one = GroupMember(acceptance_id=of.id, role=role, name=name, organisation="大学", user=user)
            session.add(one)
        closing.open_review(session, people.bureau, JUNE, REVIEWED)
    set_clock(site, NOW)
    return site


def keep(site, client, address):
    """Keep a form as the page's button does; return the address of its page."""
    unit = read(site, lambda s: queries.heard(s, s.get_one(Acceptance, 1))[0].unit.id)
    made = client.post(address.format(unit=unit))
    assert made.status_code == 303, (address, made.text)
    return made.location


def paper_at(site, location):
    return read(site, lambda session: session.get_one(Paper, int(location.rsplit("/", 1)[1])))


def written(content):
    """Return all texts of a document, cell by cell, and how many pictures it has."""
    made = docx.Document(BytesIO(content))
    cells = [cell.text for table in made.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in made.paragraphs), *cells]), made


def check_same(form, answer, page, sha):
    """Check that a document says all that the form says, and the printed page's digest."""
    assert answer.status_code == 200
    said, made = written(answer.data)
    texts = [form.title, form.subtitle, form.basis, *form.text]
    texts += [text for pair in form.facts if pair[1] for text in pair]
    texts += [text for one in form.tables for row in (one.headings, *one.rows) for text in row]
    texts += [text for one in form.signatures for text in (one.role, one.name)]
    assert [line for text in texts for line in text.split("\n") if line not in said] == []
    assert made.paragraphs[0].text == form.title
    assert f"内容摘要（SHA-256）：{sha}" in said
    assert sha in page.text
    address = re.search("网址：(http://[^<]+)", page.text)
    assert address
    assert unescape(address[1]) in said
    signing = made.tables[-1]
    assert [cell.text for cell in signing.rows[0].cells] == ["签署方", "姓名", "签字", "盖章", "日期"]
    assert len(signing.rows) == 1 + len(form.signatures)
    assert ("（盖章处）" in said) is any(one.stamp for one in form.signatures)
    assert len(made.inline_shapes) == 1  # the code that leads back


def test_every_signed_form_is_printed_and_had_as_word_with_the_same_lines_and_digest(site, visit):
    bureau = visit("bureau")
    others = {who: visit(who) for who in ("engineer", "contact", "stranger", "hotline", "admin")}
    for title, (address, said) in FORMS.items():
        location = keep(site, bureau, address)
        assert keep(site, bureau, address) == location, title  # printed again it is the same paper
        page = bureau.get(location)
        assert "data-print" in page.text, title
        assert f'href="{location}/word"' in page.text, title
        assert "下载 Word" in page.text
        paper = paper_at(site, location)
        form = form_of(paper)
        assert form is not None
        assert form.title == title
        answer = bureau.get(f"{location}/word")
        check_same(form, answer, page, paper.sha256)
        assert said in written(answer.data)[0], title
        set_clock(site, "2025-10-03 08:30")
        assert bureau.get(f"{location}/word").data == answer.data, title
        set_clock(site, NOW)
        seen = {who: client.get(location).status_code for who, client in others.items()}
        assert seen == {who: client.get(f"{location}/word").status_code for who, client in others.items()}
        assert seen["admin"] == seen["hotline"] == 404, title
    assert len(ledger(site, "paper.made")) >= len(FORMS)


def test_the_record_of_a_call_back_is_had_as_word_by_who_sees_it(site, visit):
    query = select(CallBack.id).join(CallBack.project).where(Project.seq == 1)
    found = read(site, lambda session: session.scalars(query).one())
    page = visit("contact").get(f"/callbacks/{found}/record")
    assert f'href="/callbacks/{found}/record/word"' in page.text
    form = read(site, lambda s: printed_record(s.get_one(CallBack, found)))
    answer = visit("contact").get(f"/callbacks/{found}/record/word")
    check_same(form, answer, page, digest(form.content()))
    assert visit("bureau").get(f"/callbacks/{found}/record/word").data == answer.data
    assert sha256(answer.data).hexdigest()
    assert visit("stranger").get(f"/callbacks/{found}/record/word").status_code == 404


def test_what_came_from_outside_has_no_word_document(site, visit):
    outside = read(site, lambda s: s.scalars(select(Paper.id).where(Paper.content.is_(None))).first())
    assert "下载 Word" not in visit("bureau").get(f"/papers/{outside}").text
    assert visit("bureau").get(f"/papers/{outside}/word").status_code == 404


def test_what_was_withdrawn_is_not_signed_and_an_award_has_no_form(site, visit):
    with site.app_context(), transaction() as session:
        from app.payments import two
        from models.payments import Supplement

        people = people_of(session)
        assert people
        two.withdraw(session, people.bureau, session.get_one(Supplement, 1), "写错", at(NOW))
    bureau = visit("bureau")
    assert bureau.post("/payments/1/entries/supplement/1/print").status_code == 409
    assert bureau.post("/payments/1/entries/award/1/print").status_code == 404
    assert bureau.post("/payments/1/2/request").status_code == 409
    for who, status in (("manager", 403), ("auditor", 403), ("contact", 404), ("engineer", 404)):
        assert visit(who).post("/payments/1/entries/termination/1/print").status_code == status, who
        assert visit(who).post("/payments/1/renewal/print").status_code == status, who


def test_every_place_that_keeps_a_form_is_among_those_tried_here():
    root = Path(__file__).parents[3]
    found = {}
    for path in sorted((root / "app").rglob("*.py")):
        text = path.read_text(encoding="utf8")
        calls = [
            node
            for node in (ast.walk(ast.parse(text)) if "signed_form(" in text else ())
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "signed_form"
        ]
        if calls:
            found[str(path.relative_to(root))] = len(calls)
    assert found == CALLERS


# -- who is in the group of an acceptance -----------------------------------------------------------------


def test_a_member_of_the_group_reads_the_papers_of_the_round_and_nothing_else_of_the_contract(site, visit):
    bureau, member = visit("bureau"), visit("contact")
    report = keep(site, bureau, "/acceptance/1/forms/report")
    sheet = keep(site, bureau, "/acceptance/1/units/{unit}/sheet")
    checklist = keep(site, bureau, "/payments/1/1/checklist")
    for page in (report, sheet, f"{report}/word", f"{report}/code.svg", f"{report}/content.json"):
        assert member.get(page).status_code == 200, page
    assert report in member.get("/acceptance/1").text
    assert report in member.get("/papers").text
    assert member.get(checklist).status_code == 404
    for page in (report, f"{report}/word", checklist):
        assert visit("stranger").get(page).status_code == 404, page
    assert report not in visit("stranger").get("/papers").text
    assert "签字盖章的扫描件（照片或 PDF）" not in member.get(report).text
    sent = member.post(f"/files/paper/{report.rsplit('/', 1)[1]}", data={"submission": "x"})
    assert sent.status_code == 403
    with site.app_context(), transaction() as session:
        session.get_one(GroupMember, 2).removed_at = at(NOW)
    assert member.get(report).status_code == 404
