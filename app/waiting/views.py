"""The page of everything that waits for the person at work, and the number beside it in the menu."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.acceptance.pages import OPINIONS
from app.access import require
from app.callbacks.pages import FACES, RUNNING
from app.clock import now
from app.database import current_session
from app.disputes import plain
from app.duties.answers import form_for
from app.forms import Form
from app.login import viewer
from app.returns import AGAIN
from app.waiting import queries, service
from app.waiting.kind import Desk, Kind
from app.waiting.kinds import ROLES
from app.waiting.schemas import DecisionForm, WaitingFilter
from app.waiting.service import Result
from app.wants import wants_json
from sla.errors import DomainError, Invalid

blueprint = Blueprint("waiting", __name__, url_prefix="/waiting")


@blueprint.app_template_global("waiting_number")
def waiting_number() -> int:
    """Return the number beside the entry of the menu, counted once for a page."""
    return sum(waiting_numbers().values())


def waiting_numbers() -> dict[str, int]:
    """Return how much waits for the person at work, kind by kind, counted once for a page."""
    if "waiting_numbers" not in g:
        g.waiting_numbers = queries.numbers(desk())
    found: dict[str, int] = g.waiting_numbers
    return found


def unread_number() -> int:
    """Return the number beside the bell, counted together with what waits."""
    return queries.unread(desk())


def desk() -> Desk:
    """Return what is read for the person at work, once for a page."""
    if "waiting_desk" not in g:
        g.waiting_desk = Desk(current_session(), viewer(), now())
    found: Desk = g.waiting_desk
    return found


@blueprint.get("")
def index() -> ResponseReturnValue:
    """Show what waits, grouped by kind, the oldest first."""
    require(viewer(), *sorted(ROLES))
    said = Form(request.args.to_dict()).read(WaitingFilter())
    return _page(Form(), said["kind"], said["page"] or 1)


@blueprint.post("")
def decide() -> ResponseReturnValue:
    """Confirm or refuse one thing or several; what cannot be done is told and stays."""
    require(viewer(), *sorted(ROLES))
    form = Form.sent(request)
    if not request.is_json:
        form.values["keys"] = request.form.getlist("keys")
    form.key = _form_of(form)
    only = ""
    try:
        said = form.read(DecisionForm())
        only, kind = said["alone"], queries.kind(desk(), said["kind"])
        keys = said["shown"].split() if said["act"] == "all" else said["keys"]
        if not keys:
            raise Invalid("请先勾选要确认的", "keys")
        yes = said["act"] != "reject"
        results = service.decide(current_session(), viewer(), kind, keys, yes, said["reason"], now())
        if len(results) == 1 and results[0].error:
            raise results[0].error
    except DomainError as error:
        if wants_json() or error.status in (403, 404):
            raise
        form.blame(error)
        return _page(form, only), error.status
    return _told(form, kind, yes, results, only)


def shown_again(form: Form) -> str:
    """Show the page with a form of a thing in its place that was refused, or what was typed into it."""
    code, _, key = form.key.partition("-")
    shown = queries.keys_shown(queries.everything(desk()))
    there = key in shown.get(code, "").split()
    return _page(form, code if code in shown and not there else "", told_there=True)


AGAIN["waiting"] = shown_again


def _form_of(form: Form) -> str:
    """Return the key of the form on the page that was sent: that of one thing, or of several."""
    keys = form.value("keys")
    alone = isinstance(keys, list) and len(keys) == 1
    return f"{form.value('kind')}-{keys[0]}" if alone else "bulk"


def _told(form: Form, kind: Kind, yes: bool, results: Sequence[Result], only: str) -> ResponseReturnValue:
    """Say what became of each: in short where all is done, else with what was not."""
    done = sum(result.error is None for result in results)
    if wants_json():
        told = [{"key": one.key, "done": not one.error, "error": _why(one)} for one in results]
        return jsonify(done=done, results=told)
    if done == len(results):
        flash(f"{kind.label_for(viewer())}：已{kind.yes if yes else kind.no} {done} 项。", "success")
        return redirect(url_for(".index", kind=only or None), 303)
    titles = {
        item.key: item.title for group in queries.of_kind(desk(), kind.code, 1) for item in group.found.items
    }
    failed = [(titles.get(one.key, "其中一项"), _why(one)) for one in results if one.error]
    return _page(form, only, done=done, failed=failed)


def _why(result: Result) -> str | None:
    return result.error.message if result.error else None


def _page(form: Form, code: str, page: int = 1, **told: Any) -> str:
    # What was read before a decision is not what is shown after it.
    for name in ("waiting_desk", "waiting_numbers"):
        g.pop(name, None)
    groups = queries.of_kind(desk(), code, page) if code else queries.everything(desk())
    return render_template(
        "waiting/index.html",
        groups=groups,
        shown=queries.keys_shown(groups),
        only=code,
        form=form,
        form_for=form_for(form),
        faces=FACES,
        running=RUNNING,
        opinions=OPINIONS,
        plain_dispute=plain,
        **({"done": 0, "failed": [], "told_there": False} | told),
    )
