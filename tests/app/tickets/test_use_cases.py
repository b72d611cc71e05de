"""Every use case of a ticket on the real contract, on both databases."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from app.tickets import decisions, service
from app.tickets.derivation import derive_ticket
from app.tickets.record import load_for_change
from models.engine import write_session
from models.ledger import LedgerEntry
from models.tickets import Ticket, TicketEvent
from sla.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from sla.vocab import Complexity, EventKind, PauseReason, Severity, TicketKind, TicketState, Verdict
from tests.app.personas import Personas, at, new_ticket, project, real_contract


@pytest.fixture
def people(session: Session) -> Personas:
    found = real_contract(session)
    session.commit()
    return found


def verdicts(session: Session, ticket: Ticket, now: str) -> dict[str, Verdict]:
    return {str(c.kind): c.verdict for c in derive_ticket(session, ticket, at(now)).clocks}


def test_a_ticket_lives_from_report_to_rating(session: Session, people: Personas) -> None:
    ticket = new_ticket(session, people.contact)
    service.respond(session, people.engineer, ticket, at("2025-07-01 09:20"))
    service.request_onsite(session, people.contact, ticket, at("2025-07-01 09:30"))
    service.arrive(session, people.engineer, ticket, at("2025-07-01 10:10"))
    service.claim_recovery(session, people.engineer, ticket, at("2025-07-01 12:00"), note="更换电源")
    service.accept(session, people.contact, ticket, at("2025-07-01 14:00"))
    service.close(session, people.contact, ticket, at("2025-07-01 14:01"), rating=5, comment="很快")
    session.commit()
    assert verdicts(session, ticket, "2025-07-02 00:00") == {
        "response": Verdict.MET,
        "onsite": Verdict.MET,
        "recovery": Verdict.MET,
    }
    assert (ticket.state, ticket.rating, ticket.settled, ticket.waiting) == (TicketState.CLOSED, 5, True, 0)
    assert ticket.version == len(ticket.events) == 7


def test_every_event_is_one_link_of_the_chain_in_the_same_transaction(
    session: Session, people: Personas
) -> None:
    ticket = new_ticket(session, people.contact)
    service.respond(session, people.engineer, ticket, at("2025-07-01 09:20"))
    links = session.scalars(
        select(LedgerEntry.kind).where(LedgerEntry.subject == f"ticket:{ticket.id}").order_by(LedgerEntry.seq)
    ).all()
    assert links == ["ticket.opened", "ticket.responded"]
    session.rollback()
    assert session.scalar(select(func.count()).select_from(TicketEvent)) == 0
    assert session.scalar(select(func.count()).where(LedgerEntry.kind.like("ticket.%"))) == 0


def test_the_same_submission_makes_one_ticket(session: Session, people: Personas) -> None:
    first = new_ticket(session, people.contact, submission="one")
    again = new_ticket(session, people.contact, submission="one")
    assert first is again
    assert session.scalar(select(func.count()).select_from(Ticket)) == 1


def test_two_people_acting_on_one_state_one_wins_and_the_other_is_told_the_state(
    session: Session, people: Personas
) -> None:
    ticket = new_ticket(session, people.contact)
    seen = ticket.version
    service.respond(session, people.engineer, ticket, at("2025-07-01 09:20"))
    session.commit()
    with pytest.raises(Conflict, match=r"engineer 刚在 2025-07-01 09:20:00 记录了「响应」.*处理中"):
        load_for_change(session, people.manager, ticket.id, at("2025-07-01 09:21"), seen)


def test_two_transactions_at_the_same_instant_record_one_response(
    engine: Engine, session: Session, people: Personas
) -> None:
    ticket = new_ticket(session, people.contact)
    session.commit()
    told: list[str] = []
    both = threading.Barrier(2)

    def act(username: str) -> None:
        with write_session(engine) as own:
            both.wait()
            try:
                actor = own.merge(getattr(people, username), load=True)
                mine = load_for_change(own, actor, ticket.id, at("2025-07-01 09:10"), 1)
                service.respond(own, actor, mine, at("2025-07-01 09:10"))
                own.commit()
                told.append("won")
            except Conflict as error:
                own.rollback()
                told.append(error.message)

    threads = [threading.Thread(target=act, args=(name,)) for name in ("engineer", "manager")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(told)[0] == "won"
    assert len(told) == 2
    assert "记录了「响应」" in sorted(told)[1]
    session.expire_all()
    assert [e.kind for e in session.get_one(Ticket, ticket.id).events] == [
        EventKind.OPENED,
        EventKind.RESPONDED,
    ]


def test_what_may_not_be_seen_does_not_exist(session: Session, people: Personas) -> None:
    ticket = new_ticket(session, people.contact)
    for nobody in (people.stranger, people.other_engineer, people.admin):
        with pytest.raises(NotFound):
            load_for_change(session, nobody, ticket.id, at("2025-07-01 09:10"))
    with pytest.raises(NotFound):
        new_ticket(session, people.stranger, row=1, now="2025-07-01 09:30")


@pytest.mark.parametrize(
    ("who", "act"),
    [
        ("contact", lambda s, a, t, n: service.respond(s, a, t, n)),
        ("contact", lambda s, a, t, n: service.claim_recovery(s, a, t, n, note="好了")),
        ("contact", lambda s, a, t, n: service.pause(s, a, t, n, PauseReason.AWAITING_UNIT, "等")),
        ("engineer", lambda s, a, t, n: service.cancel(s, a, t, n, "误报")),
        ("engineer", lambda s, a, t, n: decisions.correct_report_time(s, a, t, n, n, "晚了")),
        ("engineer", lambda s, a, t, n: service.assign(s, a, t, n, a.id)),
        ("hotline", lambda s, a, t, n: service.claim_recovery(s, a, t, n, note="好了")),
        ("auditor", lambda s, a, t, n: service.add_note(s, a, t, n, "看过")),
        ("admin", lambda s, a, t, n: service.respond(s, a, t, n)),
    ],
)
def test_what_a_role_may_not_do_is_refused(session: Session, people: Personas, who: str, act: object) -> None:
    ticket = new_ticket(session, people.contact)
    with pytest.raises(Forbidden, match="您的角色是"):
        act(session, getattr(people, who), ticket, at("2025-07-01 09:30"))  # type: ignore[operator]
    assert ticket.version == 1


def test_nobody_approves_the_own_claim(session: Session, people: Personas) -> None:
    ticket = new_ticket(session, people.contact)
    service.pause(
        session, people.engineer, ticket, at("2025-07-01 09:30"), PauseReason.AWAITING_UNIT, "等开门"
    )
    for supplier in (people.engineer, people.manager, people.hotline):
        with pytest.raises(Forbidden):
            decisions.confirm(session, supplier, ticket, at("2025-07-01 09:40"), "pause", 2)
    decisions.confirm(session, people.bureau, ticket, at("2025-07-01 09:40"), "pause", 2)
    with pytest.raises(Conflict, match="已经处理过"):
        decisions.refuse(session, people.contact, ticket, at("2025-07-01 09:41"), "pause", 2, "不同意")


def test_a_rejected_recovery_counts_and_a_new_claim_cannot_lie_before_the_rejection(
    session: Session, people: Personas
) -> None:
    ticket = new_ticket(session, people.contact)
    service.claim_recovery(session, people.engineer, ticket, at("2025-07-01 10:00"), note="重启")
    service.reject(session, people.contact, ticket, at("2025-07-01 11:00"), "仍打不开")
    with pytest.raises(Invalid, match="上次退回时间"):
        service.claim_recovery(
            session, people.engineer, ticket, at("2025-07-01 12:00"), at("2025-07-01 10:59"), "又重启"
        )
    service.claim_recovery(session, people.engineer, ticket, at("2025-07-01 12:00"), note="换主板")
    assert ticket.rejections == 1
    assert ticket.state is TicketState.CLAIMED


def test_nothing_lies_in_the_future_or_before_the_report(session: Session, people: Personas) -> None:
    ticket = new_ticket(session, people.contact)
    for wrong, told in (("2025-07-01 09:21", "在将来"), ("2025-07-01 08:59", "早于报告时间")):
        with pytest.raises(Invalid, match=told):
            service.respond(session, people.engineer, ticket, at("2025-07-01 09:20"), at(wrong))
    with pytest.raises(Invalid, match="在将来"):
        new_ticket(session, people.hotline, reported_at=at("2025-07-01 09:01"))
    assert ticket.version == 1


def test_the_supplier_may_enter_an_earlier_report_and_the_contact_corrects_it(
    session: Session, people: Personas
) -> None:
    ticket = new_ticket(session, people.hotline, reported_at=at("2025-07-01 08:30"))
    assert ticket.reported_at == at("2025-07-01 08:30")
    service.respond(session, people.engineer, ticket, at("2025-07-01 09:00"))
    decisions.correct_report_time(
        session, people.contact, ticket, at("2025-07-01 10:00"), at("2025-07-01 08:00"), "八点就打了电话"
    )
    assert verdicts(session, ticket, "2025-07-01 10:00")["response"] is Verdict.BREACHED
    with pytest.raises(Invalid, match="不能晚于"):
        decisions.correct_report_time(
            session, people.contact, ticket, at("2025-07-01 10:01"), at("2025-07-01 09:30"), "记错"
        )


def test_the_first_due_time_is_kept_when_facts_change(session: Session, people: Personas) -> None:
    ticket = new_ticket(session, people.hotline, row=44)
    said = {"complexity": Complexity.COMPLEX}
    decisions.reclassify(session, people.manager, ticket, at("2025-07-01 09:30"), said, "需要厂家到场")
    decisions.confirm(session, people.bureau, ticket, at("2025-07-01 10:00"), "claim", 2)
    row = next(c for c in ticket.clocks if c.kind == "recovery")
    assert (row.original_due_at, row.due_at) == (at("2025-07-01 11:00"), at("2025-07-01 17:00"))


def test_a_back_entry_waits_for_the_unit_and_counts_once_confirmed(
    session: Session, people: Personas
) -> None:
    ticket = new_ticket(session, people.contact)
    service.respond(session, people.engineer, ticket, at("2025-07-01 10:00"), at("2025-07-01 09:10"))
    assert (ticket.waiting, verdicts(session, ticket, "2025-07-01 10:00")["response"]) == (
        1,
        Verdict.BREACHED,
    )
    decisions.confirm(session, people.contact, ticket, at("2025-07-01 11:00"), "backentry", 2)
    assert (ticket.waiting, verdicts(session, ticket, "2025-07-01 11:00")["response"]) == (0, Verdict.MET)


def test_the_supplier_s_earlier_correction_waits_and_the_bureau_s_binds(
    session: Session, people: Personas
) -> None:
    ticket = new_ticket(session, people.contact)
    service.respond(session, people.engineer, ticket, at("2025-07-01 09:40"))
    decisions.correct(
        session, people.engineer, ticket, at("2025-07-01 10:00"), 2, at("2025-07-01 09:15"), "记错了"
    )
    assert ticket.waiting == 1
    decisions.refuse(session, people.contact, ticket, at("2025-07-01 10:10"), "backentry", 3, "没有接到")
    assert verdicts(session, ticket, "2025-07-01 10:10")["response"] is Verdict.BREACHED
    decisions.correct(
        session, people.bureau, ticket, at("2025-07-01 10:20"), 2, at("2025-07-01 09:25"), "有录音"
    )
    assert verdicts(session, ticket, "2025-07-01 10:20")["response"] is Verdict.MET


def test_arrival_twice_needs_a_second_request(session: Session, people: Personas) -> None:
    ticket = new_ticket(session, people.contact)
    service.arrive(session, people.engineer, ticket, at("2025-07-01 09:50"))
    with pytest.raises(Conflict, match="到场"):
        service.arrive(session, people.engineer, ticket, at("2025-07-01 10:00"))
    service.request_onsite(session, people.contact, ticket, at("2025-07-01 10:05"))
    with pytest.raises(Conflict, match="不需要重复申请"):
        service.request_onsite(session, people.contact, ticket, at("2025-07-01 10:06"))
    service.arrive(session, people.engineer, ticket, at("2025-07-01 10:30"))
    assert [(c.kind.value, c.round) for c in ticket.clocks if c.kind == "onsite"] == [
        ("onsite", 0),
        ("onsite", 1),
    ]


def test_a_security_event_is_contained_and_recovered(session: Session, people: Personas) -> None:
    ticket = new_ticket(session, people.hotline, row=34, kind=TicketKind.SECURITY, severity=Severity.MAJOR)
    service.contain(session, people.manager, ticket, at("2025-07-01 09:59"))
    found = verdicts(session, ticket, "2025-07-01 10:30")
    assert (found["containment"], found["recovery"]) == (Verdict.MET, Verdict.RUNNING)
    with pytest.raises(Conflict):
        service.contain(session, people.manager, ticket, at("2025-07-01 10:31"))


def test_an_assignment_asks_for_an_engineer_of_the_project(session: Session, people: Personas) -> None:
    ticket = new_ticket(session, people.contact)
    with pytest.raises(Invalid, match="负责这个项目"):
        service.assign(session, people.hotline, ticket, at("2025-07-01 09:01"), people.other_engineer.id)
    service.assign(session, people.hotline, ticket, at("2025-07-01 09:01"), people.engineer.id)
    assert ticket.assignee is people.engineer


@pytest.mark.parametrize("rating", [0, 6, -1, True])
def test_a_rating_is_one_to_five(session: Session, people: Personas, rating: int) -> None:
    ticket = new_ticket(session, people.contact)
    service.claim_recovery(session, people.engineer, ticket, at("2025-07-01 09:30"), note="好了")
    service.accept(session, people.contact, ticket, at("2025-07-01 09:40"))
    with pytest.raises(Invalid, match="1 至 5"):
        service.close(session, people.contact, ticket, at("2025-07-01 09:50"), rating)


def test_closing_needs_acceptance_and_a_cancelled_ticket_takes_nothing_more(
    session: Session, people: Personas
) -> None:
    ticket = new_ticket(session, people.contact)
    with pytest.raises(Conflict, match="验收通过后才能关闭"):
        service.close(session, people.contact, ticket, at("2025-07-01 09:10"), 5)
    service.cancel(session, people.contact, ticket, at("2025-07-01 09:20"), "重复")
    acts: tuple[Callable[[], object], ...] = (
        lambda: service.respond(session, people.engineer, ticket, at("2025-07-01 09:30")),
        lambda: service.request_onsite(session, people.contact, ticket, at("2025-07-01 09:30")),
        lambda: decisions.reclassify(
            session, people.contact, ticket, at("2025-07-01 09:30"), {"kind": TicketKind.DATA}, "改"
        ),
    )
    for act in acts:
        with pytest.raises(DomainError, match="已撤销"):
            act()


def test_silence_lets_the_unit_close_later_and_no_longer_reject(session: Session, people: Personas) -> None:
    ticket = new_ticket(session, people.contact)
    service.claim_recovery(session, people.engineer, ticket, at("2025-07-01 10:00"), note="好了")
    with pytest.raises(Conflict, match="没有待验收"):
        service.reject(session, people.contact, ticket, at("2025-07-05 00:00"), "不行")
    service.close(session, people.contact, ticket, at("2025-07-07 09:00"), 4)
    assert ticket.accepted_at == at("2025-07-05 00:00")


@pytest.mark.empty_database
def test_before_activation_and_outside_the_year_tickets_have_no_clocks_limit(session: Session) -> None:
    people = real_contract(session, effective=None)
    early = new_ticket(session, people.hotline, row=45, now="2025-06-10 09:00")
    assert [str(c.kind) for c in early.clocks] == ["response", "recovery"]


def test_row_45_has_no_clocks_before_its_own_start(session: Session, people: Personas) -> None:
    early = new_ticket(session, people.hotline, row=45, now="2025-07-26 23:00")
    due = new_ticket(session, people.hotline, row=45, now="2025-07-27 00:00")
    assert (early.clocks, len(due.clocks)) == ([], 2)
    assert project(session, 45).service_start == date(2025, 7, 27)
