"""Reads about people: the administrator sees everybody, the supplier's manager the engineers (S1)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, false, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from models.contract import Project, Unit
from models.people import SYSTEM, Assignment, User
from sla.errors import NotFound
from sla.vocab import Role


def people_seen(viewer: User) -> ColumnElement[bool]:
    """Return the condition on ``User`` that this viewer's scope puts."""
    if viewer.role is Role.ADMIN:
        return User.username != SYSTEM
    if viewer.role is Role.MANAGER:
        return User.role == Role.ENGINEER
    return false()


def people(
    session: Session, viewer: User, text: str = "", role: Role | None = None, former: bool = False
) -> Sequence[User]:
    """Return the people a viewer sees, by role and name; ``former`` chooses the deactivated ones."""
    query = (
        select(User)
        .options(joinedload(User.unit), selectinload(User.assignments).joinedload(Assignment.project))
        .where(people_seen(viewer), User.deactivated_at.is_not(None) == former)
        .order_by(User.role, User.unit_id, User.name, User.id)
    )
    if role:
        query = query.where(User.role == role)
    if text:
        columns = (User.username, User.name, User.phone)
        query = query.where(or_(*(func.lower(c).contains(text.lower(), autoescape=True) for c in columns)))
    return session.scalars(query).all()


def person(session: Session, viewer: User, person_id: int) -> User:
    """Return one person this viewer sees; anybody else is ``NotFound``."""
    held = selectinload(User.assignments).joinedload(Assignment.project).joinedload(Project.unit)
    found = session.scalar(
        select(User).options(joinedload(User.unit), held).where(User.id == person_id, people_seen(viewer))
    )
    if found is None:
        raise NotFound("没有找到这个人")
    return found


def person_named(session: Session, username: str) -> User:
    """Return a person by name, for the command line."""
    found = session.scalar(select(User).where(User.username == username.lower(), User.username != SYSTEM))
    if found is None:
        raise NotFound(f"没有用户「{username[:40]}」，可用 user list 查看", "username")
    return found


def assignment(session: Session, person_id: int, assignment_id: int) -> Assignment:
    """Return one assignment of a person; another one's is ``NotFound``."""
    found = session.get(Assignment, assignment_id)
    if found is None or found.user_id != person_id:
        raise NotFound("没有找到这条派驻安排")
    return found


def current(assignments: Sequence[Assignment], today: date) -> list[Assignment]:
    """Return the assignments that are not over, earliest first; those in the future belong to them."""
    open_ones = [a for a in assignments if a.until_day is None or a.until_day > today]
    return sorted(open_ones, key=lambda a: (a.from_day, a.project.seq))


def units(session: Session) -> Sequence[Unit]:
    """Return all units in the tender's order."""
    return session.scalars(select(Unit).options(joinedload(Unit.parent)).order_by(Unit.id)).all()


def unit_named(session: Session, name: str) -> Unit:
    """Return a unit by its full name, for the command line."""
    found = session.scalar(select(Unit).where(Unit.name == name))
    if found is None:
        raise NotFound(f"没有单位「{name[:40]}」，请写全称", "unit")
    return found


def contacts_by_unit(session: Session) -> dict[int, list[User]]:
    """Return the active contacts of every unit, by the unit's id."""
    found: dict[int, list[User]] = {}
    rows = session.scalars(
        select(User)
        .where(User.role == Role.CONTACT, User.deactivated_at.is_(None))
        .order_by(User.name, User.id)
    )
    for row in rows:
        assert row.unit_id is not None
        found.setdefault(row.unit_id, []).append(row)
    return found


def all_projects(session: Session) -> Sequence[Project]:
    """Return number, unit and name of every project: what an assignment chooses from, and no more."""
    return session.scalars(select(Project).options(joinedload(Project.unit)).order_by(Project.seq)).all()
