"""What a derivation takes and gives: the rules of a row, the book of rules, and the clocks (C1–C14, F5)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from sla.amendments import Terms, Version, kinds_within
from sla.calendar import Calendar
from sla.interpretations import Interpretations
from sla.targets import Target
from sla.timeline import Facts
from sla.vocab import ClockKind, TargetKind, Verdict, Window
from sla.when import day_of

Exclusion = tuple[datetime, datetime, str]


@dataclass(frozen=True)
class ProjectRules:
    """What one row promises: its targets, its window, and its years of service.

    ``targets`` and ``window`` are the tender's; ``versions`` what documents made of them, each from its day
    on, earliest first (P4). ``service`` holds half-open Shanghai date ranges; ``None`` means that no year
    is activated and nothing is limited (C1).
    """

    seq: int
    targets: tuple[Target, ...]
    window: Window | None
    service: tuple[tuple[date, date], ...] | None = None
    versions: tuple[Version, ...] = ()

    @cached_property
    def tender(self) -> Terms:
        """Return what the row promises by the tender alone."""
        return Terms(self.targets, self.window)

    def at(self, start: datetime) -> Terms:
        """Return what the row promises to a clock that starts then: it keeps the terms of that day."""
        return self.on(day_of(start)) if self.versions else self.tender

    def on(self, day: date) -> Terms:
        """Return what the row promises on a Shanghai day."""
        for first, terms in reversed(self.versions):
            if first <= day:
                return terms
        return self.tender

    def kinds_within(self, first: date, end: date) -> frozenset[TargetKind]:
        """Return the kinds the row has a target of on some day of ``[first, end)``."""
        return kinds_within(self.versions, self.tender, first, end)

    def in_service(self, at: datetime) -> bool:
        """Tell whether the row is in service on the Shanghai day of ``at``."""
        return self.service is None or any(first <= day_of(at) < end for first, end in self.service)


@dataclass(frozen=True)
class RuleBook:
    """The calendar and the interpretations a derivation uses; their fingerprint is the rule version.

    ``amendments`` is a digest of the documents in force, empty while there are none.
    """

    calendar: Calendar
    interpretations: Interpretations
    amendments: str = ""

    @property
    def version(self) -> str:
        """Return the version of the rules: one digest of calendar, interpretations, documents (F5, M1)."""
        parts = [self.calendar.fingerprint, self.interpretations.fingerprint]
        parts += [self.amendments] if self.amendments else []
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Clock:
    """One running target of one ticket, with all that its arithmetic needs.

    ``minutes`` is the allowance measured (实时 is the agreed minutes, a binding floor 60), ``None`` for
    a workday target. ``round`` counts the calls to the site from 0. ``pauses`` are the excluded
    intervals ``(from, to, reason)``. ``decided_at`` is when the outcome became certain (F1), ``None``
    while it is not. ``assumed`` names the conditions nobody stated, or whose looser statement is not
    confirmed, so that the strict value holds (C9). ``source`` names the documents that amended the row's
    target or window, empty for the tender (P4). Times are aware UTC.
    """

    kind: ClockKind
    round: int
    minutes: int | None
    window: Window
    starts_at: datetime
    due_at: datetime
    target: Target | None = None
    workdays: int | None = None
    is_floor: bool = False
    from_request: bool = False
    stopped_at: datetime | None = None
    verdict: Verdict = Verdict.RUNNING
    decided_at: datetime | None = None
    due_provisional: bool = False
    outcome_provisional: bool = False
    pauses: tuple[Exclusion, ...] = ()
    judged_by_record: bool = False
    assumed: tuple[str, ...] = ()
    source: str = field(default="", compare=False)

    @property
    def provisional(self) -> bool:
        """Tell whether the due time rests on an estimated year (T2) or acceptance is outstanding (C8)."""
        return self.due_provisional or self.outcome_provisional


@dataclass(frozen=True)
class Derivation:
    """The facts a timeline amounts to, and its clocks in the order response … change."""

    facts: Facts
    clocks: tuple[Clock, ...]
    in_service: bool
