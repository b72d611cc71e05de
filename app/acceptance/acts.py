"""What all forms by which something is done in an acceptance have in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from marshmallow import Schema

from app.acceptance.answers import Said, carry_out
from app.acceptance.views import again, load
from app.access import require
from app.files.service import Taken
from app.forms import Form
from app.login import viewer
from models.acceptance import Acceptance
from sla.vocab import FileKind, Role

blueprint = Blueprint("acceptance_acts", __name__, url_prefix="/acceptance")

Files = Sequence[Taken]
Act = Callable[[Acceptance, Said, Files], str]


def act_on(
    round_id: int,
    key: str,
    schema: Schema,
    act: Act,
    *roles: Role,
    signed: bool = False,
    files: FileKind | None = None,
    back: str = "",
) -> ResponseReturnValue:
    """Carry out an act on a round: who may not see it finds nothing, who may not do it is refused."""
    load(round_id)
    require(viewer(), *roles)
    form = Form.sent(request, key)
    back = back or url_for("acceptance.show", round_id=round_id)
    return carry_out(
        *(form, schema, lambda said, taken: act(load(round_id), said, taken), again(round_id, form), back),
        signed=signed,
        files=files,
    )
