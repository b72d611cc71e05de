"""``user add``, ``user list``, ``user deactivate``, ``user reactivate`` and ``user reset-password``.

The first administrator comes from here. Bad input leaves with 2, a refusal with 1, both with a Chinese line.
"""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable
from typing import Any

import click
from marshmallow import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app import clock, passwords
from app.contract.commands import put, require_contract
from app.database import reading, transaction
from app.people import queries, service
from app.people.schemas import NewPersonForm
from app.settings import NEW_PASSWORD
from models.people import User
from sla.errors import Invalid, NotFound
from sla.vocab import Role


def bad_input_is_bad_use(callback: Callable[..., Any]) -> Callable[..., Any]:
    """Leave with 2 and the message when what was typed cannot be used."""

    @functools.wraps(callback)
    def told(*args: Any, **options: Any) -> Any:
        require_contract()
        try:
            return callback(*args, **options)
        except (Invalid, NotFound) as error:
            click.echo(error.message, err=True)
            sys.exit(2)

    return told


@click.group("user")
def user_group() -> None:
    """People: add, list, deactivate, reactivate, reset a password."""


@user_group.command("add")
@click.argument("username", default="")
@click.option("--role", default="", help="One of: " + " ".join(Role))
@click.option("--name", default="", help="The person's name.")
@click.option("--unit", default="", help="A contact's unit, its full name.")
@click.option("--phone", default="", help="The telephone number.")
@bad_input_is_bad_use
def add_command(username: str, role: str, name: str, unit: str, phone: str) -> None:
    """Add a person. The password: LVYUE_NEW_PASSWORD, or the prompt, or one made up and printed."""
    if role not in list(Role):
        raise Invalid(f"角色（--role）要填 {'、'.join(Role)} 之一", "role")
    said = _checked({"username": username, "name": name, "phone": phone, "role": role})
    password, told = _new_password(said["username"].lower())
    with transaction() as session:
        of_unit = queries.unit_named(session, unit) if unit else None
        person = service.create_person(
            session,
            None,
            clock.now(),
            username=said["username"],
            name=said["name"],
            role=said["role"],
            phone=said["phone"],
            unit=of_unit,
            password_hash=passwords.hash_of(password),
            must_change_password=told,
        )
        shown = _shown(person)
    put(shown | ({"password": password} if told else {}))


@user_group.command("list")
def list_command() -> None:
    """Print everybody, one JSON object a line."""
    require_contract()
    with reading() as session:
        for person in session.scalars(select(User).options(joinedload(User.unit)).order_by(User.id)):
            put(_shown(person))


@user_group.command("deactivate")
@click.argument("username", default="")
@bad_input_is_bad_use
def deactivate_command(username: str) -> None:
    """Keep a person out from now on."""
    with transaction() as session:
        person = queries.person_named(session, username)
        service.deactivate(session, None, person, clock.now())
        shown = _shown(person)
    put(shown)


@user_group.command("reactivate")
@click.argument("username", default="")
@bad_input_is_bad_use
def reactivate_command(username: str) -> None:
    """Let a person in again."""
    with transaction() as session:
        person = queries.person_named(session, username)
        service.reactivate(session, None, person, clock.now())
        shown = _shown(person)
    put(shown)


@user_group.command("reset-password")
@click.argument("username", default="")
@bad_input_is_bad_use
def reset_password_command(username: str) -> None:
    """Give a person a new password, from where ``user add`` takes it; it has to be changed at sign-in."""
    with reading() as session:
        queries.person_named(session, username)
    password, told = _new_password(username.lower())
    with transaction() as session:
        person = queries.person_named(session, username)
        service.reset_password(session, None, person, passwords.hash_of(password), clock.now())
        shown = _shown(person)
    put(shown | ({"password": password} if told else {}))


def _checked(values: dict[str, str]) -> dict[str, Any]:
    try:
        said: dict[str, Any] = NewPersonForm().load(values)
    except ValidationError as error:
        field, messages = next(iter(error.messages_dict.items()))
        label = NewPersonForm().fields[field].metadata.get("label", field)
        raise Invalid(f"{label}（{field}）：{messages[0]}", field) from None
    return said


def _new_password(username: str) -> tuple[str, bool]:
    """Return the password, and whether it was made up here and so has to be printed."""
    given = os.environ.get(NEW_PASSWORD, "")
    if not given and sys.stdin.isatty():
        given = click.prompt(
            "新口令（直接回车则随机生成）", default="", hide_input=True, show_default=False, err=True
        )
    if not given:
        return passwords.invented(), True
    weak = passwords.weakness(given, username)
    if weak:
        raise Invalid(weak, "password")
    return given, False


def _shown(person: User) -> dict[str, Any]:
    return {
        "username": person.username,
        "name": person.name,
        "role": person.role.value,
        "unit": person.unit.name if person.unit else None,
        "active": person.is_active,
    }
