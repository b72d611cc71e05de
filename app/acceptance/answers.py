"""How the forms about acceptances are answered: signed where they bind, carried out, or shown again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from marshmallow import Schema

from app import clock, login
from app.account import fresh
from app.database import current_session, discard
from app.files import service
from app.files.service import Taken
from app.files.uploads import MOST_FILES, current_store, most_bytes
from app.forms import Form
from app.outbox import sending
from app.outbox.service import Repeated
from app.returns import sent_from
from app.wants import wants_json
from sla.errors import DomainError, Invalid
from sla.vocab import FileKind

Said = dict[str, Any]
Carry = Callable[[Said, Sequence[Taken]], str]  # carries the act out and returns what to say


def carry_out(
    form: Form,
    schema: Schema,
    carry: Carry,
    again: Callable[[], str],
    back: str,
    *,
    signed: bool = False,
    files: FileKind | None = None,
) -> ResponseReturnValue:
    """Read a form, let it be carried out, and say so; what is refused shows the page again.

    ``signed`` acts take the own password; ``files`` says as what the files in the box ``file`` are taken in.
    Both close the session: ``carry`` loads anew what it works on. The view has asked before whether this
    person may. A form that carries a ``submission`` is carried out once, however often it is sent.
    """
    sender = sent_from(form)
    try:
        if before := sending.answered(form):
            return before
        if signed:
            fresh.prove(form, schema)
        said = form.read(schema)
        taken = _taken(files) if files else []
        # Refused half-way, nothing of it is left for the page to show.
        with current_session().begin_nested():
            claimed = sending.claim(form)
            done = carry(said, taken)
            sending.keep(claimed, sender.path(back))
    except Repeated as same:
        return redirect(same.back, 303)
    except DomainError as error:
        if wants_json() or error.status in (403, 404):
            raise
        form.blame(error)
        return sender.again(form, again), error.status
    flash(done, "success")
    return redirect(sender.path(back), 303)


def _taken(kind: FileKind) -> list[Taken]:
    sent = [one for one in request.files.getlist("file") if one.filename]
    if not sent:
        return []
    if len(sent) > MOST_FILES:
        raise Invalid(f"一次最多上传 {MOST_FILES} 个文件，请分几次上传", "file")
    discard()
    login.forget_loaded_user()
    store, now = current_store(), clock.now()
    # As a plain file a picture becomes a photo; nothing else is said of it then.
    wanted = kind if kind is FileKind.SCAN else None
    return [service.take(store, one.stream, one.filename or "", wanted, now, most_bytes()) for one in sent]
