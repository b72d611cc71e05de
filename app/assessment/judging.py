"""A period as it is judged: a frozen month by its own bytes for ever, any other as things stand (A1, M1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from app.assessment.kept import Kept, by_project, decode, kept_version
from app.assessment.queries import SEE_WHOLE, Judging, Standing, judging, versions
from app.assessment.scores import Facts, Sheet, Whose, beside, facts_of, lacks, sheet, whose_of
from app.closing.frozen import SCORES, Served, frozen_month, kept_file
from app.files.store import Store
from app.months.queries import data_until, rows_of
from models.people import User
from sla.fold import sums
from sla.period import Period
from sla.rows import PeriodRows
from sla.scoring import Score


@dataclass(frozen=True)
class Judged:
    """A period with the version that judges it; ``judging`` is ``None`` where there is no scheme at all.

    ``frozen`` is the month it was read from, ``stored`` tells that its scores froze with it: a month that
    was frozen before scores were has its frozen figures, and the rest as things stand.
    """

    facts: Facts
    judging: Judging | None
    frozen: Served | None = None
    stored: bool = False

    def score(self, whose: Whose) -> Score | None:
        """Return a score by the version that judges the period."""
        return self.facts.score(self.judging.scheme, whose) if self.judging else None


def judge(session: Session, store: Store, period: Period, viewer: User | None, now: datetime) -> Judged:
    """Return a period as the scheme in force on its last day judges it; ``None`` is the command line."""
    found = frozen_month(session, store, period, viewer, now)
    if found is None:
        return Judged(facts_of(session, period, viewer, now), judging(versions(session), period))
    data = kept_file(store, found, SCORES)
    if data is None:
        facts = Facts(sums(found.rows), *beside(session, period, viewer, now))
        return Judged(facts, judging(versions(session), period), found)
    kept = decode(data)
    by = Judging(kept.version, Standing(kept.standing)) if kept.version else None
    return Judged(_part(kept, found.rows, viewer), by, found, stored=True)


def rows_judged(
    session: Session, judged: Judged, period: Period, viewer: User | None, now: datetime
) -> PeriodRows:
    """Return the rows behind a judged period."""
    return judged.frozen.rows if judged.frozen else rows_of(session, period, viewer, now)


def judged_until(
    session: Session, judged: Judged, period: Period, viewer: User | None, now: datetime
) -> datetime:
    """Return the time of a judged period's data."""
    return judged.frozen.rows.data_until if judged.frozen else data_until(session, period, viewer, now)


def sheet_judged(
    session: Session,
    judged: Judged,
    period: Period,
    viewer: User | None,
    now: datetime,
    seq: int | None = None,
    unit_id: int | None = None,
) -> tuple[PeriodRows, Sheet] | None:
    """Return one sheet with its rows, ``None`` without a scheme; what is not seen is ``NotFound`` (S1)."""
    whose = whose_of(viewer, judged.facts.scope, seq, unit_id)
    if judged.judging is None:
        return None
    rows = rows_judged(session, judged, period, viewer, now)
    return rows, sheet(judged.facts, lacks(rows), judged.judging.scheme, whose)


def to_keep(facts: Facts, by: Judging | None) -> Kept:
    """Return what a month keeps of its judgement when it freezes."""
    callbacks = tuple(one for seq in sorted(facts.callbacks) for one in facts.callbacks[seq])
    kept = kept_version(by.version) if by else None
    return Kept(kept, str(by.standing) if by else "", facts.observations, callbacks)


def _part(kept: Kept, rows: PeriodRows, viewer: User | None) -> Facts:
    """Return the viewer's part of what was kept; what is about the whole contract not everybody sees."""
    whole = viewer is None or viewer.role in SEE_WHOLE
    seqs = rows.project_by_seq
    seen = tuple(
        one for one in kept.observations if (whole if one.project is None else one.project.seq in seqs)
    )
    callbacks = by_project(one for one in kept.callbacks if one.project.seq in seqs)
    return Facts(sums(rows), seen, callbacks)


def ordered(judged: Judged, unit_id: int | None, order: str) -> list[tuple[Whose, Score | None]]:
    """Return the projects with their scores; those without one come last."""
    lines = [
        (whose, judged.score(whose))
        for whose in (Whose(project=one) for one in judged.facts.scope.projects)
        if unit_id is None or (whose.project and whose.project.unit.id == unit_id)
    ]
    if order == "seq":
        return lines
    sign = -1 if order == "best" else 1

    def place(line: tuple[Whose, Score | None]) -> tuple[bool, Decimal]:
        total = line[1].total if line[1] else None
        return total is None, sign * (total or Decimal(0))

    return sorted(lines, key=place)
