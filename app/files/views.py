"""Files over the web: looking at them, their small pictures, and attaching to things of other features."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from typing import IO, Any

from flask import Blueprint, Response, flash, jsonify, redirect, send_file
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.account.views import own_path
from app.clock import now
from app.database import current_session
from app.files import queries
from app.files.photos import JPEG, thumbnail
from app.files.schemas import UploadForm
from app.files.service import Owner
from app.files.uploads import current_store, receive, sent_form
from app.login import viewer
from app.tickets.views import ticket_answer
from app.wants import wants_json
from models.files import Attachment
from models.people import User
from sla.errors import DomainError, NotFound

blueprint = Blueprint("files", __name__, url_prefix="/files")

# What can be attached to by address, and how it is loaded for somebody.
OWNERS: dict[str, Callable[[Session, User, int, datetime], Owner]] = {
    "ticket": queries.ticket,
    "work": queries.work,
    "posting-member": queries.member,
    "equipment": queries.equipment,
    "paper": queries.paper,
}


@blueprint.get("/<int:file_id>")
def show(file_id: int) -> ResponseReturnValue:
    """Serve a file: a photo to look at, anything else to be saved."""
    found = queries.attachment(current_session(), viewer(), file_id, now())
    content = current_store().open(found.sha256)
    answer = _served(content, found.media_type, found.name, found.sha256, save=found.media_type != JPEG)
    if answer.status_code == 200:
        answer.content_length = found.size
    return answer


@blueprint.get("/<int:file_id>/small")
def small(file_id: int) -> ResponseReturnValue:
    """Serve a photo in the size of a list."""
    found = queries.attachment(current_session(), viewer(), file_id, now())
    if found.media_type != JPEG:
        raise NotFound("这个文件没有缩略图")
    picture = thumbnail(current_store().read(found.sha256))
    return _served(BytesIO(picture), JPEG, found.name, f"{found.sha256}-small", save=False)


@blueprint.post("/<owner>/<int:owner_id>")
def attach(owner: str, owner_id: int) -> ResponseReturnValue:
    """Attach files to something; a program gets their numbers and digests."""
    if owner not in OWNERS:
        raise NotFound("没有这个地址")
    form, at = sent_form(), now()
    try:
        said = form.read(UploadForm())
        made = receive(lambda session, person: OWNERS[owner](session, person, owner_id, at), said)
    except DomainError as error:
        if wants_json() or owner != "ticket":
            raise
        form.blame(error)
        return ticket_answer(owner_id, form, at), error.status
    if wants_json():
        return jsonify(files=[described(one) for one in made]), 201
    flash(f"已上传 {len(made)} 个附件。", "success")
    return redirect(own_path(said["back"]), 303)


def described(one: Attachment) -> dict[str, Any]:
    """Return what a program is told of a file."""
    return {"id": one.id, "sha256": one.sha256, "size": one.size, "kind": str(one.kind), "name": one.name}


def _served(content: IO[bytes], media_type: str, name: str, etag: str, *, save: bool) -> Response:
    """Answer with a content. The browser may keep it, and asks each time whether it still may show it."""
    answer = send_file(content, media_type, as_attachment=save, download_name=name, etag=etag)
    answer.headers["Cache-Control"] = "private, no-cache"
    # Should a browser ever take it for a page, that page can do nothing.
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
