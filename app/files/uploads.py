"""From a request to attachments; for the views of every feature that takes files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import request
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from app import clock, login
from app.database import current_session, discard
from app.files import service
from app.files.service import Owner
from app.files.store import Store
from app.forms import Form
from app.settings import current_settings
from models.duties import WorkLine
from models.files import Attachment
from models.people import User
from sla.errors import Invalid
from sla.vocab import FileKind

MOST_FILES = 20  # at once
Find = Callable[[Session, User], Owner]


def current_store() -> Store:
    """Return the store of the application at work, in its data folder."""
    return Store(current_settings().data_dir / "files")


def most_bytes() -> int:
    """Return the largest size of one file."""
    return current_settings().max_upload_mb * 2**20


def receive(find: Find, said: dict[str, Any]) -> list[Attachment]:
    """Attach the request's files (field ``file``) to what ``find`` loads; ``said`` is a read ``UploadForm``.

    Whether it may be done is asked before anything is looked at. The files are then prepared while no
    transaction is open: nobody waits with the lock held for a picture to be drawn.
    """
    kind: FileKind | None = said["kind"]
    service.check(login.viewer(), find(current_session(), login.viewer()), kind)
    sent = chosen_files()
    discard()
    login.forget_loaded_user()
    store, now = current_store(), clock.now()
    taken = [service.take(store, one.stream, one.filename or "", kind, now, most_bytes()) for one in sent]
    session, person = current_session(), login.viewer()
    owner = find(session, person)
    line = session.get(WorkLine, said["line"]) if said["line"] else None
    if said["line"] and line is None:
        raise Invalid("没有这个检查项", "line")
    base: str = said["submission"]
    return [
        service.add(session, person, owner, one, now, f"{base}.{place}" if base else None, line)
        for place, one in enumerate(taken)
    ]


def chosen_files() -> list[FileStorage]:
    """Return the files of the request; an empty box sends one without a name."""
    sent = [one for one in request.files.getlist("file") if one.filename]
    if not sent:
        raise Invalid("请先选择照片或文件", "file")
    if len(sent) > MOST_FILES:
        raise Invalid(f"一次最多上传 {MOST_FILES} 个文件，请分几次上传", "file")
    return sent


def sent_form(key: str = "files") -> Form:
    """Return what came with the files; a multipart request is always a form."""
    return Form(request.form.to_dict(), key)
