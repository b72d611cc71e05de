"""The list of projects and the page of one."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.access import require
from app.amendments.inforce import items_in_force, level_on, quotas_on
from app.amendments.queries import of_project as amended
from app.amendments.words import item_text
from app.clock import now
from app.contract.pages import term
from app.contract.queries import interpretations, service_year, terms_on
from app.contract.words import last_day
from app.database import current_session
from app.duties.queries import cycles_on
from app.forms import Form
from app.login import viewer
from app.navigation import READERS
from app.projects import queries, service
from app.projects.schemas import ProjectFilter
from app.residents.roster import posts, residents_on
from models.contract import Posting
from sla.when import day_of

blueprint = Blueprint("projects", __name__, url_prefix="/projects")


@blueprint.get("")
def index() -> ResponseReturnValue:
    require(viewer(), *READERS)
    session, today = current_session(), day_of(now())
    form = Form(request.args.to_dict())
    found = queries.projects(session, viewer(), today, form.read(ProjectFilter())["q"])
    return render_template(
        "projects/index.html",
        groups=queries.by_unit(found),
        count=len(found),
        open_tickets=queries.open_tickets(session, viewer(), today),
        form=form,
        terms=terms_on(found, items_in_force(session), today),
        words=service,
    )


@blueprint.get("/<int:seq>")
def show(seq: int) -> ResponseReturnValue:
    session, today = current_session(), day_of(now())
    project = queries.project(session, viewer(), today, seq)
    items = items_in_force(session)
    terms = terms_on([project], items, today)[seq]
    held = posts(session, Posting.project_id == project.id)
    dated, undated = service.duties(project)
    return render_template(
        "projects/show.html",
        project=project,
        terms=terms,
        level=level_on(items, project.id, project.service_level, today),
        promises=service.promises(project, terms, interpretations(session), today),
        amended=amended(session, project),
        amended_text=item_text,
        cycles=cycles_on(session, today),
        quotas=quotas_on(session, today),
        postings=held,
        residents=residents_on(project, held, today),
        dated=dated,
        undated=undated,
        engineers=queries.engineers(session, project, today),
        contacts=queries.contacts(session, project),
        open_tickets=queries.open_tickets(session, viewer(), today).get(project.id, 0),
        activated=service_year(session, 1) is not None,
        in_service=service.service_now(project.services, today),
        floor=term(session, "paralysis_response_minutes"),
        today=today,
        words=service,
        last_day=last_day,
    )
