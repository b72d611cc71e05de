"""The pages of documents that amend the contract: enter one, see what it changes, confirm it (P4)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from marshmallow import Schema

from app.access import require
from app.account.fresh import prove
from app.amendments import pages, schemas, service
from app.amendments.service import Document
from app.clock import now
from app.database import current_session
from app.duties.answers import Carry, Files, Said, carry_out
from app.forms import Form
from app.login import viewer
from app.navigation import READERS
from app.wants import wants_json
from sla.errors import Conflict, DomainError
from sla.vocab import Role

blueprint = Blueprint("amendments", __name__, url_prefix="/contract/amendments")

LOOKERS = (Role.BUREAU, Role.MANAGER, Role.AUDITOR)  # who sees what a document would change


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List the documents in scope."""
    require(viewer(), *READERS)
    return pages.listed(Form(request.args.to_dict()).read(schemas.PageOf())["page"])


@blueprint.get("/new")
def new() -> ResponseReturnValue:
    require(viewer(), Role.BUREAU)
    return pages.new(Form())


@blueprint.post("")
def draft() -> ResponseReturnValue:
    require(viewer(), Role.BUREAU)
    form = Form.sent(request)

    def carry(said: Said, files: Files) -> tuple[str, str]:
        scans = [one for box in files.values() for one in box]
        made = service.draft(current_session(), viewer(), Document(**said), now(), scans)
        return "已存为草稿，请逐项填写变更的内容。", url_for(".show", amendment_id=made.id)

    return carry_out(form, schemas.DocumentForm(), carry, lambda: pages.new(form), files=True)


@blueprint.get("/<int:amendment_id>")
def show(amendment_id: int) -> ResponseReturnValue:
    require(viewer(), *READERS)
    return pages.one(amendment_id, Form())


@blueprint.get("/<int:amendment_id>/items/new")
def item(amendment_id: int) -> ResponseReturnValue:
    """Show the form of one kind of change; of duties and postings the row is chosen first."""
    require(viewer(), Role.BUREAU)
    said = Form(request.args.to_dict()).read(schemas.Choice())
    return pages.item(amendment_id, said["what"], said["project"], Form())


@blueprint.post("/<int:amendment_id>/items")
def add(amendment_id: int) -> ResponseReturnValue:
    require(viewer(), Role.BUREAU)
    form = Form.sent(request)
    if not request.is_json:
        form.values["projects"] = ",".join(request.form.getlist("projects"))
    chosen = {"what": form.values.pop("what", None), "project": form.values.pop("project", None)}
    picked = Form(chosen).read(schemas.Choice())
    what = picked["what"]

    def carry(said: Said, _files: Files) -> tuple[str, str]:
        made = service.add_item(
            current_session(), viewer(), amendment_id, schemas.new_item(what, said), now()
        )
        return f"已加入 {len(made)} 项变更。", url_for(".show", amendment_id=amendment_id)

    def again() -> str:
        return pages.item(amendment_id, what, picked["project"], form)

    return carry_out(form, schemas.FORMS[what](), carry, lambda: _or_the_document(amendment_id, form, again))


@blueprint.post("/<int:amendment_id>/items/<int:item_id>/remove")
def remove(amendment_id: int, item_id: int) -> ResponseReturnValue:
    require(viewer(), Role.BUREAU)
    form = Form.sent(request)

    def carry(_said: Said, _files: Files) -> tuple[str, str]:
        service.remove_item(current_session(), viewer(), amendment_id, item_id, now())
        return "已移除。", url_for(".show", amendment_id=amendment_id)

    return carry_out(form, schemas.Nothing(), carry, lambda: pages.one(amendment_id, form))


@blueprint.get("/<int:amendment_id>/effect")
def effect(amendment_id: int) -> ResponseReturnValue:
    """Show which due times, figures and duties it would change."""
    require(viewer(), *LOOKERS)
    return pages.effect(amendment_id, Form(key="confirm"))


@blueprint.post("/<int:amendment_id>/enter")
def enter(amendment_id: int) -> ResponseReturnValue:
    """Hand it in: signed by the first person with the own password."""

    def carry(_said: Said, _files: Files) -> tuple[str, str]:
        service.enter(current_session(), viewer(), amendment_id, now())
        return "已提交，等待另一位局方人员审核。", url_for(".show", amendment_id=amendment_id)

    form = Form.sent(request, key="enter")
    return _signed(form, schemas.Nothing(), carry, lambda: pages.one(amendment_id, form))


@blueprint.post("/<int:amendment_id>/confirm")
def confirm(amendment_id: int) -> ResponseReturnValue:
    """Put it in force: signed by the second person, who has seen the effect."""

    def carry(said: Said, _files: Files) -> tuple[str, str]:
        found = service.confirm(current_session(), viewer(), amendment_id, said["seen"], now())
        counts = found.counts()
        done = f"已确认。{counts['tickets']} 张工单已重新计算，{counts['dues']} 个到期时间或结论有变化。"
        return done, url_for(".show", amendment_id=amendment_id)

    form = Form.sent(request, key="confirm")
    again = partial(_or_the_document, amendment_id, form, lambda: pages.effect(amendment_id, form))
    return _signed(form, schemas.ConfirmForm(), carry, again)


@blueprint.post("/<int:amendment_id>/withdraw")
def withdraw(amendment_id: int) -> ResponseReturnValue:
    def carry(said: Said, _files: Files) -> tuple[str, str]:
        service.withdraw(current_session(), viewer(), amendment_id, said["reason"], now())
        return "已撤回。", url_for(".show", amendment_id=amendment_id)

    form = Form.sent(request, key="withdraw")
    return _signed(form, schemas.WithdrawForm(), carry, lambda: pages.one(amendment_id, form))


def _or_the_document(amendment_id: int, form: Form, page: Callable[[], str]) -> str:
    """Return a page; where the document is past it, the document itself, with the form that came too late."""
    try:
        return page()
    except Conflict:
        return pages.one(amendment_id, form)


def _signed(form: Form, schema: Schema, carry: Carry, again: Callable[[], str]) -> ResponseReturnValue:
    """Let an act that binds be carried out once the own password has been given."""
    require(viewer(), Role.BUREAU)
    try:
        prove(form, schema)
    except DomainError as error:
        if wants_json() or error.status in (403, 404):
            raise
        form.blame(error)
        return again(), error.status
    return carry_out(form, schema, carry, again)
