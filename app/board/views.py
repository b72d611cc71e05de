"""The wall screen for who is signed in and for who has a key, and the page of the keys.

The page with a key reads no cookie and writes none: it is the board and nothing else.
"""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.access import require
from app.board import queries, service
from app.board.schemas import KeyForm, NothingForm
from app.clock import now
from app.database import current_session
from app.files.uploads import current_store
from app.forms import Form
from app.login import viewer
from app.navigation import SETTLERS
from sla.errors import DomainError
from sla.vocab import Role

blueprint = Blueprint("board", __name__, url_prefix="/board")

ASSETS = ("board.css", "board.js")


@blueprint.get("")
def index() -> ResponseReturnValue:
    """Show the screen to who is signed in."""
    require(viewer(), *sorted(SETTLERS))
    return _screen("board/show.html", url_for(".part"), keyed=False)


@blueprint.get("/part")
def part() -> ResponseReturnValue:
    """Serve what the screen replaces itself with."""
    require(viewer(), *sorted(SETTLERS))
    return _screen("board/part.html")


@blueprint.get("/keys")
def keys() -> ResponseReturnValue:
    """List the keys; what they are, nobody can tell any more."""
    require(viewer(), Role.BUREAU)
    return _keys(Form(key="key"))


@blueprint.post("/keys")
def new() -> ResponseReturnValue:
    """Make a key and show its address, this once."""
    require(viewer(), Role.BUREAU)
    form = Form.sent(request, key="key")
    try:
        place = form.read(KeyForm())["place"]
        token = service.open_key(current_session(), viewer(), place, now())
    except DomainError as error:
        form.blame(error)
        return _keys(form), error.status
    return render_template("board/made.html", token=token, place=place)


@blueprint.post("/keys/<int:key_id>/revoke")
def revoke(key_id: int) -> ResponseReturnValue:
    """End a key."""
    Form.sent(request).read(NothingForm())
    ended = service.revoke(current_session(), viewer(), key_id, now())
    flash(f"「{ended.place}」的大屏地址已作废。", "success")
    return redirect(url_for(".keys"), 303)


@blueprint.get("/<token>")
def keyed(token: str) -> ResponseReturnValue:
    """Show the screen to whoever knows a key."""
    queries.key_for(current_session(), token, now())
    return _screen("board/show.html", url_for(".keyed_part", token=token), keyed=True)


@blueprint.get("/<token>/part")
def keyed_part(token: str) -> ResponseReturnValue:
    """Serve what the screen with a key replaces itself with."""
    queries.key_for(current_session(), token, now())
    return _screen("board/part.html")


def _screen(template: str, part_address: str = "", *, keyed: bool = True) -> str:
    return render_template(
        template,
        board=queries.board(current_session(), current_store(), now()),
        part_address=part_address,
        keyed=keyed,
        # A screen that runs for weeks takes up new assets as soon as there are any.
        version=" ".join(url_for("static", filename=name) for name in ASSETS),
    )


def _keys(form: Form) -> str:
    return render_template("board/keys.html", keys=queries.keys(current_session()), form=form, at=now())
