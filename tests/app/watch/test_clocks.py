"""Clocks are told at half, at four fifths and at their breach; nothing is lost and nothing told twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine, select, text, update
from sqlalchemy.orm import Session

from app.tickets import decisions, service
from app.tickets.derivation import derive_ticket
from app.watch.batches import SomeFailed
from app.watch.jobs import BY_NAME
from models.people import Assignment
from models.tickets import Ticket, TicketClock, TicketEvent
from models.watch import Notice
from sla.vocab import ClockKind, Complexity, PauseReason, Verdict
from tests.app.personas import Personas, at, new_ticket, project
from tests.app.watch.world import counted, ran, run, texts, told, who


def clock(session: Session, ticket: Ticket, kind: str) -> TicketClock:
    session.expire_all()
    return next(row for row in ticket.clocks if row.kind == kind)


def test_half_nearly_and_breach_are_told_each_once_to_those_concerned(
    session: Session, people: Personas
) -> None:
    ticket = new_ticket(session, people.contact)  # response within 30 minutes, around the clock
    run(session, "clocks", "2025-07-01 09:10")
    assert told(session) == []
    run(session, "clocks", "2025-07-01 09:16")
    assert told(session) == [("engineer", "half", at("2025-07-01 09:15"))]
    run(session, "clocks", "2025-07-01 09:25")
    assert who(session, "nearly") == ["engineer", "hotline", "manager"]
    run(session, "clocks", "2025-07-01 09:31")
    assert who(session, "breached") == ["bureau", "bureau2", "contact", "engineer", "hotline", "manager"]
    assert {moment for _, _, moment in told(session, "breached")} == {at("2025-07-01 09:30")}
    row = session.get_one(Ticket, ticket.id)
    assert texts(session, "breached") == {
        f"{row.number} 响应已超时，应于 2025-07-01 09:30 前完成：平台打不开"
    }
    assert session.scalars(select(Notice.path).distinct()).all() == [f"/tickets/{ticket.id}"]


def test_a_breach_is_stored_with_its_due_time_whenever_it_is_noticed(
    session: Session, people: Personas
) -> None:
    ticket = new_ticket(session, people.contact)
    run(session, "clocks", "2025-07-01 15:00")
    row = clock(session, ticket, "response")
    assert (row.verdict, row.decided_at, row.tell_at) == (Verdict.BREACHED, at("2025-07-01 09:30"), None)
    notice = session.scalars(select(Notice).where(Notice.user_id == people.bureau.id)).first()
    assert notice is not None
    assert (notice.happened_at, notice.created_at) == (at("2025-07-01 09:30"), at("2025-07-01 15:00"))


def test_hours_without_anybody_lose_no_breach_and_tell_nothing_twice(
    session: Session, people: Personas
) -> None:
    for n in range(3):
        new_ticket(session, people.contact, now=f"2025-07-01 09:0{n}")
    late = new_ticket(session, people.contact, now="2025-07-01 09:03")
    # Answered too late while nobody watched: the breach is told all the same.
    service.respond(session, people.engineer, late, at("2025-07-01 11:00"))
    run(session, "clocks", "2025-07-01 14:00")
    first = told(session, "breached")
    assert sorted(moment for name, _, moment in first if name == "bureau") == [
        at(f"2025-07-01 09:3{n}") for n in range(4)
    ]
    for minute in range(5):
        run(session, "clocks", f"2025-07-01 14:0{minute}")
    assert told(session, "breached") == first


def test_watching_every_minute_and_looking_once_at_the_end_tell_the_same_breaches(
    session: Session, people: Personas
) -> None:
    new_ticket(session, people.contact)
    session.commit()
    for minute in range(10, 40):
        run(session, "clocks", f"2025-07-01 09:{minute}")
    every_minute = told(session, "breached")
    new_ticket(session, people.contact, now="2025-07-01 10:00")
    run(session, "clocks", "2025-07-01 11:30")
    once = told(session, "breached")[len(every_minute) :]
    # The second ticket has had no chance to be told of its half: only the last word is said.
    assert [(name, kind) for name, kind, _ in once] == [(name, kind) for name, kind, _ in every_minute]
    assert len(told(session, "half")) == 1


def test_what_stands_still_is_not_told_and_goes_on_being_watched_afterwards(
    session: Session, people: Personas
) -> None:
    ticket = new_ticket(session, people.contact)
    service.respond(session, people.engineer, ticket, at("2025-07-01 09:05"))
    service.pause(
        session, people.engineer, ticket, at("2025-07-01 09:06"), PauseReason.AWAITING_UNIT, "等开门"
    )
    run(session, "clocks", "2025-07-01 23:00")
    assert told(session) == []
    assert clock(session, ticket, "recovery").tell_at is None
    service.resume(session, people.engineer, ticket, at("2025-07-01 23:06"))
    row = clock(session, ticket, "recovery")
    assert row.tell_at is not None
    due = row.due_at
    run(session, "clocks", (due + timedelta(hours=8, minutes=1)).strftime("%Y-%m-%d %H:%M"))
    assert {moment for _, _, moment in told(session, "breached")} == {due}


def test_a_later_due_time_is_another_one_to_be_told_of(session: Session, people: Personas) -> None:
    ticket = new_ticket(session, people.hotline, row=44)  # recovery within two hours
    service.respond(session, people.manager, ticket, at("2025-07-01 09:01"))
    run(session, "clocks", "2025-07-01 11:01")
    decisions.reclassify(
        session,
        people.bureau,
        ticket,
        at("2025-07-01 11:30"),
        {"complexity": Complexity.COMPLEX},
        "需要厂家",
    )
    assert clock(session, ticket, "recovery").verdict is Verdict.RUNNING
    run(session, "clocks", "2025-07-01 17:01")
    moments = {moment for _, _, moment in told(session, "breached")}
    assert moments == {at("2025-07-01 11:00"), at("2025-07-01 17:00")}


def test_old_news_is_stored_and_told_nobody(session: Session, people: Personas) -> None:
    ticket = new_ticket(session, people.contact)
    run(session, "clocks", "2025-08-01 09:00")
    assert clock(session, ticket, "response").verdict is Verdict.BREACHED
    assert told(session) == []


def test_one_bad_ticket_does_not_stop_the_others(
    session: Session, people: Personas, engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    bad = new_ticket(session, people.contact)
    good = new_ticket(session, people.contact, now="2025-07-01 09:01")
    session.flush()
    broken = session.scalars(select(TicketEvent.id).where(TicketEvent.ticket_id == bad.id)).one()
    drop_trigger(session)
    session.execute(update(TicketEvent).where(TicketEvent.id == broken).values(data={"kind": "no such kind"}))
    session.commit()
    result = ran(engine, BY_NAME["clocks"], "2025-07-01 09:40")
    assert bad.number in result.error
    assert "查看 2 张工单" in result.outcome
    assert "could not be dealt with" in caplog.text
    assert clock(session, good, "response").verdict is Verdict.BREACHED
    assert clock(session, bad, "response").verdict is Verdict.RUNNING
    with pytest.raises(SomeFailed):
        run(session, "clocks", "2025-07-01 09:41")


def drop_trigger(session: Session) -> None:
    """Let the test do what the database would refuse."""
    if session.get_bind().dialect.name == "sqlite":
        for name in session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
            session.execute(text(f"DROP TRIGGER {name}"))
    else:
        session.execute(text("ALTER TABLE ticket_event DISABLE TRIGGER ALL"))


def test_only_those_are_told_who_may_see_it(session: Session, people: Personas) -> None:
    new_ticket(session, people.contact)
    run(session, "clocks", "2025-07-01 09:40")
    names = {name for name, _, _ in told(session)}
    assert not names & {"stranger", "other_engineer", "admin", "auditor"}


def test_a_ticket_given_to_one_of_two_engineers_is_told_to_that_one(
    session: Session, people: Personas
) -> None:
    session.add(
        Assignment(user=people.other_engineer, project=project(session, 1), from_day=at("2025-06-03").date())
    )
    session.flush()
    ticket = new_ticket(session, people.contact)
    service.assign(session, people.manager, ticket, at("2025-07-01 09:01"), people.other_engineer.id)
    run(session, "clocks", "2025-07-01 09:16")
    assert who(session, "half") == ["other_engineer"]


def test_where_no_engineer_is_assigned_the_manager_is_told(session: Session, people: Personas) -> None:
    new_ticket(session, people.hotline, row=2, now="2025-07-01 09:00")
    run(session, "clocks", "2025-07-01 23:00")
    assert "manager" in {name for name, _, _ in told(session)}


def test_the_contact_of_the_unit_above_is_told_of_its_sub_unit(session: Session, people: Personas) -> None:
    people.stranger.unit = project(session, 27).unit  # 洛阳市财政局
    new_ticket(session, people.hotline, row=28)
    run(session, "clocks", "2025-07-03 09:00")
    assert "stranger" in who(session, "breached")


def test_an_idle_sweep_is_one_query(session: Session, people: Personas, engine: Engine) -> None:
    new_ticket(session, people.contact)
    session.commit()
    with counted(engine) as sent:
        assert BY_NAME["clocks"].run(session, at("2025-07-01 09:01")) == "没有到时的计时"
    assert len(sent) == 1


def test_the_sweep_does_not_ask_more_for_more_tickets(
    session: Session, people: Personas, engine: Engine
) -> None:
    def asked(tickets: int, now: str) -> int:
        for n in range(tickets):
            new_ticket(session, people.contact, now=now, title=f"第 {n} 张")
        session.commit()
        with counted(engine) as sent:
            run(session, "clocks", now.replace(" 09", " 19"))
        # Each ticket has its own savepoint and its own notices; the reads are shared.
        return sum("FROM ticket" in one or "FROM user_account" in one for one in sent)

    few, many = asked(2, "2025-07-01 09:00"), asked(12, "2025-07-02 09:00")
    assert many <= few + 1


def test_a_clock_is_watched_from_its_first_moment(session: Session, people: Personas) -> None:
    ticket = new_ticket(session, people.contact)
    assert clock(session, ticket, "response").tell_at == at("2025-07-01 09:15")
    service.respond(session, people.engineer, ticket, at("2025-07-01 09:05"))
    assert clock(session, ticket, "response").tell_at is None
    derived = derive_ticket(session, ticket, at("2025-07-01 09:06"))
    assert [c.kind for c in derived.clocks if c.verdict is Verdict.RUNNING] == [ClockKind.RECOVERY]
