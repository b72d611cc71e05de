"""What the reports of a month say beside its rows: disputes, call-backs, inspections (M1).

A report of a frozen month is made of the rows of its record and of this, so that it stays what it was however
a dispute goes on, whatever is answered, and whoever looks: each viewer's part is cut out of the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from app.callbacks.queries import SIGNED_ONLY
from app.closing.codec import made, plain
from app.closing.frozen import REPORTS, Served, frozen_month, kept_file
from app.files.store import Store
from models.people import User
from reports.breaches import Argued
from reports.callbacks import Asked
from reports.dossier import Inspected, Inspections, Pictured
from sla.period import Period
from sla.vocab import ClockKind

FORMAT = 1


@dataclass(frozen=True)
class ArguedClock:
    """A dispute about a clock, and when its last step was."""

    ticket_id: int
    kind: ClockKind
    round: int
    said: Argued
    at: datetime


@dataclass(frozen=True)
class ArguedDuty:
    """A dispute about an occurrence, and when its last step was."""

    occurrence_id: int
    said: Argued
    at: datetime


@dataclass(frozen=True)
class AskedAt:
    """A call-back, and when something was last said in it."""

    said: Asked
    at: datetime


@dataclass(frozen=True)
class KeptReports:
    """All of it for one viewer; ``contract`` is what the contract was called."""

    contract: str
    clocks: tuple[ArguedClock, ...]
    duties: tuple[ArguedDuty, ...]
    asked: tuple[AskedAt, ...]
    inspections: tuple[Inspected, ...]
    files: tuple[Pictured, ...]

    def inspected(self, label: str, since: datetime) -> Inspections:
        """Return the inspections as their report has them."""
        at = max((one.recorded_at for one in self.inspections), default=since)
        return Inspections(self.contract, label, self.inspections, self.files, at)


def encode(found: KeptReports) -> bytes:
    """Return the bytes of ``reports.json``; equal data give equal bytes."""
    said = {"format": FORMAT, "kept": plain(found)}
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def decode(data: bytes) -> KeptReports:
    """Return what such bytes keep; another format is a ``ValueError``."""
    said = json.loads(data)
    if said["format"] != FORMAT:
        raise ValueError(f"unknown format of frozen reports: {said['format']!r}")
    found: KeptReports = made(KeptReports, said["kept"])
    return found


def kept_reports(
    session: Session, store: Store, viewer: User | None, period: Period, now: datetime
) -> KeptReports | None:
    """Return what a frozen month keeps, cut to the viewer's scope (S1); ``None`` if it keeps nothing."""
    found = frozen_month(session, store, period, viewer, now)
    return kept_of(store, found, viewer) if found else None


def kept_of(store: Store, found: Served, viewer: User | None) -> KeptReports | None:
    """Return what the month of a report keeps; ``None`` if it is not frozen, or was before this was kept."""
    data = kept_file(store, found, REPORTS)
    return None if data is None else _part(decode(data), found.rows.project_by_seq.keys(), viewer)


def _part(kept: KeptReports, seqs: Iterable[int], viewer: User | None) -> KeptReports:
    """Return what is about some projects; the disputes go with the rows they are about."""
    mine = set(seqs)
    signed_only = viewer is not None and viewer.role in SIGNED_ONLY
    inspections = tuple(one for one in kept.inspections if one.seq in mine)
    numbers = {one.number for one in inspections}
    return replace(
        kept,
        asked=tuple(
            one for one in kept.asked if one.said.seq in mine and (one.said.satisfaction or not signed_only)
        ),
        inspections=inspections,
        files=tuple(one for one in kept.files if one.number in numbers),
    )
