"""Silence accepts at its true moment; recording it changes nothing that the rules had not settled."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from app.account.queries import may_sign_in
from app.ledger.service import verify
from app.people.queries import people as people_listed
from app.people.queries import person_named
from app.tickets import service
from app.tickets.derivation import derive_ticket
from app.tickets.story import story
from app.watch.service import system_account
from models.ledger import LedgerEntry
from models.people import SYSTEM, User
from models.tickets import Ticket, TicketClock
from sla.errors import Conflict, NotFound
from sla.vocab import EventKind, Side, TicketState
from tests.app.personas import Personas, at, new_ticket
from tests.app.watch.world import counted, run, texts, told, who

# Claimed on Tuesday 1 July: silence ends with Friday 4 July, at 2025-07-05 00:00.
ENDS = "2025-07-05 00:00"


@pytest.fixture
def claimed(session: Session, people: Personas) -> Ticket:
    ticket = new_ticket(session, people.contact)
    service.respond(session, people.engineer, ticket, at("2025-07-01 09:10"))
    service.claim_recovery(session, people.engineer, ticket, at("2025-07-01 10:00"), note="重启了服务")
    session.commit()
    return ticket


@pytest.mark.parametrize("noticed", [ENDS, "2025-07-05 00:04", "2025-07-08 11:00"])
def test_nothing_is_derived_differently_before_and_after_it_is_recorded(
    session: Session, claimed: Ticket, noticed: str
) -> None:
    before = derive_ticket(session, claimed, at(noticed))
    run(session, "silence", noticed)
    after = derive_ticket(session, claimed, at(noticed))
    assert after == before
    assert before.facts.claim is not None
    assert before.facts.claim.accepted_at == at(ENDS)
    assert len(claimed.events) == 4


def test_the_acceptance_is_an_event_of_the_system_at_the_true_moment(
    session: Session, people: Personas, claimed: Ticket
) -> None:
    run(session, "silence", "2025-07-05 03:00")
    event = claimed.events[-1]
    assert (event.kind, event.side) == (EventKind.RECOVERY_ACCEPTED, Side.SYSTEM)
    assert (event.occurred_at, event.recorded_at) == (at(ENDS), at("2025-07-05 03:00"))
    assert (claimed.state, claimed.accepted_at) == (TicketState.ACCEPTED, at(ENDS))
    assert claimed.waiting == 0
    clocks = session.scalars(select(TicketClock).where(TicketClock.ticket_id == claimed.id)).all()
    assert not any(row.outcome_provisional for row in clocks)
    entry = session.scalars(select(LedgerEntry).order_by(LedgerEntry.seq.desc())).first()
    assert entry is not None
    assert (entry.kind, entry.actor_id) == ("ticket.recovery_accepted", event.actor_id)
    assert verify(session, print).findings == 0


def test_the_story_tells_it_once(session: Session, claimed: Ticket) -> None:
    for noticed in (ENDS, "2025-07-05 03:00"):
        run(session, "silence", noticed)
    lines = story(claimed, derive_ticket(session, claimed, at("2025-07-06 09:00")), set(), {})
    accepted = [line for line in lines if line.kind is EventKind.RECOVERY_ACCEPTED]
    assert [(line.who, line.said) for line in accepted] == [("系统", ("期满没有异议，视为验收通过",))]


def test_before_the_end_nothing_happens_and_twice_is_once(session: Session, claimed: Ticket) -> None:
    assert run(session, "silence", "2025-07-04 23:59") == "1 张工单等待验收，0 张期满视为通过"
    assert run(session, "silence", ENDS) == "1 张工单等待验收，1 张期满视为通过"
    assert run(session, "silence", ENDS) == "没有等待验收的工单"
    assert len(claimed.events) == 4


def test_those_concerned_are_told(session: Session, claimed: Ticket) -> None:
    run(session, "silence", "2025-07-05 03:00")
    assert who(session, "accepted") == ["contact", "engineer", "manager"]
    assert {moment for _, _, moment in told(session)} == {at(ENDS)}
    assert texts(session, "accepted") == {
        f"{claimed.number} 到 2025-07-04 24:00 没有异议，视为验收通过：平台打不开"
    }


def test_a_person_s_answer_comes_first(session: Session, people: Personas, claimed: Ticket) -> None:
    service.reject(session, people.contact, claimed, at("2025-07-02 09:00"), "还是打不开")
    run(session, "silence", "2025-07-08 00:00")
    assert len(claimed.events) == 4
    service.claim_recovery(session, people.engineer, claimed, at("2025-07-08 10:00"), note="换了硬盘")
    run(session, "silence", "2025-07-10 00:00")
    assert claimed.state is TicketState.CLAIMED
    run(session, "silence", "2025-07-12 00:00")
    assert claimed.accepted_at == at("2025-07-12 00:00")


def test_what_follows_is_as_after_silence_without_an_event(
    session: Session, people: Personas, claimed: Ticket
) -> None:
    run(session, "silence", "2025-07-05 03:00")
    with pytest.raises(Conflict, match="没有待验收"):
        service.reject(session, people.contact, claimed, at("2025-07-05 09:00"), "不行")
    service.close(session, people.contact, claimed, at("2025-07-07 09:00"), 4)
    assert (claimed.state, claimed.settled) == (TicketState.CLOSED, True)


def test_the_account_of_the_system_is_made_once_and_nobody_signs_in_with_it(
    session: Session, people: Personas
) -> None:
    made = system_account(session, at("2025-07-05 03:00"))
    assert system_account(session, at("2025-07-06 03:00")) is made
    assert session.scalar(select(func.count()).where(User.username == SYSTEM)) == 1
    assert (made.side, made.is_active, made.password_hash) == (Side.SYSTEM, False, "!")
    made.deactivated_at = None
    assert not may_sign_in(made, demo=True)
    for former in (False, True):
        made.deactivated_at = at("2025-07-05 03:00") if former else None
        session.flush()
        assert made not in people_listed(session, people.admin, former=former)
    with pytest.raises(NotFound):
        person_named(session, SYSTEM)


def test_an_idle_sweep_is_one_query(session: Session, people: Personas, engine: Engine) -> None:
    new_ticket(session, people.contact)
    session.commit()
    with counted(engine) as sent:
        run(session, "silence", "2025-07-03 09:00")
    assert len(sent) == 1
