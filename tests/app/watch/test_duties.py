"""Duties are told before they close and when they closed undone; contacts are reminded, not pestered."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.duties import works
from app.tickets import service
from app.watch.duty_jobs import LONGEST_LEAD, warning
from app.watch.jobs import BY_NAME
from app.watch.runner import run_now
from models.duties import Occurrence, Work
from models.watch import Notice
from sla.vocab import PauseReason
from tests.app.personas import Personas, at, new_ticket
from tests.app.watch.world import bound, duty, run, texts, told, who


def as_runner(session: Session, now: str) -> None:
    """Run the job and keep that it ran, as the runner does."""
    session.commit()
    assert run_now(bound(session), "a", lambda: at(now), BY_NAME["duties"]).error == ""
    session.expire_all()


# -- about to close ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("opens", "closes", "warned"),
    [
        ("2025-07-01 00:00", "2025-07-01 12:00", "2025-07-01 10:00"),
        ("2025-07-01 00:00", "2025-07-02 00:00", "2025-07-01 20:00"),
        ("2025-07-07 00:00", "2025-07-14 00:00", "2025-07-12 20:00"),
        ("2025-06-03 00:00", "2026-06-03 00:00", "2026-05-27 00:00"),
    ],
)
def test_the_warning_comes_a_sixth_of_the_time_ahead_and_a_week_at_most(
    opens: str, closes: str, warned: str
) -> None:
    one = Occurrence(opens_at=at(opens), closes_at=at(closes))
    assert warning(one) == at(warned)
    assert one.closes_at - warning(one) <= LONGEST_LEAD


def test_the_engineer_is_told_once_of_all_that_closes_together(session: Session, people: Personas) -> None:
    first = duty(session, 1, "2025-07-01 00:00", "2025-07-02 00:00")
    as_runner(session, "2025-07-01 19:59")
    assert told(session) == []
    for now in ("2025-07-01 20:00", "2025-07-01 20:05", "2025-07-01 23:00"):
        as_runner(session, now)
    assert told(session) == [("engineer", "duty_due", at("2025-07-01 20:00"))]
    [text] = texts(session, "duty_due")
    assert "1 项应办将于 2025-07-01 24:00 到期" in text
    assert first.obligation.what in text
    assert session.scalars(select(Notice.path)).all() == [f"/duties/{first.id}"]


def test_what_is_done_or_waived_is_told_nobody(session: Session, people: Personas) -> None:
    duty(session, 1, "2025-07-01 00:00", "2025-07-02 00:00", done_at=at("2025-07-01 10:00"))
    duty(session, 44, "2025-07-01 00:00", "2025-07-02 00:00", waived_at=at("2025-07-01 10:00"))
    for now in ("2025-07-01 20:30", "2025-07-02 00:01"):
        as_runner(session, now)
    assert told(session) == []


def test_what_the_whole_contract_owes_is_told_to_the_manager(session: Session, people: Personas) -> None:
    duty(session, None, "2025-07-01 00:00", "2025-08-01 00:00")
    as_runner(session, "2025-07-26 20:00")
    assert who(session, "duty_due") == ["manager"]
    as_runner(session, "2025-08-01 00:00")
    assert who(session, "duty_missed") == ["bureau", "bureau2", "manager"]


# -- closed undone ---------------------------------------------------------------------------------------


def test_a_missed_duty_is_told_with_the_moment_it_closed(session: Session, people: Personas) -> None:
    duty(session, 1, "2025-07-01 00:00", "2025-07-02 00:00")
    duty(session, 44, "2025-07-01 00:00", "2025-07-02 00:00")
    as_runner(session, "2025-07-02 00:03")
    assert who(session, "duty_missed") == ["bureau", "bureau2", "engineer", "manager", "other_engineer"]
    assert {moment for _, _, moment in told(session, "duty_missed")} == {at("2025-07-02 00:00")}
    assert "截至 2025-07-01 24:00，2 个项目共 2 项应办未完成" in texts(session, "duty_missed")


def test_hours_without_anybody_lose_no_missed_duty_and_tell_none_twice(
    session: Session, people: Personas
) -> None:
    for day in (1, 2, 3):
        duty(session, 1, f"2025-07-0{day} 00:00", f"2025-07-0{day + 1} 00:00")
    as_runner(session, "2025-07-01 12:00")
    as_runner(session, "2025-07-04 09:00")
    first = told(session, "duty_missed")
    moments = [moment for name, _, moment in first if name == "bureau"]
    assert moments == [at(f"2025-07-0{day} 00:00") for day in (2, 3, 4)]
    for now in ("2025-07-04 09:05", "2025-07-04 15:00"):
        as_runner(session, now)
    assert told(session, "duty_missed") == first


def test_the_first_pass_of_all_looks_back_a_day(session: Session, people: Personas) -> None:
    for day in (1, 8):
        duty(session, 1, f"2025-07-0{day} 00:00", f"2025-07-0{day + 1} 00:00")
    as_runner(session, "2025-07-09 09:00")
    assert {moment for _, _, moment in told(session, "duty_missed")} == {at("2025-07-09 00:00")}


def test_of_a_duty_only_those_are_told_who_may_see_it(session: Session, people: Personas) -> None:
    duty(session, 1, "2025-07-01 00:00", "2025-07-02 00:00")
    as_runner(session, "2025-07-01 21:00")
    as_runner(session, "2025-07-02 00:01")
    names = {name for name, _, _ in told(session)}
    assert not names & {"other_engineer", "contact", "stranger", "admin", "auditor", "hotline"}


# -- what waits for a contact ------------------------------------------------------------------------------


def paused(session: Session, people: Personas, now: str = "2025-07-01 09:00") -> None:
    ticket = new_ticket(session, people.contact, now=now)
    moment = at(now) + timedelta(minutes=10)
    service.pause(session, people.engineer, ticket, moment, PauseReason.AWAITING_UNIT, "等开门")


def test_a_contact_is_reminded_after_a_workday_and_once_a_day(session: Session, people: Personas) -> None:
    paused(session, people)  # a Tuesday
    run(session, "waiting", "2025-07-02 08:00")
    assert told(session) == []
    for now in ("2025-07-03 08:00", "2025-07-03 08:30", "2025-07-03 17:00"):
        run(session, "waiting", now)
    assert told(session) == [("contact", "waiting", at("2025-07-03 08:00"))]
    assert texts(session, "waiting") == {"有 1 项等您确认，已超过 1 个工作日"}
    run(session, "waiting", "2025-07-04 08:00")
    assert len(told(session)) == 2


def test_on_a_day_off_nobody_is_reminded(session: Session, people: Personas) -> None:
    paused(session, people)
    assert run(session, "waiting", "2025-07-05 08:00") == "今天不是工作日，不提醒"
    assert told(session) == []


def test_what_was_answered_waits_no_longer(session: Session, people: Personas) -> None:
    ticket = new_ticket(session, people.contact)
    service.claim_recovery(session, people.engineer, ticket, at("2025-07-01 10:00"), note="好了")
    service.accept(session, people.contact, ticket, at("2025-07-01 11:00"))
    run(session, "waiting", "2025-07-04 08:00")
    assert told(session) == []


def test_a_work_put_down_afterwards_waits_too(session: Session, people: Personas) -> None:
    one = duty(session, 1, "2025-07-01 00:00", "2025-07-02 00:00")
    session.add(
        Work(
            obligation=one.obligation,
            project=one.project,
            submission="late",
            by=people.engineer,
            started_at=at("2025-07-01 09:00"),
            occurred_at=at("2025-07-01 09:00"),
            recorded_at=at("2025-07-01 18:00"),
            finished_at=at("2025-07-01 18:00"),
            backentered=True,
        )
    )
    run(session, "waiting", "2025-07-03 08:00")
    assert told(session) == [("contact", "waiting", at("2025-07-03 08:00"))]
    assert session.scalars(select(Notice.path)).all() == ["/waiting"]


# -- rejected after it closed ------------------------------------------------------------------------------


def test_a_duty_undone_by_a_rejection_is_told_with_the_moment_of_the_rejection(
    session: Session, people: Personas
) -> None:
    one = duty(session, 1, "2025-07-01 00:00", "2025-07-02 00:00")
    one.obligation.checklist = None
    note = works.record_evidence(
        *(session, people.engineer, one.obligation_id, date(2025, 7, 1), date(2025, 7, 1)),
        *("做完了", "evidence", at("2025-07-01 10:00")),
    )
    for now in ("2025-07-02 00:05", "2025-07-03 08:59"):
        as_runner(session, now)
    assert told(session, "duty_missed") == []
    works.decide(session, people.contact, note, False, at("2025-07-03 09:00"), "没有照片")
    for now in ("2025-07-03 09:04", "2025-07-03 09:09"):
        as_runner(session, now)
    assert who(session, "duty_missed") == ["bureau", "bureau2", "engineer", "manager"]
    assert {moment for _, _, moment in told(session, "duty_missed")} == {at("2025-07-03 09:00")}
    [text] = texts(session, "duty_missed")
    assert "被驳回，2025-07-01 24:00 到期的应办未完成" in text
