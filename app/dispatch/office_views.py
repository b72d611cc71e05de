"""The manager's page of what is owed beside the tickets, and its summary on the start page."""

from __future__ import annotations

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from app.access import require
from app.clock import now
from app.database import current_session
from app.dispatch.call_views import blueprint
from app.dispatch.office import MOST, Office, office
from app.disputes.effect import subject_name
from app.duties import words
from app.login import viewer
from app.watch.notices import until
from sla.disputes import DisputeState
from sla.vocab import Role

__all__ = ["blueprint"]  # with every page of the desk on it


@blueprint.get("/office")
def owed() -> ResponseReturnValue:
    """Show what can be claimed, what is to be handed over and answered, and which postings lack people."""
    require(viewer(), Role.MANAGER)
    return render_template("dispatch/office.html", **_shown())


@blueprint.get("/office/summary")
def summary() -> ResponseReturnValue:
    """Return the figures of the page: a part of the start page."""
    require(viewer(), Role.MANAGER)
    found = _found()
    return render_template("dispatch/summary.html", office=found, until=until, path=url_for(".owed"))


def _found() -> Office:
    return office(current_session(), viewer(), now())


def _shown() -> dict[str, object]:
    return {
        "office": _found(),
        "most": MOST,
        "until": until,
        "words": words,
        "subject_name": subject_name,
        "mine": DisputeState.CLAIMABLE,
    }
