"""The files of the lists."""

from __future__ import annotations

from io import BytesIO

from flask import Blueprint, request, send_file
from flask.typing import ResponseReturnValue

from app.access import require
from app.clock import now
from app.database import current_session
from app.exports.lists import EXPORTS
from app.exports.looking import MOST, Looking
from app.exports.queries import workbook as made
from app.files.uploads import current_store
from app.forms import Form
from app.login import viewer
from sla.errors import NotFound
from sla.when import day_of

blueprint = Blueprint("exports", __name__, url_prefix="/exports")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.record_once
def tell_the_bound(state: object) -> None:
    """Let the pages say above how many rows there is no file."""
    state.app.jinja_env.globals["most_exported"] = MOST  # type: ignore[attr-defined]


@blueprint.get("/<name>.xlsx")
def workbook(name: str) -> ResponseReturnValue:
    """Serve a list as its page shows it, all pages of it."""
    export = EXPORTS.get(name)
    if export is None:
        raise NotFound("没有这个列表")
    require(viewer(), *sorted(export.roles))
    said = Form(request.args.to_dict()).read(export.schema())
    content = made(export, Looking(current_session(), viewer(), now(), current_store()), said)
    file_name = f"{export.title}-{day_of(now())}.xlsx"
    return send_file(BytesIO(content), mimetype=XLSX, as_attachment=True, download_name=file_name)
