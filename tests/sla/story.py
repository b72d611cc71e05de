"""Tickets told as stories: Shanghai times as text, events in the order people record them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sla.clock import Clock, Derivation, ProjectRules, RuleBook
from sla.clocks import derive
from sla.targets import Conditions, Target
from sla.timeline import Event
from sla.vocab import ClockKind, EventKind, Side, TargetKind, Window
from sla.when import SHANGHAI
from tests.sla.seeded import CALENDAR, SHIPPED

BOOK = RuleBook(CALENDAR, SHIPPED)


def at(text: str) -> datetime:
    """``2025-07-01 09:00`` in Shanghai."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


def project(*targets: Target, window: Window = Window.ALWAYS, **more: Any) -> ProjectRules:
    return ProjectRules(seq=1, targets=targets, window=window, **more)


def target(kind: str, minutes: int, window: Window | None = None, **when: Any) -> Target:
    return Target(TargetKind(kind), minutes, when=Conditions(**when), window=window)


ORDINARY = project(target("response", 30), target("onsite", 120), target("recovery", 360))


class Story:
    """A ticket's events. ``recorded`` defaults to the moment it happened."""

    def __init__(self, opened: str, kind: str = "incident", side: Side = Side.UNIT, **said: Any) -> None:
        self.events: list[Event] = []
        self.tell(EventKind.OPENED, opened, side, recorded=said.pop("recorded", None), kind=kind, **said)

    def tell(
        self,
        kind: EventKind,
        when: str,
        side: Side = Side.SUPPLIER,
        /,
        recorded: str | None = None,
        **data: Any,
    ) -> Story:
        occurred = at(when)
        self.events.append(
            Event(len(self.events) + 1, kind, side, occurred, at(recorded) if recorded else occurred, data)
        )
        return self

    @property
    def last(self) -> int:
        return len(self.events)

    def derive(self, now: str, rules: ProjectRules = ORDINARY, book: RuleBook = BOOK) -> Derivation:
        return derive(self.events, rules, book, at(now))

    def clock(
        self,
        kind: str,
        now: str,
        rules: ProjectRules = ORDINARY,
        round_: int = 0,
        book: RuleBook = BOOK,
    ) -> Clock:
        found = {(c.kind, c.round): c for c in self.derive(now, rules, book).clocks}
        return found[ClockKind(kind), round_]

    def kinds(self, now: str, rules: ProjectRules = ORDINARY) -> list[str]:
        return [str(c.kind) for c in self.derive(now, rules).clocks]
