"""How the forms about money are answered: the person is asked first, then the password, then the form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask.typing import ResponseReturnValue
from marshmallow import Schema

from app.access import require
from app.account import fresh
from app.duties.answers import Carry, carry_out
from app.files.service import Taken
from app.forms import Form
from app.login import viewer
from app.payments.queries import YEARS, may_see
from app.wants import wants_json
from sla.errors import DomainError, Invalid, NotFound
from sla.money import parse_yuan
from sla.vocab import Role


def check(role: Role | None, year: int = 1, stage: int = 1) -> None:
    """Answer 404 to whoever may not see money or to a year that cannot be, 403 to another role."""
    may_see(viewer())
    if year not in YEARS or stage not in (1, 2):
        raise NotFound("没有这个服务年度或付款节点")
    if role is not None:
        require(viewer(), role)


def signed(
    form: Form, schema: Schema, carry: Carry, again: Callable[[], str], *, files: bool = False
) -> ResponseReturnValue:
    """Answer a form that is signed with the own password; a wrong one shows the page again."""
    try:
        fresh.prove(form, schema)
    except DomainError as error:
        if wants_json() or error.status == 403:
            raise
        form.blame(error)
        return again(), error.status
    return carry_out(form, schema, carry, again, files=files)


def amount_of(said: dict[str, Any], label: str, field: str = "amount") -> int | None:
    """Return an amount of a form in fen; ``None`` for an empty box."""
    return parse_yuan(said[field], label, field) if said[field] else None


def needed_amount(said: dict[str, Any], label: str, field: str = "amount") -> int:
    """Return an amount that must be there."""
    found = amount_of(said, label, field)
    if found is None:
        raise Invalid(f"请填写{label}", field)
    return found


def all_files(taken: dict[str, list[Taken]]) -> list[Taken]:
    """Return the files that came with a form, whatever their box."""
    return [one for files in taken.values() for one in files]
