"""Reads about projects, within the viewer's scope (S1)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from app.access import projects_seen
from app.search.initials import spelt
from models.contract import Project, ProjectService, Unit
from models.people import Assignment, User
from models.tickets import Ticket
from sla.errors import NotFound
from sla.vocab import Role, TicketState

ENDED = (TicketState.CLOSED, TicketState.CANCELLED)


def projects(session: Session, viewer: User, today: date, text: str = "") -> Sequence[Project]:
    """Return the projects a viewer sees, with units and targets, in the tender's order.

    ``text`` is part of a project's or unit's name, its first letters in pinyin, or the number of a row.
    """
    query = (
        select(Project)
        .join(Project.unit)
        .options(contains_eager(Project.unit).joinedload(Unit.parent), selectinload(Project.targets))
        .where(projects_seen(viewer, today))
        .order_by(Project.seq)
    )
    if text:
        named = [column.contains(text, autoescape=True) for column in (Project.name, Unit.name)]
        row = [Project.seq == int(text)] if text.isascii() and text.isdigit() and len(text) < 5 else []
        _, by_initials = spelt(session, text)
        query = query.where(or_(*named, *row, Project.id.in_(by_initials)))
    return session.scalars(query).all()


def by_unit(found: Sequence[Project]) -> list[tuple[Unit, list[Project]]]:
    """Group projects by unit, each unit where its first project stands."""
    groups: dict[int, tuple[Unit, list[Project]]] = {}
    for project in found:
        groups.setdefault(project.unit_id, (project.unit, []))[1].append(project)
    return list(groups.values())


def project(session: Session, viewer: User, today: date, seq: int) -> Project:
    """Return one row with all it holds; one the viewer does not see is ``NotFound``."""
    held = (
        *(Project.targets, Project.obligations, Project.postings),
        *(Project.equipment, Project.readings),
    )
    found = session.scalar(
        select(Project)
        .options(
            joinedload(Project.unit).joinedload(Unit.parent),
            *(selectinload(part) for part in held),
            selectinload(Project.services).joinedload(ProjectService.year),
        )
        .where(Project.seq == seq, projects_seen(viewer, today))
    )
    if found is None:
        raise NotFound("没有找到这个运维项目")
    return found


def open_tickets(session: Session, viewer: User, today: date) -> dict[int, int]:
    """Return how many tickets are open in each project a viewer sees, by the project's id."""
    rows = session.execute(
        select(Ticket.project_id, func.count().label("open"))
        .join(Ticket.project)
        .where(projects_seen(viewer, today), Ticket.state.not_in(ENDED))
        .group_by(Ticket.project_id)
    )
    return {row.project_id: row.open for row in rows}


def engineers(session: Session, of: Project, today: date) -> Sequence[Assignment]:
    """Return who is assigned to a project today or later."""
    return session.scalars(
        select(Assignment)
        .join(Assignment.user)
        .options(contains_eager(Assignment.user))
        .where(
            Assignment.project_id == of.id,
            User.role == Role.ENGINEER,
            User.deactivated_at.is_(None),
            or_(Assignment.until_day.is_(None), Assignment.until_day > today),
            or_(Assignment.until_day.is_(None), Assignment.until_day > Assignment.from_day),
        )
        .order_by(Assignment.from_day, User.name, User.id)
    ).all()


def contacts(session: Session, of: Project) -> Sequence[User]:
    """Return the contacts who see a project: those of its unit and of the unit above."""
    return session.scalars(
        select(User)
        .where(
            User.role == Role.CONTACT,
            User.deactivated_at.is_(None),
            User.unit_id.in_([of.unit_id, *([of.unit.parent_id] if of.unit.parent_id else [])]),
        )
        .order_by(User.name, User.id)
    ).all()
