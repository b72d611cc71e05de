"""What a report is made for: period, whose it is, stage; and what is offered of each, within scope (S1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from app.access import projects_seen
from app.assessment.queries import SEE_WHOLE
from app.months.periods import Offered, offered, service_years
from app.months.queries import EVERYTHING
from models.contract import Project, Unit
from models.people import User
from reports.catalogue import BY_NAME, Offer
from sla.errors import Conflict, NotFound
from sla.period import Length, Period, parse_period
from sla.vocab import Role
from sla.when import day_of

CONTRACT, UNIT, PROJECT = "contract", "unit", "project"
SAMPLES = {"yearly": "quarterly"}  # which shorter report shows what one made of whole years is like
NO_YEAR = "合同还没有生效，没有服务年度"


@dataclass(frozen=True)
class Whose:
    """One thing a report can be about: ``contract``, ``unit:3`` or ``project:6``, and what it is called."""

    key: str
    label: str

    @property
    def number(self) -> int:
        """Return the unit's id or the project's number in the tender."""
        return int(self.key.partition(":")[2])


@dataclass(frozen=True)
class Choice:
    """A report with all it needs. ``stage`` is 0 where it has none."""

    offer: Offer
    period: Period
    whose: Whose | None = None
    stage: int = 0

    @property
    def arguments(self) -> dict[str, Any]:
        """Return it as an address has it, and as a job keeps it."""
        given: dict[str, Any] = {"period": self.period.key}
        if self.whose:
            given["whose"] = self.whose.key
        if self.stage:
            given["stage"] = self.stage
        return given

    @property
    def title(self) -> str:
        """Return what the report is called: ``单位服务月报 洛阳市教育局 2025-07``."""
        return " ".join([self.offer.title, *self._words])

    @property
    def is_long(self) -> bool:
        """Tell whether it is made in the background: the rows of a whole year are many."""
        return self.period.kind is Length.YEAR and not self.offer.is_quick

    def file_name(self, ending: str) -> str:
        """Return what its file is called."""
        return "-".join([self.offer.title, *self._words]).replace("/", "／") + f".{ending}"

    @property
    def _words(self) -> list[str]:
        whose = [self.whose.label] if self.whose else []
        stage = [self.offer.stages[self.stage - 1]] if self.stage else []
        year = self.period.label if self.period.kind is Length.YEAR else self.period.key
        return [*whose, *stage, year]


def seen(viewer: User | None, now: datetime) -> ColumnElement[bool]:
    """Return the condition on ``Project`` that the scope puts; ``None`` is the command line."""
    return EVERYTHING if viewer is None else projects_seen(viewer, day_of(now))


def periods_of(session: Session, viewer: User | None, offer: Offer, now: datetime) -> list[Period]:
    """Return the periods a report is offered for, the latest of each kind first; there may be none."""
    found: Offered = offered(session, now, seen(viewer, now))
    return [one for kind in offer.periods for one in found.of(kind)]


def sample_of(session: Session, viewer: User | None, choice: Choice, now: datetime) -> Choice | None:
    """Return a short report that shows what a long one will look like: that of its last month or quarter.

    ``None`` where the year has none yet.
    """
    offer = choice.offer if Length.MONTH in choice.offer.periods else BY_NAME[SAMPLES[choice.offer.name]]
    year = choice.period
    known = [
        one
        for one in periods_of(session, viewer, offer, now)
        if one.kind is not Length.YEAR and year.first_day <= one.first_day < year.until_day
    ]
    return Choice(offer, default_period(known, now), choice.whose, choice.stage) if known else None


def default_period(known: list[Period], now: datetime) -> Period:
    """Return the period most people want: the last that is over, or the present one."""
    if not known:
        raise Conflict(NO_YEAR)
    same = [one for one in known if one.kind is known[0].kind]
    return next((one for one in same if one.is_over(now)), same[0])


def period_named(session: Session, text: str, now: datetime) -> Period:
    """Return any period by its key, for the command line; a year that is not opened is ``NotFound``."""
    found = parse_period(text)
    if isinstance(found, Period):
        return found
    years = {one.key: one for one in service_years(session, now)}
    if text not in years:
        raise NotFound(f"还没有第 {found} 服务年度")
    return years[text]


def whose_offered(session: Session, viewer: User | None, offer: Offer, now: datetime) -> list[Whose]:
    """Return what a report can be about, in the order of the list; empty where it is about everything."""
    if not (offer.unit or offer.whose):
        return []
    every = viewer is None or viewer.role in SEE_WHOLE
    found = [Whose(CONTRACT, "合同整体")] if offer.whose and every else []
    units = select(Unit.id, Unit.name).order_by(Unit.id)
    if viewer is not None and viewer.role is Role.CONTACT:
        units = units.where(Unit.id == viewer.unit_id)
    if offer.whose:  # a sub-unit is judged with the unit above it
        units = units.where(Unit.parent_id.is_(None))
    if every or (viewer is not None and viewer.role is Role.CONTACT):
        found += [Whose(f"{UNIT}:{unit_id}", name) for unit_id, name in session.execute(units)]
    if offer.whose:
        projects = select(Project.seq, Project.name).where(seen(viewer, now)).order_by(Project.seq)
        found += [Whose(f"{PROJECT}:{seq}", f"{seq} {name}") for seq, name in session.execute(projects)]
    return found


def projects_of_unit(session: Session, unit_id: int) -> set[int]:
    """Return the numbers of the projects of a unit and its sub-units."""
    of = or_(Unit.id == unit_id, Unit.parent_id == unit_id)
    return set(session.scalars(select(Project.seq).join(Project.unit).where(of)))


def choose(
    session: Session, viewer: User | None, offer: Offer, said: dict[str, Any], now: datetime
) -> Choice:
    """Return the choice an address names, filled up with what most people want.

    What the viewer does not see, and a period there is nothing of, is ``NotFound`` (S1).
    """
    known = periods_of(session, viewer, offer, now)
    if said.get("period"):
        period = next((one for one in known if one.key == said["period"]), None)
        if period is None:
            raise NotFound("没有这段期间的报表，请从列表中选择")
    else:
        period = default_period(known, now)
    return Choice(offer, period, _whose(session, viewer, offer, said, now), _stage(offer, said))


def find_whose(found: list[Whose], key: str) -> Whose:
    """Return what a key names among what is offered."""
    chosen = next((one for one in found if one.key == key), None)
    if chosen is None:
        raise NotFound("没有这个单位或运维项目，或您无权查看")
    return chosen


def _whose(
    session: Session, viewer: User | None, offer: Offer, said: dict[str, Any], now: datetime
) -> Whose | None:
    found = whose_offered(session, viewer, offer, now)
    if not (offer.unit or offer.whose):
        return None
    if said.get("whose"):
        return find_whose(found, said["whose"])
    if not found:
        raise Conflict("您现在没有可以查看的单位或运维项目")
    return found[0]


def _stage(offer: Offer, said: dict[str, Any]) -> int:
    return int(said.get("stage") or 1) if offer.stages else 0
