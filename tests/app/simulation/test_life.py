"""Half a year of the contract: everything the rules know comes up, and nobody does what may not be done."""

from __future__ import annotations

import json
from collections import Counter

from sqlalchemy import func, select

from app import passwords
from app.access import projects_seen
from app.ledger.service import Finding, verify
from app.simulation.temper import EXCELLENT_ROWS, WEAK_ROW
from app.tickets.derivation import clock_values, current_rules, derive_many
from models.contract import Project
from models.ledger import LedgerEntry
from models.people import User
from models.tickets import Ticket, TicketClock, TicketEvent, TicketMilestone
from sla.vocab import (
    ClockKind,
    EventKind,
    PauseReason,
    Role,
    Side,
    Standing,
    TicketKind,
    TicketState,
    Verdict,
)
from sla.when import day_of
from tests.app.simulation.lives import facts, made, plan


def distinct(session, column):
    return set(session.scalars(select(column).distinct()))


def test_no_use_case_refuses_anybody(six_months):
    assert six_months.world.refusals == []
    assert six_months.world.done["open_ticket"] > 300


def test_every_kind_of_event_and_of_ticket_comes_up(half_year):
    assert distinct(half_year, TicketEvent.kind) == set(EventKind)
    assert distinct(half_year, Ticket.kind) == set(TicketKind)


def test_pauses_are_claimed_for_every_reason_and_end_in_every_standing(half_year):
    pauses = half_year.scalars(select(TicketEvent.data).where(TicketEvent.kind == EventKind.PAUSED))
    assert {data["reason"] for data in pauses} == set(PauseReason)
    kinds = Counter(half_year.scalars(select(TicketEvent.kind)))
    judged = kinds[EventKind.PAUSE_CONFIRMED] + kinds[EventKind.PAUSE_REJECTED]
    assert 0 < judged < kinds[EventKind.PAUSED]


def test_back_entries_end_in_every_standing(half_year):
    late = select(TicketMilestone.standing).where(TicketMilestone.backentered)
    assert set(half_year.scalars(late)) == set(Standing)


def test_clocks_of_every_kind_run_and_end_in_time_and_late(half_year):
    assert distinct(half_year, TicketClock.kind) == set(ClockKind)
    assert {Verdict.MET, Verdict.BREACHED, Verdict.VOID} <= distinct(half_year, TicketClock.verdict)
    assert distinct(half_year, TicketClock.is_floor) == {True, False}
    moved = select(func.count()).where(TicketClock.original_due_at != TicketClock.due_at)
    assert half_year.scalar(moved) > 0
    assert half_year.scalar(select(func.count()).where(TicketClock.judged_by_record)) > 0


def test_tickets_are_opened_by_everybody_who_may_and_some_stay_open(half_year):
    openers = select(User.role).join(Ticket, Ticket.opened_by_id == User.id).distinct()
    assert set(half_year.scalars(openers)) == {Role.CONTACT, Role.HOTLINE, Role.ENGINEER}
    assert distinct(half_year, Ticket.own_finding) == {True, False}
    states = distinct(half_year, Ticket.state)
    assert {TicketState.CLOSED, TicketState.CANCELLED, TicketState.CLAIMED, TicketState.ACCEPTED} <= states
    assert distinct(half_year, TicketEvent.side) == {Side.UNIT, Side.SUPPLIER, Side.BUREAU}


def test_some_recoveries_are_rejected_and_then_fixed(half_year):
    fixed = select(func.count()).where(Ticket.rejections > 0, Ticket.state == TicketState.CLOSED)
    assert half_year.scalar(fixed) > 0


def test_loosening_claims_are_made_on_the_rows_that_have_such_targets(half_year):
    said = half_year.execute(
        select(Project.seq, TicketEvent.data)
        .join(Ticket, Ticket.id == TicketEvent.ticket_id)
        .join(Project, Project.id == Ticket.project_id)
        .where(TicketEvent.side == Side.SUPPLIER)
        .where(TicketEvent.kind.in_((EventKind.OPENED, EventKind.RECLASSIFIED)))
    ).all()
    named = {(seq, name) for seq, data in said for name in data}
    assert {(44, "complexity"), (34, "severity"), (5, "fault_level")} <= named


def test_row_9_has_changes_measured_in_workdays(half_year):
    rows = select(Project.seq).join(TicketClock, TicketClock.project_id == Project.id)
    assert set(half_year.scalars(rows.where(TicketClock.workdays.is_not(None)))) == {9}


def test_the_weak_row_is_worse_than_the_excellent_unit(half_year):
    assert on_time(half_year, [WEAK_ROW]) < 0.75
    assert on_time(half_year, EXCELLENT_ROWS) > 0.9
    assert rating(half_year, [WEAK_ROW]) + 0.5 < rating(half_year, EXCELLENT_ROWS)


def on_time(session, rows):
    verdicts = Counter(
        session.scalars(
            select(TicketClock.verdict)
            .join(Project, Project.id == TicketClock.project_id)
            .where(Project.seq.in_(rows), TicketClock.verdict.in_((Verdict.MET, Verdict.BREACHED)))
        )
    )
    return verdicts[Verdict.MET] / verdicts.total()


def rating(session, rows):
    return session.scalar(
        select(func.avg(Ticket.rating))
        .join(Project, Project.id == Ticket.project_id)
        .where(Project.seq.in_(rows))
    )


def test_everything_is_recorded_in_the_order_of_time(half_year):
    events = half_year.scalars(select(TicketEvent.recorded_at).order_by(TicketEvent.id)).all()
    links = half_year.scalars(select(LedgerEntry.recorded_at).order_by(LedgerEntry.seq)).all()
    assert events == sorted(events)
    assert links == sorted(links)


def test_nothing_is_stopped_before_the_report_or_put_down_before_it_happened(half_year):
    stops = select(TicketMilestone, Ticket).join(Ticket, Ticket.id == TicketMilestone.ticket_id)
    for stop, ticket in half_year.execute(stops):
        assert ticket.reported_at <= stop.occurred_at, ticket.number
    for event in half_year.scalars(select(TicketEvent)):
        assert event.occurred_at <= event.recorded_at


def test_the_chain_holds_and_witnesses_every_event(half_year):
    findings: list[Finding] = []
    verify(half_year, findings.append)
    assert findings == []


def test_nobody_acts_on_a_ticket_they_cannot_see(half_year):
    seen = {}
    for actor, project_id, at in half_year.execute(
        select(User, Ticket.project_id, TicketEvent.recorded_at)
        .join(TicketEvent, TicketEvent.actor_id == User.id)
        .join(Ticket, Ticket.id == TicketEvent.ticket_id)
    ):
        day = day_of(at)
        if (actor.id, day) not in seen:
            seen[actor.id, day] = set(half_year.scalars(select(Project.id).where(projects_seen(actor, day))))
        assert project_id in seen[actor.id, day], actor.username


def test_the_stored_clocks_of_finished_tickets_are_what_is_derived_afresh(half_year, six_months):
    tickets = half_year.scalars(select(Ticket).where(Ticket.settled)).all()
    derived = derive_many(half_year, tickets, six_months.world.now)
    version = current_rules(half_year).book.version
    for ticket in tickets:
        stored = {(row.kind, row.round): row for row in ticket.clocks}
        fresh = {(one.kind, one.round): clock_values(one, version) for one in derived[ticket.id].clocks}
        kept = {key: {name: getattr(row, name) for name in fresh[key]} for key, row in stored.items()}
        assert kept == fresh, ticket.number


def test_outside_a_demonstration_its_people_are_names_in_history_and_nobody_can_be_them(half_year):
    people = half_year.scalars(select(User)).all()
    assert len(people) > 60
    for user in people:
        assert not user.is_demo
        assert not user.is_active
        assert not passwords.matches(user.password_hash, user.password_hash)


def test_what_people_write_is_chinese_and_short(half_year):
    for ticket in half_year.scalars(select(Ticket)):
        assert 4 <= len(ticket.title) <= 40
        assert any("一" <= char <= "鿿" for char in ticket.title)
        assert "{" not in ticket.title + ticket.description
    assert all("|" not in json.dumps(data) for data in half_year.scalars(select(TicketEvent.data)))


def test_equal_plans_give_equal_facts_on_every_database(engine, reference):
    made(engine, plan())
    assert facts(engine) == facts(reference)


def test_another_seed_gives_other_facts(fresh_sqlite, reference):
    from models.engine import make_engine

    engine = make_engine(fresh_sqlite)
    made(engine, plan(seed=8))
    assert [row[3:] for row in facts(engine)] != [row[3:] for row in facts(reference)]
    engine.dispose()
