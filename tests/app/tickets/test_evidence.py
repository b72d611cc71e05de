"""Evidence does not bend: times nobody can have meant, pauses without an end, one's own word confirmed."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from app.tickets import decisions, service
from app.tickets.derivation import derive_ticket
from models.tickets import Ticket
from sla.errors import Conflict, Forbidden, Invalid
from sla.vocab import PauseReason, Role, Severity, TicketState, Verdict
from tests.app.personas import Personas, at, new_ticket, real_contract


@pytest.fixture
def people(session: Session) -> Personas:
    found = real_contract(session)
    session.commit()
    return found


def claimed(session: Session, people: Personas) -> Ticket:
    ticket = new_ticket(session, people.contact)
    service.respond(session, people.engineer, ticket, at("2025-07-01 09:10"))
    service.claim_recovery(session, people.engineer, ticket, at("2025-07-01 10:00"), note="换了电源")
    return ticket


def paused(session: Session, people: Personas, now: str = "2025-07-01 09:30") -> Ticket:
    ticket = new_ticket(session, people.contact)
    service.pause(session, people.engineer, ticket, at(now), PauseReason.AWAITING_UNIT, "等钥匙")
    return ticket


def test_a_report_time_is_not_corrected_to_after_the_ticket_was_entered(
    session: Session, people: Personas
) -> None:
    ticket = new_ticket(session, people.hotline)
    with pytest.raises(Invalid, match="登记") as refused:
        decisions.correct_report_time(
            session, people.contact, ticket, at("2025-07-02 09:00"), at("2025-07-02 08:59"), "记错了"
        )
    assert refused.value.field == "reported_at"


@pytest.mark.parametrize("who", ["contact", "bureau"])
def test_a_report_time_is_corrected_no_further_back_than_it_may_be_entered(
    session: Session, people: Personas, who: str
) -> None:
    ticket = new_ticket(session, people.hotline)
    now, actor = at("2025-07-02 09:00"), getattr(people, who)
    with pytest.raises(Invalid, match="30 天"):
        decisions.correct_report_time(session, actor, ticket, now, at("2025-05-31 09:00"), "记错了")
    decisions.correct_report_time(session, actor, ticket, now, at("2025-06-03 09:00"), "早就报了")
    assert ticket.reported_at == at("2025-06-03 09:00")


@pytest.mark.parametrize("who", ["contact", "bureau"])
def test_the_unit_ends_a_pause_that_the_supplier_leaves_running(
    session: Session, people: Personas, who: str
) -> None:
    ticket = paused(session, people)
    decisions.confirm(session, people.contact, ticket, at("2025-07-01 09:40"), "pause", 2)
    service.resume(session, getattr(people, who), ticket, at("2025-07-01 10:00"), note="钥匙已送到")
    assert ticket.state is TicketState.NEW
    [pause] = derive_ticket(session, ticket, at("2025-07-09 09:00")).facts.pauses
    assert (pause.start, pause.end) == (at("2025-07-01 09:30"), at("2025-07-01 10:00"))


def test_time_in_which_the_work_was_said_to_be_done_is_no_pause(session: Session, people: Personas) -> None:
    ticket = claimed(session, people)
    decided = at("2025-07-01 16:00")
    service.reject(session, people.contact, ticket, decided, "还是打不开")
    why = PauseReason.AWAITING_UNIT
    with pytest.raises(Invalid, match="上次退回时间"):
        service.pause(
            session,
            people.engineer,
            ticket,
            at("2025-07-01 17:00"),
            why,
            "等单位验收",
            at("2025-07-01 10:30"),
        )
    service.pause(session, people.engineer, ticket, at("2025-07-01 17:00"), why, "等钥匙", decided)


def test_nobody_accepts_the_recovery_they_claimed_in_another_role(session: Session, people: Personas) -> None:
    ticket = claimed(session, people)
    moved_to_the_bureau(people)
    with pytest.raises(Forbidden, match="自己"):
        service.accept(session, people.engineer, ticket, at("2025-07-01 11:00"))
    service.accept(session, people.bureau, ticket, at("2025-07-01 11:00"))
    assert ticket.state is TicketState.ACCEPTED


def test_nobody_confirms_what_they_said_themselves_in_another_role(
    session: Session, people: Personas
) -> None:
    ticket = paused(session, people)
    now, said = at("2025-07-01 13:00"), {"severity": Severity.GENERAL}
    decisions.reclassify(session, people.engineer, ticket, at("2025-07-01 09:40"), said, "只有一台")
    service.respond(session, people.engineer, ticket, now, at("2025-07-01 09:10"))
    moved_to_the_bureau(people)
    for what, seq in (("pause", 2), ("claim", 3), ("backentry", 4)):
        with pytest.raises(Forbidden, match="自己"):
            decisions.confirm(session, people.engineer, ticket, now, what, seq)
        decisions.confirm(session, people.bureau2, ticket, now, what, seq)
    assert ticket.waiting == 0


def moved_to_the_bureau(people: Personas) -> None:
    """The engineer of yesterday is a civil servant today."""
    people.engineer.role = Role.BUREAU


def test_silence_is_not_taken_back(session: Session, people: Personas) -> None:
    ticket = claimed(session, people)
    for use_case in (service.accept, service.reject):
        with pytest.raises(Conflict, match="没有待验收"):
            use_case(session, people.contact, ticket, at("2025-07-05 09:00"), "不行")


def test_a_pause_does_not_lie_inside_an_earlier_one(session: Session, people: Personas) -> None:
    ticket = paused(session, people)
    service.resume(session, people.engineer, ticket, at("2025-07-01 10:30"))
    again = (at("2025-07-01 11:00"), PauseReason.AWAITING_PARTS, "等批", at("2025-07-01 10:00"))
    with pytest.raises(Invalid, match="上次挂起结束时间"):
        service.pause(session, people.engineer, ticket, *again)
    with pytest.raises(Conflict, match="没有挂起"):
        service.resume(session, people.engineer, ticket, at("2025-07-01 11:00"), at("2025-07-01 09:00"))


def test_a_pause_is_not_ended_before_it_began(session: Session, people: Personas) -> None:
    ticket = paused(session, people)
    with pytest.raises(Invalid, match="挂起开始时间"):
        service.resume(session, people.engineer, ticket, at("2025-07-01 10:00"), at("2025-07-01 09:29"))


def test_a_recovery_dated_back_to_before_the_due_time_is_judged_by_its_record(
    session: Session, people: Personas
) -> None:
    ticket = new_ticket(session, people.contact)
    due = {str(c.kind): c.due_at for c in derive_ticket(session, ticket, at("2025-07-01 09:00")).clocks}
    now = at("2025-07-03 09:00")
    service.claim_recovery(session, people.engineer, ticket, now, due["recovery"], "早就好了")
    recovery = next(c for c in derive_ticket(session, ticket, now).clocks if c.kind == "recovery")
    assert (recovery.verdict, recovery.stopped_at) == (Verdict.BREACHED, now)
