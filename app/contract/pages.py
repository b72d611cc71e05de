"""What the pages about the contract show, put together from the rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager, joinedload

from app.contract.queries import OVERRIDES, interpretations
from app.contract.queries import calendar as working_calendar
from app.contract.service import own_year
from models.calendar import CalendarDay, CalendarYear
from models.contract import ContractTerm, InterpretationVersion, Project, ProjectService, ServiceYear
from sla.calendar import Calendar, DayKind, YearStatus, days_of
from sla.interpretations import KEYS, Key, Status

ONE_DAY = timedelta(days=1)


def terms(session: Session) -> Sequence[ContractTerm]:
    """Return the terms of the contract in the order of the file."""
    return session.scalars(select(ContractTerm).order_by(ContractTerm.id)).all()


def term(session: Session, key: str) -> ContractTerm | None:
    """Return one term of the contract, if it is loaded."""
    return session.scalar(select(ContractTerm).where(ContractTerm.key == key))


def service_years(session: Session) -> Sequence[ServiceYear]:
    """Return the service years that are activated."""
    return session.scalars(select(ServiceYear).order_by(ServiceYear.number)).all()


@dataclass(frozen=True)
class OwnYear:
    """A row's year of service as it is, or as it would be: half open, like every interval."""

    project: Project
    starts_on: date
    ends_on: date


def own_years(session: Session) -> list[OwnYear]:
    """Return the first year of every row, as activated; nothing before that."""
    return [
        OwnYear(one.project, one.starts_on, one.ends_on)
        for one in session.scalars(
            select(ProjectService)
            .join(ProjectService.year)
            .join(ProjectService.project)
            .options(contains_eager(ProjectService.project).joinedload(Project.unit))
            .where(ServiceYear.number == 1)
            .order_by(Project.seq)
        )
    ]


def own_years_if(session: Session, effective: date) -> list[OwnYear]:
    """Return the first year every row would have if the contract took effect on a day."""
    projects = session.scalars(select(Project).options(joinedload(Project.unit)).order_by(Project.seq))
    return [OwnYear(project, *own_year(project, effective)) for project in projects]


@dataclass(frozen=True)
class ReadingRow:
    """One version of one interpretation: since when, what, whether agreed, why, and whether it holds now."""

    key: Key
    raw: str
    status: Status
    from_day: date | None
    reason: str
    in_force: bool


def reading_rows(session: Session, today: date) -> list[ReadingRow]:
    """Return every version of every key, in the order of the keys; what nobody stored is as shipped."""
    known = interpretations(session)
    stored = session.scalars(select(InterpretationVersion))
    reasons = {(row.key, row.from_day): row.reason for row in stored}
    return [
        ReadingRow(
            key=key,
            raw=one.raw,
            status=one.status,
            from_day=one.from_day,
            reason=reasons.get((key.name, one.from_day)) or key.reason,
            in_force=one == known.version(key.name, today),
        )
        for key in KEYS
        for one in known.versions[key.name]
    ]


@dataclass(frozen=True)
class Day:
    """One day of the grid. ``mark`` is 休 or 班 where somebody decided so; ``said`` is the day in words."""

    day: date
    works: bool
    mark: str
    said: str


@dataclass(frozen=True)
class Month:
    """A month as weeks from Monday; ``None`` fills the days of its neighbours."""

    number: int
    weeks: list[list[Day | None]]
    workdays: int


@dataclass(frozen=True)
class Special:
    """A run of days in a row that a notice or the contract names alike."""

    first: date
    last: date
    name: str
    kind: DayKind
    notice: str

    @property
    def works(self) -> bool:
        """Tell whether these days are worked."""
        return self.kind in (DayKind.MAKEUP, DayKind.OVERRIDE_WORK)


@dataclass(frozen=True)
class CalendarPage:
    """A year of the working calendar (T2)."""

    year: int
    years: Sequence[int]
    status: YearStatus
    notice: str
    months: list[Month]
    specials: list[Special]

    @property
    def workdays(self) -> int:
        """Return the workdays of the year."""
        return sum(month.workdays for month in self.months)


def calendar_page(session: Session, year: int) -> CalendarPage:
    """Return a year of the calendar; one that nobody loaded rests on weekdays alone and says so."""
    known = working_calendar(session)
    stored = session.get(CalendarYear, year)
    return CalendarPage(
        year=year,
        years=sorted({*known.years, year}),
        status=stored.status if stored else YearStatus.ESTIMATED,
        notice=stored.notice if stored else "没有收录这一年，按周一至周五推算",
        months=[_month(known, year, number) for number in range(1, 13)],
        specials=specials(session, year),
    )


def _month(known: Calendar, year: int, number: int) -> Month:
    days: list[Day | None] = [calendar_day(known, day) for day in days_of(year) if day.month == number]
    before: list[Day | None] = [None] * date(year, number, 1).weekday()
    cells = before + days
    cells += [None] * (-len(cells) % 7)
    weeks = [cells[at : at + 7] for at in range(0, len(cells), 7)]
    return Month(number, weeks, sum(1 for one in days if one and one.works))


def calendar_day(known: Calendar, day: date) -> Day:
    """Return what a day of the calendar is, as the pages show it."""
    works = known.is_workday(day)
    named = day in known.overrides or day in known.days
    return Day(day, works, ("班" if works else "休") if named else "", known.describe(day))


def specials(session: Session, year: int) -> list[Special]:
    """Return the named days of a year, those in a row as one; the contract's own days take precedence."""
    within = CalendarDay.day.between(date(year, 1, 1), date(year, 12, 31))
    rows = session.scalars(select(CalendarDay).where(within).order_by(CalendarDay.day)).all()
    overridden = {row.day for row in rows if row.kind in OVERRIDES}
    found: list[Special] = []
    for row in rows:
        if row.day in overridden and row.kind not in OVERRIDES:
            continue
        last = found[-1] if found else None
        if last and (last.name, last.kind) == (row.name, row.kind) and row.day - last.last == ONE_DAY:
            found[-1] = Special(last.first, row.day, row.name, row.kind, row.notice)
        else:
            found.append(Special(row.day, row.day, row.name, row.kind, row.notice))
    return found
