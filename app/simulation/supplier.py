"""The supplier's side of a ticket: respond, go there, contain, wait for something, recover (C6–C13).

The work is a row of stages; each makes up its own time from the clock it is measured by, so that most
are on time, some are late, and some are put down only long afterwards.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from datetime import datetime, timedelta

from app.simulation import words
from app.simulation.course import HOUR, MINUTE, Course, UseCase
from app.tickets import service
from models.people import User
from sla.clock import Clock
from sla.vocab import ClockKind, PauseReason, TicketKind, TicketState, Verdict

REMOTE = ("remote_first", "remote", "online")
_RESTORED = (TicketKind.INCIDENT, TicketKind.SECURITY)

# Hours of office time that work without a clock takes, and those a pause lasts.
_WORK = {
    TicketKind.CONSULTATION: (0.1, 3),
    TicketKind.REQUEST: (0.5, 10),
    TicketKind.DATA: (1, 16),
    TicketKind.CHANGE: (6, 60),
    TicketKind.INCIDENT: (0.5, 7),
    TicketKind.SECURITY: (0.5, 7),
}
_WAITING = {
    PauseReason.AWAITING_UNIT: (1, 9),
    PauseReason.AWAITING_PARTS: (6, 30),
    PauseReason.UNIT_DEFERRED: (2, 12),
    PauseReason.FORCE_MAJEURE: (1, 8),
}


class Supplier(Course):
    """What engineers and their manager do with a ticket."""

    stages: list[Callable[[], None]]
    hurried = False  # part of a big breakdown: everybody is busy
    behind: datetime | None = None  # what was put down last happened then: the work is ahead of its record

    @abstractmethod
    def notice(self) -> None:
        """Let the unit see what waits for its word."""

    @abstractmethod
    def answer(self) -> None:
        """Let the unit answer a claim of recovery."""

    def proceed(self) -> None:
        """Go on to the next stage, unless the ticket is over."""
        self.look_again()
        if self.stages and not self.is_over and self.facts.claim is None:
            self.stages.pop(0)()

    # -- response ---------------------------------------------------------------------------

    def await_response(self) -> None:
        clock = self.clock(ClockKind.RESPONSE)
        at = self.aim(clock) if clock else self.in_office(3 * MINUTE, 90 * MINUTE)
        self.put_down(at, service.respond, "respond", self.plan_work, note=self.pick(words.REPLIES))

    def plan_work(self) -> None:
        """Decide what the ticket will take."""
        self.stages = []
        if self.facts.kind is TicketKind.SECURITY:
            self.stages.append(self.contain)
        if self.facts.kind in _RESTORED and self.chance(0.2 if self.project.delivery_mode in REMOTE else 0.4):
            self.stages.append(self.go_there)
        if self.chance(0.16 if self.facts.kind in _RESTORED else 0.08):
            self.stages.append(self.wait_for_something)
        self.stages.append(self.recover)
        self.proceed()

    def contain(self) -> None:
        clock = self.clock(ClockKind.CONTAINMENT)
        at = self.aim(clock) if clock else self.later(15 * MINUTE, 2 * HOUR)
        self.put_down(at, service.contain, "contain", self.proceed, note="已隔离受影响的主机，继续排查。")

    # -- on site ----------------------------------------------------------------------------

    def go_there(self) -> None:
        """Go there: asked by the unit or by the engineer, or, where somebody lives on site, unasked."""
        if self.project.residents and self.chance(0.3):
            self.arrive()
        elif self.chance(0.55):
            self.world.schedule(self.later(2 * MINUTE, 30 * MINUTE), self.unit_asks)
        else:
            self.world.schedule(self.later(5 * MINUTE, 40 * MINUTE), self.engineer_asks)

    def unit_asks(self) -> None:
        if self.can(self.contact, "request_onsite") and not self.facts.awaiting_arrival:
            self.do(service.request_onsite, self.contact, note=self.pick(words.SITE_WISHES))
        if self.project.delivery_mode == "remote_first" and self.chance(0.6):
            self.world.schedule(self.later(10 * MINUTE, 50 * MINUTE), self.engineer_asks)
        else:
            self.arrive()

    def engineer_asks(self) -> None:
        """Ask for a visit because remote work has failed; said by the engineer even after the unit asked."""
        failed = self.project.delivery_mode in REMOTE or self.chance(0.3)
        if self.can(self.engineer, "request_onsite") and (
            not self.facts.awaiting_arrival or self.says_anew(failed)
        ):
            self.do(
                service.request_onsite, self.engineer, remote_failed=failed, note=self.pick(words.SITE_NEEDS)
            )
        self.arrive()

    def says_anew(self, failed: bool) -> bool:
        return failed and not any(said for _, said in self.facts.rounds[-1].requests)

    def arrive(self) -> None:
        clock = self.clock(ClockKind.ONSITE) if self.facts.awaiting_arrival else None
        running = clock is not None and clock.verdict is Verdict.RUNNING
        at = self.aim(clock) if clock and running else self.in_service(10 * MINUTE, 70 * MINUTE)
        self.put_down(
            at, service.arrive, "arrive", self.proceed, note=self.pick(("", "已到现场。", "到达机房。"))
        )

    # -- waiting ----------------------------------------------------------------------------

    def wait_for_something(self) -> None:
        self.world.schedule(self.in_service(4 * MINUTE, 50 * MINUTE), self.pause)

    def pause(self) -> None:
        who = self.manager_or_engineer()
        if not self.can(who, "pause"):
            return self.proceed()
        reason = self.rng.choices(list(PauseReason), (45, 20, 22, 13))[0]
        since = self.now - timedelta(seconds=self.rng.randint(60, 900)) if self.chance(0.25) else None
        floor = max([self.floor("pause"), *(p.end for p in self.facts.pauses if p.end)])
        self.do(
            service.pause,
            who,
            reason=reason,
            note=self.pick(words.PAUSES[reason]),
            occurred_at=max(since, floor) if since else None,
        )
        self.notice()
        low, high = _WAITING[reason]
        self.world.schedule(self.in_office(low * HOUR, high * HOUR), self.resume)
        return None

    def resume(self) -> None:
        # What was waited for is there; whoever forgets to say so ends the pause by recovering.
        if self.can(self.engineer, "resume") and not self.chance(0.12):
            self.do(service.resume, self.engineer, note=self.pick(("", "条件已具备，继续处理。")))
        self.proceed()

    # -- recovery ---------------------------------------------------------------------------

    def recover(self) -> None:
        clock = self.clock(ClockKind.RECOVERY) or self.clock(ClockKind.CHANGE)
        if clock and clock.due_at > (self.behind or self.now):
            at = self.aim(clock)
        elif clock:
            at = self.in_service(20 * MINUTE, 5 * HOUR)
        else:
            low, high = _WORK[self.facts.kind]
            at = self.in_office(low * HOUR, high * HOUR)
        self.put_down(
            at, service.claim_recovery, "claim_recovery", self.after_claim, note=self.pick(words.SOLUTIONS)
        )

    def after_claim(self) -> None:
        if self.facts.state is TicketState.CLAIMED:
            self.answer()

    # -- putting things down ----------------------------------------------------------------

    def aim(self, clock: Clock) -> datetime:
        """Return when a clock will be stopped: within its time mostly, after it sometimes."""
        opens = self.world.opens(clock.window)
        pauses = [(a, b) for a, b, _ in clock.pauses]
        allowance = max(MINUTE, opens.elapsed(clock.starts_at, clock.due_at, pauses))
        haste = (1.7 if self.is_night else 1.0) * (1.5 if self.hurried else 1.0)
        if self.chance(min(0.9, self.temper.late * haste)):
            late = max(MINUTE, int(allowance * self.rng.uniform(0.05, 1.4)))
            return opens.deadline(max(clock.due_at, self.now), late)
        share = self.rng.triangular(0.1, 0.97, 0.45)
        at = opens.deadline(clock.starts_at, max(1, int(allowance * share)), pauses)
        if at > self.now:
            return at
        if self.behind:
            return max(at, self.behind + timedelta(seconds=self.rng.randint(40, 4 * MINUTE)))
        return self.later(25, 90)

    def put_down(
        self, at: datetime, use_case: UseCase, code: str, then: Callable[[], None], note: str
    ) -> None:
        """Let something happen at ``at``; it is put down then, a little later, or only long afterwards."""
        recorded, happened = at, None
        if at <= self.now:
            recorded, happened = self.later(30, 4 * MINUTE), at
        elif self.chance(self.temper.slack):
            lag = self.rng.randint(130, 500) if self.chance(0.6) else self.rng.randint(6, 110)
            recorded, happened = at + timedelta(minutes=lag), at
        self.world.schedule(recorded, lambda: self._put_down(happened, use_case, code, then, note))

    def _put_down(
        self,
        happened: datetime | None,
        use_case: UseCase,
        code: str,
        then: Callable[[], None],
        note: str,
    ) -> None:
        who = self.manager_or_engineer() if code == "respond" else self.engineer
        if self.can(who, code):
            floor = self.floor(code)
            occurred_at = max(happened, floor) if happened and happened < self.now else None
            self.do(use_case, who, occurred_at=occurred_at, note=note)
            self.behind = occurred_at
            self.notice()
        then()

    def floor(self, code: str) -> datetime:
        """Return the instant before which this cannot have happened."""
        if code == "arrive" and self.facts.awaiting_arrival:
            return self.facts.rounds[-1].requests[0][0].occurred_at
        rejected = [claim.rejected_at for claim in self.facts.claims if claim.rejected_at]
        return max([self.facts.reported_at, *rejected])

    def manager_or_engineer(self) -> User:
        return self.world.cast.managers[0] if self.chance(0.12) else self.engineer
