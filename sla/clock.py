"""What a derivation takes and gives: the rules of a row, the book of rules, and the clocks (C1–C14, F5)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime

from sla.calendar import Calendar
from sla.interpretations import Interpretations
from sla.targets import Target
from sla.timeline import Facts
from sla.vocab import ClockKind, Verdict, Window
from sla.when import day_of

Exclusion = tuple[datetime, datetime, str]


@dataclass(frozen=True)
class ProjectRules:
    """What one row promises: its targets, its window, and its years of service.

    ``service`` holds half-open Shanghai date ranges; ``None`` means that no year is activated and
    nothing is limited (C1).
    """

    seq: int
    targets: tuple[Target, ...]
    window: Window | None
    service: tuple[tuple[date, date], ...] | None = None

    def in_service(self, at: datetime) -> bool:
        """Tell whether the row is in service on the Shanghai day of ``at``."""
        return self.service is None or any(first <= day_of(at) < end for first, end in self.service)


@dataclass(frozen=True)
class RuleBook:
    """The calendar and the interpretations a derivation uses; their fingerprint is the rule version."""

    calendar: Calendar
    interpretations: Interpretations

    @property
    def version(self) -> str:
        """Return the version of the rules: one digest of calendar and interpretations (F5, M1)."""
        both = f"{self.calendar.fingerprint}\n{self.interpretations.fingerprint}"
        return hashlib.sha256(both.encode()).hexdigest()


@dataclass(frozen=True)
class Clock:
    """One running target of one ticket, with all that its arithmetic needs.

    ``minutes`` is the allowance measured (实时 is the agreed minutes, a binding floor 60), ``None`` for
    a workday target. ``round`` counts the calls to the site from 0. ``pauses`` are the excluded
    intervals ``(from, to, reason)``. ``decided_at`` is when the outcome became certain (F1), ``None``
    while it is not. ``assumed`` names the conditions nobody stated, or whose looser statement is not
    confirmed, so that the strict value holds (C9). Times are aware UTC.
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
