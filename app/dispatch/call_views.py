"""Logging a call while somebody talks: the form, what stands beside it, and saving it all in one go."""

from __future__ import annotations

import secrets
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.access import require
from app.clock import now
from app.database import current_session
from app.dispatch import calls
from app.dispatch.roster import roster
from app.dispatch.schemas import BesideFilter, CallForm
from app.dispatch.service import Call, log_call
from app.dispatch.views import blueprint
from app.forms import Form
from app.login import viewer
from app.outbox import sending
from app.outbox.service import Repeated
from app.tickets import queries as tickets
from app.tickets.actions import DESK
from app.tickets.opening import NewTicket
from app.tickets.promise import would_happen
from app.tickets.wording import titled
from app.wants import wants_json
from models.tickets import Ticket
from sla.errors import DomainError
from sla.vocab import TicketKind

__all__ = ["blueprint"]

# What a caller says, and what it is: a security event is one more kind here, for the desk knows the word.
KINDS = (
    (TicketKind.INCIDENT, "故障", "打不开、报错、坏了"),
    (TicketKind.REQUEST, "服务请求", "开账号、装软件、调设备"),
    (TicketKind.CONSULTATION, "咨询", "怎么用、怎么办"),
    (TicketKind.CHANGE, "需求变更", "想改功能、改页面"),
    (TicketKind.DATA, "数据处理", "导出、核对、修正数据"),
    (TicketKind.SECURITY, "安全事件", "病毒、入侵、泄露"),
)
PARALYSIS = (
    ("yes", "是，全都用不了", "60 分钟内必须有人响应"),
    ("no", "不是，还能用一部分", ""),
)


@blueprint.route("/call", methods=["GET", "POST"])
def call() -> ResponseReturnValue:
    """Show the form of a call, or log it; what is refused keeps all that was typed."""
    require(viewer(), *sorted(DESK))
    if request.method != "POST":
        return _page(Form(request.args.to_dict() | {"submission": secrets.token_urlsafe(16)}))
    form = Form.sent(request)
    try:
        said = form.read(CallForm())
        ticket = _logged(form, said)
    except Repeated as same:
        return redirect(same.back, 303)
    except DomainError as error:
        if wants_json():
            raise
        form.blame(error)
        if form.error("submission"):
            form.values["submission"] = secrets.token_urlsafe(16)
        return _page(form), error.status
    if not wants_json():
        given = f"，已派给 {ticket.assignee.name}" if ticket.assignee else "，还没有派单"
        flash(f"已登记 {ticket.number} {ticket.title}{given}。", "success")
    return redirect(_onward(said, ticket), 303)


@blueprint.get("/beside")
def beside() -> ResponseReturnValue:
    """Return what stands beside the form: the promised times, and what is open there already."""
    require(viewer(), *sorted(DESK))
    session, at = current_session(), now()
    said = Form(request.args.to_dict()).read(BesideFilter())
    projects = {one.id: one for one in tickets.projects(session, viewer(), at)}
    stopped = said["paralysis"] == "yes"
    events = would_happen(
        viewer().side, said["kind"], said["reported_at"], at, paralysis=stopped, onsite=said["onsite"]
    )
    project = projects.get(said["project"])
    found = calls.beside(session, viewer(), project, said["unit"], events, at)
    nexts = tickets.next_clocks([*found.same, *found.near], at)
    return render_template("dispatch/beside.html", found=found, next=nexts, project=project)


def _logged(form: Form, said: dict[str, Any]) -> Ticket:
    """Log the call once, however often the form is sent."""
    if before := sending.same(form):
        raise Repeated(before)
    session, at = current_session(), now()
    what = said["what"]
    title, description = titled("", what)
    new = NewTicket(
        project_id=said["project"],
        kind=said["kind"],
        title=title,
        submission=said["submission"],
        description=description,
        place=said["place"],
        reporter=said["reporter"],
        phone=said["phone"],
        reported_at=sending.happened(said["reported_at"]),
        # That not everything stands still says nothing against the strict target (C5, C9).
        paralysis=True if said["paralysis"] == "yes" else None,
        device_at=sending.device_at(),
    )
    with session.begin_nested():
        claimed = sending.claim(form)
        ticket = log_call(session, viewer(), Call(new, said["onsite"], said["engineer"], said["note"]), at)
        sending.keep(claimed, _onward(said, ticket))
    return ticket


def _onward(said: dict[str, Any], ticket: Ticket) -> str:
    if said["then"] == "next":
        return url_for(".call")
    return url_for("tickets.show", ticket_id=ticket.id)


def _page(form: Form) -> str:
    session, person, at = current_session(), viewer(), now()
    projects = tickets.projects(session, person, at)
    there = roster(session, at)
    on_post = {who for _project, who in there.on_post}
    return render_template(
        "dispatch/call.html",
        form=form,
        units=calls.unit_choices(projects),
        projects=calls.project_choices(projects),
        kinds=[(kind.value, label, hint) for kind, label, hint in KINDS],
        paralysis=PARALYSIS,
        engineers=[
            (
                one,
                one.id in on_post,
                there.carries.get(one.id, 0),
                there.projects_of(one.id),
            )
            for one in there.anybody
        ],
    )
