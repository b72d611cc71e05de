"""The pages of reports: what there is, one with its first rows and its files, and those made meanwhile."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from flask import Blueprint, after_this_request, current_app, redirect, render_template, request, send_file
from flask import url_for as address
from flask.typing import ResponseReturnValue
from werkzeug import Response

from app.access import require
from app.clock import now
from app.database import current_session
from app.forms import Form
from app.login import viewer
from app.navigation import READERS
from app.paging import paged
from app.reports import queries, service
from app.reports.choice import CONTRACT, NO_YEAR, Choice, choose, periods_of, sample_of, whose_offered
from app.reports.making import report_store
from app.reports.schemas import ChoicePick, JobForm, JobsFilter
from app.wants import wants_json
from app.watch.commands import nudge
from models.reports import ReportJob, ReportState
from reports.catalogue import FORMATS, MEDIA_TYPES, Offer, offer_named
from sla.errors import Conflict, NotFound
from sla.when import iso

blueprint = Blueprint("reports", __name__, url_prefix="/reports")

MOST_SHOWN = 20  # rows of a part on the page
RECENT = 5


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List the reports this viewer may take, and what was asked for last."""
    require(viewer(), *sorted(READERS))
    session, person = current_session(), viewer()
    return render_template(
        "reports/index.html",
        offers=queries.offers_of(person.role),
        formats=FORMATS,
        recent=session.scalars(queries.jobs_of(person).limit(RECENT)).all(),
    )


@blueprint.get("/<name>")
def show(name: str) -> ResponseReturnValue:
    """Show a report: what it can be made for, its first rows, its digest and its files."""
    offer = _offer(name)
    form = Form(request.args.to_dict(), key="choice")
    return _page(offer, form, form.read(ChoicePick()))


@blueprint.get("/<name>/file.<ending>")
def file(name: str, ending: str) -> ResponseReturnValue:
    """Serve a file of a report that is made at once."""
    from app.reports.collect import make, write

    offer = _offer(name)
    if ending not in offer.formats:
        raise NotFound("这种报表没有这种格式")
    session, person, at = current_session(), viewer(), now()
    choice = choose(session, person, offer, Form(request.args.to_dict()).read(ChoicePick()), at)
    if choice.is_long:
        raise Conflict("这份报表行数多，请在它的页面上点「生成」，完成后下载")
    return _send(write(make(session, person, choice, at), ending), choice.file_name(ending), ending)


@blueprint.post("/<name>/jobs")
def ask(name: str) -> ResponseReturnValue:
    """Ask for a report that takes a while."""
    offer = _offer(name)
    form = Form.sent(request, key="job")
    said = form.read(JobForm())
    session, person, at = current_session(), viewer(), now()
    made = service.ask(session, person, choose(session, person, offer, said, at), said["format"], at)
    site: Any = current_app._get_current_object()  # type: ignore[attr-defined]

    # The transaction has ended by then: whoever looks finds what was asked for.
    @after_this_request
    def begin(response: Response) -> Response:
        nudge(site, "reports")
        return response

    if wants_json():
        return _told(made), 201
    return redirect(address(".job", job_id=made.id), 303)


@blueprint.get("/jobs")
def jobs() -> ResponseReturnValue:
    """List what this person has asked for."""
    require(viewer(), *sorted(READERS))
    said = Form(request.args.to_dict()).read(JobsFilter())
    found = paged(current_session(), queries.jobs_of(viewer()), said["page"] or 1)
    return render_template("reports/jobs.html", found=found, formats=FORMATS, kept=service.KEPT.days)


@blueprint.get("/jobs/<int:job_id>")
def job(job_id: int) -> ResponseReturnValue:
    """Show how far a report is; a program is told as JSON."""
    one = _job(job_id)
    if wants_json():
        return _told(one)
    return render_template("reports/job.html", one=one, formats=FORMATS, kept=service.KEPT.days)


@blueprint.get("/jobs/<int:job_id>/file")
def job_file(job_id: int) -> ResponseReturnValue:
    """Serve the file of a report that is done, to who asked for it and still sees the same."""
    one = _job(job_id)
    offer = _offer(one.report)
    if one.state is not ReportState.DONE or one.sha256 is None:
        raise Conflict("这份报表还没有生成完")
    if queries.scope_of(current_session(), viewer(), now()) != one.scope:
        raise NotFound("您能查看的项目已变化，请重新生成")
    choice = choose(current_session(), viewer(), offer, one.parameters, now())
    return _send(report_store().read(one.sha256), choice.file_name(one.format), one.format)


def _offer(name: str) -> Offer:
    require(viewer(), *sorted(READERS))
    return offer_named(name, viewer().role)


def _job(job_id: int) -> ReportJob:
    require(viewer(), *sorted(READERS))
    return queries.job_of(current_session(), viewer(), job_id)


def _page(offer: Offer, form: Form, said: dict[str, Any]) -> ResponseReturnValue:
    session, person, at = current_session(), viewer(), now()
    known = periods_of(session, person, offer, at)
    choice: Choice | None = None
    sample: Choice | None = None
    listing, lacking = None, "" if known else NO_YEAR
    if known:
        try:
            choice = choose(session, person, offer, said, at)
            sample = sample_of(session, person, choice, at) if choice.is_long else choice
            listing = _preview(sample)
        except Conflict as error:  # nothing to show yet, which the page says
            lacking = error.message
    return render_template(
        "reports/show.html",
        offer=offer,
        form=form,
        choice=choice,
        sample=sample,
        recent=session.scalars(queries.jobs_for(person, offer.name).limit(RECENT)).all(),
        listing=listing,
        lacking=lacking,
        periods=[(one.key, one.label) for one in known],
        whose=[(one.key, one.label) for one in whose_offered(session, person, offer, at)],
        contract=CONTRACT,
        stages=list(enumerate(offer.stages, 1)),
        formats=FORMATS,
        offered=[(one, FORMATS[one]) for one in offer.formats],
        most=MOST_SHOWN,
    )


def _preview(choice: Choice | None) -> Any:
    if choice is None:
        return None
    from app.reports.collect import make

    return make(current_session(), viewer(), choice, now()).listing


def _send(content: bytes, name: str, ending: str) -> ResponseReturnValue:
    return send_file(BytesIO(content), mimetype=MEDIA_TYPES[ending], as_attachment=True, download_name=name)


def _told(one: ReportJob) -> dict[str, Any]:
    return {
        "job": one.id,
        "report": one.report,
        "title": one.title,
        "parameters": one.parameters,
        "format": one.format,
        "state": str(one.state),
        "progress": one.progress or 0,
        "asked_at": iso(one.asked_at),
        "finished_at": iso(one.finished_at) if one.finished_at else None,
        "sha256": one.sha256,
        "error": one.error or None,
    }
