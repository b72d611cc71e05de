"""A dispute from the claim to the review: what each step needs, and what it does to verdict and figures."""

from __future__ import annotations

import json
from io import BytesIO

import pytest
from sqlalchemy import select, text

from app.database import transaction
from app.disputes.queries import granted_at, waiting_for
from app.tickets import decisions
from app.watch.replay import differences
from models.duties import Occurrence
from models.papers import Paper
from models.tickets import Ticket
from models.watch import Notice
from sla.figures import Figure
from sla.vocab import ClockKind, Verdict
from tests.app.disputes.world import (
    CLAIM,
    GRANT,
    REFUSE,
    claimed,
    clock,
    figure,
    late_ticket,
    missed_duty,
    post,
    steps,
)
from tests.app.personas import at
from tests.app.visitors import give_passwords, ledger, named, read, set_clock


@pytest.fixture
def late(site):
    """A late response; the bureau's two people can sign."""
    give_passwords(site, "bureau", "bureau2")
    return late_ticket(site)


def decided(site, said=GRANT, who="bureau", when="2025-07-08 09:00"):
    return post(site, who, "/1/decide", said, when)


@pytest.mark.both_databases
def test_a_granted_claim_exempts_the_breach_and_the_review_takes_it_back(site, late):
    assert figure(site, "2025-07-02 09:00") == Figure(0, 1)
    assert claimed(site, late).status_code == 303
    said = {"agrees": "true", "text": "确实停电"}
    assert post(site, "contact", "/1/comment", said, "2025-07-03 09:00").status_code == 303
    assert decided(site).status_code == 303
    assert clock(site, late) is Verdict.EXEMPT
    assert figure(site, "2025-07-08 10:00") == Figure(0, 0, 1)
    asked = post(site, "contact", "/1/ask-review", {"text": "后来查明没有停电"}, "2025-07-09 09:00")
    assert asked.status_code == 303
    assert clock(site, late) is Verdict.EXEMPT  # the first decision holds meanwhile
    assert post(site, "bureau", "/1/review", REFUSE).status_code == 403
    assert post(site, "bureau2", "/1/review", REFUSE).status_code == 303
    assert clock(site, late) is Verdict.BREACHED
    assert figure(site, "2025-07-09 10:00") == Figure(0, 1)
    kinds = [one.kind.removeprefix("dispute.") for one in ledger(site, "dispute.")]
    assert kinds == steps(site) == ["claimed", "commented", "decided", "review_asked", "reviewed"]
    payload = json.loads(ledger(site, "dispute.decided")[0].payload)
    assert (payload["granted"], payload["attribution"], payload["clock"]) == (True, "unit", "response")


def test_nothing_of_a_step_can_be_changed_or_deleted(site, late):
    claimed(site, late)
    for statement in ("UPDATE dispute_step SET text = ''", "DELETE FROM dispute_step"):
        with pytest.raises(Exception, match="append-only"), site.app_context(), transaction() as session:
            session.execute(text(statement))


def test_a_refusal_leaves_the_breach_and_a_second_claim_is_refused(site, late):
    claimed(site, late)
    assert decided(site, REFUSE).status_code == 303
    assert clock(site, late) is Verdict.BREACHED
    answer = claimed(site, late, "2025-07-09 09:00")
    assert answer.status_code == 409
    assert "只能申请一次" in answer.text


def test_the_bureau_waits_for_the_unit_until_its_period_is_over(site, late):
    claimed(site, late)
    early = decided(site, when="2025-07-07 18:00")
    assert early.status_code == 409
    assert "2025-07-07 24:00 前表示意见" in early.text
    assert GRANT["text"] in early.text  # what was typed stays
    assert decided(site, when="2025-07-08 00:00").status_code == 303


def test_a_comment_after_its_period_comes_too_late(site, late):
    claimed(site, late)
    answer = post(site, "contact", "/1/comment", {"agrees": "true"}, "2025-07-08 00:00")
    assert answer.status_code == 409


def test_who_disagrees_says_why(site, late):
    claimed(site, late)
    answer = post(site, "contact", "/1/comment", {"agrees": "false"}, "2025-07-03 09:00")
    assert answer.status_code == 422
    assert "请写明当时的情况" in answer.text
    assert post(site, "contact", "/1/comment", {}, "2025-07-03 09:00").status_code == 422
    assert steps(site) == ["claimed"]


def test_a_late_claim_is_refused_unless_the_bureau_admits_it(site, late):
    refused = claimed(site, late, "2025-07-16 00:00")
    assert refused.status_code == 409
    assert "2025-07-15 24:00 前提出" in refused.text
    about = {"ticket": late, "clock": "response", "round": 0, "text": "系统故障无法提交"}
    assert post(site, "manager", "/admit", about).status_code == 403
    assert post(site, "bureau", "/admit", about | {"text": ""}).status_code == 422
    assert post(site, "bureau", "/admit", about).status_code == 303
    assert claimed(site, late, "2025-07-16 09:00").status_code == 303
    assert steps(site) == ["admitted", "claimed"]


def test_in_time_nothing_needs_to_be_admitted(site, late):
    about = {"ticket": late, "clock": "response", "round": 0, "text": "x"}
    assert post(site, "bureau", "/admit", about).status_code == 409


def test_what_was_admitted_and_not_claimed_lapses_and_may_be_admitted_again(site, late):
    about = {"ticket": late, "clock": "response", "round": 0, "text": "补充材料"}
    assert post(site, "bureau", "/admit", about, "2025-07-16 09:00").status_code == 303
    assert claimed(site, late, "2025-07-31 09:00").status_code == 409
    assert post(site, "bureau", "/admit", about).status_code == 303
    assert claimed(site, late, "2025-08-01 09:00").status_code == 303


def test_the_supplier_s_own_doing_is_neither_claimed_nor_granted(site, late):
    assert claimed(site, late, attribution="supplier").status_code == 422
    claimed(site, late)
    answer = decided(site, GRANT | {"attribution": "supplier"})
    assert answer.status_code == 422
    assert "乙方原因" in answer.text
    assert clock(site, late) is Verdict.BREACHED


def test_a_decision_is_signed_with_the_own_password(site, late):
    claimed(site, late)
    for password in ("", "wrong one"):
        answer = decided(site, GRANT | {"password": password})
        assert answer.status_code == 422
        assert "口令" in answer.text
        assert GRANT["text"] in answer.text
    assert steps(site) == ["claimed"]


def test_one_review_in_time_and_no_second_one(site, late):
    claimed(site, late)
    decided(site, REFUSE)
    assert post(site, "manager", "/1/ask-review", {"text": "有录音"}, "2025-07-16 00:00").status_code == 409
    assert post(site, "manager", "/1/ask-review", {"text": "有录音"}, "2025-07-15 23:00").status_code == 303
    assert post(site, "bureau2", "/1/review", GRANT).status_code == 303
    assert clock(site, late) is Verdict.EXEMPT
    again = post(site, "contact", "/1/ask-review", {"text": "不服"})
    assert again.status_code == 409
    assert "已经定了，不再改变" in again.text


def test_what_is_in_time_cannot_be_claimed(site, late):
    about = {"ticket": late, "clock": "recovery", "round": 0} | CLAIM
    set_clock(site, "2025-07-01 09:10")
    answer = post(site, "manager", "/claim", about)
    assert answer.status_code == 409
    assert "没有超时" in answer.text
    assert post(site, "manager", "/claim", about | {"clock": "containment"}).status_code == 404
    assert post(site, "manager", "/claim", CLAIM).status_code == 404


def test_an_exemption_rests_while_the_clock_is_met_and_applies_when_it_is_breached_again(site, late):
    claimed(site, late)
    decided(site)

    def corrected(when, to):
        with site.app_context(), transaction() as session:
            ticket, bureau = session.get_one(Ticket, late), named(session, "bureau")
            decisions.correct(session, bureau, ticket, at(when), 2, at(to), "有录音")

    corrected("2025-07-09 09:00", "2025-07-01 09:20")
    assert clock(site, late) is Verdict.MET
    assert figure(site, "2025-07-09 10:00") == Figure(1, 1)
    corrected("2025-07-10 09:00", "2025-07-01 11:00")
    assert clock(site, late) is Verdict.EXEMPT


def test_the_nightly_replay_finds_an_exempt_clock_right(site, late):
    from app.tickets import service

    claimed(site, late)
    decided(site)
    with site.app_context(), transaction() as session:
        ticket, bureau = session.get_one(Ticket, late), named(session, "bureau")
        service.claim_recovery(
            session, named(session, "manager"), ticket, at("2025-07-08 10:00"), note="好了"
        )
        service.accept(session, bureau, ticket, at("2025-07-08 10:10"))
        service.close(session, bureau, ticket, at("2025-07-08 10:20"), rating=4)
    assert clock(site, late) is Verdict.EXEMPT
    assert read(site, lambda session: list(differences(session, at("2025-07-09 02:00")))) == []
    found = read(site, lambda session: granted_at(session, [late]))
    assert found == {(late, ClockKind.RESPONSE, 0): at("2025-07-08 09:00")}


@pytest.mark.both_databases
def test_a_missed_duty_is_waived_by_the_decision_and_not_after_a_review_says_otherwise(site, late):
    duty = missed_duty(site)
    assert (
        post(site, "manager", "/claim", {"occurrence": duty} | CLAIM, "2025-07-02 09:00").status_code == 303
    )
    assert decided(site).status_code == 303

    def waived():
        return read(
            site, lambda s: (s.get_one(Occurrence, duty).waived_at, s.get_one(Occurrence, duty).waived_reason)
        )

    assert waived() == (at("2025-07-08 09:00"), "争议 ZY00001：停电通知属实")
    post(site, "manager", "/1/ask-review", {"text": "x"})
    assert post(site, "bureau2", "/1/review", REFUSE).status_code == 303
    assert waived() == (None, "")


def test_a_duty_of_the_whole_contract_is_decided_at_once(site, late):
    duty = missed_duty(site, None, "每月工作汇总")
    about = {"occurrence": duty} | CLAIM
    assert post(site, "manager", "/claim", about, "2025-07-02 09:00").status_code == 303
    assert decided(site, when="2025-07-02 10:00").status_code == 303


def test_evidence_is_a_paper_of_the_project(site, late):
    evidence = (BytesIO("停电通知".encode()), "通知.txt")
    assert claimed(site, late, file=evidence).status_code == 303
    paper = read(site, lambda session: session.scalars(select(Paper)).one())
    assert (paper.subject, str(paper.kind)) == ("dispute:1", "evidence")
    set_clock(site, "2025-07-03 09:00")
    for who, status in (("contact", 200), ("engineer", 200), ("stranger", 404), ("hotline", 404)):
        from tests.app.visitors import visit

        assert visit(site, who).get("/files/1", buffered=True).status_code == status, who


def test_each_turn_is_told_to_whose_it_is(site, late):
    def told():
        rows = read(
            site,
            lambda s: [
                (n.user.username, str(n.kind)) for n in s.scalars(select(Notice)) if "ZY00001" in n.text
            ],
        )
        return set(rows)

    claimed(site, late)
    assert told() == {("contact", "waiting")}
    post(site, "contact", "/1/comment", {"agrees": "true"}, "2025-07-03 09:00")
    assert told() >= {("bureau", "waiting"), ("bureau2", "waiting")}
    decided(site, when="2025-07-03 10:00")
    assert told() >= {("manager", "decided"), ("contact", "decided")}


def test_what_waits_for_somebody_waits_for_nobody_else(site, late):
    def waits(when):
        def look(session):
            names = ("contact", "stranger", "engineer", "manager", "bureau", "bureau2", "hotline", "auditor")
            return [name for name in names if waiting_for(session, named(session, name), at(when))]

        return read(site, look)

    claimed(site, late)
    assert waits("2025-07-03 09:00") == ["contact"]
    assert waits("2025-07-08 09:00") == ["bureau", "bureau2"]
    decided(site)
    assert waits("2025-07-09 09:00") == []
    post(site, "manager", "/1/ask-review", {"text": "x"}, "2025-07-09 09:00")
    assert waits("2025-07-09 10:00") == ["bureau2"]
