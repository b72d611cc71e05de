"""The pages of papers: all in scope, one with its files, its form for printing, and that form's bytes."""

from __future__ import annotations

import secrets

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from app.access import require
from app.addresses import public_url
from app.clock import now
from app.database import current_session
from app.files import queries as file_queries
from app.files import service as files
from app.forms import Form
from app.login import viewer
from app.navigation import PAPER_READERS
from app.paging import paged
from app.papers import queries
from app.papers.printing import form_of
from app.papers.schemas import PapersFilter
from app.papers.word import word_file
from app.places.service import code_svg
from sla.errors import DomainError, NotFound
from sla.vocab import PaperKind
from sla.when import day_of

blueprint = Blueprint("papers", __name__, url_prefix="/papers")


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List the papers in scope, the newest first."""
    require(viewer(), *sorted(PAPER_READERS))
    form = Form(request.args.to_dict(), key="filter")
    said = form.read(PapersFilter())
    query = queries.papers(viewer(), day_of(now()), said["kind"], said["q"])
    return render_template(
        "papers/index.html",
        found=paged(current_session(), query, said["page"] or 1),
        form=form,
        filters={name: form.values[name] for name in ("q", "kind") if form.values.get(name)},
        kinds=[(one.value, one.label) for one in PaperKind],
    )


@blueprint.get("/<int:paper_id>")
def show(paper_id: int) -> ResponseReturnValue:
    """Show a paper: the form to be printed and signed if it keeps one, and its files."""
    session, person, at = current_session(), viewer(), now()
    paper = queries.paper(session, person, paper_id, day_of(at))
    return render_template(
        "papers/show.html",
        paper=paper,
        printed=form_of(paper),
        files=file_queries.of_paper(session, person, paper_id, at),
        attaches=_may_attach(paper_id),
        failed=Form(key="upload"),
        submission=secrets.token_urlsafe(16),
        person=person,
    )


@blueprint.get("/<int:paper_id>/code.svg")
def code(paper_id: int) -> ResponseReturnValue:
    """Serve the code that leads from the sheet to this page."""
    queries.paper(current_session(), viewer(), paper_id, day_of(now()))
    address = public_url(".show", paper_id=paper_id)
    return Response(code_svg(address), content_type="image/svg+xml")


@blueprint.get("/<int:paper_id>/content.json")
def content(paper_id: int) -> ResponseReturnValue:
    """Serve the very bytes whose SHA-256 stands on the sheet, for whoever wants to compute it."""
    paper = queries.paper(current_session(), viewer(), paper_id, day_of(now()))
    if form_of(paper) is None or paper.content is None:
        raise NotFound("这份文件没有可核对的表单内容")
    return Response(paper.content.encode("utf-8"), content_type="application/json")


@blueprint.get("/<int:paper_id>/word")
def word(paper_id: int) -> ResponseReturnValue:
    """Serve the form as a Word document; a paper that came from outside has none."""
    paper = queries.paper(current_session(), viewer(), paper_id, day_of(now()))
    form = form_of(paper)
    if form is None:
        raise NotFound("这份文件不是签字表单，没有 Word 版本")
    return word_file(form, public_url(".show", paper_id=paper.id), paper.created_at, paper.id)


def _may_attach(paper_id: int) -> bool:
    try:
        files.check(viewer(), file_queries.paper(current_session(), viewer(), paper_id, now()))
    except DomainError:
        return False
    return True
