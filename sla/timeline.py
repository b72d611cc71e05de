"""Events are facts; this folds a ticket's events into what they amount to (C6–C13).

The fold knows no targets and no calendar: it only says who stated what, when each milestone is held
to have happened, which intervals are paused and what waits for whom.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sla.classification import Classification, read_statement
from sla.vocab import EventKind, PauseReason, Side, Standing, TicketKind, TicketState


@dataclass(frozen=True)
class Event:
    """One fact of a ticket. ``seq`` counts from 1 within the ticket; both times are aware UTC."""

    seq: int
    kind: EventKind
    side: Side
    occurred_at: datetime
    recorded_at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Milestone:
    """A stop, or a request, with both of its times (C12).

    ``standing`` is what the unit said of a back-entered time; ``corrections`` are earlier times the
    supplier claims afterwards, by event, none of which binds before it is confirmed.
    """

    seq: int
    occurred_at: datetime
    recorded_at: datetime
    by_supplier: bool = True
    standing: Standing = Standing.PENDING
    corrections: dict[int, datetime] = field(default_factory=dict)


@dataclass
class Round:
    """One call to the site: its requests (with whether remote work had failed) and the arrival (C7)."""

    requests: list[tuple[Milestone, bool]] = field(default_factory=list)
    arrival: Milestone | None = None


@dataclass
class RecoveryClaim:
    """A claim that the service is restored, and what the unit said of it (C8, C11)."""

    stop: Milestone
    accepted_at: datetime | None = None
    rejected_at: datetime | None = None

    @property
    def outstanding(self) -> bool:
        """Tell whether nobody has answered the claim yet."""
        return self.accepted_at is None and self.rejected_at is None


@dataclass
class PauseFact:
    """An interval during which the supplier claims the clock stood still (C13)."""

    seq: int
    start: datetime
    end: datetime | None
    reason: PauseReason
    standing: Standing = Standing.PENDING


@dataclass
class Facts:
    """What a ticket's events amount to."""

    reported_at: datetime
    classification: Classification
    own_finding: bool = False
    response: Milestone | None = None
    containment: Milestone | None = None
    rounds: list[Round] = field(default_factory=list)
    claims: list[RecoveryClaim] = field(default_factory=list)
    pauses: list[PauseFact] = field(default_factory=list)
    cancelled_at: datetime | None = None
    closed_at: datetime | None = None
    rating: int | None = None

    @property
    def kind(self) -> TicketKind:
        """Return the binding kind."""
        return self.classification.kind

    @property
    def open_pause(self) -> PauseFact | None:
        """Return the pause that has not ended, if there is one; a rejected one is over."""
        still = (p for p in self.pauses if p.end is None and p.standing is not Standing.REJECTED)
        return next(still, None)

    @property
    def claim(self) -> RecoveryClaim | None:
        """Return the claim that counts: the last one that was not rejected."""
        return self.claims[-1] if self.claims and self.claims[-1].rejected_at is None else None

    @property
    def rejections(self) -> int:
        """Return how often a recovery was rejected (C11)."""
        return sum(c.rejected_at is not None for c in self.claims)

    @property
    def milestones(self) -> list[Milestone]:
        """Return every stop on record, oldest event first (C12)."""
        found = [self.response, self.containment, *(r.arrival for r in self.rounds)]
        stops = [m for m in found if m] + [c.stop for c in self.claims]
        return sorted(stops, key=lambda m: m.seq)

    @property
    def awaiting_arrival(self) -> bool:
        """Tell whether somebody asked for on-site work and nobody has arrived yet."""
        return bool(self.rounds) and self.rounds[-1].arrival is None

    @property
    def state(self) -> TicketState:
        """Return where the ticket stands."""
        if self.cancelled_at:
            return TicketState.CANCELLED
        if self.closed_at:
            return TicketState.CLOSED
        if self.claim:
            return TicketState.CLAIMED if self.claim.outstanding else TicketState.ACCEPTED
        if self.open_pause:
            return TicketState.PAUSED
        untouched = not (self.milestones or self.own_finding)
        return TicketState.NEW if untouched else TicketState.WORKING


def fold(events: Iterable[Event]) -> Facts:
    """Fold a ticket's events, oldest first; the first must be ``opened``."""
    ordered = iter(events)
    first = next(ordered)
    said = read_statement(first.data)
    facts = Facts(first.occurred_at, Classification(said.pop("kind")), bool(first.data.get("own_finding")))
    facts.classification.stated.add("kind")
    facts.classification.state(first.seq, first.side, said)
    for event in ordered:
        _APPLY[event.kind](facts, event)
    return facts


def _milestone(event: Event) -> Milestone:
    return Milestone(event.seq, event.occurred_at, event.recorded_at, event.side is Side.SUPPLIER)


def _responded(facts: Facts, event: Event) -> None:
    facts.response = facts.response or _milestone(event)


def _contained(facts: Facts, event: Event) -> None:
    facts.containment = facts.containment or _milestone(event)


def _requested(facts: Facts, event: Event) -> None:
    if not facts.awaiting_arrival:
        facts.rounds.append(Round())
    facts.rounds[-1].requests.append((_milestone(event), bool(event.data.get("remote_failed"))))


def _arrived(facts: Facts, event: Event) -> None:
    if not facts.awaiting_arrival:
        facts.rounds.append(Round())
    facts.rounds[-1].arrival = _milestone(event)


def _claimed(facts: Facts, event: Event) -> None:
    # Work that is finished is no longer waiting for anything: the claim ends a pause left open.
    _end_pause(facts, event)
    facts.claims.append(RecoveryClaim(_milestone(event)))


def _accepted(facts: Facts, event: Event) -> None:
    facts.claims[-1].accepted_at = event.occurred_at


def _rejected(facts: Facts, event: Event) -> None:
    facts.claims[-1].rejected_at = event.occurred_at


def _paused(facts: Facts, event: Event) -> None:
    facts.pauses.append(PauseFact(event.seq, event.occurred_at, None, PauseReason(event.data["reason"])))


def _end_pause(facts: Facts, event: Event) -> None:
    if facts.open_pause:
        facts.open_pause.end = max(facts.open_pause.start, event.occurred_at)


def _judge_pause(facts: Facts, event: Event) -> None:
    confirmed = event.kind is EventKind.PAUSE_CONFIRMED
    for pause in facts.pauses:
        if pause.seq == event.data["pause"]:
            pause.standing = Standing.CONFIRMED if confirmed else Standing.REJECTED


def _reclassified(facts: Facts, event: Event) -> None:
    facts.classification.state(event.seq, event.side, read_statement(event.data))


def _claim_confirmed(facts: Facts, event: Event) -> None:
    facts.classification.confirm(event.data["claim"])


def _claim_rejected(facts: Facts, event: Event) -> None:
    facts.classification.reject(event.data["claim"])


def _judge_backentry(facts: Facts, event: Event) -> None:
    confirmed, entry = event.kind is EventKind.BACKENTRY_CONFIRMED, event.data["entry"]
    for milestone in facts.milestones:
        if entry in milestone.corrections:
            claimed = milestone.corrections.pop(entry)
            if confirmed:
                milestone.occurred_at, milestone.standing = claimed, Standing.CONFIRMED
        elif milestone.seq == entry:
            milestone.standing = Standing.CONFIRMED if confirmed else Standing.REJECTED


def _report_time_corrected(facts: Facts, event: Event) -> None:
    facts.reported_at = datetime.fromisoformat(event.data["reported_at"])


def _corrected(facts: Facts, event: Event) -> None:
    claimed = datetime.fromisoformat(event.data["occurred_at"])
    for milestone in facts.milestones:
        if milestone.seq != event.data["entry"]:
            continue
        if event.side is not Side.SUPPLIER:
            milestone.occurred_at, milestone.standing = claimed, Standing.CONFIRMED
        elif claimed < milestone.occurred_at:
            milestone.corrections[event.seq] = claimed
        else:
            # A later stop only tightens, so the supplier's own word is enough.
            milestone.occurred_at = claimed
            milestone.recorded_at = max(milestone.recorded_at, claimed)


def _cancelled(facts: Facts, event: Event) -> None:
    _end_pause(facts, event)
    facts.cancelled_at = event.occurred_at


def _closed(facts: Facts, event: Event) -> None:
    facts.closed_at = event.occurred_at
    facts.rating = event.data.get("rating")


def _nothing(facts: Facts, event: Event) -> None:
    """Notes and assignments change no clock."""


_APPLY = {
    EventKind.RESPONDED: _responded,
    EventKind.ONSITE_REQUESTED: _requested,
    EventKind.ARRIVED: _arrived,
    EventKind.CONTAINED: _contained,
    EventKind.RECOVERY_CLAIMED: _claimed,
    EventKind.RECOVERY_ACCEPTED: _accepted,
    EventKind.RECOVERY_REJECTED: _rejected,
    EventKind.PAUSED: _paused,
    EventKind.RESUMED: _end_pause,
    EventKind.PAUSE_CONFIRMED: _judge_pause,
    EventKind.PAUSE_REJECTED: _judge_pause,
    EventKind.RECLASSIFIED: _reclassified,
    EventKind.CLAIM_CONFIRMED: _claim_confirmed,
    EventKind.CLAIM_REJECTED: _claim_rejected,
    EventKind.BACKENTRY_CONFIRMED: _judge_backentry,
    EventKind.BACKENTRY_REJECTED: _judge_backentry,
    EventKind.REPORT_TIME_CORRECTED: _report_time_corrected,
    EventKind.CORRECTED: _corrected,
    EventKind.CANCELLED: _cancelled,
    EventKind.CLOSED: _closed,
    EventKind.NOTED: _nothing,
    EventKind.ASSIGNED: _nothing,
}
