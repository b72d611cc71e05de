"""Who may see what (S1): decided here, in the query, and nowhere else."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, Select, false, or_, select, true

from models.contract import Project, Unit
from models.people import Assignment, User
from sla.errors import Forbidden
from sla.vocab import Role

SEE_ALL = {Role.BUREAU, Role.AUDITOR, Role.MANAGER, Role.HOTLINE}


def projects_seen(viewer: User, today: date) -> ColumnElement[bool]:
    """Return the condition on ``Project`` that this viewer's scope puts (S1).

    A contact sees the own unit and its sub-units, an engineer the projects assigned today, bureau,
    auditor, manager and hotline all of them, the administrator none.
    """
    if viewer.role in SEE_ALL:
        return true()
    if viewer.role is Role.CONTACT:
        return Project.unit_id.in_(own_units(viewer))
    if viewer.role is Role.ENGINEER:
        return Project.id.in_(
            select(Assignment.project_id).where(
                Assignment.user_id == viewer.id,
                Assignment.from_day <= today,
                or_(Assignment.until_day.is_(None), Assignment.until_day > today),
            )
        )
    return false()


def own_units(viewer: User) -> Select[int]:
    """Return the query for the ids of the unit somebody speaks for and of its sub-units."""
    return select(Unit.id).where(or_(Unit.id == viewer.unit_id, Unit.parent_id == viewer.unit_id))


def require(viewer: User, *roles: Role) -> None:
    """Refuse a viewer of another role with 403: this may be seen, but not done (S1)."""
    if viewer.role not in roles:
        allowed = "、".join(role.label for role in roles)
        raise Forbidden(f"这项操作只有{allowed}可以做，您的角色是{viewer.role.label}")
