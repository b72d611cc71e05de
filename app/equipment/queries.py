"""Reading the register, within the viewer's scope (S1)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from app.access import projects_seen
from models.contract import Equipment, Project, Unit
from models.equipment import RepairReport, TicketEquipment
from models.people import User
from models.tickets import Ticket
from sla.errors import NotFound

NOT_FOUND = "没有这台设备，或您无权查看"


def register(
    session: Session, viewer: User, today: date, text: str = ""
) -> list[tuple[Project, list[Equipment]]]:
    """Return every device in scope by project, in the tender's order."""
    query = (
        select(Equipment, Project)
        .join(Project, Project.id == Equipment.project_id)
        .join(Project.unit)
        .options(contains_eager(Project.unit))
        .where(projects_seen(viewer, today))
        .order_by(Project.seq, Equipment.id)
    )
    if text:
        columns = (Equipment.name, Equipment.model, Project.name, Unit.name)
        query = query.where(or_(*(column.icontains(text, autoescape=True) for column in columns)))
    found: dict[int, tuple[Project, list[Equipment]]] = {}
    for device, project in session.execute(query):
        found.setdefault(project.id, (project, []))[1].append(device)
    return list(found.values())


def worked_on(session: Session, viewer: User, today: date) -> dict[int, int]:
    """Return how often each device in scope was worked on, by its id."""
    query = (
        select(TicketEquipment.equipment_id, func.count().label("times"))
        .join(Equipment)
        .join(Project, Project.id == Equipment.project_id)
        .where(projects_seen(viewer, today), TicketEquipment.withdrawn_at.is_(None))
        .group_by(TicketEquipment.equipment_id)
    )
    return {row.equipment_id: row.times for row in session.execute(query)}


def device(session: Session, viewer: User, equipment_id: int, today: date) -> tuple[Equipment, Project]:
    """Return one device with its project; out of scope is the same as not there (S1)."""
    found = session.execute(
        select(Equipment, Project)
        .join(Project, Project.id == Equipment.project_id)
        .options(joinedload(Project.unit))
        .where(Equipment.id == equipment_id, projects_seen(viewer, today))
    ).first()
    if found is None:
        raise NotFound(NOT_FOUND)
    return found[0], found[1]


def history(session: Session, equipment_id: int) -> Sequence[TicketEquipment]:
    """Return what was done to a device, the latest first; withdrawn entries are among it."""
    return _links(session, TicketEquipment.equipment_id == equipment_id)


def of_ticket(session: Session, ticket_id: int) -> Sequence[TicketEquipment]:
    """Return the devices that were worked on under a ticket; the caller has found the ticket in scope."""
    which = (TicketEquipment.ticket_id == ticket_id) & TicketEquipment.withdrawn_at.is_(None)
    return _links(session, which)


def devices_of(session: Session, project_id: int) -> Sequence[Equipment]:
    """Return the devices of a project, to choose from."""
    return session.scalars(
        select(Equipment).where(Equipment.project_id == project_id).order_by(Equipment.id)
    ).all()


def link(session: Session, viewer: User, link_id: int, today: date) -> TicketEquipment:
    """Return one entry; out of scope is the same as not there (S1)."""
    found = session.scalar(
        select(TicketEquipment)
        .join(TicketEquipment.ticket)
        .join(Project, Project.id == Ticket.project_id)
        .where(TicketEquipment.id == link_id, projects_seen(viewer, today))
    )
    if found is None:
        raise NotFound("没有这条记录，或您无权查看")
    return found


def reports(session: Session, equipment_id: int) -> Sequence[RepairReport]:
    """Return the repair reports of a device, the latest first; the caller has found it in scope."""
    return session.scalars(
        select(RepairReport)
        .where(RepairReport.equipment_id == equipment_id)
        .options(joinedload(RepairReport.made_by), joinedload(RepairReport.attachment))
        .order_by(RepairReport.number.desc())
    ).all()


def numbered_report(session: Session, equipment_id: int, number: int) -> RepairReport:
    """Return one report of a device; for the command line, which sees everything."""
    found = session.scalar(
        select(RepairReport)
        .where(RepairReport.equipment_id == equipment_id, RepairReport.number == number)
        .options(joinedload(RepairReport.attachment))
    )
    if found is None:
        raise NotFound("没有这份维修报告建议，请核对设备编号和报告编号")
    return found


def _links(session: Session, which: ColumnElement[bool]) -> Sequence[TicketEquipment]:
    return session.scalars(
        select(TicketEquipment)
        .where(which)
        .options(
            joinedload(TicketEquipment.ticket),
            joinedload(TicketEquipment.equipment),
            joinedload(TicketEquipment.linked_by),
            joinedload(TicketEquipment.withdrawn_by),
        )
        .order_by(TicketEquipment.linked_at.desc(), TicketEquipment.id.desc())
    ).all()
