"""Exemptions claimed for a breach (A3): whose turn it is, until when, and what a decision does to clocks.

A dispute is its steps and nothing else. Time alone carries it on where somebody is silent, and never grants
anything.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sla.clock import Clock, RuleBook
from sla.errors import Invalid
from sla.vocab import ClockKind, Side, Verdict, Word
from sla.when import day_of, end_of

ClockKey = tuple[ClockKind, int]  # kind and round, within one ticket

_ONE_SECOND = timedelta(seconds=1)


class Attribution(Word):
    """Whose doing a breach was."""

    SUPPLIER = "supplier", "乙方原因"
    UNIT = "unit", "单位原因"
    THIRD_PARTY = "third_party", "第三方原因"
    FORCE_MAJEURE = "force_majeure", "不可抗力"


class StepKind(Word):
    """What can happen in a dispute; one step is one fact."""

    ADMITTED = "admitted", "准予逾期申请"
    CLAIMED = "claimed", "申请免责"
    COMMENTED = "commented", "单位意见"
    DECIDED = "decided", "局方认定"
    REVIEW_ASKED = "review_asked", "申请复核"
    REVIEWED = "reviewed", "复核认定"


class DisputeState(Word):
    """How a dispute stands; derived from its steps and the time, never typed in."""

    CLAIMABLE = "claimable", "待乙方申请", "warn"
    LAPSED = "lapsed", "逾期未申请", "neutral"
    COMMENTING = "commenting", "待单位意见", "warn"
    DECIDING = "deciding", "待局方认定", "warn"
    REVIEWING = "reviewing", "待局方复核", "warn"
    GRANTED = "granted", "免责成立", "good"
    REFUSED = "refused", "免责不成立", "bad"


@dataclass(frozen=True)
class Step:
    """One step: ``granted`` is set where the bureau decided, and nowhere else."""

    kind: StepKind
    at: datetime
    granted: bool | None = None


@dataclass(frozen=True)
class Course:
    """How a dispute stands at a moment.

    ``turn`` is who has to do something, ``until`` when that ends (T6): of a decision that can still be
    reviewed, when that ends. ``exempt`` tells whether the breach is exempt now; ``final`` that nothing more
    can follow.
    """

    state: DisputeState
    turn: Side | None
    until: datetime | None
    overdue: bool = False
    exempt: bool = False
    final: bool = False


def claim_ends(breached_at: datetime, rules: RuleBook) -> datetime:
    """Return until when an exemption can be claimed: so many workdays after the day the time ran out.

    What ended at 24:00 ended on the day that was over then.
    """
    return _period("dispute_claim_workdays", breached_at - _ONE_SECOND, rules)


def course(steps: Sequence[Step], has_unit: bool, rules: RuleBook, now: datetime) -> Course:
    """Return how a dispute stands at ``now``, by its steps in their order.

    ``has_unit`` is false for a duty of the whole contract: no unit comments on it.
    """
    last, exempt = steps[-1], is_granted(steps)
    match last.kind:
        case StepKind.ADMITTED:
            until = _period("dispute_claim_workdays", last.at, rules)
            if now < until:
                return Course(DisputeState.CLAIMABLE, Side.SUPPLIER, until)
            return Course(DisputeState.LAPSED, None, None)
        case StepKind.CLAIMED:
            if not has_unit:
                return _deciding(last.at, rules, now)
            until = _period("dispute_comment_workdays", last.at, rules)
            if now < until:
                return Course(DisputeState.COMMENTING, Side.UNIT, until)
            return _deciding(until - _ONE_SECOND, rules, now)
        case StepKind.COMMENTED:
            return _deciding(last.at, rules, now)
        case StepKind.REVIEW_ASKED:
            until = _period("dispute_decision_workdays", last.at, rules)
            return Course(DisputeState.REVIEWING, Side.BUREAU, until, now >= until, exempt)
    state = DisputeState.GRANTED if exempt else DisputeState.REFUSED
    if last.kind is StepKind.REVIEWED:
        return Course(state, None, None, exempt=exempt, final=True)
    until = _period("dispute_review_workdays", last.at, rules)
    return Course(state, None, until, exempt=exempt, final=now >= until)


def is_granted(steps: Iterable[Step]) -> bool:
    """Tell whether the breach is exempt: the last word of the bureau holds."""
    said = [step.granted for step in steps if step.granted is not None]
    return bool(said and said[-1])


def check_attribution(attribution: Attribution, granted: bool) -> None:
    """Refuse to exempt what is the supplier's own doing (A3)."""
    if granted and attribution is Attribution.SUPPLIER:
        raise Invalid("归因为乙方原因的不能免责，请选择其他归因，或认定为不成立", "attribution")


def exempted(clocks: Iterable[Clock], granted: Collection[ClockKey]) -> tuple[Clock, ...]:
    """Return the clocks with the verdict 免责 where one was breached and an exemption was granted (C14).

    Everything else about the clock stays as it was. A clock that is not breached is left alone: the
    exemption rests, and applies should the same clock be breached again.
    """
    return tuple(
        replace(clock, verdict=Verdict.EXEMPT)
        if clock.verdict is Verdict.BREACHED and (clock.kind, clock.round) in granted
        else clock
        for clock in clocks
    )


def _deciding(since: datetime, rules: RuleBook, now: datetime) -> Course:
    until = _period("dispute_decision_workdays", since, rules)
    return Course(DisputeState.DECIDING, Side.BUREAU, until, now >= until)


def _period(key: str, since: datetime, rules: RuleBook) -> datetime:
    """Return the end of a period of workdays that begins after the day of ``since`` (T6)."""
    day = day_of(since)
    return end_of(rules.calendar.add_workdays(day, rules.interpretations.workdays(key, day)))
