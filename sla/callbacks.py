"""How a call-back stands (P1): what was answered last, and what has been done about a complaint since."""

from __future__ import annotations

from datetime import datetime

from sla.vocab import Satisfaction, Word


class CallBackState(Word):
    """How the call-back of one project over one period stands; derived, never typed in."""

    ASKED = "asked", "待单位签署", "warn"
    GOOD = "good", "满意且平稳", "good"
    COMPLAINT = "complaint", "待整改", "bad"
    FOLLOWED = "followed", "已整改，待确认", "warn"
    SETTLED = "settled", "整改已确认", "info"


def is_good(satisfaction: Satisfaction, running_well: bool) -> bool:
    """Tell whether an answer opens the gate of the first payment: satisfied or nearly, and running (P1)."""
    return running_well and satisfaction is not Satisfaction.DISSATISFIED


def state_of(
    good: bool | None,
    answered_at: datetime | None,
    followed_at: datetime | None,
    settled_at: datetime | None,
) -> CallBackState:
    """Return how a call-back stands. ``good`` is the last answer's, ``None`` while there is none.

    Only what was done after the last answer counts: a later complaint has to be followed up anew.
    """
    if good is None or answered_at is None:
        return CallBackState.ASKED
    if good:
        return CallBackState.GOOD
    if settled_at is not None and settled_at >= answered_at:
        return CallBackState.SETTLED
    if followed_at is not None and followed_at >= answered_at:
        return CallBackState.FOLLOWED
    return CallBackState.COMPLAINT
