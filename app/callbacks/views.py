"""The pages of call-backs: the list, starting them, signing several or one, the record and the summary."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from marshmallow import Schema

from app.access import require
from app.addresses import public_url
from app.callbacks import pages, queries, schemas, service
from app.callbacks.record import made_at, printed_record
from app.callbacks.service import Answer
from app.clock import now
from app.database import current_session
from app.duties.answers import Carry, Files, Said, carry_out
from app.forms import Form
from app.login import viewer
from app.navigation import READERS
from app.papers.printing import digest
from app.papers.word import word_file
from app.places.service import code_svg
from models.callbacks import CallBack
from sla.errors import Invalid, NotFound
from sla.vocab import Role

blueprint = Blueprint("callbacks", __name__, url_prefix="/callbacks")

_ANSWERED = re.compile(r"(?:satisfaction|running)-([0-9]{1,9})")


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List the call-backs in scope."""
    require(viewer(), *sorted(READERS))
    form = Form(request.args.to_dict(), key="filter")
    return pages.index(form, form.read(schemas.ListFilter()))


@blueprint.get("/summary")
def summary() -> ResponseReturnValue:
    """Show a period as a whole, the latest unless another is named."""
    require(viewer(), *sorted(READERS))
    said = Form(request.args.to_dict()).read(schemas.ListFilter())
    known = queries.periods(current_session(), viewer(), now())
    chosen = (said["first"], said["last"]) if said["first"] and said["last"] else None
    if chosen is None and known:
        return redirect(url_for(".summary", first=known[0][0], last=known[0][1]))
    if chosen is None or chosen not in known:
        raise NotFound("这段期间没有您可以查看的回访")
    return pages.summary(chosen)


@blueprint.route("/start", methods=["GET", "POST"])
def start() -> ResponseReturnValue:
    """Ask about a period."""
    require(viewer(), Role.BUREAU)
    if request.method != "POST":
        return pages.start(Form(request.args.to_dict()))
    form = Form.sent(request)
    if not request.is_json:
        form.values["projects"] = request.form.getlist("projects")

    def carry(said: Said, _files: Files) -> tuple[str, str]:
        first, last = said["first_day"], said["last_day"]
        chosen = said["projects"] if said["scope"] == schemas.CHOSEN else None
        made, there = service.start(current_session(), viewer(), first, last, now(), chosen)
        known = f"，{there} 个此前已经发起" if there else ""
        return f"已发起 {len(made)} 个项目的回访{known}。", url_for(".index", first=first, last=last)

    return carry_out(form, schemas.StartForm(), carry, lambda: pages.start(form))


@blueprint.route("/sign", methods=["GET", "POST"])
def sign() -> ResponseReturnValue:
    """Sign for several projects on one page; what is left open stays open."""
    require(viewer(), Role.CONTACT)
    if request.method != "POST":
        return pages.sign(Form())
    form = Form.sent(request)
    ids = sorted({int(found[1]) for name in form.values if (found := _ANSWERED.fullmatch(name))})
    shown = {one.id for one in queries.to_sign(current_session(), viewer(), now())}
    for one in ids:
        if one not in shown:
            queries.callback_seen(current_session(), viewer(), one, now())

    def carry(said: Said, _files: Files) -> tuple[str, str]:
        for one in ids:
            _sign_one(one, said)
        if not ids:
            raise Invalid("请至少填写一个项目")
        return f"已签署 {len(ids)} 个项目。", url_for(".sign" if shown - set(ids) else ".index")

    return carry_out(form, schemas.sign_schema(shown | set(ids)), carry, lambda: pages.sign(form))


def _sign_one(one: int, said: dict[str, Any]) -> None:
    """Sign for one of several projects; a message belongs to the project's own boxes."""
    for name, label in (("satisfaction", "满意度"), ("running", "运转情况")):
        if said[f"{name}-{one}"] is None:
            raise Invalid(f"请选择{label}", f"{name}-{one}")
    answer = Answer(said[f"satisfaction-{one}"], said[f"running-{one}"], said[f"remarks-{one}"])
    try:
        service.sign(current_session(), viewer(), one, answer, said["sure"], now())
    except Invalid as error:
        field = error.field if error.field in (None, "sure") else f"{error.field}-{one}"
        raise Invalid(error.message, field) from None


@blueprint.get("/<int:callback_id>")
def show(callback_id: int) -> ResponseReturnValue:
    """Show one call-back."""
    return pages.show(_seen(callback_id), Form())


@blueprint.get("/<int:callback_id>/record")
def record(callback_id: int) -> ResponseReturnValue:
    """Show the record for printing."""
    return pages.record(_seen(callback_id))


@blueprint.get("/<int:callback_id>/record/word")
def word(callback_id: int) -> ResponseReturnValue:
    """Serve the record as a Word document."""
    one = _seen(callback_id)
    address = public_url(".show", callback_id=one.id)
    return word_file(printed_record(one), address, made_at(one), one.id)


@blueprint.get("/<int:callback_id>/code.svg")
def code(callback_id: int) -> ResponseReturnValue:
    """Serve the code that leads from the sheet to the page."""
    address = public_url(".show", callback_id=_seen(callback_id).id)
    return Response(code_svg(address), content_type="image/svg+xml")


# -- what is done with one --------------------------------------------------------------------------


@blueprint.post("/<int:callback_id>/answer")
def answer(callback_id: int) -> ResponseReturnValue:
    """Sign for one project, or answer anew."""

    def carry(said: Said, _files: Files) -> tuple[str, str]:
        service.sign(current_session(), viewer(), callback_id, _answer(said), said["sure"], now())
        return "已签署。", url_for(".show", callback_id=callback_id)

    return _on(callback_id, "answer", schemas.SignForm(), carry, Role.CONTACT)


@blueprint.post("/<int:callback_id>/enter")
def enter(callback_id: int) -> ResponseReturnValue:
    """Enter what was said on the telephone or signed on paper."""

    def carry(said: Said, files: Files) -> tuple[str, str]:
        channel, said_by, said_at = said["channel"], said["said_by"], said["said_at"]
        given, at = files.get("file", []), now()
        session, person = current_session(), viewer()
        service.enter(session, person, callback_id, _answer(said), channel, said_by, said_at, at, given)
        return "已代录。", url_for(".show", callback_id=callback_id)

    return _on(callback_id, "enter", schemas.EnterForm(), carry, Role.BUREAU, files=True)


@blueprint.post("/<int:callback_id>/follow-up")
def follow_up(callback_id: int) -> ResponseReturnValue:
    """Write what was done about a complaint."""

    def carry(said: Said, _files: Files) -> tuple[str, str]:
        service.follow_up(current_session(), viewer(), callback_id, said["what"], now())
        return "已提交。", url_for(".show", callback_id=callback_id)

    roles = (Role.ENGINEER, Role.MANAGER, Role.CONTACT, Role.BUREAU)
    return _on(callback_id, "follow-up", schemas.WordsForm(), carry, *roles)


@blueprint.post("/<int:callback_id>/settle")
def settle(callback_id: int) -> ResponseReturnValue:
    """Find the follow-up done."""

    def carry(said: Said, _files: Files) -> tuple[str, str]:
        service.settle(current_session(), viewer(), callback_id, said["what"], now())
        return "已确认整改完成；单位可以重新答复。", url_for(".show", callback_id=callback_id)

    return _on(callback_id, "settle", schemas.SettleForm(), carry, Role.CONTACT, Role.BUREAU)


@blueprint.post("/<int:callback_id>/scan")
def scan(callback_id: int) -> ResponseReturnValue:
    """Take the signed record that came back on paper."""

    def carry(_said: Said, files: Files) -> tuple[str, str]:
        if not (given := files.get("file", [])):
            raise Invalid("请先选择扫描件或照片", "file")
        one, at = service.held(current_session(), viewer(), callback_id, now()), now()
        sha256 = digest(printed_record(one).content())
        service.keep_scan(current_session(), viewer(), one, given, at, sha256)
        return "扫描件已保存。", url_for(".show", callback_id=callback_id)

    roles = (Role.CONTACT, Role.BUREAU)
    return _on(callback_id, "scan", schemas.NothingForm(), carry, *roles, files=True)


def _seen(callback_id: int) -> CallBack:
    return queries.callback_seen(current_session(), viewer(), callback_id, now())


def _answer(said: dict[str, Any]) -> Answer:
    return Answer(said["satisfaction"], said["running"], said["remarks"], said["seen"])


def _on(
    callback_id: int, key: str, schema: Schema, carry: Carry, *roles: Role, files: bool = False
) -> ResponseReturnValue:
    """Do something with one; who may not see it is told so before anything else (S1)."""
    _seen(callback_id)
    require(viewer(), *roles)
    form = Form.sent(request, key=key)
    return carry_out(form, schema, carry, lambda: pages.show(_seen(callback_id), form), files=files)
