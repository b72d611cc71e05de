"""Fresh authentication: an act that binds (adopting, freezing, releasing) is signed with the own password."""

from __future__ import annotations

from marshmallow import Schema

from app import clock, login, passwords
from app.account import service
from app.database import discard, transaction
from app.forms import Form
from models.people import User
from sla.errors import Forbidden, Invalid

FIELD = "password"
MISSING = "请输入您本人的登录口令，以确认是您在签署"
WRONG = "口令不正确，没有签署。连续输错 5 次会退出登录并锁定 15 分钟"
SIGNED_OUT = "口令连续输错，已退出登录，15 分钟后再试"


def prove(form: Form, schema: Schema) -> None:
    """Check the own password in the form's field ``password``; ``Invalid`` where it is missing or wrong.

    To be called before anything is read or written for the act: the slow hash runs while no transaction is
    open, and a wrong attempt is counted although the request is refused. The password is taken out of the
    form, so that no schema meets it and no page shows it again. ``schema`` says what else was typed.
    """
    form.expect(schema)
    typed = str(form.values.pop(FIELD, ""))
    person = login.viewer()
    person_id, stored = person.id, person.password_hash
    if not typed:
        raise Invalid(MISSING, FIELD)
    discard()
    login.forget_loaded_user()
    if passwords.matches(stored, typed):
        return
    with transaction() as session:
        someone = session.get_one(User, person_id, with_for_update=True)
        service.refuse_current(session, someone, clock.now())
        locked = service.is_locked(someone, clock.now())
    if locked:
        raise Forbidden(SIGNED_OUT)
    raise Invalid(WRONG, FIELD)
