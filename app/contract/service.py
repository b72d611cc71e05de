"""What is done to the contract as a whole: it takes effect, and is renewed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, selectinload

from app.access import require
from app.contract.anew import derive_anew
from app.contract.queries import service_year
from app.duties.planning import lay_out_years
from models.contract import ContractTerm, Project, ProjectService, ServiceYear
from models.duties import Occurrence, OccurrenceWork
from models.ledger import append
from models.payments import RenewalDecision, Termination
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
    begun. What was laid out before stays; only what is missing is added (O1). Once the bureau has decided
    about any project, every one needs a decision, and only those that are renewed continue; a project that
    was ended early does not.
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
        for one in _continuing(session, last)
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


def end_early(session: Session, service: ProjectService, last_day: date, now: datetime) -> int:
    """End a project's service after ``last_day``: no clock and no duty from the day after (C1, P4).

    What was done stays. An occurrence nobody touched that reaches beyond the end goes; one whose window is
    cut to no less than half is laid out again with the shorter window (O2). Tickets reported later lose
    their clocks. Returns how many occurrences went. The caller appends to the ledger.
    """
    _lock(session)
    service.ends_on = last_day + timedelta(days=1)
    session.flush()
    gone = delete(Occurrence).where(
        Occurrence.project_id == service.project_id,
        Occurrence.service_year_id == service.service_year_id,
        Occurrence.closes_at > start_of(service.ends_on),
        Occurrence.waived_at.is_(None),
        Occurrence.id.not_in(select(OccurrenceWork.occurrence_id)),
    )
    taken = session.execute(gone.returning(Occurrence.id)).all()
    lay_out_years(session, None, now)
    derive_anew(session, now, start_of(service.ends_on))
    return len(taken)


def _continuing(session: Session, last: ServiceYear) -> list[ProjectService]:
    """Return the services of a year that go on, by the bureau's decisions where it made any (P4)."""
    decided = select(RenewalDecision).where(RenewalDecision.year == last.number).order_by(RenewalDecision.id)
    renews = {one.project_id: one.renews for one in session.scalars(decided)}
    ended = set(
        session.scalars(
            select(Termination.project_id).where(
                Termination.year == last.number, Termination.confirmed_at.is_not(None)
            )
        )
    )
    left = [one for one in _by_row(last.services) if one.project_id not in ended]
    if not renews:
        return left
    open_ones = [str(one.project.seq) for one in left if one.project_id not in renews]
    if open_ones:
        told = f"还有 {len(open_ones)} 个项目没有决定是否续签：第 {'、'.join(open_ones[:10])} 项"
        raise Conflict(f"{told}，请先逐个决定")
    chosen = [one for one in left if renews[one.project_id]]
    if not chosen:
        raise Conflict("所有项目都决定不续签，没有可以开启的下一年度")
    return chosen


def _by_row(services: Iterable[ProjectService]) -> list[ProjectService]:
    return sorted(services, key=lambda one: one.project.seq)


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
