"""What another scheme would make of the last months that are over: old score and new, project by project."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.assessment.judging import judge
from app.assessment.scores import CONTRACT, Facts, Whose
from app.files.store import Store
from app.months.periods import offered
from models.people import User
from sla.assessment import Scheme
from sla.period import Length, Period
from sla.scoring import Score

MONTHS = 3


@dataclass(frozen=True)
class Change:
    """A score as it is and as it would be; ``before`` is ``None`` where there is no scheme yet."""

    before: Score | None
    after: Score

    @property
    def is_one(self) -> bool:
        """Tell whether anything would be different."""
        if self.before is None:
            return self.after.total is not None
        return (self.before.total, self.before.band) != (self.after.total, self.after.band)


@dataclass(frozen=True)
class Line:
    """One project, or the contract, over the months."""

    whose: Whose
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Outlook:
    """The months compared, and for each whether the new scheme would really judge it; a frozen one stays."""

    months: tuple[Period, ...]
    judges: tuple[bool, ...]
    lines: tuple[Line, ...]
    frozen: tuple[bool, ...] = ()

    @property
    def changed(self) -> int:
        """Count the scores that would be different."""
        return sum(one.is_one for line in self.lines for one in line.changes)


def outlook(
    session: Session,
    store: Store,
    viewer: User,
    scheme: Scheme,
    judges: Callable[[Period], bool],
    now: datetime,
) -> Outlook:
    """Compare a scheme with those that judge the last closed months; ``judges`` tells which it would."""
    over = [one for one in offered(session, now).of(Length.MONTH) if one.is_over(now)]
    months = tuple(over[:MONTHS][::-1])
    found = [judge(session, store, month, viewer, now) for month in months]
    schemes = [one.judging.scheme if one.judging else None for one in found]
    frozen = tuple(one.stored for one in found)
    judged = tuple(judges(month) and not kept for month, kept in zip(months, frozen, strict=True))
    return Outlook(months, judged, _lines([one.facts for one in found], schemes, scheme), frozen)


def _lines(found: Sequence[Facts], present: Sequence[Scheme | None], scheme: Scheme) -> tuple[Line, ...]:
    if not found:
        return ()
    everybody = [CONTRACT, *(Whose(project=project) for project in found[-1].scope.projects)]
    return tuple(
        Line(
            whose,
            tuple(
                Change(facts.score(now, whose) if now else None, facts.score(scheme, whose))
                for facts, now in zip(found, present, strict=True)
            ),
        )
        for whose in everybody
    )
