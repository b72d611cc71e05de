"""The year grid: projects down, months across, counted by one query and within the viewer's scope (O3, S1).

An occurrence stands in the month of its window's last day (F1), so that a cell is what the month counts.
A service year that begins within a month touches thirteen, and rows 40 and 45 have their own.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from app.access import projects_seen
from app.duties.groups import in_group
from app.duties.queries import SEE_CONTRACT_WIDE, in_state, occurrences_seen
from models.contract import Obligation, Project, ProjectService, ServiceYear
from models.duties import Occurrence
from models.people import User
from sla.vocab import OccurrenceState
from sla.when import day_of, month_bounds, next_month

ONE_DAY = timedelta(days=1)
States = Counter[OccurrenceState]
Key = tuple[int | None, int]  # a project (``None``: the whole contract), and the number of a month


@dataclass(frozen=True)
class Cell:
    """How many duties of a project stand how in a month; ``month`` is its first day."""

    month: date
    states: States

    @property
    def due(self) -> int:
        """Return how many there were to do: waived ones are not among them (F2)."""
        return self.states.total() - self.states[OccurrenceState.WAIVED]

    @property
    def done(self) -> int:
        """Return how many were done in time."""
        return self.states[OccurrenceState.DONE]

    @property
    def said(self) -> str:
        """Return it in words, for those who hear it."""
        parts = [f"应办 {self.due}"]
        parts += [f"{state.label} {self.states[state]}" for state in OccurrenceState if self.states[state]]
        return "，".join(parts)

    @property
    def worst(self) -> OccurrenceState | None:
        """Return the state that decides how the cell looks; ``None`` for an empty one."""
        order = (OccurrenceState.MISSED, OccurrenceState.LATE, OccurrenceState.PENDING, OccurrenceState.DONE)
        return next((state for state in (*order, OccurrenceState.WAIVED) if self.states[state]), None)


@dataclass(frozen=True)
class Row:
    """A project's year, or the whole contract's; a month outside its own year of service is ``None``."""

    project: Project | None
    cells: Sequence[Cell | None]
    total: Cell


@dataclass(frozen=True)
class Grid:
    """The whole of it, with the sums of each month and of all."""

    year: ServiceYear
    years: Sequence[ServiceYear]
    months: Sequence[date]
    rows: Sequence[Row]
    sums: Sequence[Cell]
    total: Cell


def read(
    session: Session, viewer: User, now: datetime, group: str = "", number: int | None = None
) -> Grid | None:
    """Return the grid of a service year, the present one by default; ``None`` before any is opened."""
    services = _services(session, viewer, now)
    years = list({one.service_year_id: one.year for one in services}.values())
    years.sort(key=lambda year: year.number)
    year = _chosen(years, number, day_of(now))
    if year is None:
        return None
    own = {one.project_id: one for one in services if one.service_year_id == year.id}
    months = _months(own.values())
    counts = _counts(session, viewer, year, months, now, group)
    rows = [_row(one.project, one, months, counts) for one in own.values()]
    if viewer.role in SEE_CONTRACT_WIDE:
        rows.append(_row(None, None, months, counts))
    sums = [_sum(month, (row.cells[n] for row in rows)) for n, month in enumerate(months)]
    return Grid(year, years, months, rows, sums, _sum(months[0], sums))


def counting(
    viewer: User, year_id: int, months: Sequence[date], now: datetime, group: str = ""
) -> Select[int | None, int, str, int]:
    """Return the one query beneath the grid: occurrences by project, number of the month, and state."""
    ends = ((Occurrence.closes_at <= month_bounds(month)[1], n) for n, month in enumerate(months))
    column, state = case(*ends).label("month_number"), in_state(now).label("state")
    query = (
        select(Occurrence.project_id, column, state, func.count())
        .where(Occurrence.service_year_id == year_id, occurrences_seen(viewer, day_of(now)))
        .group_by(Occurrence.project_id, column, state)
    )
    if group:
        query = query.join(Obligation, Obligation.id == Occurrence.obligation_id).where(in_group(group))
    return query


def _counts(
    session: Session, viewer: User, year: ServiceYear, months: Sequence[date], now: datetime, group: str
) -> dict[Key, States]:
    found: dict[Key, States] = defaultdict(Counter)
    for project_id, column, word, number in session.execute(counting(viewer, year.id, months, now, group)):
        found[project_id, column][OccurrenceState(word)] = number
    return found


def _services(session: Session, viewer: User, now: datetime) -> Sequence[ProjectService]:
    project = contains_eager(ProjectService.project).joinedload(Project.unit)
    query = (
        select(ProjectService)
        .join(ProjectService.project)
        .where(projects_seen(viewer, day_of(now)))
        .options(project, joinedload(ProjectService.year))
    )
    return session.scalars(query.order_by(Project.seq)).all()


def _chosen(years: Sequence[ServiceYear], number: int | None, today: date) -> ServiceYear | None:
    """Return the year asked for; else the one of today, or the last that has begun."""
    if number is not None:
        return next((year for year in years if year.number == number), None)
    begun = [year for year in years if year.starts_on <= today]
    return begun[-1] if begun else (years[0] if years else None)


def _months(services: Iterable[ProjectService]) -> list[date]:
    spans = [(one.starts_on, one.ends_on - ONE_DAY) for one in services]
    months = [min(first for first, _ in spans).replace(day=1)]
    last = max(last for _, last in spans).replace(day=1)
    while months[-1] < last:
        months.append(next_month(months[-1]))
    return months


def _row(
    project: Project | None,
    service: ProjectService | None,
    months: Sequence[date],
    counts: dict[Key, States],
) -> Row:
    cells: list[Cell | None] = []
    for n, month in enumerate(months):
        states = counts.get((project.id if project else None, n))
        outside = service is None or not (month < service.ends_on and service.starts_on < next_month(month))
        cells.append(None if outside and not states else Cell(month, states or Counter()))
    return Row(project, cells, _sum(months[0], cells))


def _sum(month: date, cells: Iterable[Cell | None]) -> Cell:
    states: States = Counter()
    for cell in cells:
        # Added up one by one: six hundred calls of Counter.update cost more than the query.
        for state, number in cell.states.items() if cell else ():
            states[state] += number
    return Cell(month, states)
