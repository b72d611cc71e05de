"""What is done to the contract as a whole: it takes effect."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.access import require
from app.contract.queries import service_year
from app.tickets.derivation import derive_ticket, forget_rules, store
from models.contract import ContractTerm, Project, ProjectService, ServiceYear
from models.ledger import append
from models.people import User
from models.tickets import Ticket
from sla.errors import Conflict, Invalid
from sla.vocab import Role
from sla.when import add_year

LONGEST_REASON = 200  # characters


def activate(
    session: Session, actor: User | None, effective: date, now: datetime, reason: str = ""
) -> ServiceYear:
    """Open service year 1: from ``effective`` to the same date of the next year, that day excluded.

    A row with a later start of its own runs twelve months from there (section 2). ``actor`` is ``None``
    for the command line. The same date again changes nothing; another one is a ``Conflict``.
    """
    if actor is not None:
        require(actor, Role.BUREAU)
    reason = reason.strip()
    if len(reason) > LONGEST_REASON:
        raise Invalid(f"说明最多 {LONGEST_REASON} 个字，请缩短", "reason")
    _lock(session)
    year = service_year(session, 1)
    if year is not None:
        if year.starts_on != effective:
            raise Conflict(f"合同已于 {year.starts_on} 生效，不能再改为 {effective}", "effective")
        return year
    projects = session.scalars(select(Project).order_by(Project.seq)).all()
    if not projects:
        raise Conflict("合同还没有载入，请先运行 flask --app wsgi init")
    year = ServiceYear(
        number=1,
        starts_on=effective,
        ends_on=add_year(effective),
        activated_at=now,
        activated_by_id=actor.id if actor else None,
        reason=reason,
    )
    year.services = [_service(project, effective) for project in projects]
    session.add(year)
    session.flush()
    _record(session, year, actor, now)
    _derive_anew(session, now)
    return year


def _lock(session: Session) -> None:
    """Hold the contract: of two at once, the second waits here and then sees what the first did."""
    session.scalars(select(ContractTerm.id).where(ContractTerm.key == "title").with_for_update()).all()


def own_year(project: Project, effective: date) -> tuple[date, date]:
    """Return a row's own year, half open: from its own start if that is later than the effect."""
    start = max(effective, project.service_start or effective)
    return start, add_year(start)


def _service(project: Project, effective: date) -> ProjectService:
    starts_on, ends_on = own_year(project, effective)
    return ProjectService(project=project, starts_on=starts_on, ends_on=ends_on)


def _derive_anew(session: Session, now: datetime) -> None:
    """Give the tickets there are the clocks of the year: outside it there are none (C1)."""
    forget_rules(session)
    parts = (Ticket.project, Ticket.events, Ticket.clocks, Ticket.milestones)
    for ticket in session.scalars(select(Ticket).options(*map(selectinload, parts))):
        store(session, ticket, derive_ticket(session, ticket, now))
    session.flush()


def _record(session: Session, year: ServiceYear, actor: User | None, now: datetime) -> None:
    payload = {
        "year": year.number,
        "starts_on": year.starts_on,
        "ends_on": year.ends_on,
        "reason": year.reason,
        "projects": [
            {"project": one.project.seq, "starts_on": one.starts_on, "ends_on": one.ends_on}
            for one in year.services
        ],
    }
    append(
        session,
        kind="contract.activated",
        subject="contract:1",
        actor_id=actor.id if actor else None,
        at=now,
        payload=payload,
    )
