"""The pulse: what an open page asks for every few seconds. It reads, and leaves no trace of the asking."""

from __future__ import annotations

import hashlib

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from app.clock import now
from app.database import current_session
from app.forms import Form
from app.live import queries
from app.live.schemas import PulseAsk
from app.login import viewer
from sla.when import iso

blueprint = Blueprint("live", __name__)
SERVER_TIME = "Server-Time"  # also on an answer without a body


@blueprint.get("/pulse")
def pulse() -> ResponseReturnValue:
    """Say how much has changed since a page was made; nothing new is 304. Without ``since``: the time."""
    since, at = Form(request.args.to_dict()).read(PulseAsk())["since"], now()
    answer: Response = jsonify(at=iso(at), changes=0)
    if since is not None:
        found = queries.pulse(current_session(), viewer(), since, at)
        answer = jsonify(at=iso(at), changes=found.changes)
        # The counts alone make the mark: what somebody else may see does not change it.
        answer.set_etag(hashlib.sha256(f"{viewer().id} {since} {found}".encode()).hexdigest()[:24])
        answer.make_conditional(request)
    answer.headers[SERVER_TIME] = iso(at)
    return answer
