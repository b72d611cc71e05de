"""Renewal, project by project: what the year's facts suggest, and what the bureau decides (line 203)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from app.contract.changing import hold_contract
from app.disputes.queries import course_of
from app.payments.two import begin
from models import ledger
from models.callbacks import CallBack, CallBackAnswer
from models.contract import Project, ProjectService, ServiceYear
from models.disputes import Dispute
from models.duties import Occurrence
from models.payments import RenewalDecision
from models.people import User
from models.tickets import TicketClock
from sla.errors import Conflict, Invalid
from sla.renewal import Advice, Recommendation, YearFacts, recommend
from sla.vocab import ClockKind, Satisfaction, Verdict
from sla.when import start_of

MEASURED = (ClockKind.RESPONSE, ClockKind.ONSITE, ClockKind.RECOVERY)


@dataclass(frozen=True)
class Line:
    """One project: its own year, what the facts of that suggest, what was decided last."""

    service: ProjectService
    draft: Recommendation
    decision: RenewalDecision | None

    @property
    def has_own_year(self) -> bool:
        """Tell whether its year is another than the contract's."""
        year = self.service.year
        return (self.service.starts_on, self.service.ends_on) != (year.starts_on, year.ends_on)

    @property
    def last_day(self) -> date:
        """Return the last day of its year."""
        return self.service.ends_on - timedelta(days=1)


def subject(year: int) -> str:
    """Return what the papers call the renewal after a year."""
    return f"renewal:{year}"


def lines(session: Session, year: int, now: datetime) -> list[Line]:
    """Return every project of a service year with its draft, in a constant number of queries."""
    services = session.scalars(
        select(ProjectService)
        .join(ProjectService.project)
        .join(ProjectService.year)
        .options(
            contains_eager(ProjectService.project).joinedload(Project.unit),
            contains_eager(ProjectService.year),
        )
        .where(ServiceYear.number == year)
        .order_by(Project.seq)
    ).all()
    if not services:
        return []
    facts = _facts(session, services, now)
    decided = _decisions(session, year)
    return [
        Line(one, recommend(facts.get(one.project_id, YearFacts())), decided.get(one.project_id))
        for one in services
    ]


def decide(
    session: Session,
    actor: User,
    year: int,
    chosen: Mapping[int, tuple[bool, str]],
    now: datetime,
) -> int:
    """Decide about projects, by their number: renewed or not, and why; return how many were decided anew.

    A decision against the draft needs a reason. The draft's facts are kept with it.
    """
    begin(session, actor)
    hold_contract(session)
    later = session.scalar(select(ServiceYear.id).where(ServiceYear.number == year + 1))
    if later is not None:
        raise Conflict("下一服务年度已经开启，不能再改")
    made = 0
    for line in lines(session, year, now):
        seq = line.service.project.seq
        if seq not in chosen:
            continue
        renews, reason = chosen[seq]
        reason = reason.strip()
        before = line.decision
        if before and (before.renews, before.reason) == (renews, reason):
            continue
        against = renews != (line.draft.advice is Advice.RECOMMEND)
        if against and not reason:
            told = f"第 {seq} 项的决定与草案「{line.draft.advice.label}」不同，请写明理由"
            raise Invalid(told, f"reason_{seq}")
        _add(session, actor, year, line, renews, reason, now)
        made += 1
    return made


def told(line: Line) -> dict[str, Any]:
    """Return what a draft rests on, as evidence keeps it: decimal texts and counts."""
    values = {}
    for one in line.draft.findings:
        if one.value is not None:
            values[one.measure.key] = f"{one.value:.2f}" if one.measure.is_rate else str(one.value)
    return values


def _add(
    session: Session,
    actor: User,
    year: int,
    line: Line,
    renews: bool,
    reason: str,
    now: datetime,
) -> None:
    made = RenewalDecision(
        year=year,
        project_id=line.service.project_id,
        advice=line.draft.advice,
        facts=told(line),
        renews=renews,
        reason=reason,
        by=actor,
        at=now,
    )
    session.add(made)
    session.flush()
    ledger.append(
        session,
        kind="renewal.decided",
        subject=f"service_year:{year}",
        actor_id=actor.id,
        at=now,
        payload={
            "project": line.service.project.seq,
            "advice": made.advice,
            "facts": made.facts,
            "renews": renews,
            "reason": reason,
        },
    )


def _decisions(session: Session, year: int) -> dict[int, RenewalDecision]:
    query = select(RenewalDecision).where(RenewalDecision.year == year)
    found = session.scalars(query.options(joinedload(RenewalDecision.by)).order_by(RenewalDecision.id))
    return {one.project_id: one for one in found}


def _facts(session: Session, services: Sequence[ProjectService], now: datetime) -> dict[int, YearFacts]:
    """Return the facts of each project's own year; a row with a start of its own has it later."""
    spans: dict[tuple[date, date], list[int]] = defaultdict(list)
    for one in services:
        spans[one.starts_on, one.ends_on].append(one.project_id)
    clocks = _clocks(session, spans)
    duties = _duties(session, services[0].year, now)
    callbacks = _callbacks(session, spans)
    disputes = _open_disputes(session, now)
    return {
        project: YearFacts(
            response=clocks[project].get(ClockKind.RESPONSE, (0, 0)),
            onsite=clocks[project].get(ClockKind.ONSITE, (0, 0)),
            recovery=clocks[project].get(ClockKind.RECOVERY, (0, 0)),
            duties=duties.get(project, (0, 0)),
            dissatisfied=callbacks.get(project, (0, 0))[0],
            callbacks=callbacks.get(project, (0, 0))[1],
            disputes=disputes[project],
        )
        for project in {*clocks, *duties, *callbacks, *disputes}
    }


def _open_disputes(session: Session, now: datetime) -> Counter[int]:
    """Return how many disputes about each project can still change (A3)."""
    query = select(Dispute).where(Dispute.project_id.is_not(None)).options(selectinload(Dispute.steps))
    return Counter(
        one.project_id
        for one in session.scalars(query)
        if one.project_id is not None and one.steps and not course_of(session, one, now).final
    )


Spans = Mapping[tuple[date, date], Sequence[int]]  # the projects of each year of service


def _clocks(session: Session, spans: Spans) -> dict[int, dict[ClockKind, tuple[int, int]]]:
    """Return met and judged clocks of each project and kind that started in the project's own year."""
    within = (
        and_(
            TicketClock.project_id.in_(ids),
            TicketClock.starts_at >= start_of(first),
            TicketClock.starts_at < start_of(end),
        )
        for (first, end), ids in spans.items()
    )
    judged = TicketClock.verdict.in_((Verdict.MET, Verdict.BREACHED))
    query = (
        select(
            TicketClock.project_id,
            TicketClock.kind,
            _count(TicketClock.verdict == Verdict.MET),
            func.count(),
        )
        .where(
            judged,
            TicketClock.kind.in_(MEASURED),
            or_(*within),
        )
        .group_by(TicketClock.project_id, TicketClock.kind)
    )
    found: dict[int, dict[ClockKind, tuple[int, int]]] = defaultdict(dict)
    for project, kind, met, total in session.execute(query):
        found[project][kind] = (met, total)
    return found


def _duties(session: Session, year: ServiceYear, now: datetime) -> dict[int, tuple[int, int]]:
    """Return duties done in time and due, of each project; waived ones stand beside."""
    query = (
        select(
            Occurrence.project_id,
            _count(Occurrence.done_at < Occurrence.closes_at),
            func.count(),
        )
        .where(
            Occurrence.service_year_id == year.id,
            Occurrence.project_id.is_not(None),
            Occurrence.waived_at.is_(None),
            Occurrence.closes_at <= now,
        )
        .group_by(Occurrence.project_id)
    )
    return {project: (done, due) for project, done, due in session.execute(query) if project is not None}


def _callbacks(session: Session, spans: Spans) -> dict[int, tuple[int, int]]:
    """Return dissatisfied and answered call-backs of each project's own year.

    Of each period the last answer counts.
    """
    within = (
        and_(CallBack.project_id.in_(ids), CallBack.last_day >= first, CallBack.first_day < end)
        for (first, end), ids in spans.items()
    )
    last = select(func.max(CallBackAnswer.id)).group_by(CallBackAnswer.callback_id)
    query = (
        select(
            CallBack.project_id,
            _count(CallBackAnswer.satisfaction == Satisfaction.DISSATISFIED),
            func.count(),
        )
        .join(CallBackAnswer.callback)
        .where(
            CallBackAnswer.id.in_(last),
            or_(*within),
        )
        .group_by(CallBack.project_id)
    )
    return {project: (bad, every) for project, bad, every in session.execute(query)}


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def undecided(found: Sequence[Line]) -> list[Line]:
    """Return the projects nobody has decided about yet."""
    return [line for line in found if line.decision is None]
