"""Documents that amend the contract from a day: two people, what changes; on both databases."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.amendments import service
from app.amendments.inforce import quota_on
from app.amendments.proposal import propose
from app.contract.effect import figure_changes
from app.contract.queries import project_rules, rule_book
from app.contract.service import renew
from app.contract.sheet import contract_sheet
from app.duties.layout import lay_out
from app.ledger.service import verify
from app.months.queries import rows_of
from app.residents.queries import attendance_figures
from app.tickets import service as tickets
from app.watch.replay import differences
from models.contract import Obligation, Posting
from models.duties import CycleChange, Occurrence
from models.ledger import LedgerEntry
from models.tickets import Ticket, TicketClock
from seeds.loader import load
from sla.amendments import AmendmentState
from sla.errors import Conflict, Forbidden, Invalid
from sla.figures import Figure
from sla.period import month
from sla.vocab import Cycle, Indicator, TargetKind, Verdict, Window
from sla.when import day_of, start_of
from tests.app.amendments.papers import NOW, confirmed, document, drafted, duty, entered, item
from tests.app.personas import Personas, at, new_ticket, project

RESPONSE = {"kind": TargetKind.RESPONSE}


def stored(session: Session, ticket: Ticket, kind: str = "response") -> TicketClock:
    query = select(TicketClock).where(TicketClock.ticket_id == ticket.id, TicketClock.kind == kind)
    return session.scalars(query.execution_options(populate_existing=True)).one()


def entries(session: Session) -> list[LedgerEntry]:
    query = select(LedgerEntry).where(LedgerEntry.kind.startswith("amendment.")).order_by(LedgerEntry.seq)
    return list(session.scalars(query))


def days_of(session: Session, obligation_id: int, since: date = date.min) -> list[date]:
    query = select(Occurrence.opens_at).where(Occurrence.obligation_id == obligation_id)
    found = sorted(day_of(opens) for opens in session.scalars(query))
    return [day for day in found if day >= since]


# -- two people ----------------------------------------------------------------------------------------


def test_one_hands_in_and_another_confirms_and_the_ledger_has_it_all(session: Session, people: Personas):
    made = entered(session, people, document(), item(session, "target", 1, 3, **RESPONSE, minutes=15))
    seen = propose(session, made, NOW).digest
    with pytest.raises(Forbidden, match="另一位"):
        service.confirm(session, people.bureau, made.id, seen, NOW)
    with pytest.raises(Forbidden):
        service.confirm(session, people.manager, made.id, seen, NOW)
    with pytest.raises(Conflict, match="重新看一遍"):
        service.confirm(session, people.bureau2, made.id, "x", NOW)
    service.confirm(session, people.bureau2, made.id, seen, NOW)
    with pytest.raises(Conflict):
        service.confirm(session, people.bureau2, made.id, seen, NOW)
    assert made.state is AmendmentState.CONFIRMED
    first, second = entries(session)
    assert (first.kind, second.kind) == ("amendment.entered", "amendment.confirmed")
    told = json.loads(first.payload)
    assert [one["project"] for one in told["items"]] == [1, 3]
    assert told["items"][0]["minutes"] == 15
    assert len(told["files"]) == 1
    assert json.loads(second.payload)["rules"] == rule_book(session).version
    session.commit()
    assert verify(session, lambda finding: None).findings == 0


def test_a_draft_is_its_authors_and_needs_a_scan_and_items(session: Session, people: Personas):
    bare = service.draft(session, people.bureau, document(), NOW)
    with pytest.raises(Conflict, match="内容"):
        service.enter(session, people.bureau, bare.id, NOW)
    wanted = item(session, "target", **RESPONSE, minutes=15)
    with pytest.raises(Forbidden, match="起草人"):
        service.add_item(session, people.bureau2, bare.id, wanted, NOW)
    (made,) = service.add_item(session, people.bureau, bare.id, wanted, NOW)
    with pytest.raises(Conflict, match="扫描件"):
        service.enter(session, people.bureau, bare.id, NOW)
    with pytest.raises(Conflict, match="已经有了"):
        service.add_item(session, people.bureau, bare.id, wanted, NOW)
    service.remove_item(session, people.bureau, bare.id, made.id, NOW)
    assert bare.items == []
    assert entries(session) == []


def test_what_is_handed_in_is_never_changed(session: Session, people: Personas):
    wanted = item(session, "target", **RESPONSE, minutes=15)
    made = entered(session, people, document(), wanted)
    with pytest.raises(Conflict, match="不能再改"):
        service.add_item(
            session, people.bureau, made.id, item(session, "target", 3, **RESPONSE, minutes=1), NOW
        )
    with pytest.raises(Conflict, match="不能再改"):
        service.remove_item(session, people.bureau, made.id, made.items[0].id, NOW)


# -- clocks --------------------------------------------------------------------------------------------


def test_running_tickets_keep_their_target_and_new_ones_have_the_new(session: Session, people: Personas):
    before = new_ticket(session, people.contact, now="2025-07-14 23:59")
    found = confirmed(
        session,
        people,
        document(),
        item(session, "target", **RESPONSE, minutes=10),
        now=at("2025-07-15 00:00"),
    )
    after = new_ticket(session, people.contact, now="2025-07-15 00:10")
    assert (stored(session, before).minutes, stored(session, after).minutes) == (30, 10)
    assert found.effect.dues == 0


def test_the_preview_of_a_document_that_holds_already_comes_true(session: Session, people: Personas):
    late = new_ticket(session, people.contact, now="2025-07-02 09:00", title="晚了")
    tickets.respond(session, people.engineer, late, at("2025-07-02 09:20"))
    running = new_ticket(session, people.contact, now="2025-07-10 08:50", title="在算")
    other = new_ticket(session, people.bureau, 3, now="2025-07-10 08:50", title="别的项目")
    session.commit()
    made = entered(
        session,
        people,
        document("bid_promise", "2025-06-03"),
        item(session, "target", **RESPONSE, minutes=15),
    )
    found = propose(session, made, NOW)
    told = {
        (one.title, one.before.due_at, one.after.due_at)
        for one in found.effect.listed
        if one.before and one.after
    }
    assert told == {
        ("晚了", at("2025-07-02 09:30"), at("2025-07-02 09:15")),
        ("在算", at("2025-07-10 09:20"), at("2025-07-10 09:05")),
    }
    changes = {
        (c.project.seq if c.project else 0, c.indicator): c.after
        for c in figure_changes(session, found.effect, NOW)
    }
    assert changes[1, Indicator.RESPONSE] == changes[0, Indicator.RESPONSE] == Figure(0, 1)
    assert stored(session, late).verdict is Verdict.MET, "a preview writes nothing"
    service.confirm(session, people.bureau2, made.id, found.digest, NOW)
    session.commit()
    assert stored(session, late).verdict is Verdict.BREACHED
    assert stored(session, running).due_at == at("2025-07-10 09:05")
    assert stored(session, other).minutes == 30
    versions = set(session.scalars(select(TicketClock.rule_version)))
    assert versions == {rule_book(session).version}
    assert list(differences(session, NOW)) == []
    rows = rows_of(session, month(date(2025, 7, 1)), None, NOW)
    assert {c.clock.minutes for c in rows.clocks if c.project == 1 and c.clock.kind == "response"} == {15}


def test_a_month_cut_by_a_document_has_both_targets(session: Session, people: Personas):
    """July: answered after twenty minutes each time; on the 10th that was in time, on the 20th it was not."""
    confirmed(session, people, document(), item(session, "target", **RESPONSE, minutes=15))
    for day in ("2025-07-10", "2025-07-20"):
        one = new_ticket(session, people.contact, now=f"{day} 10:00")
        tickets.respond(session, people.engineer, one, at(f"{day} 10:20"))
    rows = rows_of(session, month(date(2025, 7, 1)), None, at("2025-07-31 12:00"))
    verdicts = [c.clock.verdict for c in rows.clocks if c.clock.kind == "response"]
    assert verdicts == [Verdict.MET, Verdict.BREACHED]


def test_documents_survive_another_load(session: Session, people: Personas):
    found = confirmed(
        session,
        people,
        document(),
        item(session, "target", **RESPONSE, minutes=15),
        item(session, "row", 3, window=Window.WORKDAYS, service_level=2),
        item(session, "duty_new", duty_kind="drill", duty_what="应急演练", cycle=Cycle.MONTHLY),
        item(session, "posting", 9, posting_id=None, heads=1, pattern=Window.WORKDAYS),
    )
    session.commit()
    before = project_rules(session)
    assert load(session).changes_nothing
    session.commit()
    assert project_rules(session) == before
    assert before[1].on(date(2025, 7, 15)).targets[0].minutes == 15
    assert before[1].on(date(2025, 7, 14)).targets[0].minutes == 30
    assert before[3].on(date(2025, 7, 15)).window is Window.WORKDAYS
    assert session.scalar(select(func.count()).select_from(Obligation).where(Obligation.line == 0)) == 1
    assert found.amendment.items[-1].posting_id


# -- what is shown -------------------------------------------------------------------------------------


def test_the_contract_is_shown_as_it_stands_on_a_day(session: Session, people: Personas):
    plain = contract_sheet(session, date(2025, 7, 14), lines=True)
    daily = duty(session, 1, "daily", "weekly")
    confirmed(
        session,
        people,
        document(),
        item(session, "target", **RESPONSE, minutes=60),
        item(session, "row", window=Window.WORKDAYS, service_level=1),
        item(session, "duty_dropped", obligation_id=daily.id),
        item(session, "duty_new", duty_kind="drill", duty_what="应急演练", cycle=Cycle.MONTHLY),
    )
    before, after = (contract_sheet(session, date(2025, 7, day), lines=True) for day in (14, 15))
    assert before["projects"] == plain["projects"]
    assert before["projects"][1:] == after["projects"][1:]
    row = after["projects"][0]
    assert (row["window"], row["service_level"]) == ("5x8", 1)
    assert row["targets"][0]["minutes"] == 60
    assert row["targets"][0]["source"].startswith("补充协议《运维补充协议》")
    assert {"what": "应急演练", "cycle": "monthly"}.items() <= row["duties"][-1].items()
    assert daily.what not in [one["what"] for one in row["duties"] + row["inspections"]]


# -- duties --------------------------------------------------------------------------------------------


def test_a_new_duty_has_only_days_to_come_and_is_renewed_with_the_others(session: Session, people: Personas):
    new = item(session, "duty_new", 1, 2, duty_kind="inspection", duty_what="夜间巡检", cycle=Cycle.DAILY)
    found = confirmed(session, people, document(), new)
    assert len(found.duties.added) == 2 * (date(2026, 6, 3) - date(2025, 7, 15)).days
    made = session.scalars(select(Obligation).where(Obligation.what == "夜间巡检")).all()
    assert days_of(session, made[0].id)[0] == date(2025, 7, 15)
    assert lay_out(session) == 0
    renew(session, None, at("2026-06-01 09:00"))
    assert days_of(session, made[0].id)[-1] == date(2027, 6, 2)


def test_a_cycle_a_quota_and_a_duty_dropped_leave_the_past_as_it_was(session: Session, people: Personas):
    one = duty(session, 1, "monthly", "weekly")
    past = [day for day in days_of(session, one.id) if day < date(2025, 8, 1)]
    quota = session.scalars(select(Obligation).where(Obligation.cycle == Cycle.QUOTA)).first()
    daily = session.scalars(select(Obligation).where(Obligation.cycle == Cycle.DAILY)).first()
    rows = {p.id: p.seq for p in (project(session, n) for n in range(1, 46))}
    assert quota
    assert daily
    confirmed(
        session,
        people,
        document("agreement", "2025-08-01"),
        item(session, "duty_cycle", 1, obligation_id=one.id, cycle=Cycle.DAILY),
        item(session, "duty_quota", rows[quota.project_id or 0], obligation_id=quota.id, quota=7),
        item(session, "duty_dropped", rows[daily.project_id or 0], obligation_id=daily.id),
    )
    session.commit()
    assert [day for day in days_of(session, one.id) if day < date(2025, 8, 1)] == past
    assert len(days_of(session, one.id, date(2025, 8, 1))) == (date(2026, 6, 3) - date(2025, 8, 1)).days
    assert days_of(session, daily.id)[-1] == date(2025, 7, 31)
    assert quota_on(session, quota, date(2025, 7, 31)) == quota.quota
    assert quota_on(session, quota, date(2025, 8, 1)) == 7
    assert lay_out(session) == 0


REFUSED: list[tuple[str, str, dict[str, Any], str]] = [
    ("agreement", "duty_new", {"from_day": "2025-07-10"}, "from_day"),
    ("bid_promise", "target_dropped", RESPONSE, "what"),
    ("commitment", "duty_dropped", {"from_day": "2025-07-11"}, "what"),
    ("agreement", "target_dropped", {"kind": TargetKind.CLOSURE}, "kind"),
    ("agreement", "target", {**RESPONSE, "workdays": 3}, "unit"),
    ("agreement", "target", {"kind": TargetKind.CLOSURE, "minutes": 3}, "unit"),
    ("agreement", "row", {}, "window"),
    ("commitment", "row", {"service_level": 1}, "service_level"),
    ("agreement", "duty_cycle", {"from_day": "2025-07-11", "obligation_id": 99999}, "obligation"),
    ("agreement", "target", {**RESPONSE, "from_day": "2025-07-09", "minutes": 3}, "from_day"),
]


def test_what_makes_no_sense_is_refused_at_its_field(session: Session, people: Personas):
    for kind, what, said, field in REFUSED:
        made = drafted(session, people, document(kind, "2025-07-10"))
        with pytest.raises(Invalid) as error:
            service.add_item(session, people.bureau, made.id, item(session, what, **said), NOW)
        assert (error.value.field, what) == (field, what)
        assert made.items == []


def test_a_document_binds_neither_before_it_was_signed_nor_before_the_year(session, people):
    for said, field in (
        (document(from_day="2025-06-02", signed_on=date(2025, 6, 1)), "from_day"),
        (document(from_day="2025-07-01", signed_on=date(2025, 7, 2)), "from_day"),
        (document(signed_on=date(2025, 7, 11)), "signed_on"),
        (document(title=" "), "title"),
    ):
        with pytest.raises(Invalid) as error:
            service.draft(session, people.bureau, said, NOW)
        assert error.value.field == field
    corrects = document("correction", "2025-06-03", signed_on=NOW.date())
    assert service.draft(session, people.bureau, corrects, NOW).state is AmendmentState.DRAFT


def test_a_promise_of_fewer_residents_or_rarer_duties_is_refused(session: Session, people: Personas):
    made = drafted(session, people, document("bid_promise"))
    held = session.scalars(select(Posting).where(Posting.project_id == project(session, 1).id)).one()
    weekly = duty(session, 1, "weekly", "daily")
    for new in (
        item(session, "posting", posting_id=held.id, heads=held.heads - 1, pattern=Window.WORKDAYS),
        item(session, "duty_cycle", obligation_id=weekly.id, cycle=Cycle.YEARLY),
    ):
        with pytest.raises(Invalid, match="承诺只能更严"):
            service.add_item(session, people.bureau, made.id, new, NOW)


# -- postings ------------------------------------------------------------------------------------------


def test_residents_changed_within_a_month_are_required_from_their_day(session: Session, people: Personas):
    """Row 1: two heads on 10 workdays, then three on 13 of them: 2 × (20 + 39) half days."""
    held = session.scalars(select(Posting).where(Posting.project_id == project(session, 1).id)).one()
    ids = [project(session, 1).id]
    assert attendance_figures(session, date(2025, 7, 1), ids)[1].total == 92
    more = item(
        session, "posting", posting_id=held.id, heads=3, pattern=Window.WORKDAYS, from_day="2025-07-15"
    )
    found = confirmed(session, people, document(), more)
    assert found.attendance == []
    assert attendance_figures(session, date(2025, 7, 1), ids)[1].total == 2 * (20 + 39)


def test_a_posting_that_holds_already_shows_the_attendance_it_changes(session: Session, people: Personas):
    held = session.scalars(select(Posting).where(Posting.project_id == project(session, 1).id)).one()
    more = item(session, "posting", posting_id=held.id, heads=4, pattern=Window.WORKDAYS)
    made = entered(session, people, document("bid_promise", "2025-07-01"), more)
    (change,) = propose(session, made, NOW).attendance
    assert (change.before.total, change.after.total) == (2 * 2 * 7, 2 * 4 * 7)


# -- withdrawing ---------------------------------------------------------------------------------------


def test_before_its_first_day_a_document_is_withdrawn_and_everything_is_as_before(session, people):
    rules, count = project_rules(session), session.scalar(select(func.count()).select_from(Occurrence))
    weekly = duty(session, 1, "weekly", "daily")
    drop = duty(session, 3, "daily", "weekly", "monthly", "quarterly", "yearly")
    found = confirmed(
        session,
        people,
        document(),
        item(session, "target", **RESPONSE, minutes=15),
        item(session, "duty_new", duty_kind="drill", duty_what="应急演练", cycle=Cycle.MONTHLY),
        item(session, "duty_cycle", obligation_id=weekly.id, cycle=Cycle.TWICE_DAILY),
        item(session, "duty_dropped", 3, obligation_id=drop.id),
        item(session, "posting", 9, posting_id=None, heads=1, pattern=Window.WORKDAYS),
    )
    session.commit()
    assert session.scalar(select(func.count()).select_from(Occurrence)) != count
    with pytest.raises(Forbidden):
        service.withdraw(session, people.bureau2, found.amendment.id, "不对", NOW)
    with pytest.raises(Conflict, match="已经生效"):
        service.withdraw(session, people.bureau, found.amendment.id, "晚了", at("2025-07-15 00:00"))
    service.withdraw(session, people.bureau, found.amendment.id, "不对", NOW)
    session.commit()
    assert project_rules(session) == rules
    assert session.scalar(select(func.count()).select_from(Occurrence)) == count
    assert session.scalars(select(CycleChange)).all() == []
    for table in (Obligation, Posting):
        assert session.scalars(select(table).where(table.line == 0)).all() == []
    assert [one.kind for one in entries(session)][-1] == "amendment.withdrawn"
    assert lay_out(session) == 0


def test_what_waits_is_withdrawn_and_then_cannot_be_confirmed(session: Session, people: Personas):
    made = entered(session, people, document(), item(session, "target", **RESPONSE, minutes=15))
    service.withdraw(session, people.bureau2, made.id, "写错了", NOW)
    with pytest.raises(Conflict, match="已撤回"):
        service.confirm(session, people.bureau2, made.id, propose(session, made, NOW).digest, NOW)
    with pytest.raises(Conflict, match="已经撤回"):
        service.withdraw(session, people.bureau, made.id, "再撤", NOW)


def test_nothing_is_confirmed_after_its_first_day_where_only_the_future_may_change(session, people):
    new = item(session, "duty_new", duty_kind="drill", duty_what="应急演练", cycle=Cycle.MONTHLY)
    made = entered(session, people, document(), new)
    late = at("2025-07-15 09:00")
    with pytest.raises(Invalid, match="最早从明天起"):
        service.confirm(session, people.bureau2, made.id, propose(session, made, late).digest, late)
    assert days_of(session, 1)[0] >= day_of(start_of(date(2025, 6, 3)))
