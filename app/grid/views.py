"""The page of the year grid."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.access import require
from app.clock import now
from app.database import current_session
from app.duties.groups import GROUPS
from app.forms import Form
from app.grid import queries, schemas
from app.login import viewer
from app.navigation import READERS
from sla.errors import NotFound
from sla.vocab import OccurrenceState

blueprint = Blueprint("grid", __name__, url_prefix="/grid")

# How a state is written where there is room for one sign.
SHORT = {
    OccurrenceState.MISSED: "缺",
    OccurrenceState.LATE: "迟",
    OccurrenceState.PENDING: "待",
    OccurrenceState.DONE: "齐",
    OccurrenceState.WAIVED: "免",
}


@blueprint.get("")
def index() -> ResponseReturnValue:
    """Show the duties of every project in scope, month by month."""
    require(viewer(), *sorted(READERS))
    said = Form(request.args.to_dict()).read(schemas.GridFilter())
    found = queries.read(current_session(), viewer(), now(), said["what"], said["year"])
    if found is None and said["year"]:
        raise NotFound("没有这个服务年度")
    return render_template(
        "grid/index.html",
        grid=found,
        what=said["what"],
        groups={"": "全部", **GROUPS},
        short=SHORT,
    )
