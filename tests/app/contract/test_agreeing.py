"""Agreeing how the contract is read: what each key moves, what was promised, who may; on both databases."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from app.contract import effect as effects
from app.contract.agree import Agreement, agree, propose
from app.contract.effect import FigureChange, effect_of, figure_changes
from app.contract.queries import interpretations, rule_book
from app.ledger.service import verify
from app.months.facts import shown
from app.months.figures import figures_of
from app.tickets import service
from app.tickets.derivation import derive_many, derive_ticket, forget_rules, store
from models.contract import InterpretationVersion, ServiceYear
from models.duties import Occurrence, OccurrenceWork, Work
from models.ledger import LedgerEntry
from models.tickets import Ticket, TicketClock
from seeds.loader import load
from sla.errors import Conflict, Forbidden, Invalid, NotFound
from sla.interpretations import KEYS, Status
from sla.period import month as month_period
from sla.when import day_of, next_month
from tests.app.loaded import fresh_postgresql, fresh_sqlite  # noqa: F401, every test here uses them
from tests.app.months.world import live
from tests.app.personas import Personas, at, new_ticket, real_contract

NOW = at("2025-10-20 12:00")
YEAR = date(2025, 6, 3)


@pytest.fixture
def people(session: Session) -> Personas:
    return real_contract(session)


@pytest.fixture
def set_up(session: Session, people: Personas) -> Personas:
    """Six tickets, each resting on another reading, and all brought up to date."""
    supplier, unit = people.manager, people.bureau

    def opened(title: str, row: int, when: str) -> Ticket:
        return new_ticket(session, unit, row, when, title=title)

    opened("周六", 14, "2025-10-03 10:00")
    evening = opened("傍晚", 6, "2025-09-02 19:30")
    service.respond(session, supplier, evening, at("2025-09-02 19:50"))
    rejected = opened("退回", 1, "2025-09-03 09:00")
    service.respond(session, supplier, rejected, at("2025-09-03 09:10"))
    service.claim_recovery(session, supplier, rejected, at("2025-09-03 10:00"), note="好了")
    service.reject(session, unit, rejected, at("2025-09-03 15:30"), reason="没好")
    service.claim_recovery(session, supplier, rejected, at("2025-09-03 16:30"), note="真好了")
    service.accept(session, unit, rejected, at("2025-09-03 17:00"))
    service.close(session, unit, rejected, at("2025-09-03 17:30"), rating=3)
    silent = opened("无人验收", 1, "2025-09-04 09:00")
    service.claim_recovery(session, supplier, silent, at("2025-09-04 10:00"), note="好了")
    slow = opened("补录", 1, "2025-09-05 09:00")
    at_once = at("2025-09-05 09:10")
    service.respond(session, supplier, slow, at("2025-09-05 09:28"), occurred_at=at_once)
    before = opened("更早", 6, "2025-06-10 19:30")
    service.respond(session, supplier, before, at("2025-06-10 19:50"))
    service.cancel(session, unit, before, at("2025-06-10 20:00"), reason="已好")
    fresh(session)
    session.commit()
    return people


def fresh(session: Session) -> None:
    """Bring every cached row up to ``NOW``, as the night does."""
    forget_rules(session)
    for ticket in session.scalars(select(Ticket)):
        store(session, ticket, derive_ticket(session, ticket, NOW))
    session.flush()


def said(key: str, value: str, from_day: date = YEAR, reason: str = "会议纪要") -> Agreement:
    return Agreement(key, value, from_day, reason)


def stored_clocks(session: Session) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    rows = session.scalars(select(TicketClock).execution_options(populate_existing=True))
    return {(c.ticket_id, c.kind, c.round): (c.due_at, c.verdict, c.due_provisional) for c in rows}


def months(session: Session) -> list[dict[str, Any]]:
    session.expire_all()
    found, month = [], date(2025, 6, 1)
    while month <= day_of(NOW):
        found.append(shown(figures_of(session, month_period(month), None, NOW)))
        month = next_month(month)
    return found


def applied(figures: list[dict[str, Any]], promised: list[FigureChange]) -> list[dict[str, Any]]:
    """Return figures as they were promised to become; each promise names what stands there now."""
    by_month = {one["month"]: one for one in json.loads(json.dumps(figures))}
    for change in promised:
        place = by_month[f"{change.month:%Y-%m}"]
        if change.project is not None:
            place = next(one for one in place["projects"] if one["seq"] == change.project.seq)
        else:
            place = place["contract"]
        assert place[change.indicator] == change.before.as_dict()
        assert change.before != change.after
        place[change.indicator] = change.after.as_dict()
    return list(by_month.values())


def check_that_the_preview_comes_true(session: Session, people: Personas, wanted: Agreement) -> None:
    clocks, figures = stored_clocks(session), months(session)
    found = propose(session, wanted, NOW)
    promised = list(figure_changes(session, found.effect, NOW))
    assert stored_clocks(session) == clocks, "a preview writes nothing"
    assert months(session) == figures
    agree(session, people.bureau, wanted, NOW)
    session.commit()
    after = stored_clocks(session)
    moved = {
        key: (clocks.get(key), after.get(key))
        for key in clocks | after
        if (clocks.get(key) or ())[:2] != (after.get(key) or ())[:2]
    }
    assert moved == {
        (one.ticket_id, one.kind, one.round): tuple(
            side and (side.due_at, side.verdict, side.provisional) for side in (one.before, one.after)
        )
        for one in found.effect.listed
    }
    assert found.effect.dues == len(moved)
    assert applied(figures, promised) == months(session)
    fresh(session)
    assert stored_clocks(session) == after, "what was stored is what all events amount to"


# What each key moves


@pytest.mark.parametrize(
    ("key", "value", "moved", "figures"),
    [
        ("office_hours", "09:00-12:00,13:00-18:00", {"周六"}, set()),
        ("six_by_eight", "workdays_and_all_saturdays", {"周六"}, set()),
        ("realtime_minutes", "30", {"傍晚", "更早"}, {"response"}),
        ("workday_period", "office_hours", {"傍晚", "更早"}, {"response"}),
        ("rejected_recovery", "excluded", {"退回"}, {"recovery"}),
        ("silent_acceptance_workdays", "60", {"无人验收"}, {"first_fix"}),
        ("backentry_minutes", "10", {"补录"}, {"backentry"}),
    ],
)
def test_each_key_moves_what_rests_on_it_and_the_preview_comes_true(
    session, set_up, key, value, moved, figures
):
    found = propose(session, said(key, value), NOW)
    titles = {session.get_one(Ticket, ticket_id).title for ticket_id in found.effect.tickets}
    assert titles == moved
    assert {str(one.indicator) for one in figure_changes(session, found.effect, NOW)} == figures
    check_that_the_preview_comes_true(session, set_up, said(key, value))


def test_an_agreement_from_a_later_day_leaves_what_was_before_it(session, set_up):
    found = propose(session, said("realtime_minutes", "30", date(2025, 7, 1)), NOW)
    assert [one.title for one in found.effect.listed] == ["傍晚"]
    verdicts = [[side and side.verdict for side in (one.before, one.after)] for one in found.effect.listed]
    assert verdicts == [["breached", "met"]]
    check_that_the_preview_comes_true(session, set_up, said("realtime_minutes", "30", date(2025, 7, 1)))


def test_between_two_agreements_only_the_days_between_them_change(session, set_up):
    agree(session, set_up.bureau, said("realtime_minutes", "6", date(2025, 9, 1)), NOW)
    found = propose(session, said("realtime_minutes", "30"), NOW)
    assert (found.until, [one.title for one in found.effect.listed]) == (date(2025, 9, 1), ["更早"])


def test_in_a_varied_life_every_promise_comes_true(session, people):
    live(session, people, 30)
    fresh(session)
    session.commit()
    check_that_the_preview_comes_true(
        session, people, said("office_hours", "09:00-12:00,13:00-17:00", date(2025, 7, 10))
    )
    check_that_the_preview_comes_true(session, people, said("backentry_minutes", "10", date(2025, 7, 1)))
    check_that_the_preview_comes_true(session, people, said("silent_acceptance_workdays", "1"))
    tickets = session.scalars(select(Ticket)).all()
    derived = derive_many(session, tickets, NOW)
    assert {ticket.id: ticket.state for ticket in tickets} == {
        ticket_id: one.facts.state for ticket_id, one in derived.items()
    }


def test_every_key_can_be_agreed_as_it_is_shipped_and_then_moves_nothing(session, set_up):
    for key in KEYS:
        shipped = interpretations(session).version(key.name, YEAR)
        found = agree(session, set_up.bureau, said(key.name, shipped.raw), NOW)
        assert (found.changes_value, found.effect.tickets, found.effect.derived) == (False, [], 0)
        known = interpretations(session)
        before = date(2025, 6, 2)
        assert [known.status(key.name, day) for day in (before, YEAR)] == [Status.ASSUMED, Status.AGREED]
        assert known.value(key.name, YEAR) == known.value(key.name, before)


def test_no_other_rows_than_those_touched_are_written_and_these_name_the_rules_that_made_them(
    session, set_up
):
    old = rule_book(session).version
    found = agree(session, set_up.bureau, said("realtime_minutes", "30", date(2025, 9, 1)), NOW)
    session.expire_all()
    versions = {
        session.get_one(Ticket, clock.ticket_id).title: clock.rule_version
        for clock in session.scalars(select(TicketClock))
    }
    assert rule_book(session).version == found.book.version != old
    assert {title for title, version in versions.items() if version == old} == {"更早"}
    assert {version for title, version in versions.items() if title != "更早"} == {found.book.version}


# What is kept


def test_the_version_before_stays_on_record_and_the_ledger_tells_both(session, set_up):
    agree(session, set_up.bureau, said("realtime_minutes", "10", YEAR, " 纪要 1 "), NOW)
    agree(session, None, said("realtime_minutes", "０１５", date(2025, 9, 1), "纪要 2"), NOW)
    rows = session.scalars(
        select(InterpretationVersion)
        .where(InterpretationVersion.key == "realtime_minutes")
        .order_by(InterpretationVersion.id)
    ).all()
    assert [(one.value, one.status, one.from_day) for one in rows] == [
        ("5", "assumed", None),
        ("10", "agreed", YEAR),
        ("15", "agreed", date(2025, 9, 1)),
    ]
    found = select(LedgerEntry).where(LedgerEntry.kind == "interpretation.agreed").order_by(LedgerEntry.seq)
    first, second = session.scalars(found).all()
    assert (first.actor_id, second.actor_id) == (set_up.bureau.id, None)
    assert first.subject == "interpretation:realtime_minutes"
    payload = json.loads(second.payload)
    assert {name: payload[name] for name in ("key", "value", "from_day", "reason", "previous")} == {
        "key": "realtime_minutes",
        "value": "15",
        "from_day": "2025-09-01",
        "reason": "纪要 2",
        "previous": {"value": "10", "status": "agreed", "from_day": "2025-06-03"},
    }
    session.commit()
    assert verify(session, lambda finding: None).findings == 0


def test_loading_the_contract_again_leaves_what_was_agreed(session, set_up):
    agree(session, set_up.bureau, said("realtime_minutes", "10"), NOW)
    load(session)
    assert interpretations(session).realtime_minutes(YEAR) == 10


def test_the_same_agreement_again_changes_nothing(session, set_up):
    wanted = said("realtime_minutes", "10")
    assert not agree(session, set_up.bureau, wanted, NOW).agreed
    size = session.scalar(select(func.count()).select_from(LedgerEntry))
    assert agree(session, set_up.bureau, wanted, NOW + timedelta(days=1)).agreed
    assert session.scalar(select(func.count()).select_from(LedgerEntry)) == size


def test_a_version_that_was_used_is_not_rewritten_and_one_still_to_come_is(session, set_up):
    agree(session, set_up.bureau, said("realtime_minutes", "10"), NOW)
    with pytest.raises(Conflict, match="换一个更晚的日期"):
        agree(session, set_up.bureau, said("realtime_minutes", "15"), NOW)
    later = date(2025, 11, 1)
    agree(session, set_up.bureau, said("realtime_minutes", "20", later), NOW)
    agree(session, set_up.bureau, said("realtime_minutes", "25", later), NOW)
    assert interpretations(session).realtime_minutes(later) == 25
    kinds = select(func.count()).where(LedgerEntry.kind == "interpretation.agreed")
    assert session.scalar(kinds) == 3


def test_what_was_shown_on_other_rules_is_not_saved(session, set_up):
    shown_for = propose(session, said("realtime_minutes", "10"), NOW).before.version
    agree(session, set_up.bureau2, said("backentry_minutes", "60"), NOW, shown_for)
    with pytest.raises(Conflict, match="刚刚被别人改过"):
        agree(session, set_up.bureau, said("realtime_minutes", "10"), NOW, shown_for)


# What is refused


REFUSED = [
    (said("no_such", "1"), NotFound, "没有「no_such」这项口径"),
    (said("realtime_minutes", "0"), Invalid, "1 到 1440"),
    (said("realtime_minutes", "五"), Invalid, "整数"),
    (said("office_hours", "8-12"), Invalid, "写法如"),
    (said("office_hours", "08:00-12:00," * 40), Invalid, "最多 400"),
    (said("six_by_eight", "never"), Invalid, "只能是"),
    (said("realtime_minutes", "10", reason=" "), Invalid, "请填写依据"),
    (said("realtime_minutes", "10", reason="因" * 401), Invalid, "最多 400 个字"),
    (said("realtime_minutes", "10", date(2025, 6, 2)), Invalid, "最早可从 2025-06-03 起"),
    (said("daily_on_rest_days", "no", date(2025, 10, 20)), Invalid, "最早从 2025-10-21 起"),
]


def test_what_makes_no_sense_is_refused_with_what_to_do(session, people):
    for wanted, error, words in REFUSED:
        with pytest.raises(error, match=words):
            agree(session, people.bureau, wanted, NOW)
    assert session.scalar(select(func.count()).where(InterpretationVersion.status == "agreed")) == 0


def test_to_agree_twice_the_same_from_another_day_is_told(session, people):
    agree(session, people.bureau, said("realtime_minutes", "10"), NOW)
    with pytest.raises(Conflict, match="从 2025-06-03 起已经是这样约定的"):
        agree(session, people.bureau, said("realtime_minutes", "10", date(2025, 8, 1)), NOW)


def test_only_the_bureau_agrees(session, people):
    for person in people.everybody():
        if person not in (people.bureau, people.bureau2):
            with pytest.raises(Forbidden):
                agree(session, person, said("realtime_minutes", "10"), NOW)


def test_outside_a_service_year_only_today_and_later_may_change(session, people):
    after = at("2026-07-01 09:00")
    with pytest.raises(Invalid, match="不在服务年度内"):
        agree(session, people.bureau, said("realtime_minutes", "10", date(2026, 6, 30)), after)
    agree(session, people.bureau, said("realtime_minutes", "10", date(2026, 7, 1)), after)


def test_a_renewed_year_closes_the_one_before_it(session, people):
    second = ServiceYear(
        number=2, starts_on=date(2026, 6, 3), ends_on=date(2027, 6, 3), activated_at=NOW, reason=""
    )
    session.add(second)
    session.flush()
    with pytest.raises(Invalid, match="最早可从 2026-06-03 起"):
        agree(session, people.bureau, said("realtime_minutes", "10"), at("2026-07-01 09:00"))


# Duties


def test_daily_duties_rest_on_days_off_from_the_day_that_is_agreed(session, people):
    wanted = said("daily_on_rest_days", "no", date(2025, 11, 1))
    saturday = select(Occurrence).where(
        Occurrence.opens_at == at("2025-11-08 00:00"), Occurrence.closes_at == at("2025-11-09 00:00")
    )
    here = session.scalars(saturday).all()
    kept, gone = here[0], {one.id for one in here[1:]}
    work = Work(
        obligation_id=kept.obligation_id,
        project_id=kept.project_id,
        submission="w",
        by_id=people.manager.id,
        started_at=NOW,
    )
    session.add(work)
    session.flush()
    session.add(OccurrenceWork(occurrence_id=kept.id, work_id=work.id))
    session.flush()
    before = session.scalar(select(func.count()).select_from(Occurrence))
    found = propose(session, wanted, NOW)
    assert {one["id"] for one in found.duties.removed} >= gone
    assert min(one["opens_at"] for one in found.duties.removed) >= at("2025-11-01 00:00")
    assert found.duties.added == []
    agree(session, people.bureau, wanted, NOW)
    assert [one.id for one in session.scalars(saturday)] == [kept.id]
    removed = len(found.duties.removed)
    assert session.scalar(select(func.count()).select_from(Occurrence)) == before - removed
    back = agree(session, people.bureau, said("daily_on_rest_days", "yes", date(2025, 11, 1)), NOW)
    assert (len(back.duties.added), back.duties.removed) == (removed, [])
    assert session.scalar(select(func.count()).select_from(Occurrence)) == before


# Cost


def test_many_tickets_are_derived_in_batches_of_three_queries_each(session, set_up, monkeypatch):
    proposal = propose(session, said("realtime_minutes", "30"), NOW)
    sent: list[str] = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *args: sent.append(args[2]))
    for size, batches in ((500, 1), (2, 3)):
        monkeypatch.setattr(effects, "BATCH", size)
        sent.clear()
        found = effect_of(session, proposal.book, proposal.effect.days, NOW)
        assert (found.derived, len(sent)) == (6, 3 * batches + 2)  # the empty batch; which months are frozen
        assert found.counts() == proposal.effect.counts()


def test_more_changes_than_are_listed_are_counted(session, set_up, monkeypatch):
    monkeypatch.setattr(effects, "SHOWN", 1)
    found = propose(session, said("realtime_minutes", "30"), NOW).effect
    assert (len(found.listed), found.dues) == (1, 2)
