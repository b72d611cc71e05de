"""The occurrences of a period: each with how it stands and what was done for it (F1, O2, O3)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from app.duties.queries import in_state
from models.contract import Obligation, Project
from models.duties import CycleChange, Occurrence, OccurrenceWork, Work, WorkLine
from models.people import User
from sla.obligations import Slot, indicator_of, special_kinds, state_of
from sla.period import Period
from sla.rows import OccurrenceRow, WorkRow
from sla.vocab import Cycle, Indicator, ItemResult, OccurrenceState
from sla.when import day_of

Changes = Mapping[int, Mapping[date, Cycle]]


def occurrence_rows(
    session: Session, period: Period, scope: ColumnElement[bool], now: datetime, *, whole_contract: bool
) -> tuple[OccurrenceRow, ...]:
    """Return every occurrence whose window's last day lies in the period (F1), by project, duty and time.

    ``scope`` limits ``Project``; those of the whole contract come last, if they are wanted. Of a quota
    only what somebody asked for is an occurrence; a duty without a cycle has none (O2, O5).
    """
    found = _counted(period, scope, whole_contract)
    works, changes = _works(session, found), _changes(session)
    heads = session.execute(
        select(
            *(Occurrence.id, Occurrence.obligation_id, Occurrence.period_id, Occurrence.note),
            *(Occurrence.opens_at, Occurrence.closes_at, Occurrence.done_at),
            *(Occurrence.waived_at, Occurrence.waived_reason),
            *(Obligation.what, Obligation.kind, Obligation.cycle, Project.seq),
        )
        .join(Obligation, Occurrence.obligation_id == Obligation.id)
        .outerjoin(Project, Occurrence.project_id == Project.id)
        .where(found)
        .order_by(Project.seq.is_(None), Project.seq, Obligation.id, Occurrence.opens_at)
    )
    rows = []
    for one in heads:
        slot = Slot(one.opens_at, one.closes_at)
        in_force = _cycle(one.cycle, changes.get(one.obligation_id, {}), day_of(slot.opens_at))
        rows.append(
            OccurrenceRow(
                id=one.id,
                project=one.seq,
                obligation=one.what,
                kind=one.kind,
                cycle=in_force if one.period_id is None else Cycle.FILING_DAILY,
                slot=slot,
                # Once its window has closed, time alone changes nothing: any later ``now`` says the same.
                state=state_of(slot, one.done_at, one.waived_at is not None, now),
                done_at=one.done_at,
                waived_at=one.waived_at,
                waived_reason=one.waived_reason,
                note=one.note,
                works=tuple(works.get(one.id, ())),
            )
        )
    return tuple(rows)


def occurrence_counts(
    session: Session, period: Period, scope: ColumnElement[bool], now: datetime, *, whole_contract: bool
) -> Iterator[tuple[int | None, Indicator, OccurrenceState, int]]:
    """Yield how many occurrences stand how, by project and indicator: the rows above, counted."""
    state = in_state(now).label("state")
    counted = (
        select(Occurrence.project_id, Obligation.kind, state, func.count())
        .join(Obligation, Occurrence.obligation_id == Obligation.id)
        .where(_counted(period, scope, whole_contract))
        .group_by(Occurrence.project_id, Obligation.kind, state)
    )
    seqs = {number: seq for number, seq in session.execute(select(Project.id, Project.seq))}  # noqa: C416
    for project_id, kind, word, number in session.execute(counted):
        seq = None if project_id is None else seqs[project_id]
        yield seq, indicator_of(kind), OccurrenceState(word), number


def last_occurrence_fact(
    session: Session, period: Period, scope: ColumnElement[bool], *, whole_contract: bool
) -> datetime | None:
    """Return when something was last recorded about the occurrences of a period."""
    found = _counted(period, scope, whole_contract)
    worked = (
        select(func.max(Work.recorded_at), func.max(Work.decided_at))
        .join(OccurrenceWork, OccurrenceWork.work_id == Work.id)
        .join(Occurrence, OccurrenceWork.occurrence_id == Occurrence.id)
        .where(found, Work.finished_at.is_not(None))
    )
    waived = session.scalar(select(func.max(Occurrence.waived_at)).where(found))
    return max((one for one in (*session.execute(worked).one(), waived) if one), default=None)


def duties_promised(
    session: Session, period: Period, scope: ColumnElement[bool]
) -> dict[int, frozenset[Indicator]]:
    """Return for which indicators each row promises a duty with a cycle; without one nothing counts (O5)."""
    changes = _changes(session)
    found: dict[int, set[Indicator]] = defaultdict(set)
    query = select(Project.seq, Obligation.id, Obligation.kind, Obligation.cycle, Obligation.when)
    for seq, duty, kind, cycle, when in session.execute(query.join(Obligation.project).where(scope)):
        agreed = (one for day, one in changes.get(duty, {}).items() if day < period.until_day)
        if special_kinds(when) or any(one is not Cycle.UNSPECIFIED for one in (cycle, *agreed)):
            found[seq].add(indicator_of(kind))
    return {seq: frozenset(indicators) for seq, indicators in found.items()}


def _counted(period: Period, scope: ColumnElement[bool], whole_contract: bool) -> ColumnElement[bool]:
    start, end = period.bounds
    mine = Occurrence.project_id.in_(select(Project.id).where(scope))
    wanted = or_(mine, Occurrence.project_id.is_(None)) if whole_contract else mine
    return and_(Occurrence.closes_at > start, Occurrence.closes_at <= end, wanted)


def _works(session: Session, found: ColumnElement[bool]) -> dict[int, list[WorkRow]]:
    """Return the finished works of some occurrences, each in the order they were begun."""
    served = select(OccurrenceWork.work_id).join(Occurrence).where(found)
    abnormal: Counter[int] = Counter()
    for work_id, number in session.execute(
        select(WorkLine.work_id, func.count())
        .where(WorkLine.work_id.in_(served), WorkLine.result == ItemResult.ABNORMAL)
        .group_by(WorkLine.work_id)
    ):
        abnormal[work_id] = number
    works: dict[int, list[WorkRow]] = defaultdict(list)
    for occurrence_id, work_id, by, occurred, recorded, late, standing, decided in session.execute(
        select(
            *(OccurrenceWork.occurrence_id, Work.id, User.name, Work.occurred_at, Work.recorded_at),
            *(Work.backentered, Work.standing, Work.decided_at),
        )
        .join(Work, OccurrenceWork.work_id == Work.id)
        .join(User, Work.by_id == User.id)
        .join(Occurrence, OccurrenceWork.occurrence_id == Occurrence.id)
        .where(found, Work.finished_at.is_not(None))
        .order_by(OccurrenceWork.occurrence_id, Work.id)
    ):
        assert occurred is not None  # it is finished
        assert recorded is not None
        row = WorkRow(by, occurred, recorded, late, standing, decided, abnormal[work_id])
        works[occurrence_id].append(row)
    return works


def _changes(session: Session) -> Changes:
    changes: dict[int, dict[date, Cycle]] = defaultdict(dict)
    for duty, day, cycle in session.execute(
        select(CycleChange.obligation_id, CycleChange.from_day, CycleChange.cycle)
    ):
        changes[duty][day] = cycle
    return changes


def _cycle(stated: Cycle, changes: Mapping[date, Cycle], day: date) -> Cycle:
    """Return the cycle in force on a day: the contract's, or the one agreed last (O1)."""
    last = max((first for first in changes if first <= day), default=None) if changes else None
    return stated if last is None else changes[last]
