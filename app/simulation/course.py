"""One ticket on its way: what both sides of it share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any, TypeVar

from app.simulation.temper import temper_of
from app.simulation.world import World
from app.tickets.actions import ACTIONS
from app.tickets.derivation import Waiting, derive_ticket, waiting_for_unit
from app.tickets.opening import NewTicket, open_ticket
from models.people import User
from models.tickets import Ticket
from sla.clock import Clock, Derivation
from sla.clocks import backentries
from sla.errors import DomainError
from sla.timeline import Facts
from sla.vocab import ClockKind, Window
from sla.when import SHANGHAI

T = TypeVar("T")
UseCase = Callable[..., Derivation]

MINUTE, HOUR = 60, 3600


class Course:
    """A ticket with its own dice, so that no ticket's story depends on another's."""

    ticket: Ticket
    derived: Derivation

    def __init__(self, world: World, seq: int, rng: Random) -> None:
        self.world, self.seq, self.rng = world, seq, rng
        self.seen: set[int] = set()
        self.project, self.temper = world.projects[seq], temper_of(seq)
        self.engineer = self.one_of(world.cast.engineers[seq])
        self.contact = self.one_of(world.cast.contacts[self.project.unit_id])

    # -- dice -------------------------------------------------------------------------------

    def chance(self, of: float) -> bool:
        return self.rng.random() < of

    def pick(self, among: Sequence[T]) -> T:
        return among[self.rng.randrange(len(among))]

    def one_of(self, people: list[User]) -> User:
        """Return the first of the people mostly, one of the others sometimes."""
        return people[0] if len(people) == 1 or self.chance(0.6) else self.pick(people[1:])

    # -- time -------------------------------------------------------------------------------

    @property
    def now(self) -> datetime:
        return self.world.now

    def later(self, low: float, high: float) -> datetime:
        """Return an instant between so many seconds from now."""
        return self.now + timedelta(seconds=self.rng.randint(int(low), int(high)))

    def in_office(self, low: float, high: float) -> datetime:
        """Return an instant so many seconds of office time from now, in or just after office hours."""
        seconds = self.rng.randint(int(low), int(high))
        return self.world.opens(Window.WORKDAYS).deadline(self.now, seconds) + self._moments()

    def in_service(self, low: float, high: float) -> datetime:
        """Return an instant so many seconds of the row's service time from now."""
        seconds = self.rng.randint(int(low), int(high))
        return self.world.opens(self.project.window).deadline(self.now, seconds) + self._moments()

    def _moments(self) -> timedelta:
        return timedelta(seconds=self.rng.randint(5, 240))

    @property
    def is_night(self) -> bool:
        return not 7 <= self.now.astimezone(SHANGHAI).hour < 22

    def within(self, earliest: datetime, latest: datetime) -> datetime:
        """Return an instant of ``[earliest, latest]``."""
        span = int((latest - earliest).total_seconds())
        return earliest + timedelta(seconds=self.rng.randint(0, max(0, span)))

    # -- acting -----------------------------------------------------------------------------

    def open(self, actor: User, new: NewTicket) -> bool:
        """Open the ticket; tell whether it was taken."""
        try:
            self.ticket = open_ticket(self.world.session, actor, new, self.now)
        except DomainError as error:
            self.world.refusals.append(
                f"{self.now.isoformat()} {new.submission} open_ticket：{error.message}"
            )
            return False
        self.world.done["open_ticket"] += 1
        self.look_again()
        return True

    def can(self, actor: User, code: str) -> bool:
        """Tell whether this person may do this now: people do only what their page offers them."""
        self.look_again()
        action = ACTIONS[code]
        return actor.role in action.roles and action.possible(self.facts)

    def do(self, use_case: UseCase, actor: User, *args: Any, **options: Any) -> bool:
        """Carry out a use case; tell whether it was taken. A refusal is written down: none should be."""
        try:
            self.derived = use_case(self.world.session, actor, self.ticket, self.now, *args, **options)
        except DomainError as error:
            self.world.refusals.append(
                f"{self.now.isoformat()} {self.ticket.number} {use_case.__name__}：{error.message}"
            )
            return False
        self.world.done[use_case.__name__] += 1
        return True

    def look_again(self) -> None:
        self.derived = derive_ticket(self.world.session, self.ticket, self.now)

    @property
    def facts(self) -> Facts:
        return self.derived.facts

    @property
    def is_over(self) -> bool:
        return bool(self.facts.cancelled_at or self.facts.closed_at)

    def clock(self, kind: ClockKind) -> Clock | None:
        """Return the latest clock of a kind, if the row has one."""
        return next((c for c in reversed(self.derived.clocks) if c.kind is kind), None)

    def waits(self) -> list[Waiting]:
        """Return what waits for the unit's word, apart from the recovery."""
        late = {stop.seq for stop in backentries(self.derived, self.world.book)}
        return [one for one in waiting_for_unit(self.derived, late) if one.what != "recovery"]
