"""A small, varied life of the contract around July 2025, made through the use cases."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from random import Random

from sqlalchemy.orm import Session

from app.tickets import decisions, service
from app.tickets.opening import NewTicket, open_ticket
from models.people import User
from models.tickets import Ticket
from sla.errors import DomainError
from sla.vocab import PauseReason, TicketKind
from tests.app.personas import Personas, at, project

ROWS = (1, 2, 4, 5, 6, 9, 14, 22, 24, 28, 34, 44)
FIRST, LAST = at("2025-06-20 00:00"), at("2025-08-06 00:00")


def live(session: Session, people: Personas, count: int = 40, seed: int = 7) -> None:
    """Open tickets and let them run their course; what a state forbids is simply not done."""
    random = Random(seed)
    for number in range(count):
        start = FIRST + timedelta(seconds=random.randrange(int((LAST - FIRST).total_seconds())))
        _Course(session, people, random, start).run(number, f"life-{seed}-{number}")


class _Course:
    """The course of one ticket: ``step`` lets some time pass and then tries something."""

    def __init__(self, session: Session, people: Personas, random: Random, start: datetime) -> None:
        self.session, self.people, self.random, self.now = session, people, random, start

    def run(self, number: int, submission: str) -> None:
        pick, chance = self.random.choice, self.random.random
        kinds = [TicketKind.INCIDENT] * 4 + list(TicketKind)
        opener = pick([self.people.bureau, self.people.manager])
        before = timedelta(minutes=pick([0, 0, 30, 300])) if opener is self.people.manager else timedelta()
        new = NewTicket(
            project_id=project(self.session, pick(ROWS)).id,
            kind=pick(kinds),
            title=f"第 {number} 件",
            submission=submission,
            reported_at=self.now - before,
            own_finding=opener is self.people.manager and chance() < 0.1,
            paralysis=chance() < 0.1,
        )
        ticket = open_ticket(self.session, opener, new, self.now)
        supplier, unit = self.people.manager, self.people.bureau
        if chance() < 0.9:
            self.step(ticket, supplier, service.respond, 90, back=0.3)
        if chance() < 0.4:
            self.step(ticket, unit, service.request_onsite, 60, remote_failed=True)
            self.step(ticket, supplier, service.arrive, 200, back=0.3)
        if chance() < 0.3:
            reason = pick(list(PauseReason))
            self.step(ticket, supplier, service.pause, 60, reason=reason, note="等待")
            if chance() < 0.5:
                self.judge(ticket, unit, decisions.confirm if chance() < 0.5 else decisions.refuse)
            if chance() < 0.8:
                self.step(ticket, supplier, service.resume, 900)
        if chance() < 0.1:
            self.step(ticket, unit, service.cancel, 60, reason="已自行解决")
        if ticket.kind is TicketKind.SECURITY:
            self.step(ticket, supplier, service.contain, 120)
        if chance() < 0.85:
            self.step(ticket, supplier, service.claim_recovery, 900, back=0.3, note="已处理")
            if chance() < 0.3:
                self.step(ticket, unit, service.reject, 300, reason="还不行")
                self.step(ticket, supplier, service.claim_recovery, 600, note="再次处理")
            if chance() < 0.7:
                self.step(ticket, unit, service.accept, 900)
            else:
                self.now += timedelta(days=6)  # silence accepts
            if chance() < 0.7:
                self.step(ticket, unit, service.close, 3000, rating=self.random.randint(1, 5))

    def step(
        self,
        ticket: Ticket,
        actor: User,
        act: Callable[..., object],
        minutes: int,
        back: float = 0,
        **said: object,
    ) -> None:
        before = self.now
        self.now += timedelta(seconds=self.random.randrange(60, minutes * 60))
        if self.random.random() < back:
            said["occurred_at"] = (before + (self.now - before) / 2).replace(microsecond=0)
        with suppress(DomainError):
            act(self.session, actor, ticket, self.now, **said)

    def judge(self, ticket: Ticket, actor: User, act: Callable[..., object]) -> None:
        self.now += timedelta(minutes=5)
        with suppress(DomainError):
            act(self.session, actor, ticket, self.now, "pause", ticket.version, "看过")
