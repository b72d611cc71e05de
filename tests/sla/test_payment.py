"""The two payments: what each waits for, who owes it, and when it is due (P1)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sla.calendar import Calendar
from sla.gates import add_workdays
from sla.payment import judge
from sla.payment_facts import (
    AcceptanceFacts,
    GateKey,
    InvoiceFacts,
    Owes,
    PaymentState,
    Readings,
    RowFacts,
    Said,
    StageFacts,
    Terms,
)
from tests.sla.seeded import CALENDAR

EFFECT, END = date(2025, 6, 3), date(2026, 6, 3)
TERMS, PLAIN = Terms(), Readings()
GOOD = Said(date(2025, 6, 20), running_well=True, satisfied=True)
BAD = Said(date(2025, 6, 25), running_well=True, satisfied=False)


def day(text: str) -> date:
    return date.fromisoformat(text)


def row(seq=1, said=(GOOD,), starts="2025-06-03", ends="2026-06-03", counts=None) -> RowFacts:
    return RowFacts(seq, f"单位{seq}", day(starts), day(ends), tuple(said), counts)


def first(rows=None, **said) -> StageFacts:
    """A first payment of which everything is there, but for what is said otherwise."""
    given: dict[str, Any] = {
        "accepted": AcceptanceFacts(day("2025-06-22"), day("2025-06-24"), day("2025-06-26")),
        "invoices": (InvoiceFacts(700, day("2025-06-27"), day("2025-06-30")),),
        "amount": 700,
    }
    return StageFacts(1, (EFFECT, END), tuple(rows or (row(),)), **(given | said))


def at(facts, today, readings=PLAIN, calendar=CALENDAR):
    return judge(facts, TERMS, readings, calendar, day(today))


def gate(stage, key):
    return next(one for one in stage.gates if one.key is key)


# -- the first payment ------------------------------------------------------------------------------------


def test_thirty_workdays_after_the_effect_of_3_june_2025_are_15_july():
    stage = at(first(), "2025-07-01")
    assert (stage.met_on, stage.due, stage.provisional) == (day("2025-06-30"), day("2025-07-15"), False)
    assert stage.state is PaymentState.PAYABLE
    assert [(one.key.value, str(one.since)) for one in stage.gates] == [
        ("effect", "2025-06-03"),
        ("running", "2025-06-20"),
        ("callback", "2025-06-20"),
        ("report", "2025-06-26"),
        ("invoice", "2025-06-30"),
    ]


@pytest.mark.parametrize(
    ("effect", "due", "provisional"),
    [
        ("2025-06-03", "2025-07-15", False),
        ("2025-09-26", "2025-11-13", False),  # 28 September is worked, eight days of October are not
        ("2025-12-15", "2026-01-27", False),
        ("2026-11-25", "2027-01-07", True),  # the notice of 2027 is not out
    ],
)
def test_the_due_day_steps_over_festivals_and_is_provisional_in_an_estimated_year(effect, due, provisional):
    assert add_workdays(CALENDAR, day(effect), 30) == (day(due), provisional)


def test_with_an_open_gate_it_waits_and_is_never_late():
    facts = first(rows=[row(), row(2, said=())])
    stage = at(facts, "2026-05-01")
    assert (stage.state, stage.days_late, stage.met_on) == (PaymentState.OPEN, 0, None)
    assert stage.due == day("2025-07-15")  # not before that
    (missing,) = gate(stage, GateKey.CALLBACK).missing
    assert (missing.seq, missing.unit, missing.owes) == (2, "单位2", Owes.UNIT)


def test_conditions_met_after_the_thirty_days_are_due_at_once_and_late_the_day_after():
    facts = first(rows=[row(said=[replace(GOOD, on=day("2025-07-20"))])])
    assert at(facts, "2025-07-19").due == day("2025-07-20")
    stage = at(facts, "2025-07-20")
    assert (stage.due, stage.state, stage.days_late) == (day("2025-07-20"), PaymentState.PAYABLE, 0)
    stage = at(facts, "2025-07-21")
    assert (stage.state, stage.days_late) == (PaymentState.LATE, 1)


def test_read_by_the_effect_alone_the_thirty_days_stand_whatever_the_gates():
    late = first(rows=[row(said=[replace(GOOD, on=day("2025-07-20"))])])
    only = Readings(effect_only=True)
    assert at(late, "2025-07-21", only).due == day("2025-07-15")
    assert at(late, "2025-07-21", only).days_late == 6
    assert at(first(rows=[row(said=())]), "2025-07-21", only).state is PaymentState.OPEN


def test_a_bad_word_opens_the_gate_again_and_a_good_one_after_it_meets_it_anew():
    bad = first(rows=[row(said=[GOOD, BAD])])
    (missing,) = gate(at(bad, "2025-07-01"), GateKey.CALLBACK).missing
    assert missing.owes is Owes.SUPPLIER
    assert gate(at(bad, "2025-07-01"), GateKey.RUNNING).met
    again = first(rows=[row(said=[GOOD, BAD, replace(GOOD, on=day("2025-06-28"))])])
    assert gate(at(again, "2025-07-01"), GateKey.CALLBACK).since == day("2025-06-28")
    twice = first(rows=[row(said=[GOOD, replace(GOOD, on=day("2025-06-28"))])])
    assert gate(at(twice, "2025-07-01"), GateKey.CALLBACK).since == day("2025-06-20")


def test_a_row_not_yet_in_service_is_left_aside_unless_the_bureau_decides_otherwise():
    forty = row(40, said=(), starts="2025-07-01", ends="2026-07-01")
    forty_five = row(45, said=(), starts="2025-07-27", ends="2026-07-27")
    stage = at(first(rows=[row(), forty, forty_five]), "2025-06-30")
    assert stage.state is PaymentState.PAYABLE
    assert [seq for seq, _ in gate(stage, GateKey.CALLBACK).aside] == [40, 45]
    assert stage.rows == (1,)
    # They begin after everybody else's conditions were complete: too late to open them again.
    assert at(first(rows=[row(), forty, forty_five]), "2025-08-01").state is PaymentState.LATE
    counted = first(rows=[row(), replace(forty, counts=True), forty_five])
    assert at(counted, "2025-06-30").state is PaymentState.OPEN
    waiting = first(rows=[row(said=()), forty, replace(forty_five, counts=False)])
    stage = at(waiting, "2025-08-01")
    assert [one.seq for one in gate(stage, GateKey.CALLBACK).missing] == [1, 40]
    assert "不计入" in dict(gate(stage, GateKey.CALLBACK).aside)[45]


@pytest.mark.parametrize(
    ("invoices", "owes", "met"),
    [
        ((), Owes.SUPPLIER, False),
        ([(700, None)], Owes.BUREAU, False),
        ([(300, "2025-06-30")], Owes.SUPPLIER, False),
        ([(300, "2025-06-30"), (400, None)], Owes.BUREAU, False),
        ([(300, "2025-06-30"), (400, "2025-07-01")], None, True),
    ],
)
def test_several_invoices_may_sum_to_the_amount(invoices, owes, met):
    known = tuple(InvoiceFacts(fen, day("2025-06-27"), on and day(on)) for fen, on in invoices)
    one = gate(at(first(invoices=known), "2025-07-02"), GateKey.INVOICE)
    assert (one.owner, one.met) == (owes, met)
    if met:
        assert one.since == day("2025-07-01")


def test_before_the_effect_nothing_else_is_asked():
    stage = judge(StageFacts(1, None), TERMS, PLAIN, CALENDAR, day("2025-06-01"))
    assert (stage.state, stage.due) == (PaymentState.OPEN, None)
    assert gate(stage, GateKey.EFFECT).owner is Owes.BUREAU
    assert at(first(), "2025-06-02").state is PaymentState.OPEN


def test_the_state_follows_the_steps():
    prepared = first(prepared=True)
    assert at(prepared, "2025-07-01").state is PaymentState.PREPARED
    released = replace(prepared, released_on=day("2025-07-02"))
    assert at(released, "2025-07-03").state is PaymentState.RELEASED
    assert at(released, "2025-07-16").state is PaymentState.LATE
    filed = replace(released, filed_on=day("2025-07-15"))
    assert (at(filed, "2025-08-01").state, at(filed, "2025-08-01").excused) == (PaymentState.FILED, True)
    too_late = replace(released, filed_on=day("2025-07-16"))
    assert at(too_late, "2025-07-20").days_late == 5
    paid = replace(too_late, paid_on=day("2025-07-18"))
    assert (at(paid, "2026-01-01").state, at(paid, "2026-01-01").days_late) == (PaymentState.PAID, 3)


# -- the second payment -----------------------------------------------------------------------------------

YES = Said(day("2026-06-05"), running_well=True)


def second(rows=None, **said) -> StageFacts:
    given: dict[str, Any] = {
        "accepted": AcceptanceFacts(day("2026-06-10"), day("2026-06-24"), day("2026-06-25")),
        "invoices": (InvoiceFacts(300, day("2026-06-29"), day("2026-06-30")),),
        "amount": 300,
    }
    return StageFacts(2, (EFFECT, END), tuple(rows or (row(said=[YES]),)), **(given | said))


def test_it_is_due_thirty_workdays_after_the_later_of_acceptance_and_invoice():
    assert at(second(), "2026-07-01").due == CALENDAR.add_workdays(day("2026-06-29"), 30)
    early = second(invoices=(InvoiceFacts(300, day("2026-06-11"), day("2026-06-12")),))
    assert at(early, "2026-07-01").due == CALENDAR.add_workdays(day("2026-06-24"), 30)
    assert at(replace(early, accepted=AcceptanceFacts()), "2026-07-01").due is None


def test_the_year_is_the_contracts_or_each_rows():
    forty_five = row(45, said=[YES], starts="2025-07-27", ends="2026-07-27")
    facts = second(rows=[row(said=[YES]), forty_five])
    stage = at(facts, "2026-07-01")
    assert gate(stage, GateKey.YEAR).since == END
    assert dict(gate(stage, GateKey.YEAR).aside)[45].startswith("服务至 2026-07-26")
    # Its word about the end is not asked for: it is settled at its own, here from 1 August.
    said = replace(forty_five, said=(GOOD,))
    stage = at(second(rows=[row(said=[YES]), said]), "2026-07-01")
    assert gate(stage, GateKey.RUNNING).met
    assert dict(gate(stage, GateKey.RUNNING).aside)[45].endswith("按自己的日期结算")
    stage = at(facts, "2026-07-01", Readings(each_row=True))
    assert [one.seq for one in gate(stage, GateKey.YEAR).missing] == [45]
    assert gate(stage, GateKey.RUNNING).missing[0].seq == 45
    assert gate(at(facts, "2026-06-02"), GateKey.YEAR).missing[0].owes is Owes.SUPPLIER


def test_a_word_from_the_first_months_says_nothing_about_the_whole_year():
    old = second(rows=[row(said=[GOOD])])
    assert gate(at(old, "2026-07-01"), GateKey.RUNNING).missing[0].owes is Owes.UNIT
    of_the_end = Said(day("2026-06-01"), running_well=True, satisfied=True, until=day("2026-06-02"))
    assert gate(at(second(rows=[row(said=[of_the_end])]), "2026-07-01"), GateKey.RUNNING).met


@pytest.mark.parametrize(
    ("accepted", "owes"),
    [
        (AcceptanceFacts(), Owes.SUPPLIER),
        (AcceptanceFacts(reported_on=day("2026-06-10")), Owes.BUREAU),
        (AcceptanceFacts(reported_on=day("2026-06-10"), failed=True), Owes.SUPPLIER),
    ],
)
def test_who_owes_the_acceptance(accepted, owes):
    one = gate(at(second(accepted=accepted), "2026-07-01"), GateKey.ACCEPTANCE)
    assert one.owner is owes
    assert one.due == CALENDAR.add_workdays(day("2026-06-02"), 15)


def test_gates_the_contract_does_not_ask_for_are_left_out():
    without = replace(TERMS, skipped=frozenset({(1, GateKey.REPORT)}))
    stage = judge(first(accepted=AcceptanceFacts()), without, PLAIN, CALENDAR, day("2025-07-01"))
    assert GateKey.REPORT not in [one.key for one in stage.gates]
    assert stage.state is PaymentState.PAYABLE


# -- truth table and properties ---------------------------------------------------------------------------


def test_truth_table_every_gate_alone_keeps_it_open():
    for report, invoice, said, running in product((True, False), repeat=4):
        facts = first(
            rows=[row(said=[Said(day("2025-06-20"), running, said)])],
            accepted=first().accepted if report else AcceptanceFacts(),
            invoices=first().invoices if invoice else (),
        )
        stage = at(facts, "2025-09-01")
        every = all((report, invoice, said, running))
        assert (stage.state is PaymentState.LATE) is every
        assert (stage.met_on is not None) is every
        assert len(stage.open_gates) == 4 - sum((report, invoice, said, running))
        assert all(one.owner for one in stage.open_gates)


days = st.dates(date(2025, 6, 3), date(2026, 12, 31))
words = st.lists(st.builds(Said, on=days, running_well=st.booleans(), satisfied=st.booleans()), max_size=4)


@given(
    rows=st.lists(st.tuples(words, days), min_size=1, max_size=4),
    today=days,
    filed=st.none() | days,
)
def test_open_gates_and_lateness_exclude_each_other(rows, today, filed):
    facts = first(
        rows=[
            RowFacts(seq, "甲", starts, starts + timedelta(365), tuple(sorted(said, key=lambda one: one.on)))
            for seq, (said, starts) in enumerate(rows, start=1)
        ],
        filed_on=filed,
    )
    stage = judge(facts, TERMS, PLAIN, CALENDAR, today)
    assert (stage.met_on is None) == bool(stage.open_gates)
    if stage.open_gates:
        assert (stage.state, stage.days_late) == (PaymentState.OPEN, 0)
    else:
        assert stage.due
        assert stage.met_on
        assert stage.due >= max(stage.met_on, day("2025-07-15"))
        assert stage.days_late == max(0, (today - stage.due).days) * (not stage.excused)


@given(day=days, n=st.integers(1, 60))
def test_a_calendar_of_estimates_makes_every_due_day_provisional(day, n):
    bare = Calendar({}, {})
    assert add_workdays(bare, day, n)[1]
