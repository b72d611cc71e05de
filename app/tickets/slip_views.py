"""The service slip over the web: the sheet, its code, and the very bytes its digest is of."""

from __future__ import annotations

import secrets

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from app.addresses import public_url
from app.clock import now
from app.database import current_session
from app.files import queries as file_queries
from app.forms import Form
from app.login import viewer
from app.navigation import OPENERS
from app.papers.printing import digest
from app.places.service import code_svg
from app.tickets import queries
from app.tickets.schemas import SlipAsked
from app.tickets.slip import slip
from sla.vocab import FileKind

blueprint = Blueprint("slips", __name__, url_prefix="/tickets")


@blueprint.get("/<int:ticket_id>/slip")
def show(ticket_id: int) -> ResponseReturnValue:
    """Show the slip of a ticket; the browser prints it, and the signed scan comes back to this page."""
    session, person, at = current_session(), viewer(), now()
    ticket, form, upto = slip(session, person, ticket_id, _upto(), at)
    files = file_queries.of_ticket(session, person, ticket_id, at)
    return render_template(
        "tickets/slip.html",
        ticket=ticket,
        printed=form,
        upto=upto,
        last=ticket.version,
        digest=digest(form.content()),
        address=public_url("tickets.show", ticket_id=ticket_id),
        scans=[one for one in files if one.kind is FileKind.SCAN],
        attaches=person.role in OPENERS and ticket.cancelled_at is None,
        failed=Form(key="scan"),
        submission=secrets.token_urlsafe(16),
    )


@blueprint.get("/<int:ticket_id>/slip/code.svg")
def code(ticket_id: int) -> ResponseReturnValue:
    """Serve the code that leads from the sheet to the ticket."""
    queries.ticket_seen(current_session(), viewer(), ticket_id, now())
    address = public_url("tickets.show", ticket_id=ticket_id)
    return Response(code_svg(address), content_type="image/svg+xml")


@blueprint.get("/<int:ticket_id>/slip/content.json")
def content(ticket_id: int) -> ResponseReturnValue:
    """Serve the very bytes whose SHA-256 stands on the sheet, for whoever wants to compute it."""
    _, form, _ = slip(current_session(), viewer(), ticket_id, _upto(), now())
    return Response(form.content().encode("utf-8"), content_type="application/json")


def _upto() -> int | None:
    found: int | None = Form(request.args.to_dict()).read(SlipAsked())["upto"]
    return found
