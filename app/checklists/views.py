"""The pages of the checklists: what is looked at, the draft of the next version, its approval."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.access import require
from app.checklists import queries, schemas, service
from app.clock import now
from app.database import current_session
from app.duties.answers import Files, Said, carry_out, form_for
from app.duties.lines import limits_text
from app.forms import Form
from app.login import viewer
from app.navigation import READERS
from models.checklists import ChecklistVersion
from sla.vocab import Role

blueprint = Blueprint("checklists", __name__, url_prefix="/checklists")

BLANK_ROWS = 3


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List the checklists with the versions in use."""
    require(viewer(), *sorted(READERS))
    session = current_session()
    return render_template(
        "checklists/index.html",
        found=queries.checklists(session, viewer()),
        used_by=queries.used_by(session),
    )


@blueprint.get("/<int:checklist_id>")
def show(checklist_id: int) -> ResponseReturnValue:
    """Show what is looked at, and which versions there were."""
    found = queries.checklist(current_session(), viewer(), checklist_id)
    return render_template(
        "checklists/show.html",
        found=found,
        limits=limits_text,
        drafts=viewer().role is Role.MANAGER,
        sees_drafts=viewer().role in queries.SEE_DRAFTS,
    )


@blueprint.post("/<int:checklist_id>/draft")
def begin(checklist_id: int) -> ResponseReturnValue:
    """Begin the next version."""
    session = current_session()
    found = queries.checklist(session, viewer(), checklist_id)
    made = service.start_draft(session, viewer(), found, now())
    return redirect(url_for(".draft", version_id=made.id), 303)


@blueprint.get("/drafts/<int:version_id>")
def draft(version_id: int) -> ResponseReturnValue:
    """Show a draft: the manager edits it, the bureau decides about it."""
    return _draft_page(_draft(version_id), Form())


@blueprint.post("/drafts/<int:version_id>")
def save(version_id: int) -> ResponseReturnValue:
    one, form = _draft(version_id), Form.sent(request, key="draft")
    require(viewer(), Role.MANAGER)

    def carry(said: Said, _files: Files) -> tuple[str, str]:
        items = schemas.items_of(said)
        service.save_draft(current_session(), viewer(), one, items, said["reason"], said["seen"], now())
        return "草稿已保存，等局方批准。", url_for(".draft", version_id=version_id)

    return carry_out(form, schemas.draft_schema(), carry, lambda: _draft_page(_draft(version_id), form))


@blueprint.post("/drafts/<int:version_id>/approve")
def approve(version_id: int) -> ResponseReturnValue:
    one, form = _draft(version_id), Form.sent(request, key="approve")

    def carry(said: Said, _files: Files) -> tuple[str, str]:
        service.approve(current_session(), viewer(), one, said["seen"], now())
        back = url_for(".show", checklist_id=one.checklist_id)
        return f"{one.checklist.name}第 {one.number} 版已启用。", back

    return carry_out(form, schemas.DecisionForm(), carry, lambda: _draft_page(_draft(version_id), form))


@blueprint.post("/drafts/<int:version_id>/discard")
def discard(version_id: int) -> ResponseReturnValue:
    one, form = _draft(version_id), Form.sent(request, key="discard")

    def carry(said: Said, _files: Files) -> tuple[str, str]:
        back = url_for(".show", checklist_id=one.checklist_id)
        service.discard(current_session(), viewer(), one, said["reason"], said["seen"], now())
        return "草稿已撤销。", back

    return carry_out(form, schemas.DecisionForm(), carry, lambda: _draft_page(_draft(version_id), form))


def _draft(version_id: int) -> ChecklistVersion:
    return queries.draft(current_session(), viewer(), version_id)


def _draft_page(one: ChecklistVersion, form: Form) -> str:
    values = {"reason": one.reason}
    for row in one.items:
        for name in schemas.COLUMNS:
            values[f"{name}-{row.position}"] = getattr(row, name) or ""
    typed = form if form.key == "draft" else Form(values, key="draft")
    filled = [place for place in range(1, service.MOST_ITEMS + 1) if _says(typed, place)]
    last = max(filled, default=0)
    return render_template(
        "checklists/draft.html",
        one=one,
        form=typed,
        form_for=form_for(form),
        rows=range(1, min(last + BLANK_ROWS, service.MOST_ITEMS) + 1),
        columns=schemas.COLUMNS,
        seen=service.stamp(one),
        edits=viewer().role is Role.MANAGER,
        decides=viewer().role is Role.BUREAU,
        limits=limits_text,
    )


def _says(form: Form, place: int) -> bool:
    """Tell whether a row of the form says anything."""
    return any(form.value(f"{name}-{place}") for name in schemas.COLUMNS)
