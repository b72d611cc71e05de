"""The unit's side of a ticket, and the bureau's for it: answer, decide, correct, cancel, close (S2)."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.simulation import words
from app.simulation.course import HOUR, MINUTE
from app.simulation.supplier import Supplier
from app.tickets import decisions, service
from app.tickets.derivation import Waiting
from models.people import User
from sla.timeline import Milestone
from sla.vocab import Verdict

MOST_REJECTIONS = 2

_REFUSALS = {
    "pause": words.PAUSE_REFUSALS,
    "claim": words.CLAIM_REFUSALS,
    "backentry": words.BACKENTRY_REFUSALS,
}


class Life(Supplier):
    """A whole ticket: the supplier's work, and what the unit says to it."""

    # -- what waits -------------------------------------------------------------------------

    def notice(self) -> None:
        new = [one for one in self.waits() if one.seq not in self.seen]
        self.seen.update(one.seq for one in new)
        for one in new:
            self.world.schedule(self.in_office(10 * MINUTE, 7 * HOUR), lambda one=one: self.decide(one))  # type: ignore[misc]

    def decide(self, one: Waiting) -> None:
        """Confirm, reject, or leave it lying; what is left lying the bureau decides sometimes."""
        mood = self.rng.random()
        if mood < 0.82:
            self.settle(one, self.contact, confirms=mood < 0.62)
        elif mood < 0.92:
            at = self.in_office(5 * 8 * HOUR, 14 * 8 * HOUR)
            self.world.schedule(
                at, lambda: self.settle(one, self.pick(self.world.cast.bureau), self.chance(0.7))
            )

    def settle(self, one: Waiting, who: User, confirms: bool) -> None:
        self.look_again()
        if one not in self.waits():
            return
        if confirms:
            note = self.pick(words.DECISIONS)
            self.do(decisions.confirm, who, what=one.what, seq=one.seq, note=note)
        else:
            reason = self.pick(_REFUSALS[one.what])
            self.do(decisions.refuse, who, what=one.what, seq=one.seq, reason=reason)

    # -- recovery ---------------------------------------------------------------------------

    def answer(self) -> None:
        """Decide how the unit answers a claim: accept, reject, or say nothing until silence accepts."""
        mood = self.rng.random()
        botched = self.temper.botched if self.facts.rejections < MOST_REJECTIONS else 0.0
        if mood < botched:
            self.world.schedule(self.in_office(15 * MINUTE, 5 * HOUR), self.reject)
        elif mood > 0.9:
            self.world.schedule(self.in_office(4 * 8 * HOUR, 9 * 8 * HOUR), self.close_silently)
        else:
            quick = self.chance(0.8)
            at = self.in_office(5 * MINUTE, 4 * HOUR) if quick else self.in_office(6 * HOUR, 16 * HOUR)
            self.world.schedule(at, self.accept)

    def reject(self) -> None:
        if not self.can(self.contact, "reject"):
            return
        self.do(service.reject, self.contact, reason=self.pick(words.RECOVERY_REFUSALS))
        self.stages = [self.recover]
        if self.chance(0.4):
            self.stages.insert(0, self.go_there)
        self.proceed()

    def accept(self) -> None:
        who = self.pick(self.world.cast.bureau) if self.chance(0.04) else self.contact
        if self.can(who, "accept"):
            self.do(service.accept, who, note=self.pick(words.ACCEPTANCES))
        if self.chance(0.72):
            self.world.schedule(self.later(15, 3 * MINUTE), self.close)
        elif self.chance(0.85):
            self.world.schedule(self.in_office(4 * HOUR, 5 * 8 * HOUR), self.close)

    def close_silently(self) -> None:
        if self.chance(0.7):
            self.close()

    def close(self) -> None:
        if not self.can(self.contact, "close"):
            return
        rating = self.rng.choices((1, 2, 3, 4, 5), self.temper.ratings)[0]
        late = any(clock.verdict is Verdict.BREACHED for clock in self.derived.clocks)
        if (late or self.facts.rejections) and self.chance(0.5):
            rating = max(1, rating - 1)
        said = words.PRAISE if rating == 5 else words.PLAIN if rating >= 3 else words.BLAME
        self.do(
            service.close, self.contact, rating=rating, comment=self.pick(said) if self.chance(0.5) else ""
        )

    # -- corrections ------------------------------------------------------------------------

    def correct_report_time(self) -> None:
        """Say when it was really told: earlier mostly, a little later sometimes."""
        if self.facts.own_finding or not self.can(self.contact, "correct_report_time"):
            return
        reported = self.facts.reported_at
        latest = min(self.first_thing(), self.ticket.opened_at, reported + timedelta(minutes=10))
        later = self.within(reported, latest)
        earlier = reported - timedelta(seconds=self.rng.randint(2 * MINUTE, 25 * MINUTE))
        at = later if later > reported and self.chance(0.35) else earlier
        reason = self.pick(words.TIME_REASONS)
        self.do(decisions.correct_report_time, self.contact, reported_at=at, reason=reason)
        self.notice()

    def first_thing(self) -> datetime:
        """Return the earliest instant at which anything of the ticket happened."""
        facts = self.facts
        asked = [request.occurred_at for one in facts.rounds for request, _ in one.requests]
        stops = [at for stop in facts.milestones for at in (stop.occurred_at, *stop.corrections.values())]
        return min([self.now, *asked, *stops, *(pause.start for pause in facts.pauses)])

    def correct_stop(self) -> None:
        """Correct when something happened: by the engineer, or by the unit, which binds at once."""
        who = self.contact if self.chance(0.35) else self.engineer
        void = {claim.stop.seq for claim in self.facts.claims if claim.rejected_at}
        stops = [stop for stop in self.facts.milestones if stop.seq not in void]
        if not stops or not self.can(who, "correct"):
            return
        stop = self.pick(stops)
        at = self.other_time(stop)
        if at != stop.occurred_at:
            reason = self.pick(words.TIME_REASONS)
            self.do(decisions.correct, who, entry=stop.seq, occurred_at=at, reason=reason)
            self.notice()

    def other_time(self, stop: Milestone) -> datetime:
        """Return another time a stop may have had: nothing that must lie before it is passed."""
        asked = [request.occurred_at for one in self.facts.rounds for request, _ in one.requests]
        rejected = [claim.rejected_at for claim in self.facts.claims if claim.rejected_at]
        before = [at for at in (*asked, *rejected) if at <= stop.occurred_at]
        earliest = max([self.facts.reported_at, *before, stop.occurred_at - timedelta(minutes=40)])
        latest = min(self.now, stop.occurred_at + timedelta(minutes=25))
        return self.within(earliest, stop.occurred_at if self.chance(0.6) else latest)
