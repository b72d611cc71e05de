"""The scores of a period: of projects, units and the contract, with the facts behind them (A1, A2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from app.assessment.kept import Called, Observed, called, observed
from app.assessment.queries import SEE_WHOLE, callbacks_of, observations_of
from app.months.figures import figures_of
from models.people import User
from sla.assessment import Scheme, Source, Veto
from sla.errors import NotFound
from sla.figures import Figure
from sla.fold import Figures, Part, PeriodSums, parts
from sla.period import Period
from sla.rows import PeriodRows, PeriodScope, ProjectRow, UnitRow
from sla.scoring import ItemScore, Recorded, Score, Taken, score
from sla.vocab import Indicator, Role


@dataclass(frozen=True)
class Whose:
    """Of whom a score is: a project, a unit with its sub-units, or the whole contract."""

    project: ProjectRow | None = None
    unit: UnitRow | None = None

    @property
    def title(self) -> str:
        """Return what it is called."""
        if self.project:
            return f"{self.project.seq} {self.project.name}"
        return self.unit.name if self.unit else "合同整体"

    @property
    def key(self) -> str:
        """Return what tells it from every other: ``project:6``, ``unit:3``, ``contract``."""
        if self.project:
            return f"project:{self.project.seq}"
        return f"unit:{self.unit.id}" if self.unit else "contract"


CONTRACT = Whose()


@dataclass(frozen=True)
class Facts:
    """Everything a period is judged by; any scheme can be applied to it."""

    sums: PeriodSums
    observations: tuple[Observed, ...]
    callbacks: Mapping[int, list[Called]]

    def score(self, scheme: Scheme, whose: Whose) -> Score:
        """Return a score by a scheme.

        A veto is about what it was recorded for: that of one project does not sink its unit or the contract.
        """
        known = dict(self._figures(whose))
        if scheme.satisfaction is Source.CALLBACKS:
            known[Indicator.SATISFACTION] = callback_figure(self.callbacks_of(whose))
        if whose.project is None:
            scheme = replace(scheme, vetoes=scheme.vetoes - {Veto.CONTAINMENT})
        return score(scheme, known, [_recorded(one, whose) for one in self.observations_of(whose)])

    def observations_of(self, whose: Whose) -> list[Observed]:
        """Return what was observed of a project, or of all those of a unit, or at all."""
        seqs = self._seqs(whose)
        whole = whose == CONTRACT
        return [
            one for one in self.observations if (whole if one.project is None else one.project.seq in seqs)
        ]

    def callbacks_of(self, whose: Whose) -> list[Called]:
        """Return the call-backs of a project, or of all those of a unit, or all."""
        return [one for seq in sorted(self._seqs(whose)) for one in self.callbacks.get(seq, ())]

    @property
    def scope(self) -> PeriodScope:
        """Return which period it is, and of which projects."""
        return self.sums.scope

    def lacking(self, among: Iterable[Part], whose: Whose) -> dict[Indicator, list[Part]]:
        """Return those of the rows that lack something which are theirs, by indicator (F5)."""
        seqs, whole = self._seqs(whose), whose == CONTRACT
        found: dict[Indicator, list[Part]] = {}
        for part in among:
            if part.indicator and (whole if part.project is None else part.project in seqs):
                found.setdefault(part.indicator, []).append(part)
        return found

    def _seqs(self, whose: Whose) -> set[int]:
        if whose.project:
            return {whose.project.seq}
        return {one.seq for one in self.scope.projects if whose.unit in (None, one.unit)}

    def _figures(self, whose: Whose) -> Figures:
        kept = self.sums.figures
        if whose.project:
            return kept.projects[whose.project.seq]
        return kept.units[whose.unit] if whose.unit else kept.contract


def facts_of(session: Session, period: Period, viewer: User | None, now: datetime) -> Facts:
    """Return what a period is judged by as things stand, within the viewer's scope (S1).

    ``None`` is the command line.
    """
    return Facts(figures_of(session, period, viewer, now), *beside(session, period, viewer, now))


def beside(
    session: Session, period: Period, viewer: User | None, now: datetime
) -> tuple[tuple[Observed, ...], dict[int, list[Called]]]:
    """Return what counts beside the figures as things stand: observations and call-backs."""
    seen = callbacks_of(session, period, viewer, now)
    return (
        tuple(map(observed, observations_of(session, period, viewer, now))),
        {seq: list(map(called, found)) for seq, found in seen.items()},
    )


def units_scored(viewer: User | None, scope: PeriodScope) -> list[UnitRow]:
    """Return the units whose score this viewer sees: of a part of a unit's projects there is none."""
    if viewer is None or viewer.role in SEE_WHOLE:
        return list(scope.units)
    if viewer.role is Role.CONTACT:
        return [unit for unit in scope.units if unit.id == viewer.unit_id]
    return []


def whose_of(
    viewer: User | None, scope: PeriodScope, seq: int | None = None, unit_id: int | None = None
) -> Whose:
    """Return of whom a score is asked; what the viewer does not see is ``NotFound`` (S1).

    ``None`` is the command line.
    """
    if seq is not None:
        project = scope.project_by_seq.get(seq)
        if project is None:
            raise NotFound("没有这个运维项目，或您无权查看")
        return Whose(project=project)
    if unit_id is not None:
        unit = next((one for one in units_scored(viewer, scope) if one.id == unit_id), None)
        if unit is None:
            raise NotFound("没有这家单位的考核，或您无权查看")
        return Whose(unit=unit)
    if viewer is not None and viewer.role not in SEE_WHOLE:
        raise NotFound("没有这份考核，或您无权查看")
    return CONTRACT


def callback_figure(callbacks: Iterable[Called]) -> Figure:
    """Return how many of the call-backs were good: satisfied or nearly so, and everything running well."""
    answers = [one.answer for one in callbacks if one.answer]
    return Figure(sum(1 for one in answers if one.is_good), len(answers))


def _recorded(one: Observed, whose: Whose) -> Recorded:
    theirs = whose.project is not None or one.project is None
    return Recorded(one.id, one.points, one.indicator, one.veto and theirs)


# -- the sheet --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Loss:
    """One fact and what it cost: a row of the figures, or a call-back."""

    points: Decimal
    part: Part | None = None
    callback: Called | None = None


@dataclass(frozen=True)
class Deducted:
    """An observation and what it really took."""

    observation: Observed
    points: Decimal


@dataclass(frozen=True)
class ItemSheet:
    """One item of a sheet: its score, and the facts behind each deducted point, the costliest first."""

    score: ItemScore
    losses: tuple[Loss, ...]
    deducted: tuple[Deducted, ...]


@dataclass(frozen=True)
class Sheet:
    """A score with everything behind it.

    ``vetoing`` are the observations with a veto, on the sheet of a unit or the contract those of its projects
    too; ``noted`` those without any deduction.
    """

    whose: Whose
    score: Score
    items: tuple[ItemSheet, ...]
    deducted: tuple[Deducted, ...]
    vetoing: tuple[Observed, ...]
    callbacks: tuple[Called, ...]
    noted: tuple[Observed, ...]


def lacks(rows: PeriodRows) -> list[Part]:
    """Return the rows of a period that lack something: what points are lost by."""
    return [part for part in parts(rows) if part.figure.met < part.figure.total]


def sheet(facts: Facts, among: Sequence[Part], scheme: Scheme, whose: Whose) -> Sheet:
    """Return a score with the facts behind each deducted point, found ``among`` what the period lacks."""
    found, lacking = facts.score(scheme, whose), facts.lacking(among, whose)
    seen = facts.observations_of(whose)
    by_id = {one.id: one for one in seen}
    callbacks = facts.callbacks_of(whose)
    return Sheet(
        whose,
        found,
        tuple(_item(one, scheme, lacking, callbacks, by_id) for one in found.items),
        _deducted(found.taken, by_id),
        tuple(one for one in seen if one.veto),
        tuple(callbacks),
        tuple(one for one in seen if not one.veto and not one.points),
    )


def _item(
    found: ItemScore,
    scheme: Scheme,
    lacking: Mapping[Indicator, list[Part]],
    callbacks: list[Called],
    by_id: Mapping[int, Observed],
) -> ItemSheet:
    losses: list[Loss]
    indicator = found.item.indicator
    if indicator is Indicator.SATISFACTION and scheme.satisfaction is Source.CALLBACKS:
        bad = {one.id: one for one in callbacks if one.answer and not one.answer.is_good}
        shares = found.shares(dict.fromkeys(bad, 1))
        losses = [Loss(points, callback=bad[key]) for key, points in shares.items()]
    else:
        behind = dict(enumerate(lacking.get(indicator, ())))
        costs = found.shares({key: part.figure.total - part.figure.met for key, part in behind.items()})
        losses = [Loss(points, part=behind[key]) for key, points in costs.items()]
    losses.sort(key=lambda one: -one.points)
    return ItemSheet(found, tuple(losses), _deducted(found.taken, by_id))


def _deducted(taken: Iterable[Taken], by_id: Mapping[int, Observed]) -> tuple[Deducted, ...]:
    return tuple(Deducted(by_id[one.key], one.points) for one in taken)
