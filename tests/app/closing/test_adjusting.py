"""Corrections of frozen months, found and numbered once, on both databases (M1)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from app.closing import adjusting
from app.closing.frozen import with_adjustments
from app.closing.open_items import blocking, open_items
from app.contract.agree import Agreement, agree
from app.disputes import service as disputes
from app.disputes.subjects import of_clock
from app.duties import works
from app.months.facts import facts, shown
from app.months.queries import EVERYTHING, rows_of
from app.tickets import decisions
from app.tickets import service as tickets
from app.tickets.record import record
from models.closing import Adjustment
from models.ledger import LedgerEntry
from models.tickets import Ticket
from sla.adjustments import Counted
from sla.disputes import Attribution
from sla.errors import Damaged
from sla.figures import Figure
from sla.fold import adjusted, book, figures
from sla.fold import sums as sums_of
from sla.vocab import ClockKind, EventKind, Indicator, PauseReason, TicketKind
from tests.app.closing.world import AUGUST, JULY, JUNE, OVER, SEPTEMBER, sealed
from tests.app.duties.world import due
from tests.app.months.world import live
from tests.app.personas import Personas, at, new_ticket, project, real_contract
from tests.app.watch.world import run

LATER = at("2025-10-20 09:00")
ONE_DATABASE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
Sums = dict[tuple[int | None, Indicator | None], Figure]


@pytest.fixture
def people(session: Session) -> Personas:
    return real_contract(session)


def restored(session: Session, people: Personas, start: str, claimed: str, row: int = 44) -> Ticket:
    """A ticket that was answered at once and whose recovery was claimed, accepted only by silence."""
    ticket = new_ticket(session, people.bureau, row, start, title=f"{start}-{claimed}")
    tickets.respond(session, people.manager, ticket, at(start))
    tickets.claim_recovery(session, people.manager, ticket, at(claimed), note="重启")
    return ticket


def recovery(session: Session, period, now=LATER) -> Figure:
    return figures(rows_of(session, period, None, now)).contract[Indicator.RECOVERY]


def recorded(session: Session, now=LATER) -> list[tuple[str | None, ...]]:
    made = adjusting.record(session, None, now)
    return [(one.key, *(side["said"] if side else None for side in (one.before, one.after))) for one in made]


def sums(books: Iterable[dict[str, Counted]]) -> Sums:
    found: Sums = {}
    for one in (each for rows in books for each in rows.values()):
        found[one.project, one.indicator] = found.get((one.project, one.indicator), Figure()) + one.figure
    return found


def shorn(found: Sums) -> Sums:
    return {at: figure for at, figure in found.items() if figure != Figure()}


def test_a_recovery_rejected_across_midnight_of_the_months_end_counts_once(session, people) -> None:
    """June froze with it met; rejected, it is July's breach: July takes June's back and counts its own."""
    ticket = restored(session, people, "2025-06-30 23:00", "2025-06-30 23:50")
    sealed(session, JUNE, at("2025-07-01 00:05"))
    assert recovery(session, JUNE, at("2025-07-01 00:05")) == Figure(1, 1)
    tickets.reject(session, people.bureau, ticket, at("2025-07-01 00:20"), reason="还不行")
    assert recovery(session, JUNE) == Figure()
    assert recovery(session, JULY) == Figure(0, 1)

    assert recorded(session) == [(f"clock:{ticket.id}:recovery:0", "达标", None)]
    assert recorded(session) == []
    rows = with_adjustments(session, rows_of(session, JULY, None, LATER), None)
    own, more = figures(rows).contract[Indicator.RECOVERY], adjusted(rows.adjustments)[Indicator.RECOVERY]
    assert (own, more, own + more) == (Figure(0, 1), Figure(-1, -1), Figure(-1, 0))
    (line,) = [fact for fact in facts(rows) if fact["type"] == "adjustment"]
    assert (line["number"], line["month"], line["project"], line["after"]) == (1, "2025-06", 44, None)
    assert "2025-07-01 00:20 验收退回" in line["reason"]
    assert shown(sums_of(rows), rows.adjustments)["adjustments"] == {"recovery": {"met": -1, "total": -1}}
    assert shown(sums_of(rows), rows.adjustments)["contract"]["recovery"]["total"] == 1

    # The bureau of another unit's project sees it; a contact of another unit does not.
    for person, seen in ((people.bureau, 1), (people.auditor, 1), (people.stranger, 0), (people.contact, 0)):
        part = with_adjustments(session, rows_of(session, JULY, person, LATER), person)
        assert len(part.adjustments) == seen, person.username


def test_a_pause_rejected_and_a_report_time_corrected_and_an_exemption_after_the_freeze(
    session, people
) -> None:
    paused = new_ticket(session, people.bureau, 44, "2025-06-20 09:00", title="挂起")
    tickets.respond(session, people.manager, paused, at("2025-06-20 09:01"))
    tickets.pause(
        *(session, people.manager, paused, at("2025-06-20 09:30")), PauseReason.AWAITING_UNIT, note="等待"
    )
    tickets.resume(session, people.manager, paused, at("2025-06-20 12:30"))
    tickets.claim_recovery(session, people.manager, paused, at("2025-06-20 13:00"), note="好了")
    early = new_ticket(session, people.bureau, 1, "2025-06-21 09:00", title="报告时间")
    tickets.respond(session, people.manager, early, at("2025-06-21 09:20"))
    breached = new_ticket(session, people.bureau, 1, "2025-06-22 09:00", title="免责")
    tickets.respond(session, people.manager, breached, at("2025-06-22 12:00"))
    tickets.cancel(session, people.bureau, breached, at("2025-06-22 13:00"), reason="误报")
    subject = of_clock(session, people.manager, breached.id, ClockKind.RESPONSE, 0, at("2025-06-23 09:00"))
    dispute = disputes.claim(
        session, people.manager, subject, Attribution.UNIT, "停电", at("2025-06-23 09:00")
    )
    assert "dispute" in {one.check.name for one in blocking(open_items(session, JUNE, EVERYTHING, OVER))}
    sealed(session, JUNE, OVER)

    (event,) = [one for one in paused.events if one.kind is EventKind.PAUSED]
    record(
        *(session, paused, people.bureau, EventKind.PAUSE_REJECTED, at("2025-07-13 09:00")),
        data={"pause": event.seq, "reason": "单位没有拖延"},
    )
    decisions.correct_report_time(
        *(session, people.bureau, early, at("2025-07-13 10:00"), at("2025-06-21 08:00")), "电话记录"
    )
    disputes.decide(
        *(session, people.bureau2, dispute.id, True, Attribution.UNIT, "停电属实"), at("2025-07-13 11:00")
    )

    assert recorded(session, at("2025-07-14 09:00")) == [
        (f"clock:{paused.id}:recovery:0", "达标", "超时"),
        (f"clock:{early.id}:response:0", "达标", "超时"),
        (f"clock:{breached.id}:response:0", "超时", "免责"),
    ]
    rows = with_adjustments(session, rows_of(session, JULY, None, LATER), None)
    more = adjusted(rows.adjustments)
    assert more[Indicator.RECOVERY] == Figure(-1, 0)
    assert more[Indicator.RESPONSE] == Figure(-1, -1, 1)
    entries = list(session.scalars(select(LedgerEntry.kind).where(LedgerEntry.kind == "month.adjusted")))
    assert len(entries) == 3
    with pytest.raises(DatabaseError), session.begin_nested():
        session.execute(text("DELETE FROM month_adjustment"))


def test_months_and_adjustments_together_are_what_deriving_all_afresh_gives(session, people) -> None:
    """A life goes on while months are frozen; facts are entered late; every row counts once in all."""
    books: dict[date, dict[str, Counted]] = {}
    for number, period in enumerate((JUNE, JULY)):
        live(session, people, count=14, seed=20 + number)
        adjusting.record(session, None, LATER)
        books[period.first_day] = book(rows_of(session, period, None, LATER))
        sealed(session, period, LATER)
    live(session, people, count=14, seed=30)
    works.waive(session, people.bureau, due(session, 1, "巡检", "2025-06-16 00:00").id, "停电", LATER)
    made = adjusting.record(session, None, LATER)
    assert len(made) > 10
    assert adjusting.record(session, None, LATER) == []

    everything = [book(rows_of(session, one, None, LATER)) for one in (JUNE, JULY, AUGUST, SEPTEMBER)]
    found = sums([*books.values(), *everything[2:]])
    stored = session.scalars(select(Adjustment).order_by(Adjustment.number)).all()
    assert [one.number for one in stored] == list(range(1, len(stored) + 1))
    for one in stored:
        for sign, side in ((-1, one.before), (1, one.after)):
            if side:
                at_ = side["project"], side["indicator"] and Indicator(side["indicator"])
                figure = Figure(*(sign * side[name] for name in ("met", "total", "exempt")))
                found[at_] = found.get(at_, Figure()) + figure
    assert shorn(found) == shorn(sums(everything))
    counted_in = {one.in_month for one in stored if one.of_month == JULY.first_day}
    assert counted_in == {AUGUST.first_day}


@ONE_DATABASE
def test_a_month_frozen_empty_a_row_that_begins_on_the_27th_and_a_changed_book(session, people) -> None:
    """Row 45 begins on 27 July: it has no facts in June, and July's are those of its five days."""
    close = sealed(session, JUNE, OVER)
    assert recorded(session) == []
    july = rows_of(session, JULY, None, LATER)
    own = [row for row in july.occurrences if row.project == 45]
    assert {row.project for row in rows_of(session, JUNE, None, LATER).occurrences} >= {1}
    assert all(row.slot.opens_at >= at("2025-07-27 00:00") for row in own)
    sealed(session, JULY, LATER)
    late = new_ticket(session, people.manager, 45, "2025-08-02 09:00", reported_at=at("2025-07-27 00:30"))
    found = recorded(session)
    assert {key for key, _, _ in found} == {
        f"clock:{late.id}:response:0",
        f"clock:{late.id}:recovery:0",
    }
    close.book = (close.book or "").replace("2025-06", "2025-05")
    session.flush()
    with pytest.raises(Damaged):
        adjusting.record(session, None, LATER)


@ONE_DATABASE
def test_the_job_records_silence_and_adjustments_and_twice_is_harmless(session, people) -> None:
    sealed(session, JUNE, OVER)
    new_ticket(session, people.bureau, 1, "2025-07-13 09:00", reported_at=at("2025-06-30 09:00"))
    session.commit()
    assert (
        run(session, "closing", "2025-07-14 09:00") == "0 个月未在异议期内签认，记录 2 条调整，发出 0 条提醒"
    )
    assert (
        run(session, "closing", "2025-07-14 10:00") == "0 个月未在异议期内签认，记录 0 条调整，发出 0 条提醒"
    )


@ONE_DATABASE
def test_a_target_that_is_measured_otherwise_from_a_day_on_leaves_the_days_before(session, people) -> None:
    """Row 6 answers at once, read as 5 minutes; from 15 July 30: each ticket by the reading of its day."""
    said = Agreement("realtime_minutes", "30", date(2025, 7, 15), "会议纪要")
    agree(session, people.bureau, said, at("2025-07-14 09:00"))
    for start in ("2025-07-14 09:00", "2025-07-15 09:00"):
        ticket = new_ticket(session, people.bureau, 6, start, kind=TicketKind.REQUEST)
        tickets.respond(session, people.manager, ticket, at(start.replace("09:00", "09:20")))
    sealed(session, JULY, LATER)
    kept = figures(rows_of(session, JULY, None, LATER)).projects[6][Indicator.RESPONSE]
    assert kept == Figure(1, 2)
    assert recorded(session) == []
    assert project(session, 6).seq == 6
