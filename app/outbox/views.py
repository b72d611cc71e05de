"""The page for work without network, the worker that keeps it, and what a device asks the site for."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from flask import Blueprint, Response, current_app, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import csrf, icon_sheet
from app.access import require
from app.clock import now
from app.database import current_session
from app.forms import Form
from app.login import viewer
from app.outbox import queries
from app.outbox.schemas import KeysAsked
from sla.vocab import Role
from sla.when import iso

blueprint = Blueprint("outbox", __name__)

# What the page is made of, beside Bootstrap: kept by the worker, and named in its version.
STYLES = (
    "app.css",
    "parts.css",
    "overview.css",
    "tickets.css",
    "files.css",
    "duties.css",
    "sheets.css",
    "touch.css",
    "offline.css",
)
SCRIPTS = (
    *("offline-store.js", "offline-photos.js", "offline-send.js", "offline-capture.js", "offline.js"),
    *("duties.js", "offline-parts.js", "offline-forms.js", "offline-page.js"),
)
IN_THE_WORKER = ("offline-store.js", "offline-send.js")
BOOTSTRAP = ("css/bootstrap.min.css",)


@blueprint.get("/offline")
def index() -> ResponseReturnValue:
    """Show the page that works without network. It is the same for everybody: the device fills it."""
    return render_template("outbox/shell.html", styles=STYLES, scripts=SCRIPTS)


@blueprint.get("/worker.js")
def worker() -> ResponseReturnValue:
    """Serve the worker: its version is the digest of what it keeps, so that a new file makes a new one."""
    kept = _kept()
    scripts = [url_for("static", filename=name) for name in IN_THE_WORKER]
    told = {"version": _version(), "shell": url_for(".index"), "assets": kept, "scripts": scripts}
    own = _static("worker.js").read_text(encoding="utf8")
    answer = Response(f"self.KEPT = {json.dumps(told)};\n{own}", mimetype="text/javascript")
    answer.headers["Service-Worker-Allowed"] = "/"
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@blueprint.get("/offline/data")
def data() -> ResponseReturnValue:
    """Return what an engineer needs without network; the same content has the same ETag."""
    require(viewer(), Role.ENGINEER)
    at = now()
    found = queries.prepared(current_session(), viewer(), at)
    answer = jsonify({"prepared_at": iso(at), **found})
    answer.set_etag(hashlib.sha256(json.dumps(found, sort_keys=True).encode()).hexdigest()[:32])
    return answer.make_conditional(request)


@blueprint.get("/offline/token")
def token() -> ResponseReturnValue:
    """Say who is signed in, with a fresh token for sending and the server's time."""
    person = {"id": viewer().id, "name": viewer().name}
    return jsonify(person=person, csrf=csrf.token(), at=iso(now()))


@blueprint.get("/offline/arrived")
def arrived() -> ResponseReturnValue:
    """Say which of the numbers asked about have arrived already."""
    keys = Form({"key": request.args.getlist("key")}).read(KeysAsked())["key"]
    return jsonify(arrived=queries.arrived(current_session(), viewer(), keys))


def _kept() -> list[str]:
    own = [url_for("static", filename=name) for name in (*STYLES, *SCRIPTS, "icon.svg")]
    own.append(url_for(icon_sheet.ENDPOINT))
    return [*own, *(url_for("bootstrap.static", filename=name) for name in BOOTSTRAP)]


def _static(name: str) -> Path:
    return Path(current_app.static_folder or "") / name


def _version() -> str:
    """Return the digest of everything the worker keeps, and of itself."""
    digest = hashlib.sha256(render_template("outbox/shell.html", styles=STYLES, scripts=SCRIPTS).encode())
    digest.update(icon_sheet.version().encode())
    for name in (*STYLES, *SCRIPTS, "icon.svg", "worker.js"):
        digest.update(_static(name).read_bytes())
    folder = Path(current_app.blueprints["bootstrap"].static_folder or "")
    for name in BOOTSTRAP:
        digest.update((folder / name).read_bytes())
    return digest.hexdigest()[:16]
