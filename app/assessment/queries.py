"""Reading the schemes and the observations, within the viewer's scope (S1)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, false, select, true
from sqlalchemy.orm import Session, joinedload, selectinload

from app.access import projects_seen
from app.assessment.kept import KeptVersion
from models.assessment import Observation, SchemeVersion
from models.callbacks import CallBack
from models.contract import Project
from models.people import User
from sla.assessment import Aspect, Scheme, SchemeState
from sla.errors import NotFound
from sla.period import Period
from sla.vocab import Role, Word
from sla.when import day_of

SEE_WHOLE = frozenset({Role.BUREAU, Role.MANAGER, Role.AUDITOR})
ASSESSED = SEE_WHOLE | {Role.CONTACT, Role.ENGINEER}  # who sees scores and observations at all
OPEN = (SchemeState.DRAFT, SchemeState.SIGNED)


class Standing(Word):
    """What a score rests on: a scheme in force, the draft, or one that is in force only later."""

    IN_FORCE = "in_force", "按已签署的考核办法", "good"
    DRAFT = "draft", "按未签署的考核办法草案", "warn"
    LATER = "later", "按后来才生效的考核办法试算", "warn"


@dataclass(frozen=True)
class Judging:
    """The version that judges a period, and whether it may; of a frozen month as it stood then (M1)."""

    version: SchemeVersion | KeptVersion
    standing: Standing

    @property
    def scheme(self) -> Scheme:
        """Return the scheme as the rules know it."""
        return self.version.scheme


def versions(session: Session) -> Sequence[SchemeVersion]:
    """Return all versions of the scheme, the newest first."""
    people = (
        joinedload(SchemeVersion.created_by),
        joinedload(SchemeVersion.signed_by),
        joinedload(SchemeVersion.adopted_by),
    )
    return session.scalars(select(SchemeVersion).options(*people).order_by(SchemeVersion.number.desc())).all()


def in_force(known: Iterable[SchemeVersion], today: date) -> SchemeVersion | None:
    """Return the version of some that is in force on a day."""
    adopted = [
        one
        for one in known
        if one.state is SchemeState.ADOPTED and one.from_day is not None and one.from_day <= today
    ]
    return max(adopted, key=lambda one: (one.from_day or today, one.number), default=None)


def version(session: Session, version_id: int) -> SchemeVersion:
    """Return one version; schemes are no secret to those who are judged by them."""
    found = session.get(SchemeVersion, version_id)
    if found is None:
        raise NotFound("没有这一版考核办法")
    return found


def judging(known: Sequence[SchemeVersion], period: Period) -> Judging | None:
    """Return the version that judges a period: the one in force on its last day (A1).

    Where none is, the open draft; where there is no draft either, the first one adopted after it.
    """
    last = period.until_day - timedelta(days=1)
    adopted = [one for one in known if one.state is SchemeState.ADOPTED]
    before = [one for one in adopted if _day(one) <= last]
    if before:
        return Judging(max(before, key=lambda one: (_day(one), one.number)), Standing.IN_FORCE)
    drafts = [one for one in known if one.state in OPEN]
    if drafts:
        return Judging(max(drafts, key=lambda one: one.number), Standing.DRAFT)
    if adopted:
        return Judging(min(adopted, key=lambda one: (_day(one), -one.number)), Standing.LATER)
    return None


def _day(one: SchemeVersion) -> date:
    assert one.from_day is not None
    return one.from_day


# -- observations -----------------------------------------------------------------------------------


def observations_seen(viewer: User, today: date) -> ColumnElement[bool]:
    """Return the condition on ``Observation`` that this viewer's scope puts (S1).

    What is about the whole contract is for the bureau, the supplier's manager and the auditor.
    """
    if viewer.role in SEE_WHOLE:
        return true()
    if viewer.role not in ASSESSED:
        return false()
    return Observation.project_id.in_(select(Project.id).where(projects_seen(viewer, today)))


SHOWING: dict[str, ColumnElement[bool]] = {
    "counting": Observation.withdrawn_at.is_(None),
    "unanswered": Observation.answered_at.is_(None) & Observation.withdrawn_at.is_(None),
    "veto": Observation.veto.is_(True),
    "withdrawn": Observation.withdrawn_at.is_not(None),
}


@dataclass(frozen=True)
class Wanted:
    """Which observations are listed."""

    project_id: int | None = None
    whole: bool = False
    aspect: Aspect | None = None
    first: date | None = None
    last: date | None = None
    show: str = ""


WHOLE = 0  # in the filter: what is about the whole contract


def wanted(said: dict[str, Any]) -> Wanted:
    """Return what an address says a list is narrowed to."""
    project = said["project"]
    return Wanted(
        project or None, project == WHOLE, said["aspect"], said["first"], said["last"], said["show"]
    )


def observations(viewer: User, today: date, wanted: Wanted) -> Select[Observation]:
    """Return the query for the observations in scope that are wanted, the latest first."""
    chosen = [observations_seen(viewer, today)]
    if wanted.project_id is not None:
        chosen.append(Observation.project_id == wanted.project_id)
    if wanted.whole:
        chosen.append(Observation.project_id.is_(None))
    if wanted.aspect is not None:
        chosen.append(Observation.aspect == wanted.aspect)
    if wanted.first is not None:
        chosen.append(Observation.day >= wanted.first)
    if wanted.last is not None:
        chosen.append(Observation.day <= wanted.last)
    if wanted.show:
        chosen.append(SHOWING[wanted.show])
    return _loaded().where(*chosen).order_by(Observation.day.desc(), Observation.id.desc())


def observation(session: Session, viewer: User, observation_id: int, now: datetime) -> Observation:
    """Return one observation; out of scope is the same as not there."""
    found = session.scalar(
        _loaded().where(Observation.id == observation_id, observations_seen(viewer, day_of(now)))
    )
    if found is None:
        raise NotFound("没有这条日常考核，或您无权查看")
    return found


def observations_of(
    session: Session, period: Period, viewer: User | None, now: datetime
) -> list[Observation]:
    """Return what counts in a period, in the order it was recorded; ``None`` is the command line."""
    seen = true() if viewer is None else observations_seen(viewer, day_of(now))
    return list(
        session.scalars(
            _loaded()
            .where(
                seen,
                Observation.day >= period.first_day,
                Observation.day < period.until_day,
                Observation.withdrawn_at.is_(None),
            )
            .order_by(Observation.day, Observation.id)
        )
    )


def _loaded() -> Select[Observation]:
    return select(Observation).options(
        joinedload(Observation.project).joinedload(Project.unit),
        joinedload(Observation.recorded_by),
        joinedload(Observation.withdrawn_by),
        joinedload(Observation.answered_by),
    )


def projects_offered(session: Session, viewer: User, today: date) -> list[tuple[int, str]]:
    """Return the projects in scope for a list to choose from."""
    found = session.execute(
        select(Project.id, Project.seq, Project.name)
        .where(projects_seen(viewer, today))
        .order_by(Project.seq)
    )
    return [(row.id, f"{row.seq} {row.name}") for row in found]


# -- call-backs -------------------------------------------------------------------------------------


def callbacks_of(
    session: Session, period: Period, viewer: User | None, now: datetime
) -> dict[int, list[CallBack]]:
    """Return the answered call-backs about stretches that end in a period, by the project's number."""
    seen: Any = true() if viewer is None else projects_seen(viewer, day_of(now))
    found: dict[int, list[CallBack]] = defaultdict(list)
    for one in session.scalars(
        select(CallBack)
        .join(CallBack.project)
        .where(
            seen,
            CallBack.last_day >= period.first_day,
            CallBack.last_day < period.until_day,
            CallBack.answers.any(),
        )
        .options(joinedload(CallBack.project), selectinload(CallBack.answers))
        .order_by(CallBack.last_day, CallBack.id)
    ):
        found[one.project.seq].append(one)
    return dict(found)
