"""Carrying out what a form about a ticket says, with its photos, once however often it is sent (C12)."""

from __future__ import annotations

import secrets

from flask import request, url_for

from app.clock import now
from app.database import current_session
from app.files import uploads
from app.files.service import Taken, check
from app.forms import Form
from app.login import viewer
from app.outbox import sending
from app.outbox.service import Repeated
from app.tickets import queries, schemas
from app.tickets.forms import Said, Way
from app.tickets.opening import NewTicket, open_ticket
from app.tickets.record import load_for_change
from app.tickets.service import request_onsite
from app.tickets.wording import titled
from models.tickets import Ticket
from sla.errors import Invalid
from sla.vocab import Role, Side


def opened(form: Form) -> Ticket:
    """Open the ticket a form describes, with its photos, once however often it is sent."""
    said = form.read(_schema()())
    onsite = said.pop("onsite", False)
    if "what" in said:
        if "what" not in form.values and not said["title"]:
            raise Invalid("标题：请填写", "title")
        said |= _in_own_words(said.pop("what"), said["title"], said["description"])
    # Left open is not stated; a box nobody ticked says nothing about a paralysis (C5).
    said["paralysis"] = said["paralysis"] or None
    if viewer().side is Side.SUPPLIER:
        said["title"], said["description"] = titled(said["title"], said["description"])
        if not said["title"]:
            raise Invalid("请写发生了什么", "description")
    if "reported_at" in said:
        said["reported_at"] = sending.happened(said["reported_at"])
    if before := sending.same(form):
        raise Repeated(before)
    files = uploads.taken().get("file", [])
    session, at = current_session(), now()
    with session.begin_nested():
        opening = NewTicket(project_id=said.pop("project"), device_at=sending.device_at(), **said)
        ticket = open_ticket(session, viewer(), opening, at)
        claimed = sending.claim(form)
        # The same form sent twice is one request, and asks for on-site work once.
        if onsite and ticket.version == 1:
            request_onsite(session, viewer(), ticket, at)
        uploads.attach(ticket, files, said["submission"], at)
        sending.keep(claimed, url_for("tickets.show", ticket_id=ticket.id))
    return ticket


def _schema() -> type[schemas.NewTicketForm]:
    if viewer().side is Side.SUPPLIER:
        return schemas.SupplierTicketForm
    return schemas.ContactTicketForm if viewer().role is Role.CONTACT else schemas.NewTicketForm


def _in_own_words(what: str, title: str, description: str) -> dict[str, str]:
    """Return title and description of what somebody said in one piece: its first sentence, and all of it."""
    if not what:
        if not title:
            raise Invalid("请写下发生了什么，一句话也行", "what")
        return {"title": title, "description": description}
    made, rest = titled(title, what)
    return {"title": made, "description": description or rest}


def acted(ticket_id: int, way: Way, form: Form, said: Said, back: str) -> Ticket:
    """Carry an action out, with its photos, once however often it is sent.

    What was entered without network was entered on the state of that time: whether it is still possible
    is asked, not whether anything has happened since. ``back`` is where its answer leads.
    """
    if before := sending.same(form):
        raise Repeated(before)
    told, later = dict(said), sending.is_later()
    if "occurred_at" in told and issubclass(way.schema, schemas.Step):
        told["occurred_at"], told["device_at"] = sending.happened(said["occurred_at"]), sending.device_at()
    files = _photos(ticket_id) if way.takes_photos else []
    session, person, at = current_session(), viewer(), now()
    with session.begin_nested():
        claimed = sending.claim(form)
        version = None if later and way.takes_photos else said["version"]
        ticket = load_for_change(session, person, ticket_id, at, version)
        way.use_case(session, person, ticket, at, told)
        uploads.attach(ticket, files, said["submission"] or secrets.token_urlsafe(16), at)
        sending.keep(claimed, back)
    return ticket


def _photos(ticket_id: int) -> list[Taken]:
    """Take in the photos of a step; whether this person may add any is asked before they are looked at."""
    if any(one.filename for one in request.files.getlist("file")):
        check(viewer(), queries.ticket_seen(current_session(), viewer(), ticket_id, now()))
    return uploads.taken().get("file", [])
