"""From a request to attachments; for the views of every feature that takes files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from flask import request
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from app import clock, login
from app.database import current_session, discard
from app.files import service
from app.files.service import Owner, Taken
from app.files.store import Store
from app.forms import Form
from app.settings import current_settings
from models.duties import WorkLine
from models.files import Attachment
from models.people import User
from sla.errors import Invalid
from sla.vocab import FileKind

MOST_FILES = 20  # at once
MOST_WITH_FORM = 40  # with one form: an inspection may bring several for each line
LONGEST_SUBMISSION = 44  # characters of a form's; a file's own gets the item and its place behind it
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


def taken() -> dict[str, list[Taken]]:
    """Take in every file that came with a form, by the name of its box; whoever asks has checked who may.

    Photos are drawn anew while no transaction is open: the session and the person are loaded afresh
    afterwards.
    """
    sent = [(box, one) for box in request.files for one in request.files.getlist(box) if one.filename]
    if len(sent) > MOST_WITH_FORM:
        raise Invalid(f"一次最多上传 {MOST_WITH_FORM} 个文件，请分几次保存", "file")
    found: dict[str, list[Taken]] = {}
    if not sent:
        return found
    discard()
    login.forget_loaded_user()
    store, at = current_store(), clock.now()
    for box, one in sent:
        content = service.take(store, one.stream, one.filename or "", None, at, most_bytes())
        found.setdefault(box, []).append(content)
    return found


def attach(
    owner: Owner, files: Sequence[Taken], submission: str, at: datetime, line: WorkLine | None = None
) -> None:
    """Attach what was taken in with a form; the same ``submission`` does so once only."""
    for place, one in enumerate(files):
        service.add(current_session(), login.viewer(), owner, one, at, f"{submission}.{place}", line)


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
