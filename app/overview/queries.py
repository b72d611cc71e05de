"""The months of a service year side by side, within the viewer's scope (S1): compared, and as a heat map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.charts import Charts
from app.charts.geometry import Band, band
from app.files.store import Store
from app.months.periods import service_years
from app.months.queries import months_offered, seen
from app.overview.figures import MonthFigures, Several, figures_of_months
from app.tickets.derivation import current_rules
from models.contract import Project
from models.people import User
from models.tickets import Ticket
from reports.period import absence
from sla.errors import NotFound
from sla.figures import Figure
from sla.period import Period, before, month, months_of
from sla.rows import ProjectRow
from sla.vocab import Indicator
from sla.when import day_of

LOWER_IS_BETTER = frozenset({Indicator.BACKENTRY})
ON_TIME = Charts.ON_TIME
# What went wrong, in as few words as a line of several has room for.
FAILED = {
    Indicator.RESPONSE: "响应超时",
    Indicator.ONSITE: "到场超时",
    Indicator.CONTAINMENT: "遏制超时",
    Indicator.RECOVERY: "恢复超时",
    Indicator.INSPECTION: "巡检未按时",
    Indicator.DUTY: "义务未按时",
    Indicator.DOCUMENT: "文档未按时",
}
WORST = 6


@dataclass(frozen=True)
class Move:
    """How a rate moved: a word with its icon and tone, and the difference in points of per cent."""

    word: str
    icon: str
    tone: str
    points: Decimal


@dataclass(frozen=True)
class Compared:
    """An indicator of this month beside last month's and the year's; ``why`` says why there is no rate."""

    indicator: Indicator
    now: Figure
    last: Figure | None
    why: str
    move: Move | None
    rates: Sequence[Decimal | None]


@dataclass(frozen=True)
class Worst:
    """A project with breaches in a month: how many, and of what, the most first."""

    project: ProjectRow
    number: int
    reasons: Sequence[tuple[Indicator, str, int]]


@dataclass(frozen=True)
class Cell:
    """A month of a project: its figure with its band, or why there is none. A month to come has no figure."""

    period: Period
    figure: Figure | None
    band: Band | None = None
    why: str = ""


@dataclass(frozen=True)
class Year:
    """The months of a service year, all of them, and the figures of those that have begun.

    The first of a year has the month before it beside it, to be compared with.
    """

    name: str
    months: Sequence[Period]
    found: Several
    present: Period

    @property
    def now(self) -> MonthFigures:
        """Return the figures of the present month, or of the last one of a year that is over."""
        return self.found.of(self.present) or self.found.months[-1]

    @property
    def last(self) -> MonthFigures | None:
        """Return the figures of the month before."""
        return self.found.of(before(self.now.period))


def year_of(session: Session, store: Store, viewer: User | None, now: datetime) -> Year | None:
    """Return the service year of today with its figures; ``None`` before any has begun."""
    years = service_years(session, now)
    if not years:
        return None
    months, present = months_of(years[-1]), month(day_of(now))
    begun = [one for one in months if one.first_day <= present.first_day]
    earlier = before(begun[-1])
    if earlier not in begun and months_offered(session, now)[0] <= earlier.first_day:
        begun.insert(0, earlier)
    found = figures_of_months(session, store, begun, viewer, now)
    return Year(years[-1].label, months, found, present)


def month_now(
    session: Session, store: Store, viewer: User | None, now: datetime
) -> tuple[MonthFigures, Sequence[ProjectRow]]:
    """Return the figures of the present month alone, and the projects they are about."""
    found = figures_of_months(session, store, [month(day_of(now))], viewer, now)
    return found.months[0], found.projects


# -- this month beside the last ---------------------------------------------------------------------------


def compared(year: Year, seq: int | None = None) -> list[Compared]:
    """Return every indicator of the whole scope, or of one project, as it is and as it was."""
    projects = [one for one in year.found.projects if seq in (None, one.seq)]
    if not projects:
        raise NotFound("没有这个运维项目，或您无权查看")
    return [_compared(year, indicator, projects, seq) for indicator in Indicator]


def _compared(year: Year, indicator: Indicator, projects: Sequence[ProjectRow], seq: int | None) -> Compared:
    def of(one: MonthFigures | None) -> Figure | None:
        return None if one is None else _figures(one, seq)[indicator]

    now, last = of(year.now), of(year.last)
    assert now is not None
    known = {one.period: one for one in year.found.months}
    figures = [of(known.get(one)) for one in year.months]
    return Compared(
        indicator,
        now,
        last,
        "" if now.rate is not None else absence(indicator, now, projects, year.now.period),
        _move(indicator, now, last),
        [figure.rate if figure else None for figure in figures],
    )


def _figures(one: MonthFigures, seq: int | None) -> Mapping[Indicator, Figure]:
    return one.contract if seq is None else one.projects[seq]


def _move(indicator: Indicator, now: Figure, last: Figure | None) -> Move | None:
    """Return how a rate moved, ``None`` where one of the two is missing."""
    if last is None or now.rate is None or last.rate is None:
        return None
    points = now.rate - last.rate
    if not points:
        return Move("平", "dash-lg", "neutral", points)
    good = (points > 0) is (indicator not in LOWER_IS_BETTER)
    word, icon = ("升", "arrow-up") if points > 0 else ("降", "arrow-down")
    return Move(word, icon, "good" if good else "bad", points)


def breaches(one: Mapping[Indicator, Figure]) -> int:
    """Return how many clocks and duties were not on time."""
    return sum(one[indicator].total - one[indicator].met for indicator in ON_TIME)


def worst(one: MonthFigures, projects: Sequence[ProjectRow], most: int = WORST) -> list[Worst]:
    """Return the projects with the most breaches in a month and what they were of. Persons are not ranked."""
    found = []
    for project in projects:
        figures = one.projects[project.seq]
        lost = [(each, FAILED[each], figures[each].total - figures[each].met) for each in ON_TIME]
        reasons = sorted((each for each in lost if each[2] > 0), key=lambda each: -each[2])
        if reasons:
            found.append(Worst(project, breaches(figures), reasons))
    return sorted(found, key=lambda each: (-each.number, each.project.seq))[:most]


def ticket_counts(
    session: Session, viewer: User | None, periods: Sequence[Period], now: datetime
) -> list[tuple[int, int]]:
    """Count the tickets opened and closed in each of some periods; one query."""
    scope = select(Project.id).where(seen(viewer, now)[0])
    counts = [
        select(func.count())
        .where(Ticket.project_id.in_(scope), column >= one.bounds[0], column < one.bounds[1])
        .scalar_subquery()
        for one in periods
        for column in (Ticket.opened_at, Ticket.closed_at)
    ]
    found = session.execute(select(*counts)).one()
    return list(zip(found[::2], found[1::2], strict=True))


# -- the heat map -----------------------------------------------------------------------------------------


def heat(session: Session, year: Year, indicator: Indicator) -> list[tuple[ProjectRow, list[Cell]]]:
    """Return every project with its months of one indicator."""
    rules = current_rules(session).projects
    known = {one.period: one for one in year.found.months}
    found = []
    for project in year.found.projects:
        service = rules[project.seq].service
        cells = [_cell(project, one, known.get(one), indicator, service) for one in year.months]
        found.append((project, cells))
    return found


def _cell(
    project: ProjectRow,
    period: Period,
    found: MonthFigures | None,
    indicator: Indicator,
    service: Sequence[tuple[date, date]] | None,
) -> Cell:
    if found is None:
        return Cell(period, None)
    figure = found.projects[project.seq][indicator]
    rate = figure.rate
    if rate is not None:
        return Cell(period, figure, band(rate, lower_is_better=indicator in LOWER_IS_BETTER))
    served = service is None or any(a < period.until_day and period.first_day < b for a, b in service)
    row = replace(project, in_service=served)
    return Cell(period, figure, why=absence(indicator, figure, [row], period))
