"""Which projects a sheet can be printed for, within the viewer's scope (S1)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.access import projects_seen
from models.contract import Project
from models.people import User
from sla.errors import NotFound


def project(session: Session, viewer: User, seq: int, today: date) -> Project:
    """Return a project with its unit; out of scope is the same as not there (S1)."""
    found = session.scalar(
        select(Project)
        .options(joinedload(Project.unit))
        .where(Project.seq == seq, projects_seen(viewer, today))
    )
    if found is None:
        raise NotFound("没有找到这个运维项目")
    return found
