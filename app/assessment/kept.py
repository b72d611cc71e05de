"""What a period is scored by beside its figures, as facts: those there are, or those a month froze with.

A frozen month keeps them in ``scores.json`` (M1): the scheme that judged it, what was observed, the
call-backs; whatever is adopted, withdrawn or signed later leaves its scores as they are.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from app.closing.codec import made, plain
from models.assessment import Observation, SchemeVersion
from models.callbacks import CallBack
from models.contract import Project
from sla.assessment import Aspect, Scheme, read_scheme
from sla.callbacks import is_good
from sla.vocab import Indicator, Satisfaction

FORMAT = 1  # of the file; a later reader still has to know the earlier ones


@dataclass(frozen=True)
class Named:
    """A project by its number in the tender and its name."""

    seq: int
    name: str


@dataclass(frozen=True)
class Observed:
    """An observation that counts; without a project it is about the whole contract."""

    id: int
    project: Named | None
    day: date
    aspect: Aspect
    text: str
    indicator: Indicator | None
    points: Decimal
    veto: bool


@dataclass(frozen=True)
class Answered:
    """What a unit signed last to a call-back."""

    satisfaction: Satisfaction
    running_well: bool
    said_by: str
    said_at: datetime

    @property
    def is_good(self) -> bool:
        """Tell whether it is satisfied or nearly so, and everything runs well."""
        return is_good(self.satisfaction, self.running_well)


@dataclass(frozen=True)
class Called:
    """A call-back about days that end in the period; both days are included."""

    id: int
    project: Named
    first_day: date
    last_day: date
    answer: Answered | None


@dataclass(frozen=True)
class KeptVersion:
    """A version of the scheme as it stood when it judged."""

    id: int
    number: int
    name: str
    from_day: date | None
    content: dict[str, Any]

    @property
    def scheme(self) -> Scheme:
        """Return the scheme as the rules know it."""
        return read_scheme(self.content)


@dataclass(frozen=True)
class Kept:
    """All of it; ``standing`` is the word of ``Standing``, empty where there was no scheme at all."""

    version: KeptVersion | None
    standing: str
    observations: tuple[Observed, ...]
    callbacks: tuple[Called, ...]


def observed(one: Observation) -> Observed:
    """Return an observation as a fact."""
    project = _named(one.project) if one.project else None
    return Observed(one.id, project, one.day, one.aspect, one.text, one.indicator, one.points, one.veto)


def called(one: CallBack) -> Called:
    """Return a call-back as a fact."""
    last = one.answer
    answer = Answered(last.satisfaction, last.running_well, last.said_by, last.said_at) if last else None
    return Called(one.id, _named(one.project), one.first_day, one.last_day, answer)


def by_project(callbacks: Iterable[Called]) -> dict[int, list[Called]]:
    """Return call-backs by the project's number, in their order."""
    found: dict[int, list[Called]] = {}
    for one in callbacks:
        found.setdefault(one.project.seq, []).append(one)
    return found


def kept_version(one: SchemeVersion | KeptVersion) -> KeptVersion:
    """Return a version as it stands now."""
    return KeptVersion(one.id, one.number, one.name, one.from_day, one.scheme.as_dict())


def encode(found: Kept, scores: list[dict[str, Any]]) -> bytes:
    """Return the bytes of ``scores.json``; ``scores`` are for programs and are not read back."""
    said = {"format": FORMAT, "kept": plain(found), "scores": scores}
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def decode(data: bytes) -> Kept:
    """Return what such bytes keep; another format is a ``ValueError``."""
    said = json.loads(data)
    if said["format"] != FORMAT:
        raise ValueError(f"unknown format of frozen scores: {said['format']!r}")
    found: Kept = made(Kept, said["kept"])
    return found


def _named(project: Project) -> Named:
    return Named(project.seq, project.name)
