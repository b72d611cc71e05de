"""The pages of the tickets: the list, the forms to open one, one ticket and all that can be done to it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.access import require
from app.clock import now
from app.database import current_session
from app.disputes import queries as dispute_queries
from app.duties.lists import works_behind
from app.equipment import queries as equipment_queries
from app.files import queries as file_queries
from app.forms import NOT_A_VALUE, Form
from app.login import viewer
from app.navigation import OPENERS, READERS
from app.outbox.service import Repeated
from app.paging import paged
from app.returns import sent_from
from app.tickets import promise, queries, schemas, told
from app.tickets.actions import ACTIONS, SUPPLIER
from app.tickets.derivation import derive_ticket
from app.tickets.effect import changes
from app.tickets.forms import WAYS, Said, Way
from app.tickets.milestones import stops
from app.tickets.page import ticket_page
from app.tickets.record import load_for_change
from app.tickets.story import LEVELS, statement_text
from app.tickets.taking import acted, opened
from app.wants import wants_json
from models.contract import Project
from models.tickets import Ticket
from sla.clock import Derivation
from sla.errors import DomainError, Invalid
from sla.vocab import (
    ClockKind,
    Complexity,
    PauseReason,
    RepairKind,
    Role,
    Severity,
    Side,
    TicketKind,
    TicketState,
    Word,
)

blueprint = Blueprint("tickets", __name__, url_prefix="/tickets")

# What a contact calls the kinds.
CONTACT_KINDS = (
    (TicketKind.INCIDENT, "报修", "打不开、报错、坏了"),
    (TicketKind.CONSULTATION, "咨询", "怎么用、怎么办"),
    (TicketKind.REQUEST, "办服务", "开账号、装软件"),
    (TicketKind.CHANGE, "提需求", "改功能、改页面"),
    (TicketKind.DATA, "要数据", "导出、核对、修正"),
    (TicketKind.SECURITY, "安全", "中毒、被改、泄露"),
)


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List the tickets in scope, what expires next first."""
    person, at, session = viewer(), now(), current_session()
    require(person, *sorted(READERS))
    form = Form(request.args.to_dict(), key="filter")
    said = form.read(schemas.TicketFilter())
    page = said.pop("page") or 1
    found = paged(session, queries.tickets(person, queries.Filters(**said), at), page)
    return render_template(
        "tickets/index.html",
        form=form,
        found=found,
        filters={name: value for name, value in form.values.items() if value and name in said},
        narrowed=any(value for value in said.values() if value != "open"),
        next=queries.next_clocks(found.items, at),
        projects=project_options(queries.projects(session, person, at)),
        kinds=options(TicketKind),
        states=options(TicketState),
        decides=person.role in (Role.CONTACT, Role.BUREAU),
        may_open=person.role in OPENERS,
    )


@blueprint.route("/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    """Open a ticket: the contact's form, or the supplier's."""
    person = viewer()
    require(person, *sorted(OPENERS))
    if request.method != "POST":
        values = {"submission": secrets.token_urlsafe(16)}
        if person.role is Role.CONTACT:
            values["phone"] = person.phone
        return _new_page(Form(request.args.to_dict() | values))
    form = Form.sent(request)
    try:
        ticket = opened(form)
    except Repeated as same:
        return redirect(same.back, 303)
    except DomainError as error:
        if wants_json():
            raise
        form.blame(error)
        if form.error("submission"):
            form.values["submission"] = secrets.token_urlsafe(16)
        return _new_page(form), error.status
    if not wants_json():  # a program reads no pages
        unit = person.role is Role.CONTACT
        flash(promise.sent_text(ticket) if unit else f"已登记 {ticket.number}。", "success")
    return redirect(url_for("tickets.show", ticket_id=ticket.id), 303)


@blueprint.get("/promise")
def promise_now() -> ResponseReturnValue:
    """Show a contact what would be promised if the request were sent now."""
    require(viewer(), Role.CONTACT)
    said = Form(request.args.to_dict()).read(schemas.PromiseFilter())
    if said["project"] is None:
        raise Invalid("请选择系统", "project")
    wanted = {"paralysis": said["paralysis"], "onsite": said["onsite"]}
    found = promise.promised(current_session(), viewer(), said["project"], said["kind"], now(), **wanted)
    unbound = said["onsite"] and ClockKind.ONSITE not in found.clocks
    return render_template("tickets/promise.html", promised=found, onsite_open=unbound)


@blueprint.get("/<int:ticket_id>")
def show(ticket_id: int) -> ResponseReturnValue:
    """Show one ticket."""
    return ticket_answer(ticket_id, None, now())


@blueprint.post("/<int:ticket_id>/<action>")
def act(ticket_id: int, action: str) -> ResponseReturnValue:
    """Carry out one action; what is refused shows the present state and keeps what was typed."""
    way = WAYS.get(action) or abort(404)
    session, person, at = current_session(), viewer(), now()
    form = Form.sent(request, key=action)
    if "seq" in form.values:
        form.key = f"{action}-{form.values['seq']}"
    sender = sent_from(form)
    back = sender.path(url_for(".show", ticket_id=ticket_id))
    try:
        said = form.read(way.schema())
        if way.shown_first and not said["sure"]:
            ticket = load_for_change(session, person, ticket_id, at, said["version"])
            return _preview_page(ticket, action, form, said, at)
        ticket = acted(ticket_id, way, form, said, back)
    except Repeated as same:
        return redirect(same.back, 303)
    except DomainError as error:
        if wants_json():
            raise
        form.blame(error)
        return sender.again(form, lambda: ticket_answer(ticket_id, form, at)), error.status
    if not wants_json():
        flash(f"{ticket.number}：{way.done}" if sender.page else way.done, "success")
    return redirect(back, 303)


def options(vocabulary: type[Word]) -> list[tuple[str, str]]:
    """Return a vocabulary as the options of a list."""
    return [(word.value, word.label) for word in vocabulary]


def project_options(projects: Sequence[Project]) -> list[tuple[int, str]]:
    """Return projects as the options of a list: number, unit, name."""
    return [(one.id, f"{one.seq} · {one.unit.name} · {one.name}") for one in projects]


def _new_page(form: Form) -> str:
    person, session = viewer(), current_session()
    recent = queries.recent_projects(session, person)
    projects = list(queries.projects(session, person, now()))
    projects.sort(key=lambda one: (recent.index(one.id) if one.id in recent else len(recent), one.seq))
    return render_template(
        "tickets/new_engineer.html" if person.role is Role.ENGINEER else "tickets/new.html",
        form=form,
        contact=person.role is Role.CONTACT,
        for_unit=person.side is not Side.SUPPLIER,
        projects=project_options(projects),
        choices=[(one.id, one.name, one.unit.name) for one in projects],
        systems=[(one.id, one.name) for one in projects],
        recent=bool(recent),
        kinds=CONTACT_KINDS,
        all_kinds=options(TicketKind),
        kind_words=list(TicketKind),
        # Where somebody works is guessed from where they last were; what has happened never is (C9).
        suggested=recent[0] if recent and recent[0] in {one.id for one in projects} else "",
        severities=options(Severity),
        complexities=options(Complexity),
        levels=list(LEVELS.items()),
    )


def ticket_answer(ticket_id: int, form: Form | None, at: datetime) -> str:
    """Return the page of a ticket; ``form`` is one of its forms that was refused, with what was typed."""
    person, session = viewer(), current_session()
    ticket = queries.ticket_seen(session, person, ticket_id, at)
    found = ticket_page(session, person, ticket, at)
    gives = any(action.code == "assign" for action in found.others)
    engineers = queries.engineers(session, ticket.project_id, at) if gives else ()

    def form_for(key: str) -> Form:
        return form if form and form.key == key else Form(key=key)

    return render_template(
        "tickets/show.html",
        found=found,
        stops=stops(found) if person.role in SUPPLIER else [],
        ticket=ticket,
        failed=form,
        form_for=form_for,
        on_the_spot={code for code, way in WAYS.items() if way.takes_photos},
        held=_held(found.derived),
        plain_labels=told.ACTIONS,
        engineers=[(one.id, one.name) for one in engineers],
        kinds=options(TicketKind),
        severities=options(Severity),
        complexities=options(Complexity),
        levels=list(LEVELS.items()),
        reasons=options(PauseReason),
        files=file_queries.of_ticket(session, person, ticket.id, at),
        may_attach=person.role in OPENERS and ticket.cancelled_at is None,
        found_by=works_behind(session, person, ticket.id, at),
        links=equipment_queries.of_ticket(session, ticket.id),
        disputes={one.clock_key: one for one in dispute_queries.on_ticket(person, ticket)},
        devices=_devices(ticket),
        repairs=options(RepairKind),
        submission=secrets.token_urlsafe(16),
    )


def _devices(ticket: Ticket) -> list[tuple[int, str]]:
    """Return the devices this person may link to the ticket, as the options of a list."""
    if viewer().role not in SUPPLIER or ticket.cancelled_at is not None:
        return []
    found = equipment_queries.devices_of(current_session(), ticket.project_id)
    return [(one.id, f"{one.name} {one.model}".strip()) for one in found]


def _held(derived: Derivation) -> str:
    """Return what somebody stated beside the kind; the rest is held to be the strict value (C9)."""
    known = derived.facts.classification
    said = statement_text({name: known.get(name) for name in known.stated if name != "kind"})
    return said or "没有说明，按最严的时限"


def _preview_page(ticket: Ticket, code: str, form: Form, said: Said, at: datetime) -> str:
    """Show the due times before and after, and ask whether to save (C10)."""
    before = derive_ticket(current_session(), ticket, at)
    after = _tried(WAYS[code], ticket, said, at)
    waits = [claim for claim in after.facts.classification.claims if claim.seq > ticket.version]
    corrections = [seq for stop in after.facts.milestones for seq in stop.corrections if seq > ticket.version]
    return render_template(
        "tickets/preview.html",
        ticket=ticket,
        action=ACTIONS[code],
        typed={name: value for name, value in form.values.items() if name != NOT_A_VALUE} | {"sure": "1"},
        form=form,
        changes=changes(before, after),
        waits=[statement_text(claim.values) for claim in waits],
        correction_waits=bool(corrections),
    )


def _tried(way: Way, ticket: Ticket, said: Said, at: datetime) -> Derivation:
    """Return what a use case would lead to; nothing of it stays."""
    session = current_session()
    with session.begin_nested() as attempt:
        derived = way.use_case(session, viewer(), ticket, at, said)
        attempt.rollback()
    return derived
