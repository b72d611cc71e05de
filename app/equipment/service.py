"""What is done with the register: saying what was repaired under which ticket, and advising (O6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.equipment.queries import history
from app.files import service as files
from app.files.store import Store
from models import ledger
from models.contract import ContractTerm, Equipment, Project
from models.equipment import RepairReport, TicketEquipment
from models.people import User
from models.tickets import Ticket
from reports.catalogue import REPAIR
from reports.repair import PastRepair, RepairAdvice
from sla.errors import Conflict, Forbidden, Invalid, NotFound
from sla.vocab import Advice, FileKind, RepairKind, Role

SUPPLIER = frozenset({Role.ENGINEER, Role.MANAGER})
LARGEST_REPORT = 10 * 2**20  # bytes; it is text


@dataclass(frozen=True)
class Findings:
    """What somebody says in a repair report; ``which`` names the unit of the device."""

    which: str
    findings: str
    advice: Advice
    reason: str


def link(
    session: Session,
    actor: User,
    ticket: Ticket,
    equipment_id: int,
    repair: RepairKind,
    now: datetime,
    *,
    submission: str,
    which: str = "",
    note: str = "",
) -> TicketEquipment:
    """Say that a device was worked on under a ticket. The same ``submission`` says so once only."""
    _require_supplier(actor)
    if ticket.cancelled_at is not None:
        raise Conflict("工单已撤销，不能再关联设备")
    if made := _linked(session, actor, submission):
        return made
    device = session.get(Equipment, equipment_id)
    if device is None or device.project_id != ticket.project_id:
        raise Invalid("请选择这个项目的设备", "equipment")
    if repair is not RepairKind.CHECKED and not note:
        raise Invalid("请写明修了什么、换了什么", "note")
    made = TicketEquipment(
        ticket=ticket,
        equipment=device,
        which=which,
        repair=repair,
        note=note,
        submission=submission,
        linked_by=actor,
        linked_at=now,
    )
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:
        if found := _linked(session, actor, submission):
            return found
        raise
    ledger.append(
        session,
        kind="equipment.linked",
        subject=f"equipment:{device.id}",
        actor_id=actor.id,
        at=now,
        payload={
            "link": made.id,
            "ticket": ticket.id,
            "which": which,
            "repair": str(repair),
            "note": note,
        },
    )
    return made


def withdraw(session: Session, actor: User, one: TicketEquipment, reason: str, now: datetime) -> None:
    """Take an entry back that was wrong; it stays on record. Whoever made it may, or the manager."""
    _require_supplier(actor)
    if actor.role is not Role.MANAGER and one.linked_by_id != actor.id:
        raise Forbidden("只有登记人本人或项目经理可以撤回")
    if one.withdrawn_at is not None:
        raise Conflict("这条记录已经撤回")
    one.withdrawn_by_id, one.withdrawn_at, one.withdrawn_reason = actor.id, now, reason
    ledger.append(
        session,
        kind="equipment.withdrawn",
        subject=f"equipment:{one.equipment_id}",
        actor_id=actor.id,
        at=now,
        payload={"link": one.id, "reason": reason},
    )


def advise(
    session: Session,
    actor: User,
    device: Equipment,
    said: Findings,
    now: datetime,
    *,
    submission: str,
    store: Store,
) -> RepairReport:
    """Write the repair report with advice and keep its file (O6). The same ``submission`` writes one."""
    _require_supplier(actor)
    # Two at once would get the same number.
    session.execute(select(Equipment.id).where(Equipment.id == device.id).with_for_update())
    found = session.scalar(select(RepairReport).where(RepairReport.submission == submission))
    if found is not None:
        if (found.made_by_id, found.equipment_id) != (actor.id, device.id):
            raise Conflict("这个提交编号已经用过，请刷新页面后重新提交")
        return found
    last = session.scalar(select(func.max(RepairReport.number)).where(RepairReport.equipment_id == device.id))
    report = RepairReport(
        equipment_id=device.id,
        number=(last or 0) + 1,
        which=said.which,
        findings=said.findings,
        advice=said.advice,
        reason=said.reason,
        submission=submission,
        made_by_id=actor.id,
        made_at=now,
    )
    content = REPAIR.write(repair_advice(session, actor, device, report))
    name = REPAIR.file_name.format(number=report.title)
    taken = files.take(store, BytesIO(content), name, FileKind.FILE, now, LARGEST_REPORT)
    report.attachment = files.add(session, actor, device, taken, now, f"{submission}.docx")
    session.add(report)
    session.flush()
    ledger.append(
        session,
        kind="equipment.advised",
        subject=f"equipment:{device.id}",
        actor_id=actor.id,
        at=now,
        payload={
            "report": report.id,
            "number": report.number,
            "which": report.which,
            "findings": report.findings,
            "advice": str(report.advice),
            "reason": report.reason,
            "sha256": taken.sha256,
            "size": taken.size,
        },
    )
    return report


def repair_advice(session: Session, actor: User, device: Equipment, report: RepairReport) -> RepairAdvice:
    """Return what the document is made of: the device, its history so far, and what is advised."""
    project = session.get(Project, device.project_id)
    if project is None:
        raise NotFound("没有这台设备的运维项目")
    contract = session.scalar(select(ContractTerm.value).where(ContractTerm.key == "title"))
    past = [one for one in reversed(history(session, device.id)) if one.withdrawn_at is None]
    return RepairAdvice(
        number=report.title,
        contract=contract or "",
        project=f"{project.seq} {project.name}",
        unit=project.unit.name,
        device=device.name,
        model=device.model,
        quantity=f"{device.quantity:,} {device.unit}",
        which=report.which,
        line=device.line,
        past=tuple(
            PastRepair(one.linked_at, one.ticket.number, one.which, one.repair.label, one.note)
            for one in past
        ),
        findings=report.findings,
        advice=report.advice,
        reason=report.reason,
        made_by=actor.name,
        made_at=report.made_at,
    )


def _linked(session: Session, actor: User, submission: str) -> TicketEquipment | None:
    found = session.scalar(select(TicketEquipment).where(TicketEquipment.submission == submission))
    if found and found.linked_by_id != actor.id:
        raise Conflict("这个提交编号已经用过，请刷新页面后重新提交")
    return found


def _require_supplier(actor: User) -> None:
    if actor.role not in SUPPLIER:
        raise Forbidden(f"设备的维修由驻场工程师和项目经理登记，您的角色是{actor.role.label}")
