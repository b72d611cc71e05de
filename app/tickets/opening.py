"""Opening a ticket.

It takes the session, the actor and ``now``, checks, and records the first event. It does not commit: the
edge does, once (section 3).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.access import projects_seen
from app.tickets.actions import ANYONE
from app.tickets.record import record, required, stored_instant
from models.contract import Project
from models.people import User
from models.tickets import Ticket
from sla.errors import Conflict, Forbidden, Invalid, NotFound
from sla.vocab import Complexity, EventKind, Severity, Side, TicketKind, TicketState
from sla.when import check_instant, clock_text, day_of

LONGEST_BACKDATING_DAYS = 30


@dataclass(frozen=True)
class NewTicket:
    """What a person says when a ticket is opened; ``None`` is not stated (C9).

    ``device_at`` is what the device's clock said at sending, where it was entered without network.
    """

    project_id: int
    kind: TicketKind
    title: str
    submission: str
    description: str = ""
    place: str = ""
    reporter: str = ""
    phone: str = ""
    reported_at: datetime | None = None
    own_finding: bool = False
    severity: Severity | None = None
    complexity: Complexity | None = None
    fault_level: int | None = None
    paralysis: bool | None = None
    device_at: datetime | None = None


def open_ticket(session: Session, actor: User, new: NewTicket, now: datetime) -> Ticket:
    """Open a ticket (C6, C12). The same ``submission`` from the same person opens one ticket only."""
    if actor.role not in ANYONE:
        raise Forbidden(f"{actor.role.label}不登记工单")
    if made := _already(session, actor, new):
        return made
    project = session.scalar(
        select(Project).where(Project.id == new.project_id, projects_seen(actor, day_of(now)))
    )
    if project is None:
        raise NotFound("没有这个运维项目，或您无权为它登记工单")
    reported = _reported_at(actor, new, now)
    ticket = Ticket(
        project=project,
        title=required(new.title, "标题", "title"),
        description=new.description.strip(),
        place=new.place.strip(),
        reporter=new.reporter.strip() or (actor.name if actor.side is Side.UNIT else ""),
        phone=new.phone.strip() or (actor.phone if actor.side is Side.UNIT else ""),
        submission=required(new.submission, "提交编号", "submission"),
        version=0,
        opened_by=actor,
        opened_at=now,
        kind=new.kind,
        state=TicketState.NEW,
        reported_at=reported,
        # Known to be empty: nothing has to be looked up.
        events=[],
        clocks=[],
        milestones=[],
    )
    try:
        with session.begin_nested():
            session.add(ticket)
    except IntegrityError:
        if made := _already(session, actor, new):
            return made
        raise
    record(session, ticket, actor, EventKind.OPENED, now, occurred_at=reported, data=_opening(ticket, new))
    return ticket


def _already(session: Session, actor: User, new: NewTicket) -> Ticket | None:
    """Return the ticket this form has made already; with another matter in it, it is a ``Conflict``.

    A browser that goes back shows the form as it was sent: what is then typed over must not be lost.
    """
    made = session.scalar(select(Ticket).where(Ticket.submission == new.submission))
    if made is None:
        return None
    if made.opened_by_id != actor.id:
        raise Conflict("这个提交编号已经用过，请换一个再提交", "submission")
    kept = made.project_id, made.title, made.description, made.place
    if kept != (new.project_id, new.title.strip(), new.description.strip(), new.place.strip()):
        raise Conflict(
            f"这份表单刚才已登记为 {made.number}，这次没有保存。如果是另一件事，请再提交一次", "submission"
        )
    return made


def _reported_at(actor: User, new: NewTicket, now: datetime) -> datetime:
    """Return the report time: the supplier may enter an earlier one, the contact's is now (C12)."""
    if new.reported_at is None:
        return now
    at = check_instant(new.reported_at, "报告时间")
    if at > now:
        raise Invalid(f"报告时间 {clock_text(at)} 在将来，请改为不晚于现在", "reported_at")
    if (now - at).days >= LONGEST_BACKDATING_DAYS:
        raise Invalid(f"报告时间最多补到 {LONGEST_BACKDATING_DAYS} 天前，请核对日期", "reported_at")
    return at


def _opening(ticket: Ticket, new: NewTicket) -> dict[str, object]:
    if new.own_finding and ticket.opened_by.side is not Side.SUPPLIER:
        raise Invalid("只有乙方自己发现的问题才能标为自查发现", "own_finding")
    return {
        "kind": str(new.kind),
        "title": ticket.title,
        "description": ticket.description,
        "place": ticket.place,
        "reporter": ticket.reporter,
        "phone": ticket.phone,
        "own_finding": new.own_finding or None,
        "severity": new.severity and str(new.severity),
        "complexity": new.complexity and str(new.complexity),
        "fault_level": new.fault_level,
        "paralysis": new.paralysis,
        "device_at": stored_instant(new.device_at) if new.device_at else None,
    }
