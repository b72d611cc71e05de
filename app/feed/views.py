"""The page where one gets a calendar address, and the calendar itself, which needs no sign-in."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.access import require
from app.addresses import public_url
from app.clock import now
from app.database import current_session
from app.feed import queries, service
from app.feed.calendar import calendar_bytes
from app.feed.schemas import NothingForm
from app.forms import Form
from app.login import viewer
from app.navigation import READERS
from app.settings import current_settings

blueprint = Blueprint("feed", __name__, url_prefix="/feed")


@blueprint.get("")
def index() -> ResponseReturnValue:
    """Show whether there is an address; what it is, nobody can tell any more."""
    require(viewer(), *sorted(READERS))
    found = queries.address(current_session(), viewer())
    return render_template("feed/index.html", address=found)


@blueprint.post("/new")
def new() -> ResponseReturnValue:
    """Make an address and show it, this once; an earlier one ends."""
    Form.sent(request).read(NothingForm())
    token = service.open_address(current_session(), viewer(), now())
    return render_template("feed/made.html", token=token)


@blueprint.post("/revoke")
def revoke() -> ResponseReturnValue:
    """End the address."""
    Form.sent(request).read(NothingForm())
    ended = service.revoke(current_session(), viewer(), now())
    flash("日历地址已作废，订阅过的日历不会再更新。" if ended else "没有正在使用的日历地址。", "success")
    return redirect(url_for("feed.index"), 303)


@blueprint.get("/<token>.ics")
def calendar(token: str) -> ResponseReturnValue:
    """Answer whoever knows the address with the calendar of its person."""
    session, at = current_session(), now()
    person = queries.owner(session, token, current_settings().demo)
    content = calendar_bytes(
        queries.duties(session, person, at),
        queries.tickets(session, person, at),
        at,
        lambda ticket_id: public_url("tickets.show", ticket_id=ticket_id),
    )
    answer = Response(content, content_type="text/calendar; charset=utf-8")
    answer.headers["Content-Disposition"] = "inline; filename=lvyue.ics"
    return answer
