"""The sheet of codes for a project's inspection places, on A4."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from app.addresses import public_url
from app.clock import now
from app.database import current_session
from app.forms import Form
from app.login import viewer
from app.places import queries, service
from app.places.schemas import PlaceForm, PlacesForm
from sla.errors import DomainError
from sla.when import day_of

blueprint = Blueprint("places", __name__, url_prefix="/places")


@blueprint.get("/<int:seq>")
def sheet(seq: int) -> ResponseReturnValue:
    """Show the codes, a card for each place; the browser prints them."""
    project = queries.project(current_session(), viewer(), seq, day_of(now()))
    form = Form(request.args.to_dict(), key="places")
    status, places = 200, [""]
    try:
        places = service.places_in(form.read(PlacesForm())["places"])
    except DomainError as error:
        form.blame(error)
        status = error.status
    return render_template("places/sheet.html", project=project, places=places, form=form), status


@blueprint.get("/<int:seq>/code.svg")
def code(seq: int) -> ResponseReturnValue:
    """Serve one code."""
    project = queries.project(current_session(), viewer(), seq, day_of(now()))
    place = Form(request.args.to_dict()).read(PlaceForm())["place"]
    return Response(service.code_svg(start_address(project.seq, place)), content_type="image/svg+xml")


def start_address(seq: int, place: str) -> str:
    """Return the full address at which the inspection of a project, or of one place of it, begins."""
    return public_url("duties.start", seq=seq, place=place or None)
