"""The time of a life: one heap of scheduled steps, carried out in order, each at its own ``now``.

A step may schedule further ones. Everything is therefore recorded in the order of time, as real people
record it, and the ledger runs in that order too.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.simulation.people import Cast
from app.tickets.derivation import current_rules
from models.contract import Project
from sla.clock import RuleBook
from sla.errors import DomainError
from sla.vocab import Window
from sla.when import day_of
from sla.windows import Openings, openings

Step = Callable[[], None]


@dataclass
class World:
    """Everything a life needs: the session, who acts, the rules, the present instant and what comes next."""

    session: Session
    cast: Cast
    now: datetime
    projects: dict[int, Project] = field(init=False)
    book: RuleBook = field(init=False)
    done: Counter[str] = field(default_factory=Counter)
    refusals: list[str] = field(default_factory=list)
    _heap: list[tuple[datetime, int, Step]] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=count)

    def __post_init__(self) -> None:
        rows = self.session.scalars(select(Project).options(joinedload(Project.unit)).order_by(Project.seq))
        self.projects = {row.seq: row for row in rows}
        self.book = current_rules(self.session).book

    def opens(self, window: Window | None) -> Openings:
        """Return the open time of a window; of office hours where the row states none."""
        return openings(window or Window.WORKDAYS, self.book.calendar, self.book.interpretations)

    def schedule(self, at: datetime, step: Step) -> None:
        """Let a step be carried out at an instant, at once if that has passed; equal instants keep order."""
        heapq.heappush(self._heap, (max(at, self.now), next(self._numbers), step))

    def tried(self, what: str, act: Step) -> Step:
        """Return a step that carries something out, counted by its name; a refusal is written down."""

        def step() -> None:
            try:
                with self.session.begin_nested():
                    act()
            except DomainError as error:
                self.refusals.append(f"{self.now.isoformat()} {what}：{error.message}")
            else:
                self.done[what] += 1

        return step

    def run(self, until: datetime) -> Iterator[date]:
        """Carry out what comes before ``until``; yield each Shanghai day when it is over."""
        day = day_of(self.now)
        while self._heap and self._heap[0][0] < until:
            at, _, step = heapq.heappop(self._heap)
            if day_of(at) != day:
                yield day
                day = day_of(at)
            self.now = at
            step()
        yield day
