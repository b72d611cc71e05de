"""Joining and leaving a posting, the papers, and somebody else instead."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from models.people import Assignment
from models.residents import PostingMember
from tests.app.residents.world import change, day, entered, extra, joined, member_id, posting_id, said
from tests.app.visitors import id_of, ledger, read, set_clock


def join(client, site, username="sub", row=1, **more):
    data = {"person": id_of(site, username), "from_day": "2025-07-02"} | more
    return client.post(f"/residents/{posting_id(site, row)}/2025-07/members", data=data)


def post(client, site, action, username="engineer", **data):
    return client.post(f"/residents/members/{member_id(site, username)}/{action}", data=data)


def members(site):
    found = select(PostingMember).order_by(PostingMember.id)
    return read(site, lambda session: list(session.scalars(found)))


def assignments(site, username):
    found = select(Assignment).where(Assignment.user_id == id_of(site, username)).order_by(Assignment.id)
    return read(site, lambda session: list(session.scalars(found)))


@pytest.fixture
def spare(staffed):
    """Somebody without any posting or project."""
    change(staffed, lambda session: extra(session, "sub"))
    return staffed


@pytest.mark.both_databases
def test_the_manager_puts_an_engineer_on_a_posting_who_then_sees_the_project_too(spare, visit):
    signed = {"signed_on": "2025-06-30", "handed_on": "2025-07-01", "note": "门禁卡一张"}
    assert join(visit("manager"), spare, **signed).status_code == 303
    held = members(spare)[-1]
    assert (held.from_day, held.until_day) == (day("2025-07-02"), None)
    assert (held.confidentiality_signed_on, held.handover_note) == (day("2025-06-30"), "门禁卡一张")
    (assigned,) = assignments(spare, "sub")
    assert (assigned.from_day, assigned.until_day) == (day("2025-07-02"), None)
    (entry,) = [one for one in ledger(spare, "member.") if one.subject == f"member:{held.id}"]
    assert said(entry.payload)["person"] == id_of(spare, "sub")
    set_clock(spare, "2025-07-02 09:00")
    assert visit("sub").get("/projects/1").status_code == 200


def test_who_is_assigned_already_is_not_assigned_again(staffed):
    assert len(assignments(staffed, "engineer")) == 1


def test_joining_without_an_agreement_is_a_gap_until_it_is_signed(spare, visit):
    manager = visit("manager")
    join(manager, spare)
    for username in ("manager", "bureau", "auditor"):
        assert "保密协议未签 工程师sub" in visit(username).get("/residents").text
    assert "保密协议未签" not in visit("contact").get("/residents").text
    assert "还没有签保密协议" in visit("bureau").get(f"/residents/members/{member_id(spare, 'sub')}").text
    assert post(manager, spare, "papers", "sub", signed_on="2025-07-01").status_code == 303
    assert "保密协议未签" not in manager.get("/residents").text
    assert ledger(spare, "member.papers")


@pytest.mark.parametrize(
    ("more", "status", "said"),
    [
        ({"from_day": ""}, 422, "请填写"),
        ({"last_day": "2025-07-01"}, 422, "不能早于到岗日"),
        ({"signed_on": "2025-07-02"}, 422, "不能晚于今天"),
        ({"handed_on": "2026-01-01"}, 422, "不能晚于今天"),
        ({"person": "99999"}, 422, "请从列表中选择"),
    ],
)
def test_a_bad_field_is_named(spare, visit, more, status, said):
    answer = join(visit("manager"), spare, **more)
    assert answer.status_code == status
    assert said in answer.text
    assert len(members(spare)) == 2


def test_nobody_holds_two_postings_at_once(spare, visit):
    manager = visit("manager")
    answer = join(manager, spare, "other_engineer")
    assert answer.status_code == 409
    assert "第 44 项" in answer.text
    assert join(manager, spare, "hotline").status_code == 422
    assert join(manager, spare, "engineer").status_code == 409


@pytest.mark.parametrize(
    ("username", "status"),
    [
        ("engineer", 403),
        ("contact", 403),
        ("bureau", 403),
        ("hotline", 403),
        ("auditor", 403),
        ("stranger", 404),
        ("other_engineer", 404),
        ("admin", 404),
    ],
)
def test_only_the_manager_arranges_the_posting(spare, visit, username, status):
    client = visit(username)
    assert join(client, spare).status_code == status
    assert post(client, spare, "papers", note="x").status_code == status
    assert post(client, spare, "end", last_day="2025-07-01").status_code == status
    assert len(members(spare)) == 2


def test_leaving_ends_the_assignment_and_asks_for_the_keys(staffed, visit):
    manager = visit("manager")
    assert post(manager, staffed, "end", last_day="2025-07-01").status_code == 303
    assert members(staffed)[0].until_day == day("2025-07-02")
    assert assignments(staffed, "engineer")[0].until_day == day("2025-07-02")
    assert "账号钥匙未交回" not in manager.get("/residents").text
    set_clock(staffed, "2025-07-02 09:00")
    manager = visit("manager")
    assert visit("engineer").get("/projects/1").status_code == 404
    page = manager.get("/residents").text
    assert "账号钥匙未交回 驻场工程师engineer" in page
    assert "缺编 2 人" in page
    returned = {"signed_on": "2025-06-03", "handed_on": "2025-06-03", "returned_on": "2025-07-02"}
    assert post(manager, staffed, "papers", **returned).status_code == 303
    assert "账号钥匙未交回" not in manager.get("/residents").text


@pytest.mark.parametrize(
    ("last", "status", "said"),
    [
        ("2025-06-02", 422, "不能早于到岗日"),
        ("2025-06-30", 409, "已登记在岗"),
        ("", 422, "请填写"),
    ],
)
def test_an_end_that_cannot_be_is_refused(staffed, visit, last, status, said):
    change(staffed, lambda session: entered(session, "2025-07-01", now="2025-07-01 20:00"))
    answer = post(visit("manager"), staffed, "end", last_day=last)
    assert answer.status_code == status
    assert said in answer.text
    assert members(staffed)[0].until_day is None


def test_an_end_is_not_put_off_in_passing(staffed, visit):
    manager = visit("manager")
    post(manager, staffed, "end", last_day="2025-07-10")
    assert post(manager, staffed, "end", last_day="2025-07-11").status_code == 409
    assert post(manager, staffed, "end", last_day="2025-07-09").status_code == 303


def test_keys_do_not_come_back_before_they_were_handed_over(staffed, visit):
    dates = {"handed_on": "2025-06-30", "returned_on": "2025-06-29"}
    assert post(visit("manager"), staffed, "papers", **dates).status_code == 422


def test_saving_papers_unchanged_is_no_fact(staffed, visit):
    same = {"signed_on": "2025-06-03", "handed_on": "2025-06-03"}
    assert post(visit("manager"), staffed, "papers", **same).status_code == 303
    assert ledger(staffed, "member.papers") == []


# -- somebody else ------------------------------------------------------------------------------------


def answer_to(client, site, username="sub", from_day="2025-07-10"):
    request = ledger(site, "replacement.asked")[-1].subject.split(":")[1]
    data = {"person": id_of(site, username), "from_day": from_day, "note": "已交接一周"}
    return client.post(f"/residents/replacements/{request}/answer", data=data)


@pytest.mark.both_databases
def test_the_bureau_asks_for_somebody_else_and_the_supplier_answers(spare, visit):
    bureau, manager = visit("bureau"), visit("manager")
    assert post(bureau, spare, "replacement", reason="多次脱岗").status_code == 303
    assert "更换待答复 驻场工程师engineer" in manager.get("/residents").text
    assert post(bureau, spare, "replacement", reason="再催").status_code == 409
    assert answer_to(manager, spare).status_code == 303
    old, new = members(spare)[0], members(spare)[-1]
    assert (old.until_day, new.from_day) == (day("2025-07-10"), day("2025-07-10"))
    assert new.user_id == id_of(spare, "sub")
    page = bureau.get(f"/residents/members/{old.id}").text
    assert "2025-07-10 起由工程师sub接替。已交接一周" in page
    assert "更换待答复" not in manager.get("/residents").text
    assert answer_to(manager, spare).status_code == 409
    (entry,) = ledger(spare, "replacement.answered")
    assert said(entry.payload)["person"] == id_of(spare, "sub")


@pytest.mark.parametrize(
    ("username", "status"), [("manager", 403), ("contact", 403), ("engineer", 403), ("stranger", 404)]
)
def test_only_the_bureau_asks(spare, visit, username, status):
    assert post(visit(username), spare, "replacement", reason="x").status_code == status


def test_an_answer_that_fails_leaves_everything_as_it_was(spare, visit):
    post(visit("bureau"), spare, "replacement", reason="多次脱岗")
    manager = visit("manager")
    assert answer_to(manager, spare, "other_engineer").status_code == 409  # holds row 44's posting
    assert answer_to(manager, spare, "engineer").status_code == 422
    assert answer_to(manager, spare, from_day="2025-06-03").status_code == 422
    assert answer_to(visit("contact"), spare).status_code == 403
    assert members(spare)[0].until_day is None
    assert ledger(spare, "replacement.answered") == []
    assert ledger(spare, "member.ended") == []


def test_who_has_left_is_not_asked_away(site, visit):
    change(site, lambda session: joined(session, through=day("2025-06-30")))
    assert post(visit("bureau"), site, "replacement", reason="x").status_code == 409
