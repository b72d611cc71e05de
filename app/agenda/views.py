"""An engineer's week, and the month of a project's duties."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.access import require
from app.agenda import queries
from app.agenda.schemas import WeekPick
from app.clock import now
from app.database import current_session
from app.duties import lists
from app.duties.pages import shared
from app.forms import Form
from app.login import viewer
from app.navigation import READERS
from models.contract import Project
from sla.errors import Invalid, NotFound
from sla.vocab import Role
from sla.when import day_of, next_month, parse_month

blueprint = Blueprint("agenda", __name__)

WEEK = timedelta(days=7)


@blueprint.get("/week")
def index() -> ResponseReturnValue:
    """Show an engineer's week, day by day."""
    require(viewer(), Role.ENGINEER)
    session, at = current_session(), now()
    picked = Form(request.args.to_dict()).read(WeekPick())["day"] or day_of(at)
    monday = picked - timedelta(days=picked.weekday())
    return render_template(
        "agenda/week.html",
        days=queries.week(session, viewer(), monday, at),
        drafts=lists.own_drafts(session, viewer(), at),
        monday=monday,
        sunday=monday + timedelta(days=6),
        earlier=monday - WEEK,
        later=monday + WEEK,
        **shared(),
    )


@blueprint.get("/projects/<int:seq>/calendar")
def month(seq: int) -> ResponseReturnValue:
    """Show the present month of a project."""
    return _month_page(seq, None)


@blueprint.get("/projects/<int:seq>/calendar/<month>")
def calendar(seq: int, month: str) -> ResponseReturnValue:
    """Show a month of a project."""
    try:
        wanted = parse_month(month)
    except Invalid as error:
        raise NotFound(error.message) from None
    return _month_page(seq, wanted)


def _month_page(seq: int, wanted: date | None) -> str:
    session, at = current_session(), now()
    require(viewer(), *sorted(READERS))
    project: Project = lists.project(session, viewer(), seq, at)
    shown = queries.month_shown(project, wanted, at)
    first, last = queries.months_of(project, at)
    return render_template(
        "agenda/month.html",
        project=project,
        days=queries.month(session, viewer(), project, shown, at),
        month=shown,
        earlier=(shown - queries.ONE_DAY).replace(day=1) if shown > first else None,
        later=next_month(shown) if shown < last else None,
        **shared(),
    )
