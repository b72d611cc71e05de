"""When people are told of a clock: at half of its time, when it is nearly over, and at its breach.

A share of an allowance is counted like the allowance itself: in the clock's own window, without pauses
(T4, T5). So the moments are known as soon as the clock is, and whoever watches only has to wait for them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sla.clock import Clock, Derivation, RuleBook
from sla.timeline import Facts
from sla.vocab import ClockKind, NoticeKind, Verdict
from sla.when import day_of, end_of
from sla.windows import openings

SHARES = ((NoticeKind.HALF, 50), (NoticeKind.NEARLY, 80))  # per cent of the allowance
_NEVER_STILL = {ClockKind.RESPONSE, ClockKind.CHANGE}  # C6, C13


@dataclass(frozen=True)
class Alert:
    """Something to tell, and the true moment of it."""

    kind: NoticeKind
    at: datetime


def alerts(derived: Derivation, clock: Clock, rules: RuleBook) -> list[Alert]:
    """Return what there is to tell of a clock as it stands, earliest first.

    Of a running one: its shares and its due time, whether they have passed or not. Of a breached one: the
    due time, whenever it was noticed (C14). Of one that was met, is void or stands still: nothing.
    """
    breach = Alert(NoticeKind.BREACHED, clock.due_at)
    if clock.verdict is Verdict.BREACHED:
        return [breach]
    if clock.verdict is not Verdict.RUNNING or _stands_still(derived.facts, clock):
        return []
    return [*_shares(clock, rules), breach]


def _stands_still(facts: Facts, clock: Clock) -> bool:
    return facts.open_pause is not None and clock.kind not in _NEVER_STILL


def _shares(clock: Clock, rules: RuleBook) -> Iterator[Alert]:
    for kind, share in SHARES:
        at = _after_share(clock, rules, share)
        if at is not None and at < clock.due_at:
            yield Alert(kind, at)


def _after_share(clock: Clock, rules: RuleBook, share: int) -> datetime | None:
    """Return when this many per cent of the allowance are used up; whole days of a target in workdays."""
    if clock.minutes is not None:
        opens = openings(clock.window, rules.calendar, rules.interpretations)
        pauses = [(start, end) for start, end, _ in clock.pauses]
        return opens.deadline(clock.starts_at, clock.minutes * 60 * share // 100, pauses)
    days = (clock.workdays or 0) * share // 100
    return end_of(rules.calendar.add_workdays(day_of(clock.starts_at), days)) if days else None
