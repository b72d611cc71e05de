"""The pages of closing months (M1)."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

from flask import Blueprint, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue
from marshmallow import Schema
from sqlalchemy import select

from app.access import projects_seen, require
from app.account import fresh
from app.clock import now
from app.closing import pages, queries, schemas, service
from app.closing.forms import on_sheet, sheet
from app.database import current_session
from app.duties.answers import Files, Said, carry_out
from app.files.uploads import current_store
from app.forms import Form
from app.login import viewer
from app.months.queries import contract_title
from app.papers.printing import signed_form
from app.wants import wants_json
from models.contract import Project
from sla.errors import Conflict, DomainError, NotFound
from sla.period import Period
from sla.vocab import PaperKind, Role
from sla.when import day_of

blueprint = Blueprint("closing", __name__, url_prefix="/closing")
Act = Callable[[Period, dict[str, Any]], object]


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List the months."""
    return pages.index()


@blueprint.get("/<month>")
def show(month: str) -> ResponseReturnValue:
    """Show one month."""
    return pages.show(_period(month), Form())


@blueprint.post("/<month>/compute")
def compute(month: str) -> ResponseReturnValue:
    """Compute a month."""
    return _act(
        *(month, "compute", Role.BUREAU, schemas.Nothing(), "已计算。"),
        lambda period, _said: service.compute(current_session(), viewer(), period, now()),
    )


@blueprint.post("/<month>/review")
def review(month: str) -> ResponseReturnValue:
    """Open the time for objections."""
    return _act(
        *(month, "review", Role.BUREAU, schemas.Nothing(), "已进入异议期，乙方和单位可以提出异议。"),
        lambda period, _said: service.open_review(current_session(), viewer(), period, now()),
    )


@blueprint.post("/<month>/objections")
def object_to(month: str) -> ResponseReturnValue:
    """Raise an objection."""
    require(viewer(), Role.MANAGER, Role.CONTACT)

    def carry(period: Period, said: dict[str, Any]) -> object:
        project = _project(said["project"])
        return service.object_to(
            current_session(), viewer(), period, project, said["indicator"], said["text"], now()
        )

    return _act(month, "objection", None, schemas.ObjectionForm(), "异议已提交，局方会答复。", carry)


@blueprint.post("/<month>/objections/<int:number>/answer")
def answer(month: str, number: int) -> ResponseReturnValue:
    """Answer an objection."""

    def carry(period: Period, said: dict[str, Any]) -> object:
        close = queries.close_of(current_session(), period.first_day)
        if close is None:
            raise NotFound("没有这条异议，或您无权查看")
        one = queries.objection(current_session(), viewer(), close, number, now())
        upheld = said["upheld"] == "yes"
        return service.answer(current_session(), viewer(), period, one, upheld, said["answer"], now())

    return _act(month, f"answer-{number}", Role.BUREAU, schemas.AnswerForm(), "已答复。", carry)


@blueprint.post("/<month>/sign")
def sign(month: str) -> ResponseReturnValue:
    """Sign for the supplier."""
    return _act(
        *(month, "sign", Role.MANAGER, schemas.NoteForm(), "已签认本月数字。"),
        lambda period, said: service.sign(
            *(current_session(), viewer(), period, said["note"], now()), said["seen"]
        ),
        proven=True,
    )


@blueprint.post("/<month>/silence")
def silence(month: str) -> ResponseReturnValue:
    """Record that the supplier did not sign in time."""
    return _act(
        *(month, "silence", Role.BUREAU, schemas.Nothing(), "已记录：未在异议期内签认。"),
        lambda period, _said: service.record_silence(current_session(), viewer(), period, now()),
    )


@blueprint.post("/<month>/prepare")
def prepare(month: str) -> ResponseReturnValue:
    """Prepare the freezing (经办)."""
    return _act(
        *(month, "prepare", Role.BUREAU, schemas.SealForm(), "已经办，等另一位局方人员审核。"),
        lambda period, said: service.prepare(current_session(), viewer(), period, now(), said["seen"]),
        proven=True,
    )


@blueprint.post("/<month>/return")
def send_back(month: str) -> ResponseReturnValue:
    """Take the preparation back."""
    return _act(
        *(month, "return", Role.BUREAU, schemas.ReasonForm(), "已退回。"),
        lambda period, said: service.send_back(current_session(), viewer(), period, said["reason"], now()),
    )


@blueprint.post("/<month>/freeze")
def freeze(month: str) -> ResponseReturnValue:
    """Freeze a month (审核)."""
    return _act(
        *(month, "freeze", Role.BUREAU, schemas.Nothing(), "本月已冻结，文件已保存。"),
        lambda period, _said: service.freeze(current_session(), current_store(), viewer(), period, now()),
        proven=True,
    )


@blueprint.post("/<month>/attendance")
def confirm_attendance(month: str) -> ResponseReturnValue:
    """Confirm for the units, all at once, the attendance nobody objected to."""
    return _act(
        *(month, "attendance", Role.BUREAU, schemas.Nothing(), "已代单位确认没有异议的出勤。"),
        lambda period, _said: service.confirm_attendance(current_session(), viewer(), period, now()),
    )


@blueprint.post("/<month>/sheet")
def make_sheet(month: str) -> ResponseReturnValue:
    """Keep the sign-off sheet of this moment for printing and signing."""
    require(viewer(), Role.BUREAU, Role.MANAGER)
    session, at, period = current_session(), now(), _period(month)
    course = on_sheet(session, current_store(), period, at)
    if course is None:
        raise Conflict(f"{period.key} 还没有进入异议期，没有可签认的数字")
    close, found = course
    form = sheet(close, found, contract_title(session))
    paper = signed_form(
        *(session, viewer(), PaperKind.MONTH_SHEET, f"month:{period.key}", form, at), dated=day_of(at)
    )
    return redirect(url_for("papers.show", paper_id=paper.id), 303)


@blueprint.get("/<month>/files/<name>")
def frozen_file(month: str, name: str) -> ResponseReturnValue:
    """Serve a file the month was frozen with, hashed again."""
    period = _period(month)
    require(viewer(), *sorted(queries.SEE_FILES))
    found = queries.frozen_file(current_session(), period.first_day, name)
    content = current_store().read(found.sha256)
    return send_file(
        BytesIO(content),
        mimetype=found.media_type,
        as_attachment=True,
        download_name=f"{period.key}-{found.name}",
    )


def _period(month: str) -> Period:
    return pages.month_named(current_session(), viewer(), month, now())


def _project(seq: int | None) -> Project | None:
    """Return a project in the viewer's scope; another one is ``NotFound`` (S1)."""
    if seq is None:
        return None
    query = select(Project).where(Project.seq == seq, projects_seen(viewer(), day_of(now())))
    found = current_session().scalar(query)
    if found is None:
        raise NotFound("没有这个运维项目，或您无权查看")
    return found


def _act(
    month: str, key: str, role: Role | None, schema: Schema, done: str, act: Act, *, proven: bool = False
) -> ResponseReturnValue:
    """Carry out a step: who, then the password where it is signed, then the form."""
    period = _period(month)
    if role is not None:
        require(viewer(), role)
    form = Form.sent(request, key=key)
    if proven:
        try:
            fresh.prove(form, schema)
        except DomainError as error:
            if wants_json() or error.status == 403:
                raise
            form.blame(error)
            return pages.show(period, form), error.status

    def carry(said: Said, _files: Files) -> tuple[str, str]:
        act(period, said)
        return done, url_for(".show", month=period.key)

    return carry_out(form, schema, carry, lambda: pages.show(period, form))
