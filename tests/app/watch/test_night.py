"""The night checks everything anew: what differs is told, what merely aged is refreshed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine, delete, func, select, text, update
from sqlalchemy.orm import Session

from app.tickets import service
from models.ledger import LedgerEntry
from models.tickets import Ticket, TicketClock, TicketMilestone
from models.watch import JobRun, Notice
from sla.vocab import NoticeKind, Verdict
from tests.app.personas import Personas, at, new_ticket
from tests.app.watch.world import counted, run, texts, told, who

NIGHT = "2025-07-03 02:00"


def closed(session: Session, people: Personas, now: str = "2025-07-01 09:00") -> Ticket:
    """A ticket that is over, with everything met."""
    ticket = new_ticket(session, people.contact, now=now)
    start = at(now)
    service.respond(session, people.engineer, ticket, start + timedelta(minutes=10))
    service.claim_recovery(session, people.engineer, ticket, start + timedelta(minutes=50), note="好了")
    service.accept(session, people.contact, ticket, start + timedelta(minutes=60))
    service.close(session, people.contact, ticket, start + timedelta(minutes=70), 5)
    session.commit()
    return ticket


def test_an_honest_house_has_no_differences(
    session: Session, people: Personas, caplog: pytest.LogCaptureFixture
) -> None:
    closed(session, people)
    assert run(session, "replay", NIGHT) == "0 张已结工单有差异，更新 0 张未结工单"
    assert told(session) == []
    assert "DIFFERS" not in caplog.text


@pytest.mark.parametrize(
    ("tampering", "named"),
    [
        (update(TicketClock).values(verdict=Verdict.BREACHED), "verdict"),
        (update(TicketClock).values(due_at=at("2025-07-01 19:00")), "due_at"),
        (update(TicketClock).values(minutes=1), "minutes"),
        (update(Ticket).values(rating=1), "rating"),
        (update(Ticket).values(rejections=2), "rejections"),
        (update(TicketMilestone).values(occurred_at=at("2025-07-01 09:01")), "occurred_at"),
        (delete(TicketMilestone), "没有存储"),
    ],
)
def test_a_row_that_was_tampered_with_is_found_told_and_left_as_it_is(
    session: Session, people: Personas, caplog: pytest.LogCaptureFixture, tampering: object, named: str
) -> None:
    ticket = closed(session, people)
    session.execute(tampering)  # type: ignore[call-overload]
    session.commit()
    for _ in range(2):
        assert run(session, "replay", NIGHT).startswith("1 张已结工单有差异")
    assert who(session, "difference") == ["bureau", "bureau2"]
    assert ticket.number in next(iter(texts(session, "difference")))
    assert "REPLAY DIFFERS" in caplog.text
    assert named in caplog.text
    assert run(session, "replay", "2025-07-04 02:00").startswith("1 张已结工单有差异")
    assert len(told(session)) == 2


def test_a_ticket_whose_events_cannot_be_read_is_a_difference_and_stops_no_other(
    session: Session, people: Personas
) -> None:
    bad, other = closed(session, people), closed(session, people, "2025-07-01 11:00")
    session.execute(update(TicketClock).where(TicketClock.ticket_id == other.id).values(minutes=1))
    unlock_events(session)
    session.execute(text("UPDATE ticket_event SET data = '{}' WHERE ticket_id = :id"), {"id": bad.id})
    session.commit()
    assert run(session, "replay", NIGHT).startswith("2 张已结工单有差异")


def unlock_events(session: Session) -> None:
    if session.get_bind().dialect.name == "sqlite":
        for name in session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
            session.execute(text(f"DROP TRIGGER {name}"))
    else:
        session.execute(text("ALTER TABLE ticket_event DISABLE TRIGGER ALL"))


def test_what_is_still_open_is_brought_up_to_now(session: Session, people: Personas) -> None:
    ticket = new_ticket(session, people.contact)
    session.execute(update(TicketClock).values(tell_at=None))
    assert run(session, "replay", NIGHT) == "0 张已结工单有差异，更新 1 张未结工单"
    assert {row.verdict for row in ticket.clocks} == {Verdict.BREACHED}
    # A clock nobody watched until then is watched from now on.
    assert all(row.tell_at is not None for row in ticket.clocks)
    run(session, "clocks", "2025-07-03 02:01")
    assert "bureau" in who(session, "breached")


def test_the_replay_asks_a_batch_at_a_time(session: Session, people: Personas, engine: Engine) -> None:
    def asked() -> int:
        with counted(engine) as sent:
            run(session, "replay", NIGHT)
        return len(sent)

    closed(session, people)
    few = asked()
    for minute in range(10, 20):
        closed(session, people, f"2025-07-01 09:{minute}")
    assert asked() == few


def test_the_chain_is_verified_and_what_is_wrong_is_told_once(
    session: Session, people: Personas, caplog: pytest.LogCaptureFixture
) -> None:
    closed(session, people)
    assert run(session, "ledger", NIGHT).endswith("发现 0 个问题")
    assert told(session) == []
    if session.get_bind().dialect.name == "sqlite":
        unlock_events(session)
    else:
        session.execute(text("ALTER TABLE ledger_entry DISABLE TRIGGER ALL"))
    last = session.scalar(select(func.max(LedgerEntry.seq)))
    session.execute(update(LedgerEntry).where(LedgerEntry.seq == last).values(payload="{}"))
    session.commit()
    for now in (NIGHT, NIGHT, "2025-07-04 02:30"):
        assert "发现 0 个" not in run(session, "ledger", now)
    assert who(session, "difference") == ["bureau", "bureau2"]
    assert "LEDGER" in caplog.text


def test_old_runs_go_but_for_the_last_of_each_job_and_unread_notices_stay(
    session: Session, people: Personas
) -> None:
    now = at("2025-12-31 03:00")
    for job, days in (("clocks", 40), ("clocks", 31), ("clocks", 1), ("old", 50), ("old", 45)):
        began = now - timedelta(days=days)
        session.add(JobRun(job=job, slot=began, holder="a", started_at=began, finished_at=began))
    for number, read_at in enumerate((None, now - timedelta(days=200), now - timedelta(days=10))):
        session.add(
            Notice(
                user_id=people.engineer.id,
                key=str(number),
                kind=NoticeKind.HALF,
                text="旧事",
                path="/",
                happened_at=now - timedelta(days=300),
                created_at=now - timedelta(days=300),
                read_at=read_at,
            )
        )
    assert run(session, "tidy", "2025-12-31 03:00") == "清理 3 条运行记录、1 条已读通知"
    assert {run.job for run in session.scalars(select(JobRun))} == {"clocks", "old"}
