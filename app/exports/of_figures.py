"""The exports of figures side by side: scores by item, duties and indicators by month."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.assessment.judging import judge, ordered
from app.assessment.queries import ASSESSED
from app.assessment.schemas import ScoresOf
from app.assessment.scores import Whose, units_scored
from app.exports.looking import Columns, Export, Looking, Row, Said, columns
from app.exports.of_months import period_named
from app.exports.of_work import OF_PROJECT, whose
from app.grid import queries as grid
from app.grid.schemas import GridFilter
from app.navigation import READERS
from app.overview import queries as overview
from app.overview.schemas import HeatFilter
from reports.columns import Column, Format
from sla.errors import NotFound
from sla.rows import ProjectRow
from sla.scoring import Score
from sla.vocab import Indicator

# -- scores -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Scored:
    """A line of the page of a period, or one of its units, with the names of the scheme's items."""

    whose: Whose
    score: Score | None
    names: tuple[str, ...]
    about: str


def _scores(looking: Looking, said: Said) -> Sequence[Scored]:
    period = period_named(looking, said["month"])
    judged = judge(looking.session, looking.store, period, looking.viewer, looking.now)
    if judged.judging is None:
        return []
    units = [] if said["unit"] else units_scored(looking.viewer, judged.facts.scope)
    lines = ordered(judged, said["unit"], said["order"])
    if len(units) > 1:
        lines += [(one, judged.score(one)) for one in (Whose(unit=unit) for unit in units)]
    names = tuple(item.name for item in judged.judging.scheme.items)
    about = f"{period.label}，{judged.judging.standing.label}" + ("，已冻结" if judged.frozen else "")
    return [Scored(whose, score, names, about) for whose, score in lines]


def _score_rows(_looking: Looking, found: Sequence[Scored]) -> Iterable[Row]:
    for one in found:
        project, score = one.whose.project, one.score
        of = (project.seq, project.name, project.unit_name) if project else (None, one.whose.title, "")
        points = [_points(item.points) for item in score.items] if score else ["不适用"] * len(one.names)
        vetoes = "；".join(veto.label for veto in score.vetoes) if score else ""
        band = score.band.name if score and score.band else "不适用"
        yield (
            "项目" if project else "单位",
            *of,
            _points(score.total if score else None),
            band,
            vetoes,
            *points,
        )


def _points(value: object) -> object:
    return "不适用" if value is None else value


def _score_columns(_said: Said, found: Sequence[Scored]) -> Columns:
    names = found[0].names if found else ()
    items = tuple(Column(name, Format.POINTS) for name in names)
    return columns("类别", *OF_PROJECT, ("得分", Format.POINTS), "等次", "一票否决") + items


SCORES = Export(
    "考核得分", ASSESSED, ScoresOf, _score_columns, _scores, _score_rows, lambda found: found[0].about
)


# -- the duties of a year ---------------------------------------------------------------------------------


def _grid(looking: Looking, said: Said) -> Sequence[tuple[grid.Grid, grid.Row | None]]:
    found = grid.read(looking.session, looking.viewer, looking.now, said["what"], said["year"])
    if found is None and said["year"]:
        raise NotFound("没有这个服务年度")
    return [(found, row) for row in (*found.rows, None)] if found else []


def _grid_rows(_looking: Looking, found: Sequence[tuple[grid.Grid, grid.Row | None]]) -> Iterable[Row]:
    for of, row in found:
        if row is None:
            yield None, "合计", "", *(cell.said for cell in of.sums), of.total.said
        else:
            months = (cell.said if cell else "不在服务年度内" for cell in row.cells)
            yield *whose(row.project), *months, row.total.said


def _grid_columns(_said: Said, found: Sequence[tuple[grid.Grid, grid.Row | None]]) -> Columns:
    months = found[0][0].months if found else ()
    return columns(*OF_PROJECT, *(f"{month:%Y-%m}" for month in months), "全年")


GRID = Export("全年应办", READERS, GridFilter, _grid_columns, _grid, _grid_rows)


# -- an indicator of a year -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Warm:
    """A line of the map."""

    project: ProjectRow
    cells: Sequence[overview.Cell]
    about: str


def _heat(looking: Looking, said: Said) -> Sequence[Warm]:
    year = overview.year_of(looking.session, looking.store, looking.viewer, looking.now)
    if year is None:
        return []
    indicator = said["indicator"] or Indicator.RESPONSE
    about = f"{indicator.label}，{year.name}"
    return [Warm(one, cells, about) for one, cells in overview.heat(looking.session, year, indicator)]


def _heat_rows(_looking: Looking, found: Sequence[Warm]) -> Iterable[Row]:
    for one in found:
        yield one.project.seq, one.project.name, one.project.unit_name, *map(_rate, one.cells)


def _rate(cell: overview.Cell) -> object:
    if cell.figure is None:
        return ""
    return "不适用" if cell.figure.rate is None else cell.figure.rate / 100


def _heat_columns(_said: Said, found: Sequence[Warm]) -> Columns:
    months = [cell.period.key for cell in found[0].cells] if found else []
    return columns(*OF_PROJECT, *((month, Format.PERCENT) for month in months))


HEAT = Export("指标热图", READERS, HeatFilter, _heat_columns, _heat, _heat_rows, lambda found: found[0].about)
