"""Draws from a quota: the unit's entitlement for a year of service, asked for and delivered (O2)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.access import require
from app.amendments.inforce import quota_on
from app.duties.checks import said
from app.duties.queries import obligations_seen
from models import ledger
from models.contract import Obligation, ProjectService
from models.duties import Occurrence, Work
from models.people import User
from sla.errors import Conflict, Invalid, NotFound
from sla.vocab import Cycle, Role, Standing
from sla.when import day_of, end_of, start_of

LONGEST_NOTE = 400  # characters


def served(session: Session, obligation: Obligation, amount: int, now: datetime) -> list[Occurrence]:
    """Return the draw that was asked for first and not delivered; without one the quota must suffice."""
    quota = quota_on(session, obligation, day_of(now))
    if not 1 <= amount <= quota:
        raise Invalid(f"本次数量要在 1 到 {quota} 之间", "amount")
    # Two who draw at once take turns: together they must not draw more than there is.
    session.scalar(select(Obligation.id).where(Obligation.id == obligation.id).with_for_update())
    service = _service(session, obligation, now)
    asked = session.scalars(_outstanding(obligation).with_for_update().limit(1)).all()
    left = remaining(session, obligation, service, now)
    if not asked and amount > left:
        raise Conflict(f"本服务年度的 {quota} 次还剩 {left} 次，这次要 {amount} 次；超出的部分须由单位提出")
    return list(asked)


def ask(
    session: Session,
    actor: User,
    obligation_id: int,
    until: date,
    note: str,
    now: datetime,
    *,
    beyond: bool = False,
) -> Occurrence:
    """Ask, for the unit, for a draw from its quota, due at the end of a day (O2).

    Refused or late it is a miss. ``beyond`` says that the unit knows its quota is used up.
    """
    require(actor, Role.CONTACT, Role.BUREAU)
    obligation = session.scalar(
        select(Obligation)
        .where(Obligation.id == obligation_id, obligations_seen(actor, day_of(now)))
        .with_for_update(of=Obligation)
    )
    if obligation is None:
        raise NotFound("没有这项义务，或您无权查看")
    text = said(note, LONGEST_NOTE, "提取内容", "note", required=True)
    service = _may_ask(session, obligation, until, now, beyond)
    made = Occurrence(
        obligation=obligation,
        project_id=obligation.project_id,
        service_year_id=service.service_year_id,
        opens_at=now,
        closes_at=end_of(until),
        note=text,
    )
    session.add(made)
    session.flush()
    ledger.append(
        session,
        kind="duty.asked",
        subject=f"occurrence:{made.id}",
        actor_id=actor.id,
        at=now,
        payload={
            "obligation": obligation.id,
            "closes_at": made.closes_at,
            "note": text,
            "beyond": beyond,
        },
    )
    return made


def _may_ask(
    session: Session, obligation: Obligation, until: date, now: datetime, beyond: bool
) -> ProjectService:
    """Return the service a draw belongs to; what cannot be asked for is refused."""
    if obligation.cycle is not Cycle.QUOTA:
        raise Conflict("这项义务没有约定次数，不需要申请")
    if until < day_of(now):
        raise Invalid("交付期限不能早于今天", "until")
    service = _service(session, obligation, now)
    open_ones = len(session.scalars(_outstanding(obligation)).all())
    if remaining(session, obligation, service, now) <= open_ones and not beyond:
        quota = quota_on(session, obligation, day_of(now))
        raise Conflict(f"本服务年度的 {quota} 次已用完或已申请；确需超出，请注明后再提交")
    same = select(Occurrence.id).where(Occurrence.obligation_id == obligation.id, Occurrence.opens_at == now)
    if session.scalar(same) is not None:
        raise Conflict("刚才已经提交过申请，请刷新页面查看")
    return service


def remaining(session: Session, obligation: Obligation, service: ProjectService, now: datetime) -> int:
    """Return what is left of a quota in a year of service, as it stands today."""
    return quota_on(session, obligation, day_of(now)) - drawn(session, obligation, service)


def drawn(session: Session, obligation: Obligation, service: ProjectService) -> int:
    """Return how much of a quota was drawn in a year of service; rejected draws do not count."""
    total = session.scalar(
        select(func.coalesce(func.sum(Work.amount), 0)).where(
            Work.obligation_id == obligation.id,
            Work.finished_at.is_not(None),
            Work.standing != Standing.REJECTED,
            Work.occurred_at >= start_of(service.starts_on),
            Work.occurred_at < start_of(service.ends_on),
        )
    )
    return int(total or 0)


def _service(session: Session, obligation: Obligation, now: datetime) -> ProjectService:
    today = day_of(now)
    if obligation.from_day and today < obligation.from_day:
        raise Conflict(f"这项义务从 {obligation.from_day} 起才有")
    if obligation.until_day and today >= obligation.until_day:
        raise Conflict(f"这项义务从 {obligation.until_day} 起已取消，不能再提取")
    found = session.scalar(
        select(ProjectService).where(
            ProjectService.project_id == obligation.project_id,
            ProjectService.starts_on <= today,
            ProjectService.ends_on > today,
        )
    )
    if found is None:
        raise Conflict("这个项目今天不在服务期内")
    return found


def _outstanding(obligation: Obligation) -> Select[Occurrence]:
    return (
        select(Occurrence)
        .where(
            Occurrence.obligation_id == obligation.id,
            Occurrence.done_at.is_(None),
            Occurrence.waived_at.is_(None),
        )
        .order_by(Occurrence.opens_at)
    )
