"""The register of equipment, the page of a device, and what is said about it from the page of a ticket."""

from __future__ import annotations

import secrets

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.access import require
from app.clock import now
from app.database import current_session
from app.equipment import queries, service
from app.equipment.schemas import EquipmentFilter, LinkForm, ReportForm, WithdrawForm
from app.equipment.service import SUPPLIER, Findings
from app.files import queries as file_queries
from app.files.uploads import current_store
from app.forms import Form
from app.login import viewer
from app.navigation import READERS
from app.tickets.record import load_for_change
from app.tickets.views import ticket_answer
from app.wants import wants_json
from sla.errors import DomainError
from sla.vocab import Advice
from sla.when import day_of

blueprint = Blueprint("equipment", __name__, url_prefix="/equipment")


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List every device in scope by project."""
    require(viewer(), *sorted(READERS))
    session, today = current_session(), day_of(now())
    form = Form(request.args.to_dict())
    found = queries.register(session, viewer(), today, form.read(EquipmentFilter())["q"])
    return render_template(
        "equipment/index.html",
        form=form,
        groups=found,
        count=sum(len(devices) for _, devices in found),
        worked_on=queries.worked_on(session, viewer(), today),
    )


@blueprint.get("/<int:equipment_id>")
def show(equipment_id: int) -> ResponseReturnValue:
    """Show a device with its repairs, reports and files."""
    return _page(equipment_id, Form(key="report"))


@blueprint.post("/<int:equipment_id>/reports")
def advise(equipment_id: int) -> ResponseReturnValue:
    """Write a repair report with advice."""
    device, _ = queries.device(current_session(), viewer(), equipment_id, day_of(now()))
    form = Form.sent(request, key="report")
    try:
        said = form.read(ReportForm())
        submission = said.pop("submission")
        made = service.advise(
            current_session(),
            viewer(),
            device,
            Findings(**said),
            now(),
            submission=submission,
            store=current_store(),
        )
    except DomainError as error:
        if wants_json():
            raise
        form.blame(error)
        return _page(equipment_id, form), error.status
    flash(f"已写好维修报告建议 {made.title}。", "success")
    return redirect(url_for("equipment.show", equipment_id=equipment_id, _anchor="reports"), 303)


@blueprint.post("/of-ticket/<int:ticket_id>")
def link(ticket_id: int) -> ResponseReturnValue:
    """Say that a device was worked on under a ticket."""
    session, person, at = current_session(), viewer(), now()
    form = Form.sent(request, key="equipment")
    try:
        said = form.read(LinkForm())
        ticket = load_for_change(session, person, ticket_id, at)
        equipment_id, repair = said.pop("equipment"), said.pop("repair")
        service.link(session, person, ticket, equipment_id, repair, at, **said)
    except DomainError as error:
        if wants_json():
            raise
        form.blame(error)
        return ticket_answer(ticket_id, form, at), error.status
    flash("已关联设备。", "success")
    return redirect(url_for("tickets.show", ticket_id=ticket_id, _anchor="equipment"), 303)


@blueprint.post("/links/<int:link_id>/withdraw")
def withdraw(link_id: int) -> ResponseReturnValue:
    """Take an entry back that was wrong."""
    one = queries.link(current_session(), viewer(), link_id, day_of(now()))
    reason = Form.sent(request).read(WithdrawForm())["reason"]
    service.withdraw(current_session(), viewer(), one, reason, now())
    flash("已撤回。", "success")
    return redirect(url_for("equipment.show", equipment_id=one.equipment_id), 303)


def _page(equipment_id: int, form: Form) -> str:
    session, person, at = current_session(), viewer(), now()
    device, project = queries.device(session, person, equipment_id, day_of(at))
    reports = queries.reports(session, equipment_id)
    documents = {report.attachment_id for report in reports}
    files = file_queries.of_equipment(session, person, equipment_id, at)
    return render_template(
        "equipment/show.html",
        device=device,
        project=project,
        past=queries.history(session, equipment_id),
        reports=reports,
        files=[file for file in files if file.id not in documents],
        writes=person.role in SUPPLIER,
        form=form,
        submission=secrets.token_urlsafe(16),
        advices=[(one.value, one.label, "") for one in Advice],
        person=person,
    )
