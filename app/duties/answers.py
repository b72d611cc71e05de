"""How the forms about duties are answered: carried out, or shown again with what was typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect
from flask.typing import ResponseReturnValue
from marshmallow import Schema

from app.database import current_session
from app.files import uploads
from app.files.service import Taken
from app.forms import Form
from app.outbox import sending
from app.outbox.service import Repeated
from app.returns import sent_from
from app.wants import wants_json
from sla.errors import DomainError

Said = dict[str, Any]
Files = dict[str, list[Taken]]
Carry = Callable[[Said, Files], tuple[str, str]]  # what to say, and where to go afterwards


def carry_out(
    form: Form, schema: Schema, carry: Carry, again: Callable[[], str], *, files: bool = False
) -> ResponseReturnValue:
    """Read a form, let it be carried out, and say so; what is refused shows the page again.

    ``files`` says that some may come with it: the view has asked before whether this person may.
    A form that carries a ``submission`` is carried out once, however often it is sent.
    """
    sender = sent_from(form)
    try:
        if before := sending.answered(form):
            return before
        said = form.read(schema)
        taken = uploads.taken() if files else {}
        # Refused half-way, nothing of it is left for the page to show.
        with current_session().begin_nested():
            claimed = sending.claim(form)
            done, back = carry(said, taken)
            back = sender.path(back)
            sending.keep(claimed, back)
    except Repeated as same:
        return redirect(same.back, 303)
    except DomainError as error:
        if wants_json() or error.status in (403, 404):
            raise
        form.blame(error)
        return sender.again(form, again), error.status
    if done and not wants_json():  # a program reads no pages
        flash(done, "success")
    return redirect(back, 303)


def form_for(form: Form) -> Callable[[str], Form]:
    """Return the form of a page by its key: the one that was sent, or an empty one."""
    return lambda key: form if form.key == key else Form(key=key)
