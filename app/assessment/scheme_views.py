"""The pages of the scheme: its versions, the draft as a form, and the two signatures.

Saving a draft and signing show first what would change; a form carries the digest of what was shown.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from marshmallow import Schema

from app.access import require
from app.account import fresh
from app.assessment import editor, queries, schemas, service
from app.assessment import scheme_pages as pages
from app.assessment.queries import ASSESSED
from app.clock import now
from app.contract.changing import check_may_change, checked_reason
from app.database import current_session
from app.duties.answers import Carry, Files, Said, carry_out
from app.forms import Form
from app.login import viewer
from app.wants import wants_json
from models.assessment import SchemeVersion
from sla.assessment import SchemeState, read_scheme
from sla.errors import Conflict, DomainError
from sla.vocab import Role

blueprint = Blueprint("schemes", __name__, url_prefix="/assessment/schemes")


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List the versions, and say which one is in force today."""
    require(viewer(), *sorted(ASSESSED))
    return pages.index_page(Form())


@blueprint.get("/<int:version_id>")
def show(version_id: int) -> ResponseReturnValue:
    """Show one version with its signatures and its history."""
    return pages.version_page(_version(version_id), Form())


@blueprint.post("")
def draft() -> ResponseReturnValue:
    """Begin a draft as a copy of the newest version."""
    require(viewer(), Role.BUREAU)
    form = Form.sent(request)

    def carry(_said: Said, _files: Files) -> tuple[str, str]:
        session = current_session()
        known = [one for one in queries.versions(session) if one.state is not SchemeState.DISCARDED]
        made = service.draft(session, viewer(), known[0], now())
        return f"第 {made.number} 版草案已建立，请修改。", url_for(".edit", version_id=made.id)

    return carry_out(form, schemas.NothingForm(), carry, lambda: pages.index_page(form))


# -- the form ---------------------------------------------------------------------------------------


@blueprint.get("/<int:version_id>/edit")
def edit(version_id: int) -> ResponseReturnValue:
    version = _editable(version_id)
    return pages.edit_page(version, Form({"name": version.name} | editor.filled(version.scheme)))


@blueprint.post("/<int:version_id>/edit")
def save(version_id: int) -> ResponseReturnValue:
    """Save the draft if what it changes has been shown; otherwise show that first."""
    version = _version(version_id)
    require(viewer(), Role.BUREAU)
    form = Form.sent(request)
    form.values = editor.moved_up(form.values)
    form.expect(schemas.SchemeForm())
    try:
        _check_draft(version)
    except DomainError as error:
        if wants_json():
            raise
        form.blame(error)
        return pages.version_page(version, form), error.status
    try:
        said = form.read(schemas.SchemeForm())
        name, scheme = service.checked_name(said["name"]), read_scheme(editor.said_scheme(said))
    except DomainError as error:
        if wants_json():
            raise
        form.blame(error)
        return pages.edit_page(version, form), error.status
    if said["seen"] != service.digest(scheme):
        form.values["seen"] = service.digest(scheme)
        found = pages.draft_outlook(version, scheme)
        return pages.edit_page(version, form, found)
    changed = service.edit(current_session(), viewer(), version, name, scheme, now())
    flash("草案已保存。" if changed else "没有改动。", "success" if changed else "info")
    return redirect(url_for(".show", version_id=version.id), 303)


# -- the signatures ---------------------------------------------------------------------------------


@blueprint.get("/<int:version_id>/adoption")
def adoption(version_id: int) -> ResponseReturnValue:
    """Show what adopting would change, before either of the two signs."""
    require(viewer(), Role.BUREAU)
    version = _version(version_id)
    form = Form(request.args.to_dict(), key="pick")
    try:
        return pages.adoption_page(version, _plan(version, form), Form(key="sign"))
    except DomainError as error:
        if wants_json() or error.status in (403, 404):
            raise
        form.blame(error)
        return pages.version_page(version, form), error.status


@blueprint.post("/<int:version_id>/sign")
def sign(version_id: int) -> ResponseReturnValue:
    """Sign as the first person."""
    require(viewer(), Role.BUREAU)
    form = Form.sent(request, key="sign")

    def carry(said: Said, _files: Files) -> tuple[str, str]:
        version = _version(version_id)
        service.sign(current_session(), viewer(), version, now=now(), **said)
        return "您已作为经办人签署，请另一位局方人员审核。", url_for(".show", version_id=version_id)

    return _signed(form, schemas.SignForm(), carry, lambda: _again(version_id, form))


@blueprint.post("/<int:version_id>/adopt")
def adopt(version_id: int) -> ResponseReturnValue:
    """Sign as the second person: the version is adopted."""
    require(viewer(), Role.BUREAU)
    form = Form.sent(request, key="sign")

    def carry(said: Said, _files: Files) -> tuple[str, str]:
        version = _version(version_id)
        service.adopt(current_session(), viewer(), version, now(), **said)
        done = f"第 {version.number} 版考核办法已签署，从 {version.from_day} 起施行。"
        return done, url_for(".show", version_id=version_id)

    return _signed(form, schemas.AdoptForm(), carry, lambda: _again(version_id, form))


@blueprint.post("/<int:version_id>/return")
def send_back(version_id: int) -> ResponseReturnValue:
    return _decided(version_id, "return", service.send_back, "已退回为草案，可以修改。")


@blueprint.post("/<int:version_id>/discard")
def discard(version_id: int) -> ResponseReturnValue:
    return _decided(version_id, "discard", service.discard, "草案已作废。")


# -- what they have in common -----------------------------------------------------------------------


def _version(version_id: int) -> SchemeVersion:
    require(viewer(), *sorted(ASSESSED))
    return queries.version(current_session(), version_id)


def _editable(version_id: int) -> SchemeVersion:
    version = _version(version_id)
    require(viewer(), Role.BUREAU)
    _check_draft(version)
    return version


def _check_draft(version: SchemeVersion) -> None:
    if version.state is not SchemeState.DRAFT:
        raise Conflict(f"第 {version.number} 版是「{version.state.label}」，不能修改；请另建一版草案")


def _plan(version: SchemeVersion, form: Form) -> pages.Plan:
    if version.state is SchemeState.SIGNED:
        assert version.from_day is not None
        return pages.Plan(version.from_day, version.basis)
    if version.state is not SchemeState.DRAFT:
        raise Conflict(f"第 {version.number} 版是「{version.state.label}」，不需要签署")
    said = form.read(schemas.AdoptionPick())
    check_may_change(current_session(), said["from_day"], now(), "from_day")
    return pages.Plan(said["from_day"], checked_reason(said["basis"]))


def _signed(form: Form, schema: Schema, carry: Carry, again: Callable[[], str]) -> ResponseReturnValue:
    """Carry out an act that is signed with the own password, which is checked before anything else."""
    try:
        fresh.prove(form, schema)
    except DomainError as error:
        if wants_json() or error.status == 403:
            raise
        form.blame(error)
        return again(), error.status
    return carry_out(form, schema, carry, again)


def _again(version_id: int, form: Form) -> str:
    """Show the adoption page again with what is wrong; without a plan, the version."""
    version = _version(version_id)
    try:
        plan = _plan(version, Form({name: form.values.get(name, "") for name in ("from_day", "basis")}))
    except DomainError:
        return pages.version_page(version, form)
    return pages.adoption_page(version, plan, form)


def _decided(version_id: int, key: str, act: Callable[..., None], done: str) -> ResponseReturnValue:
    require(viewer(), Role.BUREAU)
    form = Form.sent(request, key=key)

    def carry(said: Said, _files: Files) -> tuple[str, str]:
        act(current_session(), viewer(), _version(version_id), said["reason"], now())
        return done, url_for(".show", version_id=version_id)

    return carry_out(
        form, schemas.ReasonForm(), carry, lambda: pages.version_page(_version(version_id), form)
    )
