"""The heat map, the list of what expires next, and the parts that start pages and projects fill in."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app import charts, clock
from app.access import require
from app.charts.geometry import BANDS
from app.database import current_session
from app.files.uploads import current_store
from app.forms import Form
from app.login import viewer
from app.navigation import READERS
from app.overview import queries, risk
from app.overview.schemas import HeatFilter, ProjectFilter, RiskFilter
from sla.vocab import Indicator

blueprint = Blueprint("overview", __name__, url_prefix="/overview")


blueprint.record(lambda state: charts.init_app(state.app))


@blueprint.get("/heat")
def heat() -> ResponseReturnValue:
    """Show the map of a service year: projects down, months across, one indicator at a time."""
    indicator, year = _asked(), _year()
    return render_template("overview/heat.html", **_map(year, indicator))


@blueprint.get("/part")
def part() -> ResponseReturnValue:
    """Serve what a start page fills in: this month beside the last, the worst projects, and the map."""
    indicator, year = _asked(), _year()
    if year is None:
        return render_template("overview/part.html", year=None)
    session, at = current_session(), clock.now()
    periods = [one.period for one in (year.now, year.last) if one]
    return render_template(
        "overview/part.html",
        compared=queries.compared(year),
        counts=queries.ticket_counts(session, viewer(), periods, at),
        breaches=queries.breaches,
        worst=queries.worst(year.now, year.found.projects),
        **_map(year, indicator),
    )


@blueprint.get("/months")
def months() -> ResponseReturnValue:
    """Serve the lines of the year: of one project, or of all the viewer sees (S1)."""
    said = Form(request.args.to_dict()).read(ProjectFilter())
    year = _year()
    compared = queries.compared(year, said["project"]) if year else []
    return render_template("overview/months.html", year=year, compared=compared, seq=said["project"])


@blueprint.get("/risk")
def at_risk() -> ResponseReturnValue:
    """List the open clocks that are late or soon will be, what expires first first."""
    require(viewer(), *sorted(READERS))
    within = Form(request.args.to_dict()).read(RiskFilter())["within"]
    session, at = current_session(), clock.now()
    counts = risk.risk_counts(session, viewer(), at)
    return render_template(
        "overview/risk.html",
        counts=counts,
        total=risk.number_at_risk(counts, within),
        listed=risk.at_risk(session, viewer(), at, within, risk.MOST),
        within=within,
        most=risk.MOST,
    )


def _asked() -> Indicator:
    found: Indicator | None = Form(request.args.to_dict()).read(HeatFilter())["indicator"]
    return found or Indicator.RESPONSE


def _year() -> queries.Year | None:
    require(viewer(), *sorted(READERS))
    return queries.year_of(current_session(), current_store(), viewer(), clock.now())


def _map(year: queries.Year | None, indicator: Indicator) -> dict[str, Any]:
    return {
        "year": year,
        "indicator": indicator,
        "indicators": list(Indicator),
        "heat": queries.heat(current_session(), year, indicator) if year else [],
        "lower_is_better": queries.LOWER_IS_BETTER,
        "bands": [one for _, one in BANDS],
    }
