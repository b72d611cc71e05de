"""What is done with people. Every change is in the ledger: persons by id, nothing of passwords (L1)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.access import require
from app.account.service import end_all, set_password
from models.contract import Unit
from models.ledger import append
from models.people import User
from sla.errors import Conflict, Forbidden, Invalid
from sla.vocab import Role


def create_person(
    session: Session,
    actor: User | None,
    now: datetime,
    *,
    username: str,
    name: str,
    role: Role,
    password_hash: str,
    unit: Unit | None = None,
    phone: str = "",
    must_change_password: bool = True,
    is_demo: bool = False,
) -> User:
    """Add a person. ``actor`` is ``None`` for the command line, as everywhere here.

    A contact belongs to a unit and nobody else does; a name somebody has or had is ``Invalid``.
    """
    _only_admin(actor)
    _check_unit(role, unit)
    username = username.lower()
    if session.scalar(select(User.id).where(User.username == username)) is not None:
        raise _taken(username)
    user = User(
        username=username,
        name=name,
        phone=phone,
        role=role,
        unit=unit,
        password_hash=password_hash,
        must_change_password=must_change_password,
        is_demo=is_demo,
        created_at=now,
    )
    try:
        with session.begin_nested():
            session.add(user)
    except IntegrityError:
        raise _taken(username) from None
    record(session, "person.created", user, actor, now, {"role": role.value, "unit": user.unit_id})
    return user


def change_person(
    session: Session,
    actor: User | None,
    user: User,
    now: datetime,
    *,
    name: str,
    phone: str,
    role: Role,
    unit: Unit | None,
) -> bool:
    """Change what is known of a person; tell whether anything changed.

    The ledger keeps role and unit, and of name and telephone only that they changed.
    """
    _only_admin(actor)
    _check_unit(role, unit)
    if role is not user.role:
        _may_lose_role(session, actor, user)
    wanted = {"name": name, "phone": phone, "role": role, "unit_id": unit.id if unit else None}
    changed = [key for key, value in wanted.items() if getattr(user, key) != value]
    if not changed:
        return False
    user.name, user.phone, user.role, user.unit = name, phone, role, unit
    session.flush()
    payload = {"changed": sorted(changed), "role": role.value, "unit": user.unit_id}
    record(session, "person.changed", user, actor, now, payload)
    return True


def deactivate(session: Session, actor: User | None, user: User, now: datetime) -> None:
    """Keep a person out from now on; open sign-ins end at once. Nobody does it to themselves."""
    _only_admin(actor)
    if actor is not None and actor.id == user.id:
        raise Conflict("不能停用自己的账号，请由另一位系统管理员办理")
    if not user.is_active:
        raise Conflict(f"{user.name}已经停用")
    _keep_an_admin(session, user)
    user.deactivated_at = now
    end_all(session, user, now)
    record(session, "person.deactivated", user, actor, now)


def reactivate(session: Session, actor: User | None, user: User, now: datetime) -> None:
    """Let a person in again, with the password and the assignments they had."""
    _only_admin(actor)
    if user.is_active:
        raise Conflict(f"{user.name}没有停用")
    user.deactivated_at = None
    user.failed_sign_ins, user.locked_until = 0, None
    record(session, "person.reactivated", user, actor, now)


def reset_password(
    session: Session, actor: User | None, user: User, password_hash: str, now: datetime
) -> None:
    """Give a person a new password, to be changed at the next sign-in; open sign-ins and a lock end."""
    _only_admin(actor)
    if actor is not None and actor.id == user.id:
        raise Conflict("自己的口令请在「修改口令」里更改")
    set_password(user, password_hash, must_change=True)
    end_all(session, user, now)
    record(session, "person.password_reset", user, actor, now)


def record(
    session: Session,
    kind: str,
    user: User,
    actor: User | None,
    now: datetime,
    payload: Mapping[str, Any] | None = None,
) -> None:
    """Put a change of a person into the ledger."""
    append(
        session,
        kind=kind,
        subject=f"user:{user.id}",
        actor_id=actor.id if actor else None,
        at=now,
        payload=payload or {},
    )


def _only_admin(actor: User | None) -> None:
    if actor is not None:
        require(actor, Role.ADMIN)


def _check_unit(role: Role, unit: Unit | None) -> None:
    if role is Role.CONTACT and unit is None:
        raise Invalid("单位联系人要选择所属单位", "unit")
    if role is not Role.CONTACT and unit is not None:
        raise Invalid(f"只有单位联系人属于某个单位，{role.label}请不要选单位", "unit")


def _may_lose_role(session: Session, actor: User | None, user: User) -> None:
    if actor is not None and actor.id == user.id:
        raise Forbidden("不能更改自己的角色，请由另一位系统管理员办理")
    _keep_an_admin(session, user)


def _keep_an_admin(session: Session, user: User) -> None:
    """Refuse to lose the last administrator. Of two who go at once, the second waits here and is refused."""
    if user.role is not Role.ADMIN or not user.is_active:
        return
    active = session.scalars(
        select(User.id)
        .where(User.role == Role.ADMIN, User.deactivated_at.is_(None))
        .order_by(User.id)
        .with_for_update()
    ).all()
    if set(active) <= {user.id}:
        raise Conflict("这是最后一位在用的系统管理员，请先增加另一位")


def _taken(username: str) -> Invalid:
    return Invalid(f"用户名「{username}」已被使用（停用的账号也占用），请换一个", "username")
