"""The bell and the notices of a person, and the page that shows how the jobs stand."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from app.access import require
from app.clock import now
from app.database import current_session
from app.forms import Form
from app.login import viewer
from app.paging import paged
from app.waiting.kinds import ROLES
from app.waiting.views import unread_number
from app.watch import queries, service
from app.watch.overview import JobStanding, lease, overview
from app.watch.schemas import NoticesFilter, ReadAllForm
from sla.vocab import Role

blueprint = Blueprint("watch", __name__)

OVERSEERS = (Role.BUREAU, Role.MANAGER, Role.ADMIN)
LOUD = (JobStanding.OVERDUE, JobStanding.NEVER)


@blueprint.app_template_global("unread_notices")
def unread_notices() -> int | None:
    """Return the number beside the bell; ``None`` for those who have no bell."""
    person = viewer()
    if person.role in queries.NOT_TOLD:
        return None
    if person.role in ROLES:  # counted together with what waits
        return unread_number()
    return current_session().scalar(select(queries.unread(person, now()))) or 0


@blueprint.get("/notices")
def notices() -> ResponseReturnValue:
    """List what the viewer was told, newest first."""
    service.require_told(viewer())
    page = Form(request.args.to_dict()).read(NoticesFilter())["page"] or 1
    found = paged(current_session(), queries.notices(viewer(), now()), page)
    last = queries.last_notice(current_session(), viewer(), now())
    return render_template("watch/notices.html", found=found, last=last)


@blueprint.post("/notices/<int:notice_id>/open")
def open_notice(notice_id: int) -> ResponseReturnValue:
    """Mark a notice as read and go to what it is about."""
    found = service.read_one(current_session(), viewer(), notice_id, now())
    return redirect(found.path, 303)


@blueprint.post("/notices/<int:notice_id>/read")
def read_one(notice_id: int) -> ResponseReturnValue:
    """Mark a notice as read."""
    service.read_one(current_session(), viewer(), notice_id, now())
    return redirect(url_for("watch.notices"), 303)


@blueprint.post("/notices/read")
def read_all() -> ResponseReturnValue:
    """Mark as read everything that was there when the page was shown."""
    service.require_told(viewer())
    last = Form.sent(request).read(ReadAllForm())["last"]
    many = service.read_all(current_session(), viewer(), last, now())
    flash(f"已把 {many} 条通知标为已读。", "success")
    return redirect(url_for("watch.notices"), 303)


@blueprint.get("/watch")
def index() -> ResponseReturnValue:
    """Show how the jobs stand; the administrator sees times only, for what came of them is business."""
    require(viewer(), *OVERSEERS)
    session, at = current_session(), now()
    jobs = overview(session, at)
    return render_template(
        "watch/index.html",
        jobs=jobs,
        lease=lease(session, at),
        loud=[one.job.label for one in jobs if one.standing in LOUD],
        outcomes=viewer().role is not Role.ADMIN,
    )
