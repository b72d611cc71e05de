"""What was argued about the breaches of a period: disputes, how they stand, and their evidence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, selectinload

from app.reports.kept import ArguedClock, ArguedDuty
from app.tickets.derivation import current_rules
from models.disputes import Dispute
from models.papers import Paper
from reports.breaches import Argued, breached_clocks
from reports.period import PeriodReport
from sla.clock import RuleBook
from sla.disputes import course

BATCH = 500  # keys to a query


def argued(session: Session, report: PeriodReport) -> tuple[list[ArguedClock], list[ArguedDuty]]:
    """Return the disputes about clocks and about occurrences of a report, each with its last step's time.

    Whoever sees a breach sees its dispute. How it stands is told as of its last step: time alone changes no
    report.
    """
    clocks = breached_clocks(report)
    keys, duties = {row.key for row in clocks}, {one.id for one in report.rows.occurrences}
    found = [
        *_disputes(session, Dispute.ticket_id.in_, sorted({row.ticket_id for row in clocks})),
        *_disputes(session, Dispute.occurrence_id.in_, sorted(duties)),
    ]
    papers = _papers(session, found)
    book = current_rules(session).book
    of_clocks: list[ArguedClock] = []
    of_duties: list[ArguedDuty] = []
    for one in found:
        if one.occurrence_id is not None:
            said = _argued(one, papers[one.id], book)
            of_duties.append(ArguedDuty(one.occurrence_id, said, _last(one)))
        elif one.ticket_id is not None and one.clock_key and (one.ticket_id, *one.clock_key) in keys:
            said = _argued(one, papers[one.id], book)
            of_clocks.append(ArguedClock(one.ticket_id, *one.clock_key, said, _last(one)))
    return of_clocks, of_duties


def _disputes(session: Session, among: object, ids: list[int]) -> list[Dispute]:
    found: list[Dispute] = []
    assert callable(among)
    for first in range(0, len(ids), BATCH):
        wanted: ColumnElement[bool] = among(ids[first : first + BATCH])
        query = select(Dispute).where(wanted).options(selectinload(Dispute.steps)).order_by(Dispute.id)
        found += session.scalars(query)
    return found


def _argued(one: Dispute, evidence: Sequence[str], book: RuleBook) -> Argued:
    stands = course(one.facts, one.project_id is not None, book, _last(one))
    said = [step for step in one.steps if step.attribution]
    decided = [step for step in one.steps if step.granted is not None]
    return Argued(
        number=one.number,
        state=stands.state.label,
        attribution=said[-1].attribution.label if said and said[-1].attribution else "",
        reason=(decided or one.steps)[-1].text if one.steps else "",
        evidence=tuple(evidence),
    )


def _last(one: Dispute) -> datetime:
    return one.steps[-1].at if one.steps else one.opened_at


def _papers(session: Session, disputes: Sequence[Dispute]) -> Mapping[int, list[str]]:
    """Return where the evidence of each dispute is."""
    subjects = {f"dispute:{one.id}": one.id for one in disputes}
    found: dict[int, list[str]] = defaultdict(list)
    names = list(subjects)
    for first in range(0, len(names), BATCH):
        query = select(Paper).where(or_(Paper.subject.in_(names[first : first + BATCH]))).order_by(Paper.id)
        for paper in session.scalars(query):
            found[subjects[paper.subject]].append(f"{paper.title}（/papers/{paper.id}）")
    return found
