"""The pages of acceptances: what each role sees, does, may not do, and must not even see."""

from __future__ import annotations

import re
from io import BytesIO

import docx
import pytest
from sqlalchemy import select

from app.acceptance import dossier, queries, standards
from app.database import transaction
from models.acceptance import Acceptance, Conformity, GroupMember
from models.contract import Project
from models.papers import Paper
from sla.vocab import Opinion
from tests.app.acceptance import world
from tests.app.acceptance.world import FAILED, PASSED
from tests.app.files.pictures import PDF
from tests.app.personas import project
from tests.app.visitors import PASSWORD, counted_queries, give_passwords, named, read

PARTIES = ("bureau", "manager", "auditor")
BLIND = ("engineer", "hotline", "admin")


def prepared(site, act):
    with site.app_context(), transaction() as session:
        act(session)
        return session.scalars(select(Acceptance.id)).one()


def round_of(site, look):
    return read(site, lambda session: look(session.scalars(select(Acceptance)).all()[-1]))


def unit_of(site, username):
    return read(site, lambda session: named(session, username).unit_id)


def post(client, address, **said):
    files = said.pop("file", None)
    data = said | ({"file": (BytesIO(files), "签字.pdf")} if files else {})
    return client.post(address, data=data, content_type="multipart/form-data" if files else None)


# -- who sees what --------------------------------------------------------------------------------------


@pytest.mark.parametrize("username", PARTIES)
def test_the_parties_and_the_auditor_read_everything(site, visit, going, username):
    client = visit(username)
    for page in ("", f"/{going}", f"/{going}/standards", f"/{going}/standards/45", f"/{going}/standards/0"):
        assert client.get(f"/acceptance{page}").status_code == 200, page
    for page in (f"/{going}/units", f"/{going}/units/{unit_of(site, 'stranger')}", "/dossier/1"):
        assert client.get(f"/acceptance{page}").status_code == 200, page


@pytest.mark.parametrize("username", BLIND)
def test_whom_it_does_not_concern_finds_nothing(site, visit, going, username):
    client = visit(username)
    assert client.get("/acceptance").status_code == 403
    assert 'href="/acceptance"' not in client.get("/").text
    for page in (f"/{going}", f"/{going}/standards", f"/{going}/units", "/dossier/1", "/dossier/1/zip"):
        assert client.get(f"/acceptance{page}").status_code == 404, page
    for act in ("conclude", "check", "countersign", "sign", "refresh", "propose", "standards/1", "members"):
        assert client.post(f"/acceptance/{going}/{act}", data={}).status_code == 404, act


def test_a_contact_finds_the_own_units_page_and_only_as_a_member_the_round(site, visit, going):
    own, other = unit_of(site, "stranger"), unit_of(site, "contact")
    stranger, member = visit("stranger"), visit("contact")
    assert f"/acceptance/{going}/units/{own}" in stranger.get("/acceptance").text
    assert stranger.get(f"/acceptance/{going}/units/{own}").status_code == 200
    for page in (f"/{going}", f"/{going}/units/{other}", f"/{going}/standards/1", "/dossier/1"):
        assert stranger.get(f"/acceptance{page}").status_code == 404, page
    assert member.get(f"/acceptance/{going}").status_code == 200
    assert member.get("/acceptance/dossier/1").status_code == 200


def test_before_the_round_is_opened_no_unit_is_asked(site, visit):
    number = prepared(site, world.reported)
    own = unit_of(site, "contact")
    assert visit("contact").get(f"/acceptance/{number}/units/{own}").status_code == 404
    assert "现在没有要您单位表达意见的验收" in visit("contact").get("/acceptance").text


@pytest.mark.parametrize("username", ["manager", "auditor", "contact"])
def test_only_the_bureau_organises_judges_and_concludes(site, visit, going, username):
    client = visit(username)
    for act in ("open", "members", "refresh", "propose", "conclude", "check", "send-back", "unsigned"):
        assert client.post(f"/acceptance/{going}/{act}", data={}).status_code == 403, act
    for act in ("further", "standards/1", "standards/1/propose", "members/1/opinion", "members/1/sheet"):
        assert client.post(f"/acceptance/{going}/{act}", data={}).status_code == 403, act


def test_only_the_manager_reports_states_and_signs_for_the_supplier(site, visit, going):
    client = visit("bureau")
    for act in (f"{going}/statement", f"{going}/countersign", "years/1/final", "dossier/1/3"):
        assert client.post(f"/acceptance/{act}", data={}).status_code == 403, act
    assert client.get("/acceptance/years/1/final").status_code == 403


# -- the whole path on the pages --------------------------------------------------------------------------


def test_a_form_that_comes_twice_is_entered_once(site, visit, going):
    manager, bureau = visit("manager"), visit("bureau")
    page = manager.get("/acceptance/dossier/1").text
    keys = set(re.findall(r'name="submission" value="([^"]+)"', page))
    assert len(keys) == 7
    part = {"file": PDF, "submission": keys.pop()}
    member = {"role": "expert", "name": "孙教授", "organisation": "大学", "submission": "member.1"}
    for _ in range(2):
        assert post(manager, "/acceptance/dossier/1/3", **part).status_code == 303
        assert post(bureau, f"/acceptance/{going}/members", **member).status_code == 303
    other = post(bureau, f"/acceptance/{going}/members", **member | {"name": "另一位"})
    assert other.status_code == 409
    with site.app_context(), transaction() as session:
        names = session.scalars(select(GroupMember.name).where(GroupMember.name.like("孙%"))).all()
        handed = dossier._papers(session, queries.year(session, 1))[3]
    assert names == ["孙教授"]
    assert len(handed) == 2  # with the one of the preparation


def test_the_supplier_hands_in_the_parts_and_reports(site, visit):
    client = visit("manager")
    page = client.get("/acceptance/years/1/final").text
    assert "一、项目进度执行情况" in page
    early = post(client, "/acceptance/years/1/final", report="全年平稳")
    assert early.status_code == 422
    assert "验收资料还缺：运维工作方案及计划" in early.text
    for part in (3, 4, 5, 6, 7):
        assert post(client, f"/acceptance/dossier/1/{part}", file=PDF).status_code == 303
    assert "七项齐全" not in client.get("/acceptance/dossier/1").text  # the work report comes with the notice
    assert post(client, "/acceptance/years/1/final", report="全年平稳").status_code == 303
    assert "七项齐全" in client.get("/acceptance/dossier/1").text
    assert "待局方组织" in client.get("/acceptance").text


def test_a_member_signs_with_the_own_password_and_an_expert_on_paper(site, visit, going):
    give_passwords(site, "contact")
    client, bureau = visit("contact"), visit("bureau")
    said = {"opinion": "passed", "said": ""}
    assert post(client, f"/acceptance/{going}/sign", **said).status_code == 422
    assert post(client, f"/acceptance/{going}/sign", **said, password="wrong one").status_code == 422
    assert post(client, f"/acceptance/{going}/sign", **said, password=PASSWORD).status_code == 303
    expert = read(site, lambda s: s.scalars(select(GroupMember.id).where(GroupMember.name == "赵教授")).one())
    address = f"/acceptance/{going}/members/{expert}/opinion"
    assert "请上传本人签字的意见书扫描件" in post(bureau, address, opinion="failed", said="缺检").text
    assert post(bureau, address, opinion="failed", said="缺检", file=PDF).status_code == 303
    opinions = read(site, lambda s: sorted(str(one) for one in s.scalars(select(GroupMember.opinion))))
    assert opinions == ["None", "failed", "passed"]


def test_a_unit_says_its_word_with_one_tap_and_nothing_preselected(site, visit, going):
    own, client = unit_of(site, "stranger"), visit("stranger")
    address = f"/acceptance/{going}/units/{own}"
    assert "checked" not in client.get(address).text
    assert post(client, address, opinion="passed").status_code == 422
    refused = post(client, address, opinion="failed", running_well="no")
    assert "请说明情况" in refused.text
    assert post(client, address, opinion="passed", running_well="yes").status_code == 303
    assert "本人在线签署" in client.get(address).text
    assert post(visit("contact"), address, opinion="passed", running_well="yes").status_code == 404
    by_phone = {"opinion": "passed", "running_well": "yes", "channel": "telephone", "said_by": "李"}
    assert post(visit("bureau"), address, **by_phone).status_code == 409


def test_the_bureau_judges_what_the_figures_leave_open(site, visit, going):
    client = visit("bureau")
    assert post(client, f"/acceptance/{going}/standards/1/propose").status_code == 303
    rows = read(
        site,
        lambda session: [
            (row.id, row.conforms, row.found)
            for row in standards.of_project(session, session.get_one(Acceptance, going), project(session, 1))
            if row.to_judge
        ],
    )
    assert [conforms for _, conforms, _ in rows] == [PASSED, PASSED, PASSED, None, None]
    attendance, address = rows[3][0], f"/acceptance/{going}/standards/1"
    assert rows[3][2] == "应到 498 人天，在岗 0 人天，出勤率 0.00%"
    refused = post(client, address, row=attendance, opinion="passed", remark="")
    assert refused.status_code == 422
    assert "数据没有建议合格，请说明理由" in refused.text
    assert post(client, address, row=attendance, opinion="failed", remark="没有人到岗").status_code == 303
    assert read(site, lambda s: s.get_one(Conformity, attendance).conforms) is FAILED
    assert post(client, f"/acceptance/{going}/standards/1/propose").status_code == 409


def test_two_of_the_bureau_conclude_and_the_supplier_signs(site, visit, ready):
    give_passwords(site, "bureau", "bureau2", "manager")
    first, second, manager = visit("bureau"), visit("bureau2"), visit("manager")
    address = f"/acceptance/{ready}"
    said = {"opinion": "passed", "said": "一致合格"}
    assert post(first, f"{address}/conclude", **said).status_code == 422
    assert post(first, f"{address}/conclude", **said, password=PASSWORD).status_code == 303
    assert post(first, f"{address}/check", password=PASSWORD).status_code == 403
    assert post(second, f"{address}/check", password=PASSWORD).status_code == 303
    assert "等乙方确认" in second.get(address).text
    assert post(manager, f"{address}/countersign", password=PASSWORD).status_code == 303
    assert round_of(site, lambda of: (of.passed, of.report_signed)) == (True, True)


# -- forms and lists --------------------------------------------------------------------------------------


def test_the_report_lists_every_standard_and_reads_as_word(site, visit, over):
    client = visit("bureau")
    made = client.post(f"/acceptance/{over}/forms/report")
    assert made.status_code == 303
    sheet = client.get(made.location)
    digest = read(site, lambda s: s.scalars(select(Paper.sha256).order_by(Paper.id.desc())).first())
    assert digest
    assert digest in sheet.text
    assert client.post(f"/acceptance/{over}/forms/report").location == made.location
    paper = int(made.location.rsplit("/", 1)[1])
    answer = client.get(f"/papers/{paper}/word")
    assert answer.data == client.get(f"/papers/{paper}/word").data
    written = docx.Document(BytesIO(answer.data))
    assert written.paragraphs[0].text == "验收报告"
    assert any(digest in one.text for one in written.paragraphs)
    assert len(written.inline_shapes) == 1  # the code that leads back
    of_standards = next(t for t in written.tables if t.rows[0].cells[1].text == "标准")
    assert len(of_standards.rows) == 1 + 478
    assert client.post(f"/acceptance/{over}/forms/certificate").status_code == 303
    assert visit("auditor").post(f"/acceptance/{over}/forms/report").status_code == 403
    seen = {who: visit(who).get(f"/papers/{paper}/word").status_code for who in ("contact", "stranger")}
    assert seen == {"contact": 200, "stranger": 404}  # the one is in the group


def test_no_report_is_printed_before_the_conclusion_stands_but_opinion_sheets_are(site, visit, going):
    client, unit = visit("bureau"), unit_of(site, "contact")
    assert client.post(f"/acceptance/{going}/forms/report").status_code == 409
    made = client.post(f"/acceptance/{going}/units/{unit}/sheet")
    assert "□ 合格" in client.get(made.location).text
    seen = {who: visit(who).get(made.location).status_code for who in ("contact", "stranger", "engineer")}
    assert seen == {"contact": 200, "stranger": 404, "engineer": 404}
    member = read(site, lambda s: s.scalars(select(GroupMember.id)).first())
    assert client.post(f"/acceptance/{going}/members/{member}/sheet").status_code == 303


def test_there_are_two_forms_and_no_other_word_makes_one(site, visit, over):
    bureau = visit("bureau")
    assert bureau.post(f"/acceptance/{over}/forms/certificate").status_code == 303
    assert bureau.post(f"/acceptance/{over}/forms/anything").status_code == 404


def test_who_speaks_for_a_sub_unit_sees_of_the_unit_above_the_own_projects_alone(site, visit, going):
    below = read(site, lambda session: project(session, 28))
    above = read(site, lambda session: project(session, 28).unit.parent_id)
    others = read(
        site,
        lambda session: [
            one.name for one in session.scalars(select(Project).where(Project.unit_id == above))
        ],
    )
    with site.app_context(), transaction() as session:
        named(session, "stranger").unit_id = below.unit_id
    page = visit("stranger").get(f"/acceptance/{going}/units/{above}")
    assert page.status_code == 200
    assert below.name in page.text
    assert others
    assert not any(name in page.text for name in others)


def test_the_pages_need_as_many_queries_for_all_projects_as_for_one(site, visit, going):
    client = visit("bureau")
    counts = []
    for page in (f"/{going}", f"/{going}/standards", f"/{going}/standards/34", f"/{going}/units"):
        with counted_queries(site) as sent:
            assert client.get(f"/acceptance{page}").status_code == 200
        counts.append(len(sent))
    assert max(counts) <= 32, counts


def test_the_list_of_what_waits_is_on_the_start_of_the_feature(site, visit, going):
    assert "签署验收小组意见" in visit("contact").get("/acceptance").text
    assert "填写单位验收意见" in visit("stranger").get("/acceptance").text


def test_the_rounds_that_count_are_found_for_the_payments(site, over):
    def look(session):
        year = queries.year(session, 1)
        found = world.passed(session, year.id, world.FINAL)
        return found.id if found else None, world.failures(session, year.id)

    assert read(site, look) == (over, [])
    assert read(site, lambda s: set(s.scalars(select(Conformity.conforms)))) == {Opinion.PASSED, None}
