"""The page of everything that was found, and the suggestions while somebody types."""

from __future__ import annotations

from flask import Blueprint, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from app.access import require
from app.clock import now
from app.database import current_session
from app.forms import Form
from app.login import viewer
from app.navigation import READERS
from app.search import queries
from app.search.queries import Looking
from app.search.schemas import SearchFilter, SuggestFilter
from sla.errors import DomainError

blueprint = Blueprint("search", __name__, url_prefix="/search")


@blueprint.get("")
def index() -> ResponseReturnValue:
    """Show what is found, kind by kind, or all of one kind."""
    form = Form(request.args.to_dict())
    try:
        said = form.read(SearchFilter())
    except DomainError as error:
        form.blame(error)
        said = SearchFilter().load({})
    looking = Looking(current_session(), viewer(), now(), said["q"])
    one = None
    if said["q"] and said["kind"]:
        one = queries.of_kind(looking, said["kind"], said["page"] or 1)
    return render_template(
        "search/index.html",
        form=form,
        text=said["q"],
        one=one,
        groups=[one] if one else queries.everything(looking) if said["q"] else [],
    )


@blueprint.get("/suggest")
def suggest() -> ResponseReturnValue:
    """Return what a field may be narrowed to, within the viewer's scope."""
    require(viewer(), *sorted(READERS))
    said = Form(request.args.to_dict()).read(SuggestFilter())
    looking = Looking(current_session(), viewer(), now(), said["q"])
    return jsonify(items=queries.suggestions(looking, said["field"]))
