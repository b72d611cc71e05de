"""What is done to the contract as a whole: it takes effect, and is renewed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.access import require
from app.contract.anew import derive_anew
from app.contract.queries import service_year
from app.duties.planning import lay_out_years
from models.contract import ContractTerm, Project, ProjectService, ServiceYear
from models.ledger import append
from models.people import User
from sla.errors import Conflict, Invalid
from sla.vocab import Role
from sla.when import add_year, day_of, start_of

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
    reason = _reason(reason)
    _lock(session)
    year = service_year(session, 1)
    if year is not None:
        if year.starts_on != effective:
            raise Conflict(f"合同已于 {year.starts_on} 生效，不能再改为 {effective}", "effective")
        lay_out_years(session, actor, now)
        return year
    projects = session.scalars(select(Project).order_by(Project.seq)).all()
    if not projects:
        raise Conflict("合同还没有载入，请先运行 flask --app wsgi init")
    services = [_service(project, effective) for project in projects]
    year = _opened(session, actor, 1, effective, services, now, reason)
    _record(session, "contract.activated", year, actor, now)
    lay_out_years(session, actor, now)
    derive_anew(session, now)
    return year


def renew(session: Session, actor: User | None, now: datetime, reason: str = "") -> ServiceYear:
    """Open the next service year where the last one ends; each row continues from its own last day.

    The contract allows three years at most, and one renewal at a time: the last year opened must have
    begun. What was laid out before stays; only what is missing is added (O1).
    """
    if actor is not None:
        require(actor, Role.BUREAU)
    reason = _reason(reason)
    _lock(session)
    last = session.scalar(
        select(ServiceYear)
        .options(selectinload(ServiceYear.services).joinedload(ProjectService.project))
        .order_by(ServiceYear.number.desc())
        .limit(1)
    )
    if last is None:
        raise Conflict("合同还没有生效，不能续签")
    most = int(session.scalars(select(ContractTerm.value).where(ContractTerm.key == "max_years")).one())
    if last.number >= most:
        raise Conflict(f"合同累计最长 {most} 年，不能再续签")
    if day_of(now) < last.starts_on:
        raise Conflict(f"第 {last.number} 服务年度从 {last.starts_on} 开始，尚不能办理下一年度")
    services = [
        ProjectService(project=one.project, starts_on=one.ends_on, ends_on=add_year(one.ends_on))
        for one in sorted(last.services, key=lambda one: one.project.seq)
    ]
    year = _opened(session, actor, last.number + 1, last.ends_on, services, now, reason)
    _record(session, "contract.renewed", year, actor, now)
    lay_out_years(session, actor, now)
    derive_anew(session, now, start_of(min(one.starts_on for one in services)))
    return year


def corrected(session: Session, files: Mapping[str, Mapping[str, int]], now: datetime) -> int:
    """Derive every ticket anew after a load changed the contract's data; return how many changed (C10).

    The ledger says so, where there are tickets that it changed: what was due is evidence (L1).
    """
    changed = derive_anew(session, now)
    if changed:
        payload = {"tickets": changed, "files": {name: dict(counts) for name, counts in files.items()}}
        append(
            session, kind="contract.corrected", subject="contract:1", actor_id=None, at=now, payload=payload
        )
    return changed


def _opened(
    session: Session,
    actor: User | None,
    number: int,
    starts_on: date,
    services: list[ProjectService],
    now: datetime,
    reason: str,
) -> ServiceYear:
    year = ServiceYear(
        number=number,
        starts_on=starts_on,
        ends_on=add_year(starts_on),
        activated_at=now,
        activated_by_id=actor.id if actor else None,
        reason=reason,
        services=services,
    )
    session.add(year)
    session.flush()
    return year


def _reason(text: str) -> str:
    reason = text.strip()
    if len(reason) > LONGEST_REASON:
        raise Invalid(f"说明最多 {LONGEST_REASON} 个字，请缩短", "reason")
    return reason


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


def _record(session: Session, kind: str, year: ServiceYear, actor: User | None, now: datetime) -> None:
    payload: dict[str, Any] = {
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
        kind=kind,
        subject="contract:1",
        actor_id=actor.id if actor else None,
        at=now,
        payload=payload,
    )
