"""Disputes by the calendar (A3): whose turn, until when, and what an exemption does to a clock (C14)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from sla.clock import Clock, RuleBook
from sla.disputes import (
    Attribution,
    DisputeState,
    Step,
    StepKind,
    check_attribution,
    claim_ends,
    course,
    exempted,
    is_granted,
)
from sla.errors import Invalid
from sla.interpretations import Interpretations
from sla.vocab import ClockKind, Side, Verdict, Window
from sla.when import SHANGHAI, end_of, parse_day
from tests.sla.seeded import CALENDAR

BOOK = RuleBook(CALENDAR, Interpretations.shipped())


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


def midnight(day: str) -> datetime:
    return end_of(parse_day(day, "day"))


CLAIMED = Step(StepKind.CLAIMED, at("2025-07-02 10:00"))
COMMENTED = Step(StepKind.COMMENTED, at("2025-07-03 10:00"))
REFUSED = Step(StepKind.DECIDED, at("2025-07-08 10:00"), False)
GRANTED = Step(StepKind.DECIDED, at("2025-07-08 10:00"), True)
ASKED = Step(StepKind.REVIEW_ASKED, at("2025-07-09 10:00"))


def test_a_claim_is_due_within_ten_workdays_after_the_day_the_time_ran_out():
    assert claim_ends(at("2025-07-01 09:30"), BOOK) == midnight("2025-07-15")
    # What closes at 24:00 of 30 June closed on 30 June, and make-up workdays count.
    assert claim_ends(at("2025-07-01 00:00"), BOOK) == midnight("2025-07-14")
    assert claim_ends(at("2025-09-26 17:00"), BOOK) == midnight("2025-10-16")


@pytest.mark.parametrize(
    ("steps", "now", "state", "turn", "until"),
    [
        ([CLAIMED], "2025-07-07 23:59:59", DisputeState.COMMENTING, Side.UNIT, "2025-07-07"),
        ([CLAIMED], "2025-07-08 00:00", DisputeState.DECIDING, Side.BUREAU, "2025-07-14"),
        ([CLAIMED, COMMENTED], "2025-07-03 10:00", DisputeState.DECIDING, Side.BUREAU, "2025-07-10"),
        ([CLAIMED, REFUSED], "2025-07-09 10:00", DisputeState.REFUSED, None, "2025-07-15"),
        ([CLAIMED, GRANTED], "2025-07-09 10:00", DisputeState.GRANTED, None, "2025-07-15"),
        ([CLAIMED, GRANTED, ASKED], "2025-07-09 11:00", DisputeState.REVIEWING, Side.BUREAU, "2025-07-16"),
    ],
)
def test_whose_turn_it_is_and_until_when(steps, now, state, turn, until):
    found = course(steps, True, BOOK, at(now))
    assert (found.state, found.turn, found.until) == (state, turn, midnight(until))


def test_silence_of_the_bureau_grants_nothing_and_is_shown_as_overdue():
    for steps in ([CLAIMED], [CLAIMED, COMMENTED], [CLAIMED, REFUSED, ASKED]):
        found = course(steps, True, BOOK, at("2025-12-31 09:00"))
        assert (found.turn, found.overdue, found.exempt, found.final) == (Side.BUREAU, True, False, False)


def test_a_decision_is_final_when_nobody_asks_for_a_review_in_time():
    assert not course([CLAIMED, REFUSED], True, BOOK, at("2025-07-15 23:59:59")).final
    assert course([CLAIMED, REFUSED], True, BOOK, midnight("2025-07-15")).final


def test_the_first_decision_holds_until_the_review_and_the_review_holds_for_good():
    asked = [CLAIMED, GRANTED, ASKED]
    assert course(asked, True, BOOK, at("2025-07-09 11:00")).exempt
    reviewed = course([*asked, Step(StepKind.REVIEWED, at("2025-07-10 09:00"), False)], True, BOOK, ASKED.at)
    assert (reviewed.state, reviewed.exempt, reviewed.final) == (DisputeState.REFUSED, False, True)


def test_a_duty_of_the_whole_contract_waits_for_no_unit():
    found = course([CLAIMED], False, BOOK, CLAIMED.at)
    assert (found.state, found.until) == (DisputeState.DECIDING, midnight("2025-07-09"))


def test_a_late_claim_that_was_admitted_has_its_period_anew_and_lapses():
    admitted = [Step(StepKind.ADMITTED, at("2025-08-01 09:00"))]
    open_one = course(admitted, True, BOOK, at("2025-08-15 23:59:59"))
    assert (open_one.state, open_one.turn) == (DisputeState.CLAIMABLE, Side.SUPPLIER)
    assert course(admitted, True, BOOK, midnight("2025-08-15")).state is DisputeState.LAPSED


def test_what_is_the_supplier_s_doing_is_never_exempt():
    with pytest.raises(Invalid, match="乙方原因"):
        check_attribution(Attribution.SUPPLIER, granted=True)
    check_attribution(Attribution.SUPPLIER, granted=False)
    for attribution in set(Attribution) - {Attribution.SUPPLIER}:
        check_attribution(attribution, granted=True)


START = at("2025-07-01 09:00")
CLOCK = Clock(ClockKind.RESPONSE, 0, 30, Window.ALWAYS, START, START + timedelta(minutes=30))


@given(
    some.lists(some.tuples(some.sampled_from(ClockKind), some.integers(0, 2), some.sampled_from(Verdict))),
    some.sets(some.tuples(some.sampled_from(ClockKind), some.integers(0, 2))),
)
def test_an_exemption_changes_the_verdict_of_its_own_breached_clock_and_nothing_else(made, granted):
    clocks = tuple(replace(CLOCK, kind=kind, round=number, verdict=word) for kind, number, word in made)
    found = exempted(clocks, granted)
    for before, after in zip(clocks, found, strict=True):
        applies = before.verdict is Verdict.BREACHED and (before.kind, before.round) in granted
        assert after == (replace(before, verdict=Verdict.EXEMPT) if applies else before)
    assert exempted(found, granted) == found


@given(some.lists(some.sampled_from([None, True, False])))
def test_the_bureau_s_last_word_holds(words):
    said = [word for word in words if word is not None]
    steps = [Step(StepKind.DECIDED, START, word) for word in words]
    assert is_granted(steps) is (said[-1] if said else False)
