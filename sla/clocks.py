"""All clocks of a ticket, derived from its timeline (C1–C14).

``derive`` is the one place where facts meet targets. It is pure: the same timeline, rules and ``now``
give the same clocks, so every change of facts or rules is answered by calling it again (C10).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sla.amendments import Terms
from sla.backentry import is_backentered, judged_at
from sla.classification import UNSTATED
from sla.clock import Clock, Derivation, Exclusion, ProjectRules, RuleBook
from sla.targets import Conditions, Target, choose
from sla.timeline import Event, Facts, Milestone, RecoveryClaim, fold
from sla.vocab import (
    ClockKind,
    DayType,
    Standing,
    TargetKind,
    TicketKind,
    Verdict,
    Window,
)
from sla.when import day_of, end_of
from sla.windows import openings

PARALYSIS_MINUTES = 60
PAUSABLE = frozenset({ClockKind.ONSITE, ClockKind.CONTAINMENT, ClockKind.RECOVERY})  # C13
_RESTORED = {TicketKind.INCIDENT, TicketKind.SECURITY}


def derive(events: Iterable[Event], project: ProjectRules, rules: RuleBook, now: datetime) -> Derivation:
    """Derive a ticket's facts and clocks from its events, as things stand at ``now``."""
    facts = settle_silence(fold(events), rules, now)
    return Derivation(facts, clocks_of(facts, project, rules, now), project.in_service(facts.reported_at))


def settle_silence(facts: Facts, rules: RuleBook, now: datetime) -> Facts:
    """Accept a claim nobody answered within the agreed workdays (C11), at the moment they ended."""
    claim = facts.claim
    if claim and claim.outstanding:
        due = silence_ends(claim, rules)
        # A ticket that was closed afterwards was accepted by silence before: its end changes nothing.
        if min(now, facts.cancelled_at or facts.closed_at or now) >= due:
            claim.accepted_at = due
    return facts


def silence_ends(claim: RecoveryClaim, rules: RuleBook) -> datetime:
    """Return when silence accepts a claim: workdays after the day it was recorded (C11, T6)."""
    day = day_of(claim.stop.recorded_at)
    return end_of(rules.calendar.add_workdays(day, rules.interpretations.silent_acceptance_workdays(day)))


def clocks_of(
    facts: Facts, project: ProjectRules, rules: RuleBook, now: datetime | None
) -> tuple[Clock, ...]:
    """Return the clocks of settled facts. Without ``now`` nothing is judged late."""
    if not project.in_service(facts.reported_at):
        return ()
    build = _Builder(facts, project, rules, now)
    return tuple(c for c in build.all() if c is not None)


@dataclass
class _Builder:
    facts: Facts
    project: ProjectRules
    rules: RuleBook
    now: datetime | None

    def all(self) -> Iterator[Clock | None]:
        facts = self.facts
        if not facts.own_finding:
            yield self._stop(self._response(), facts.response)
        for number, one in enumerate(facts.rounds):
            yield self._stop(self._onsite(number), one.arrival)
        if facts.kind is TicketKind.SECURITY:
            clock = self._clock(ClockKind.CONTAINMENT, facts.reported_at)
            yield self._stop(clock, facts.containment)
        if facts.kind in _RESTORED:
            yield self._claimed(self._clock(ClockKind.RECOVERY, facts.reported_at))
        if facts.kind is TicketKind.CHANGE:
            yield self._claimed(self._change())

    # -- how each kind starts ---------------------------------------------------------------

    def _response(self) -> Clock | None:
        """Return the response clock; a stated paralysis puts a floor under the row's target (C5, C6)."""
        start = self.facts.reported_at
        clock = self._clock(ClockKind.RESPONSE, start)
        if not self.facts.classification.get("paralysis"):
            return clock
        due = openings(Window.ALWAYS, self.rules.calendar, self.rules.interpretations).deadline(
            start, PARALYSIS_MINUTES * 60
        )
        if clock and clock.due_at <= due:
            return clock
        return Clock(
            ClockKind.RESPONSE,
            0,
            PARALYSIS_MINUTES,
            Window.ALWAYS,
            start,
            due,
            is_floor=True,
            due_provisional=bool(clock and self._may_move_before(clock, due)),
        )

    def _may_move_before(self, clock: Clock, due: datetime) -> bool:
        """Tell whether a notice still to come could make the row's due time the earlier one (T2, C5)."""
        if not clock.due_provisional:
            return False
        years = range(day_of(clock.starts_at).year, day_of(due).year + 1)
        return any(self.rules.calendar.is_estimated(year) for year in years)

    def _onsite(self, number: int) -> Clock | None:
        """Return the arrival clock of a round: from the first request for which a target exists (C7)."""
        one = self.facts.rounds[number]
        asked = [(request.occurred_at, failed) for request, failed in one.requests]
        starts = asked or [(self.facts.reported_at, False)]
        measured = [self._measured(ClockKind.ONSITE, *start) for start in starts]
        own = next((clock for clock, _ in measured if clock), None)
        clock = self._earliest(own, [promise for _, beside in measured for promise in beside])
        return replace(clock, round=number, from_request=bool(asked)) if clock else None

    def _change(self) -> Clock | None:
        """Return the clock of a target in workdays: it ends at 24:00 of the last (C1, T6)."""
        start = self.facts.reported_at
        terms = self.project.at(start)
        own, *beside = (self._in_workdays(start, layer, terms) for layer in (terms.targets, *terms.beside))
        return self._earliest(own, [promise for promise in beside if promise])

    def _in_workdays(self, start: datetime, targets: tuple[Target, ...], terms: Terms) -> Clock | None:
        target = choose(targets, TargetKind.CHANGE, self._circumstances(start, False))
        if target is None or target.workdays is None:
            return None
        day = day_of(start)
        due = self.rules.calendar.add_workdays(day, target.workdays)
        estimated = any(self.rules.calendar.is_estimated(y) for y in range(day.year, due.year + 1))
        return Clock(
            ClockKind.CHANGE,
            0,
            None,
            terms.window or Window.ALWAYS,
            start,
            end_of(due),
            target=target,
            workdays=target.workdays,
            due_provisional=estimated,
            source=target.source,
        )

    def _clock(self, kind: ClockKind, start: datetime) -> Clock | None:
        """Return the clock of a target in minutes, without its stop; ``None`` where the row has none."""
        own, beside = self._measured(kind, start, False)
        return self._earliest(own, beside) if beside else own

    def _measured(
        self, kind: ClockKind, start: datetime, remote_failed: bool
    ) -> tuple[Clock | None, Sequence[Clock]]:
        """Return the clock by the row's own target, and one by each promise beside it (P4).

        All are of the day on which the clock starts: what is running keeps the target it started with.
        """
        terms = self.project.at(start)
        own = self._timed(kind, start, remote_failed, terms.targets, terms)
        if not terms.beside:
            return own, ()
        beside = (self._timed(kind, start, remote_failed, layer, terms) for layer in terms.beside)
        return own, [clock for clock in beside if clock]

    def _earliest(self, own: Clock | None, beside: Sequence[Clock]) -> Clock | None:
        """Return the clock that is due first, on a tie the row's own (P4).

        It is provisional also where a notice still to come could make another one the first.
        """
        every = [own, *beside] if own else beside
        first = min(every, key=lambda clock: clock.due_at, default=None)
        if first is None or len(every) == 1:
            return first
        unsure = any(c.due_provisional and self._may_move_before(c, first.due_at) for c in every)
        return replace(first, due_provisional=first.due_provisional or unsure)

    def _timed(
        self,
        kind: ClockKind,
        start: datetime,
        remote_failed: bool,
        targets: tuple[Target, ...],
        terms: Terms,
    ) -> Clock | None:
        target = choose(targets, kind, self._circumstances(start, remote_failed))
        if target is None or target.minutes is None:
            return None
        window = target.window or terms.window or Window.ALWAYS
        minutes = target.minutes or self.rules.interpretations.realtime_minutes(day_of(start))
        pauses = self._pauses(kind, start)
        opens = openings(window, self.rules.calendar, self.rules.interpretations)
        due = opens.deadline(start, minutes * 60, [(a, b) for a, b, _ in pauses])
        by_day = any(t.when.day for t in targets if t.kind.value == kind.value)
        estimated = opens.estimated_between(start, due) or (
            by_day and self.rules.calendar.is_estimated(day_of(start).year)
        )
        return Clock(
            kind,
            0,
            minutes,
            window,
            start,
            due,
            target=target,
            due_provisional=estimated,
            pauses=pauses,
            assumed=self._assumed(target),
            source=_source(target, terms),
        )

    def _assumed(self, target: Target) -> tuple[str, ...]:
        stated = self.facts.classification.stated
        return tuple(name for name in target.when.as_dict() if name in UNSTATED and name not in stated)

    def _circumstances(self, start: datetime, remote_failed: bool) -> Conditions:
        get = self.facts.classification.get
        return Conditions(
            day=self._day_type(start),
            severity=get("severity"),
            complexity=get("complexity"),
            fault_level=get("fault_level"),
            remote="failed" if remote_failed else None,
        )

    def _day_type(self, start: datetime) -> DayType:
        day = day_of(start)
        if self.rules.interpretations.workday_period(day) == "office_hours":
            opens = openings(Window.WORKDAYS, self.rules.calendar, self.rules.interpretations)
            return DayType.WORKDAY if opens.is_open(start) else DayType.NON_WORKDAY
        return self.rules.calendar.day_type(day)

    def _pauses(self, kind: ClockKind, start: datetime) -> tuple[Exclusion, ...]:
        """Return the intervals taken out of a clock: pauses not rejected (C13), open ones up to now (T5)."""
        if kind not in PAUSABLE:
            return ()
        found = [
            (p.start, p.end or self.now or p.start, str(p.reason))
            for p in self.facts.pauses
            if p.standing is not Standing.REJECTED
        ]
        if kind is ClockKind.RECOVERY:
            found += self._void_claims()
        return tuple((a, b, why) for a, b, why in sorted(found) if b > max(a, start))

    def _void_claims(self) -> list[Exclusion]:
        """Return the time the unit took to reject, where the agreed reading leaves it out (C11)."""
        reading = self.rules.interpretations.rejected_recovery
        return [
            (c.stop.occurred_at, c.rejected_at, "rejected_recovery")
            for c in self.facts.claims
            if c.rejected_at and reading(day_of(c.stop.occurred_at)) == "excluded"
        ]

    # -- how each kind ends -----------------------------------------------------------------

    def _claimed(self, clock: Clock | None) -> Clock | None:
        """End a clock by the claim that counts; the verdict is provisional until it is accepted (C8)."""
        claim = self.facts.claim
        stopped = self._stop(clock, claim.stop if claim else None)
        if stopped and claim and claim.outstanding and not self.facts.cancelled_at:
            return replace(stopped, outcome_provisional=True)
        return stopped

    def _stop(self, clock: Clock | None, stop: Milestone | None) -> Clock | None:
        if clock is None:
            return None
        at = judged_at(stop, clock.due_at, self._backentry_seconds(stop)) if stop else None
        clock = replace(clock, stopped_at=at, judged_by_record=bool(stop and at != stop.occurred_at))
        return self._judge(clock)

    def _judge(self, clock: Clock) -> Clock:
        """Give the verdict (C14) and the moment it became certain (F1)."""
        if clock.stopped_at is not None:
            met = clock.stopped_at <= clock.due_at
            decided = min(clock.stopped_at, clock.due_at)
            return replace(clock, verdict=Verdict.MET if met else Verdict.BREACHED, decided_at=decided)
        ended = self.facts.cancelled_at or self.facts.closed_at
        horizon = min(ended, self.now) if ended and self.now else self.now
        if horizon is not None and horizon >= clock.due_at:
            return replace(clock, verdict=Verdict.BREACHED, decided_at=clock.due_at)
        return replace(clock, verdict=Verdict.VOID) if ended else clock

    def _backentry_seconds(self, stop: Milestone | None) -> int:
        if stop is None:
            return 0
        return 60 * self.rules.interpretations.backentry_minutes(day_of(stop.recorded_at))


def _source(target: Target, terms: Terms) -> str:
    """Return which documents a clock rests on: that of its target, and that of the row's window (P4)."""
    if not target.source and not terms.window_source:
        return ""
    named = [target.source, "" if target.window else terms.window_source]
    return "；".join(dict.fromkeys(name for name in named if name))


def backentries(derived: Derivation, rules: RuleBook) -> list[Milestone]:
    """Return every stop of a ticket that is 补录, confirmed or not (C12, F4)."""
    dues = due_by_stop(derived)
    return [
        stop
        for stop in derived.facts.milestones
        if is_backentered(
            stop,
            dues.get(stop.seq),
            60 * rules.interpretations.backentry_minutes(day_of(stop.recorded_at)),
        )
    ]


def due_by_stop(derived: Derivation) -> dict[int, datetime]:
    """Return the due time each stop is held against, by the stop's event."""
    facts, found = derived.facts, {}
    for clock in derived.clocks:
        stop = _stop_of(facts, clock)
        for each in stop:
            found[each.seq] = clock.due_at
    return found


def _stop_of(facts: Facts, clock: Clock) -> Sequence[Milestone]:
    single: dict[ClockKind, Callable[[], Milestone | None]] = {
        ClockKind.RESPONSE: lambda: facts.response,
        ClockKind.CONTAINMENT: lambda: facts.containment,
        ClockKind.ONSITE: lambda: facts.rounds[clock.round].arrival,
    }
    if clock.kind in single:
        found = single[clock.kind]()
        return [found] if found else []
    return [c.stop for c in facts.claims]


def is_settled(derived: Derivation) -> bool:
    """Tell whether nothing of a ticket can change any more by time alone."""
    facts = derived.facts
    return bool(facts.cancelled_at or facts.closed_at) and not facts.open_pause
