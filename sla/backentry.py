"""Back-entries (C12): what was recorded too late, or just late enough to matter, and how it is judged."""

from __future__ import annotations

from datetime import datetime

from sla.timeline import Milestone
from sla.vocab import Standing


def is_backentered(stop: Milestone, due: datetime | None, allowed_s: int) -> bool:
    """Tell whether a milestone is 补录: recorded too late, or just late enough to matter (C12)."""
    if not stop.by_supplier:
        return False
    late = (stop.recorded_at - stop.occurred_at).total_seconds() > allowed_s
    return late or (due is not None and stop.occurred_at <= due < stop.recorded_at)


def judged_at(stop: Milestone, due: datetime, allowed_s: int) -> datetime:
    """Return the moment a stop is judged by: its record until a back-entry is confirmed (C12)."""
    if stop.standing is not Standing.CONFIRMED and is_backentered(stop, due, allowed_s):
        return stop.recorded_at
    return stop.occurred_at
