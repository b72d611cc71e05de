"""How a call-back stands, as a table of truth (P1)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sla.callbacks import CallBackState, is_good, state_of
from sla.vocab import Satisfaction

THEN = datetime(2025, 7, 1, 9, tzinfo=UTC)
BEFORE, AFTER = THEN - timedelta(hours=1), THEN + timedelta(hours=1)


@pytest.mark.parametrize(
    ("satisfaction", "running", "good"),
    [
        (Satisfaction.SATISFIED, True, True),
        (Satisfaction.BASICALLY, True, True),
        (Satisfaction.DISSATISFIED, True, False),
        (Satisfaction.SATISFIED, False, False),
        (Satisfaction.BASICALLY, False, False),
        (Satisfaction.DISSATISFIED, False, False),
    ],
)
def test_good_is_satisfied_or_nearly_and_running(satisfaction, running, good):
    assert is_good(satisfaction, running) is good


@pytest.mark.parametrize(
    ("good", "followed", "settled", "state"),
    [
        (None, None, None, CallBackState.ASKED),
        (True, None, None, CallBackState.GOOD),
        (False, None, None, CallBackState.COMPLAINT),
        (False, AFTER, None, CallBackState.FOLLOWED),
        (False, AFTER, AFTER, CallBackState.SETTLED),
        (False, None, AFTER, CallBackState.SETTLED),
        (False, BEFORE, BEFORE, CallBackState.COMPLAINT),
        (False, AFTER, BEFORE, CallBackState.FOLLOWED),
        (True, BEFORE, BEFORE, CallBackState.GOOD),
    ],
)
def test_only_what_was_done_after_the_last_answer_counts(good, followed, settled, state):
    assert state_of(good, None if good is None else THEN, followed, settled) is state
