"""What the bureau agrees about duties: cycles, filing periods, days of special duty (O1, O2, O5).

Only the future changes: occurrences that open from tomorrow on, and of those only the ones nobody has
touched. Every change can be looked at before it is made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import require
from app.duties.checks import said
from app.duties.layout import (
    Difference,
    add_missing,
    apply,
    cycle_on,
    difference,
    digest,
    periods_of,
    read_plan,
)
from models import ledger
from models.contract import ContractTerm, Obligation, Project
from models.duties import CycleChange, DeclaredPeriod
from models.people import User
from sla.errors import Conflict, Invalid, NotFound
from sla.vocab import Cycle, PeriodKind, Role
from sla.when import day_of, end_of

LONGEST_REASON = 400  # characters
LONGEST_NAME = 64
MOST_DAYS = 366
FIXED = (Cycle.QUOTA, Cycle.FILING_DAILY)
AGREEABLE = tuple(cycle for cycle in Cycle if cycle not in FIXED)


@dataclass(frozen=True)
class Period:
    """A period to be declared, both days included; ``project_id`` ``None`` is every project concerned."""

    kind: PeriodKind
    name: str
    first_day: date
    last_day: date
    project_id: int | None = None
    reason: str = ""


def lay_out_years(session: Session, actor: User | None, now: datetime) -> int:
    """Lay out every opened service year; the ledger gets the counts and a digest of the rows (O1)."""
    _lock(session)
    laid = add_missing(session)
    if laid.rows:
        cycles = {str(cycle): number for cycle, number in laid.cycles.items()}
        payload = {"added": len(laid.rows), "cycles": cycles, "digest": digest(laid.rows)}
        _record(session, "duties.laid_out", "contract:1", actor, now, payload)
    return len(laid.rows)


def change_cycle(
    session: Session,
    actor: User,
    obligation_id: int,
    cycle: Cycle,
    from_day: date,
    reason: str,
    now: datetime,
) -> Difference:
    """Agree another cycle from a day after today (O1), or a first one where none is stated (O5)."""
    require(actor, Role.BUREAU)
    _lock(session)
    why = said(reason, LONGEST_REASON, "依据", "reason", required=True)
    found = preview_cycle(session, obligation_id, cycle, from_day, now)
    row = session.scalar(
        select(CycleChange).where(
            CycleChange.obligation_id == obligation_id, CycleChange.from_day == from_day
        )
    )
    if row is None:
        row = CycleChange(obligation_id=obligation_id, from_day=from_day)
        session.add(row)
    row.cycle, row.reason, row.approved_by, row.approved_at = cycle, why, actor, now
    session.flush()
    told = {"cycle": cycle, "from_day": from_day, "reason": why}
    _carry_out(session, "duty.cycle_agreed", f"obligation:{obligation_id}", actor, now, found, told)
    return found


def preview_cycle(
    session: Session, obligation_id: int, cycle: Cycle, from_day: date, now: datetime
) -> Difference:
    """Return which occurrences a change of cycle would take away and add."""
    obligation = session.get(Obligation, obligation_id)
    if obligation is None:
        raise NotFound("没有这项义务")
    if obligation.cycle in FIXED or cycle not in AGREEABLE:
        raise Conflict(f"「{obligation.cycle.label}」的义务不能这样约定周期，请核对", "cycle")
    if from_day <= day_of(now):
        raise Invalid("新的周期最早从明天起，过去和今天的应办不变", "from_day")
    plan = read_plan(session)
    known = plan.changes.get(obligation_id, {})
    if cycle_on(obligation, known, from_day) is cycle:
        raise Invalid(f"{from_day} 起的周期已经是「{cycle.label}」", "cycle")
    changed = replace(plan, changes=plan.changes | {obligation_id: known | {from_day: cycle}})
    return difference(session, changed, _tomorrow(now), [obligation_id])


def declare_period(session: Session, actor: User, period: Period, now: datetime) -> DeclaredPeriod:
    """Declare a period; each of its days makes a duty of every obligation it concerns (O2)."""
    require(actor, Role.BUREAU)
    _lock(session)
    found = preview_period(session, period, now)
    row = _row(period)
    row.reason = said(period.reason, LONGEST_REASON, "依据", "reason")
    row.declared_by, row.declared_at = actor, now
    session.add(row)
    session.flush()
    for one in found.added:
        one["period_id"] = row.id
    told = {
        "kind": row.kind,
        "name": row.name,
        "project": row.project.seq if row.project else None,
        "first_day": row.first_day,
        "last_day": row.last_day,
        "reason": row.reason,
    }
    _carry_out(session, "period.declared", f"period:{row.id}", actor, now, found, told)
    return row


def preview_period(session: Session, period: Period, now: datetime) -> Difference:
    """Return which occurrences a period would add; one that concerns nobody is ``Invalid``."""
    _check_days(period, now)
    said(period.name, LONGEST_NAME, "名称", "name", required=True)
    if period.project_id is not None and session.get(Project, period.project_id) is None:
        raise Invalid("请从列表中选择运维项目", "project")
    plan = read_plan(session)
    row = _row(period)
    concerned = [one.id for one in session.scalars(select(Obligation)) if [*periods_of(one, [row])]]
    if not concerned:
        raise Invalid(f"没有在「{period.kind.label}」期间才有的义务，请核对类型和项目", "kind")
    return difference(session, replace(plan, periods=[*plan.periods, row]), _tomorrow(now), concerned)


def withdraw_period(session: Session, actor: User, period_id: int, reason: str, now: datetime) -> Difference:
    """Withdraw a period: its days after today are no duty any more, those up to today stay."""
    require(actor, Role.BUREAU)
    _lock(session)
    why = said(reason, LONGEST_REASON, "原因", "reason", required=True)
    row = _period(session, period_id)
    if row.last_day <= day_of(now):
        raise Conflict("这段时期已经过去，不能撤回")
    found = preview_withdrawal(session, period_id, now)
    row.withdrawn_at = now
    session.flush()
    _carry_out(session, "period.withdrawn", f"period:{row.id}", actor, now, found, {"reason": why})
    return found


def preview_withdrawal(session: Session, period_id: int, now: datetime) -> Difference:
    """Return which occurrences the withdrawal of a period would take away."""
    row = _period(session, period_id)
    plan = read_plan(session)
    concerned = [one.id for one in session.scalars(select(Obligation)) if [*periods_of(one, [row])]]
    left = [one for one in plan.periods if one.id != row.id]
    return difference(session, replace(plan, periods=left), _tomorrow(now), concerned)


def _check_days(period: Period, now: datetime) -> None:
    if period.first_day <= day_of(now):
        raise Invalid("时期最早从明天起", "first_day")
    if period.last_day < period.first_day:
        raise Invalid("最后一天不能早于第一天", "last_day")
    if (period.last_day - period.first_day).days >= MOST_DAYS:
        raise Invalid(f"一段时期最长 {MOST_DAYS} 天，请核对日期", "last_day")


def _period(session: Session, period_id: int) -> DeclaredPeriod:
    row = session.get(DeclaredPeriod, period_id)
    if row is None:
        raise NotFound("没有这段时期")
    if row.withdrawn_at is not None:
        raise Conflict("这段时期已经撤回")
    return row


def _row(period: Period) -> DeclaredPeriod:
    return DeclaredPeriod(
        kind=period.kind,
        name=period.name.strip(),
        project_id=period.project_id,
        first_day=period.first_day,
        last_day=period.last_day,
    )


def _carry_out(
    session: Session,
    kind: str,
    subject: str,
    actor: User | None,
    now: datetime,
    found: Difference,
    told: Mapping[str, object],
) -> None:
    apply(session, found)
    counted = {"removed": len(found.removed), "added": len(found.added), "digest": found.digest}
    _record(session, kind, subject, actor, now, {**told, **counted})


def _record(
    session: Session,
    kind: str,
    subject: str,
    actor: User | None,
    now: datetime,
    payload: Mapping[str, object],
) -> None:
    actor_id = actor.id if actor else None
    ledger.append(session, kind=kind, subject=subject, actor_id=actor_id, at=now, payload=payload)


def _lock(session: Session) -> None:
    """Hold the plan: of two who change it at once, the second waits and then sees what the first did."""
    session.scalars(select(ContractTerm.id).where(ContractTerm.key == "title").with_for_update()).all()


def _tomorrow(now: datetime) -> datetime:
    return end_of(day_of(now))
