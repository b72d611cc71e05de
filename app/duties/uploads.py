"""Files that come with a duty's own form: taken in first, attached when the work is there (L3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask import request

from app import clock, login
from app.database import current_session, discard
from app.files import service
from app.files.service import Taken
from app.files.uploads import current_store, most_bytes
from models.duties import Work, WorkLine
from sla.errors import Invalid

MOST_FILES = 40  # with one form: an inspection may bring several for each line
LONGEST_SUBMISSION = 44  # characters; a file's own gets the item and its place behind it


def taken() -> dict[str, list[Taken]]:
    """Take in every file of the request, by the name of its box; whoever asks has checked who may.

    Photos are drawn anew while no transaction is open: the session and the person are loaded afresh
    afterwards.
    """
    sent = [(box, one) for box in request.files for one in request.files.getlist(box) if one.filename]
    if len(sent) > MOST_FILES:
        raise Invalid(f"一次最多上传 {MOST_FILES} 个文件，请分几次保存", "file")
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
    work: Work, files: Sequence[Taken], submission: str, at: datetime, line: WorkLine | None = None
) -> None:
    """Attach what was taken in; the same ``submission`` does so once only."""
    for place, one in enumerate(files):
        service.add(current_session(), login.viewer(), work, one, at, f"{submission}.{place}", line)
