"""Acceptance (P2): its days, what the figures propose, what a conclusion waits for."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sla.acceptance import (
    LEAST_MEMBERS,
    Evidence,
    Member,
    Progress,
    Round,
    RoundState,
    due_after,
    majority,
    missing,
    needs_remark,
    next_round,
    report_due,
)
from sla.errors import Conflict
from sla.vocab import AcceptanceStage, GroupRole, Opinion
from tests.sla.seeded import CALENDAR

FINAL, STAGE = AcceptanceStage.FINAL, AcceptanceStage.STAGE
PASSED, FAILED = Opinion.PASSED, Opinion.FAILED
LEADER, MEMBER = GroupRole.LEADER, GroupRole.MEMBER
START, LAST = date(2025, 6, 3), date(2026, 6, 2)


def test_a_year_that_ends_with_2_june_is_reported_until_24_june():
    due = report_due(date(2026, 6, 3), 15, CALENDAR)
    assert (due.day, due.provisional) == (date(2026, 6, 24), False)
    assert (due.days_late(date(2026, 6, 24)), due.days_late(date(2026, 6, 26))) == (0, 2)


def test_a_period_that_reaches_into_an_estimated_year_is_provisional():
    assert due_after(date(2026, 12, 20), 15, CALENDAR).provisional
    assert not due_after(date(2026, 12, 1), 15, CALENDAR).provisional


@given(st.dates(date(2025, 1, 1), date(2026, 11, 1)), st.integers(1, 30))
def test_so_many_workdays_are_counted_after_the_day(day, workdays):
    days = CALENDAR
    due = due_after(day, workdays, days).day
    assert days.workdays_between(day + timedelta(days=1), due) == workdays
    assert days.is_workday(due)


@pytest.mark.parametrize(
    ("stage", "today", "refused"),
    [
        (FINAL, date(2026, 6, 2), True),
        (FINAL, date(2026, 6, 3), False),
        (FINAL, date(2027, 1, 1), False),
        (STAGE, date(2025, 6, 3), True),
        (STAGE, date(2025, 6, 4), False),
        (STAGE, date(2026, 12, 1), False),
    ],
)
def test_a_year_is_reported_once_it_is_over_and_a_stage_once_a_day_is(stage, today, refused):
    if refused:
        with pytest.raises(Conflict, match="才"):
            next_round(stage, today, START, LAST, [])
    else:
        assert next_round(stage, today, START, LAST, []) == 1


@pytest.mark.parametrize(
    ("rounds", "number"),
    [
        ([], 1),
        ([Round(RoundState.REPORTED)], None),
        ([Round(RoundState.OPEN)], None),
        ([Round(RoundState.CONCLUDED)], None),
        ([Round(RoundState.PASSED)], None),
        ([Round(RoundState.FAILED)], 2),
        ([Round(RoundState.FAILED), Round(RoundState.FAILED)], None),
        ([Round(RoundState.FAILED), Round(RoundState.FAILED, further=True)], 3),
        ([Round(RoundState.FAILED), Round(RoundState.FAILED, further=True), Round(RoundState.FAILED)], None),
        ([Round(RoundState.FAILED), Round(RoundState.PASSED)], None),
    ],
)
def test_which_round_comes_next(rounds, number):
    if number is None:
        with pytest.raises(Conflict):
            next_round(FINAL, date(2026, 8, 1), START, LAST, rounds)
    else:
        assert next_round(FINAL, date(2026, 8, 1), START, LAST, rounds) == number


@pytest.mark.parametrize(
    ("evidence", "proposal"),
    [
        (Evidence(12, 12), PASSED),
        (Evidence(0, 0), PASSED),
        (Evidence(0, 0, beside=3), PASSED),
        (Evidence(11, 12, beside=1), None),
        (Evidence(0, 0, measured=False), None),
    ],
)
def test_conforming_is_proposed_where_nothing_counts_against_it(evidence, proposal):
    assert evidence.proposal is proposal
    assert needs_remark(evidence, FAILED)
    assert needs_remark(evidence, PASSED) is (proposal is None)
    assert Evidence.of(evidence.as_dict() | {"late": 1}) == evidence


@given(st.integers(0, 500), st.integers(0, 500), st.integers(0, 500))
def test_a_proposal_never_overlooks_a_breach(met, breached, beside):
    assert (Evidence(met, met + breached, beside).proposal is PASSED) is (breached == 0)


def people(*opinions, leader=PASSED):
    return [
        Member("组长", LEADER, leader),
        *(Member(f"成员{n}", MEMBER, one) for n, one in enumerate(opinions)),
    ]


@pytest.mark.parametrize(
    ("members", "word"),
    [
        (people(PASSED, PASSED), PASSED),
        (people(FAILED, FAILED), FAILED),
        (people(PASSED, FAILED, FAILED), PASSED),
        (people(PASSED, PASSED, FAILED, leader=FAILED), FAILED),
        (people(PASSED, None), None),
        ([], None),
    ],
)
def test_most_of_the_group_decide_and_in_a_tie_the_leader(members, word):
    assert majority(members) is word


@pytest.mark.parametrize(
    ("progress", "keys"),
    [
        (Progress(False, [], ["甲"], 3), ["open"]),
        (Progress(True, people(PASSED), [], 0), ["group"]),
        (Progress(True, people(PASSED, PASSED)[1:] * 2, [], 0), ["group"]),
        (Progress(True, people(PASSED, None), ["甲", "乙"], 3), ["opinions", "units", "standards"]),
        (Progress(True, people(PASSED, FAILED), [], 0), []),
    ],
)
def test_a_conclusion_waits_for_all_of_it(progress, keys):
    assert [one.key for one in missing(progress)] == keys
    assert all(one.owner for one in missing(progress))


def test_a_long_list_of_names_is_cut():
    told = missing(Progress(True, people(PASSED, PASSED), [f"第{n}局" for n in range(27)], 0))
    assert told[0].label == "还没有意见的单位：第0局、第1局、第2局、第3局、第4局 等 27 个"
    assert LEAST_MEMBERS == 3
