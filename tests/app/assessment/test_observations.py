"""Observations: the bureau records with evidence, the supplier answers once, nothing is deleted (A2)."""

from __future__ import annotations

import json
from datetime import date
from io import BytesIO

import pytest
from sqlalchemy import select

from models.assessment import Observation
from models.papers import Paper
from models.watch import Notice
from tests.app.assessment.world import change, observation_id, observed
from tests.app.files.pictures import PDF
from tests.app.personas import project
from tests.app.visitors import counted_queries, ledger, named, read

NEW = {
    "day": "2025-07-15",
    "aspect": "attitude",
    "what": "到场后未登记即离开",
    "submission": "s-1",
    "deduction": "1.5",
    "indicator": "onsite",
}


def new(site, **more):
    row = read(site, lambda session: project(session, 1).id)
    return {name: one for name, one in ({"project": str(row)} | NEW | more).items() if one is not None}


def test_the_bureau_records_with_evidence_and_a_repeat_is_the_same(site, visit):
    bureau = visit("bureau")
    assert "登记后不能修改" in bureau.get("/assessment/observations/new").text
    once, again = (
        bureau.post(
            "/assessment/observations",
            data=new(site, veto="1") | {"file": (BytesIO(PDF), "照片.pdf")},
            content_type="multipart/form-data",
        )
        for _ in range(2)
    )
    assert once.status_code == again.status_code == 303
    assert once.location == again.location
    other = bureau.post("/assessment/observations", data=new(site, veto="1", what="另一件事"))
    assert other.status_code == 409, "the same number with other words is not the same form"
    found = read(site, lambda session: session.query(Observation).one())
    assert (found.deduction, found.indicator, found.veto) == ("1.50", "onsite", True)
    paper = read(site, lambda session: session.query(Paper).one())
    assert (paper.subject, paper.kind, paper.project_id) == (
        f"observation:{found.id}",
        "evidence",
        found.project_id,
    )
    page = bureau.get(once.location).text
    assert "照片.pdf" in page
    assert "1.50 分，从「到场及时率」扣" in page
    (entry,) = ledger(site, "observation.")
    assert json.loads(entry.payload)["deduction"] == "1.50"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"day": "2025-08-02"}, "不能晚于今天"),
        ({"day": "2025-06-02"}, "不能早于合同生效日"),
        ({"deduction": "-1"}, "0 到 100 的数字"),
        ({"deduction": None}, "请填扣多少分"),
        ({"aspect": "mood"}, "方面"),
        ({"what": " "}, "情况"),
        ({"project": "99999"}, "请从列表中选择运维项目"),
        ({"indicator": "backentry"}, "从哪一项扣分"),
    ],
)
def test_what_cannot_be_is_refused_and_what_was_typed_stays(site, visit, changes, words):
    answer = visit("bureau").post("/assessment/observations", data=new(site, **changes))
    assert answer.status_code == 422
    assert words in answer.text
    assert "到场后未登记即离开" in answer.text or changes.get("what")
    assert ledger(site, "observation.") == []


@pytest.mark.both_databases
def test_a_number_no_column_holds_is_no_project(site, visit):
    bureau, many = visit("bureau"), str(10**25)
    assert bureau.get(f"/assessment/observations?project={many}").status_code == 200
    answer = bureau.post("/assessment/observations", data=new(site, project=many))
    assert answer.status_code == 422
    assert "到场后未登记即离开" in answer.text


@pytest.mark.both_databases
def test_withdrawn_with_a_reason_it_stays_and_counts_no_longer(site, visit):
    one, bureau = observation_id(site, deduction="2"), visit("bureau")
    assert bureau.post(f"/assessment/observations/{one}/withdraw", data={}).status_code == 422
    answer = bureau.post(f"/assessment/observations/{one}/withdraw", data={"reason": "记错了项目"})
    assert answer.status_code == 303
    page = bureau.get(f"/assessment/observations/{one}").text
    assert "已撤回，不计入" in page
    assert "记错了项目" in page
    assert bureau.post(f"/assessment/observations/{one}/withdraw", data={"reason": "x"}).status_code == 409
    late = visit("manager").post(f"/assessment/observations/{one}/answer", data={"answer": "x"})
    assert late.status_code == 409
    assert [entry.kind for entry in ledger(site, "observation.")] == [
        "observation.recorded",
        "observation.withdrawn",
    ]


def test_the_manager_is_told_and_nobody_else(site, visit):
    made = observation_id(site, deduction="2", indicator="response")
    (notice,) = read(
        site, lambda s: s.scalars(select(Notice).where(Notice.key == f"observation:{made}")).all()
    )
    assert notice.user_id == read(site, lambda s: named(s, "manager").id)
    assert "扣 2.00 分" in notice.text
    assert visit("manager").get(notice.path).status_code == 200


def test_the_supplier_sees_it_and_answers_once(site, visit):
    one, manager = observation_id(site), visit("manager")
    assert "提交答复" in manager.get(f"/assessment/observations/{one}").text
    said = {"answer": "已约谈，补登记"}
    assert manager.post(f"/assessment/observations/{one}/answer", data=said).status_code == 303
    assert manager.post(f"/assessment/observations/{one}/answer", data=said).status_code == 409
    page = visit("bureau").get(f"/assessment/observations/{one}").text
    assert "已约谈，补登记" in page
    assert "提交答复" not in page


def test_evidence_may_follow_later_from_the_bureau_alone(site, visit):
    one = observation_id(site)
    sent = {"file": (BytesIO(PDF), "函件.pdf")}
    address = f"/assessment/observations/{one}/evidence"
    answer = visit("bureau").post(address, data=sent, content_type="multipart/form-data")
    assert answer.status_code == 303
    assert "函件.pdf" in visit("contact").get(f"/assessment/observations/{one}").text
    assert visit("manager").post(address).status_code == 403
    assert visit("bureau").post(address).status_code == 422


@pytest.mark.parametrize(
    ("username", "own", "whole"),
    [
        ("bureau", 200, 200),
        ("manager", 200, 200),
        ("auditor", 200, 200),
        ("contact", 200, 404),
        ("engineer", 200, 404),
        ("stranger", 404, 404),
        ("other_engineer", 404, 404),
        ("hotline", 403, 403),
        ("admin", 403, 403),
    ],
)
def test_an_observation_is_for_those_concerned(site, visit, username, own, whole):
    of_one, of_all = observation_id(site), observation_id(site, row=None, text="月报格式不一")
    client = visit(username)
    assert client.get(f"/assessment/observations/{of_one}").status_code == own
    assert client.get(f"/assessment/observations/{of_all}").status_code == whole
    listed = client.get("/assessment/observations")
    if own != 403:
        assert (f"observations/{of_one}" in listed.text) == (own == 200)
        assert (f"observations/{of_all}" in listed.text) == (whole == 200)
    else:
        assert listed.status_code == 403


@pytest.mark.parametrize("username", ["manager", "auditor", "contact", "engineer", "hotline", "admin"])
def test_the_bureau_alone_records_and_withdraws(site, visit, username):
    one, client = observation_id(site), visit(username)
    assert client.get("/assessment/observations/new").status_code == 403
    assert client.post("/assessment/observations", data=new(site)).status_code == 403
    assert client.post(f"/assessment/observations/{one}/withdraw", data={"reason": "x"}).status_code == 403
    if username != "manager":
        said = {"answer": "x"}
        assert client.post(f"/assessment/observations/{one}/answer", data=said).status_code == 403


def test_the_list_is_narrowed_and_needs_as_many_queries_for_many(site, visit):
    first = observation_id(site, text="第一件", day=date(2025, 7, 1))
    bureau = visit("bureau")
    with counted_queries(site) as of_one:
        bureau.get("/assessment/observations")

    def more(session):
        for number in range(12):
            observed(session, row=number + 2, text=f"另 {number}", aspect="security", veto=number == 3)

    change(site, more)
    with counted_queries(site) as of_many:
        bureau.get("/assessment/observations")
    assert len(of_many) == len(of_one)

    def listed(query):
        return bureau.get(f"/assessment/observations?{query}").text.count("/assessment/observations/")

    everything = listed("")
    assert listed("aspect=attitude") == everything - 12
    assert listed("show=veto") == everything - 12
    assert listed("last=2025-07-02") == everything - 12
    assert f"observations/{first}" not in bureau.get("/assessment/observations?project=0").text
    assert "没有这样的日常考核" in bureau.get("/assessment/observations?show=withdrawn").text
