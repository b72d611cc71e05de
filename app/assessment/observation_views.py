"""The pages of the daily assessment: the list, a new observation, and one with its evidence and answer."""

from __future__ import annotations

import secrets

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.access import require
from app.assessment import observing, queries, schemas
from app.assessment.observing import Seen
from app.assessment.queries import ASSESSED, SEE_WHOLE
from app.clock import now
from app.database import current_session
from app.duties.answers import Files, Said, carry_out, form_for
from app.files.queries import of_papers
from app.forms import Form
from app.login import viewer
from app.paging import paged
from models.assessment import Observation
from models.contract import Project
from sla.assessment import MEASURABLE, Aspect, read_points
from sla.errors import DomainError, Invalid
from sla.vocab import Indicator, Role
from sla.when import day_of

blueprint = Blueprint("observations", __name__, url_prefix="/assessment/observations")


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List the observations in scope, the latest first."""
    require(viewer(), *sorted(ASSESSED))
    session, today = current_session(), day_of(now())
    form = Form(request.args.to_dict(), key="filter")
    try:
        said = form.read(schemas.ObservationsFilter())
    except DomainError as error:
        form.blame(error)
        said = schemas.ObservationsFilter().load({})
    wanted = queries.wanted(said)
    return render_template(
        "observations/index.html",
        found=paged(session, queries.observations(viewer(), today, wanted), said["page"] or 1),
        form=form,
        filters={name: one for name, one in form.values.items() if name in said and name != "page"},
        projects=queries.projects_offered(session, viewer(), today),
        sees_whole=viewer().role in SEE_WHOLE,
        aspects=[(one.value, one.label) for one in Aspect],
        shown=list(schemas.SHOWN.items()),
        records=viewer().role is Role.BUREAU,
    )


@blueprint.get("/new")
def new() -> ResponseReturnValue:
    require(viewer(), Role.BUREAU)
    form = Form(request.args.to_dict())
    form.values.setdefault("submission", secrets.token_urlsafe(16))
    return _new_page(form)


@blueprint.post("")
def record() -> ResponseReturnValue:
    """Record an observation with its evidence."""
    require(viewer(), Role.BUREAU)
    form = Form.sent(request)

    def carry(said: Said, files: Files) -> tuple[str, str]:
        session, project = current_session(), None
        if said["project"]:
            project = session.get(Project, said["project"])
            if project is None:
                raise Invalid("请从列表中选择运维项目", "project")
        points = read_points(said["deduction"] or "0", "扣分", "deduction")
        made = observing.record(
            session,
            viewer(),
            Seen(
                project,
                said["day"],
                said["aspect"],
                said["what"],
                said["submission"],
                Indicator(said["indicator"]) if said["indicator"] else None,
                points,
                said["veto"],
            ),
            now(),
            [one for several in files.values() for one in several],
        )
        return "已登记，乙方可以看到并答复一次。", url_for(".show", observation_id=made.id)

    return carry_out(form, schemas.ObservationForm(), carry, lambda: _new_page(form), files=True)


@blueprint.get("/<int:observation_id>")
def show(observation_id: int) -> ResponseReturnValue:
    return _page(_observation(observation_id), Form())


@blueprint.post("/<int:observation_id>/withdraw")
def withdraw(observation_id: int) -> ResponseReturnValue:
    observation = _observation(observation_id)
    require(viewer(), Role.BUREAU)
    form = Form.sent(request, key="withdraw")

    def carry(said: Said, _files: Files) -> tuple[str, str]:
        observing.withdraw(current_session(), viewer(), observation, said["reason"], now())
        return "已撤回，不再计入考核。", url_for(".show", observation_id=observation_id)

    return carry_out(form, schemas.ReasonForm(), carry, lambda: _page(observation, form))


@blueprint.post("/<int:observation_id>/answer")
def answer(observation_id: int) -> ResponseReturnValue:
    observation = _observation(observation_id)
    require(viewer(), Role.MANAGER)
    form = Form.sent(request, key="answer")

    def carry(said: Said, _files: Files) -> tuple[str, str]:
        observing.answer(current_session(), viewer(), observation, said["answer"], now())
        return "答复已提交。", url_for(".show", observation_id=observation_id)

    return carry_out(form, schemas.AnswerForm(), carry, lambda: _page(observation, form))


@blueprint.post("/<int:observation_id>/evidence")
def attach(observation_id: int) -> ResponseReturnValue:
    """Add evidence to an observation later."""
    _observation(observation_id)
    require(viewer(), Role.BUREAU)
    form = Form.sent(request, key="files")

    def carry(_said: Said, files: Files) -> tuple[str, str]:
        taken = [one for several in files.values() for one in several]
        if not taken:
            raise Invalid("请选择要上传的文件", "file")
        observing.attach(current_session(), viewer(), _observation(observation_id), now(), taken)
        return "佐证已上传。", url_for(".show", observation_id=observation_id)

    return carry_out(
        form, schemas.NothingForm(), carry, lambda: _page(_observation(observation_id), form), files=True
    )


def _observation(observation_id: int) -> Observation:
    require(viewer(), *sorted(ASSESSED))
    return queries.observation(current_session(), viewer(), observation_id, now())


def _new_page(form: Form) -> str:
    today = day_of(now())
    return render_template(
        "observations/new.html",
        form=form,
        projects=queries.projects_offered(current_session(), viewer(), today),
        aspects=[(one.value, one.label, "") for one in Aspect],
        indicators=[(one.value, one.label) for one in MEASURABLE],
        today=today,
    )


def _page(observation: Observation, form: Form) -> str:
    person, at = viewer(), now()
    counts = observation.withdrawn_at is None
    return render_template(
        "observations/show.html",
        one=observation,
        papers=of_papers(current_session(), person, f"observation:{observation.id}", at),
        records=person.role is Role.BUREAU,
        withdraws=person.role is Role.BUREAU and counts,
        answers=person.role is Role.MANAGER and counts and observation.answered_at is None,
        form_for=form_for(form),
        failed=form,
    )
