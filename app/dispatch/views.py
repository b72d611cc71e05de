"""The board: open tickets beside who is on post, and giving them to engineers."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.access import require
from app.clock import now
from app.database import current_session
from app.dispatch import queries
from app.dispatch.schemas import AssignForm, BoardFilter
from app.dispatch.service import assign_all
from app.forms import Form
from app.login import viewer
from app.tickets.actions import DESK
from app.wants import wants_json
from sla.errors import DomainError

blueprint = Blueprint("dispatch", __name__, url_prefix="/dispatch")


@blueprint.get("")
def index() -> ResponseReturnValue:
    """Show the board."""
    require(viewer(), *sorted(DESK))
    said = Form(request.args.to_dict()).read(BoardFilter())
    return _page(Form(key="bulk"), said["by"], said["engineer"])


@blueprint.post("/assign")
def assign() -> ResponseReturnValue:
    """Give one ticket, or all that are ticked, to an engineer; what is refused keeps what was typed."""
    require(viewer(), *sorted(DESK))
    form = Form.sent(request, key="bulk")
    if not request.is_json:
        form.values["picks"] = request.form.getlist("picks")
    picked = _picked(form)
    if form.values.pop("card", "") and picked:
        form.key = f"card-{picked[0]}"
    try:
        said = form.read(AssignForm())
        picks = [(int(one), int(version)) for one, version in (pick.split(":") for pick in said["picks"])]
        given = assign_all(current_session(), viewer(), picks, said["engineer"], said["note"], now())
    except DomainError as error:
        if wants_json():
            raise
        form.blame(error)
        by = str(form.value("by"))  # from a program it may be anything
        return _page(form, by if by in queries.WAYS else "due", _only(form)), error.status
    if not wants_json():
        to = given[0].assignee
        flash(f"已派给 {to.name if to else ''}：{'、'.join(one.number for one in given)}。", "success")
    return redirect(url_for(".index", by=_way(said["by"]), engineer=said["whose"]), 303)


def _picked(form: Form) -> list[str]:
    """Return the numbers of the tickets that were ticked, whatever else was sent."""
    picks: Any = form.values.get("picks")
    return [str(one).split(":")[0] for one in picks] if isinstance(picks, list) else []


def _only(form: Form) -> int | None:
    only = str(form.value("whose"))
    return int(only) if only.isascii() and only.isdigit() and len(only) < 10 else None


def _way(by: str) -> str | None:
    return by if by != "due" else None


def _page(form: Form, by: str, engineer: int | None) -> str:
    board = queries.board(current_session(), viewer(), by, engineer, now())
    return render_template(
        "dispatch/index.html",
        board=board,
        form=form,
        form_for=lambda key: form if form.key == key else Form(key=key),
        ticked=_picked(form) if form.key == "bulk" else [],
        by=by,
        ways=queries.WAYS,
        way=_way,
        engineer=next((one for one in board.roster.known if one.id == engineer), None),
        only=engineer,
        everybody=[(one.id, one.name) for one in board.roster.anybody],
    )
