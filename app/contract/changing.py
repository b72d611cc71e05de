"""Changing the rules while the contract runs: which days may still change, and carrying a change out."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session, selectinload

from app.closing.queries import open_from
from app.contract.effect import BATCH, Effect, touched
from app.tickets.derivation import current_rules, derive_ticket, forget_rules, store
from models.contract import ContractTerm, ServiceYear
from models.tickets import Ticket, TicketClock
from sla.clock import RuleBook
from sla.errors import Conflict, Invalid
from sla.when import day_of

LONGEST_REASON = 400  # characters


def open_year(session: Session, today: date) -> ServiceYear | None:
    """Return the contract's service year that a day lies in, if there is one."""
    found = select(ServiceYear).where(ServiceYear.starts_on <= today, ServiceYear.ends_on > today)
    return session.scalar(found)


def first_changeable_day(session: Session, today: date, *, adjusts: bool = False) -> date:
    """Return the first day whose rules may still change. This is the one place that says so.

    It is the first day of the present service year, or the first after the frozen months (M1) where that
    is later; while there is no year, today. What ``adjusts`` may reach into frozen months: a document that
    was signed for those days. They stay as they are, and what differs becomes an adjustment.
    """
    year = open_year(session, today)
    first = year.starts_on if year else today
    return first if adjusts else max(first, open_from(session) or first)


def check_may_change(
    session: Session, day: date, now: datetime, field: str, *, adjusts: bool = False
) -> None:
    """Refuse a day whose rules can no longer change."""
    today = day_of(now)
    first = first_changeable_day(session, today, adjusts=adjusts)
    if day >= first:
        return
    after_frozen = open_from(session)
    if after_frozen is not None and day < after_frozen and not adjusts:
        why = "所在的月份已经冻结"
    elif first < today:
        why = "早于本服务年度的第一天"
    else:
        why = "已经过去，而现在不在服务年度内"
    raise Invalid(f"{day} {why}，不能再改；最早可从 {first} 起", field)


def checked_reason(reason: str, what: str = "依据") -> str:
    """Return the reason of a change; a change without one is refused."""
    reason = reason.strip()
    if not reason:
        raise Invalid(f"请填写{what}，例如会议纪要的名称和日期", "reason")
    if len(reason) > LONGEST_REASON:
        raise Invalid(f"{what}最多 {LONGEST_REASON} 个字，请缩短", "reason")
    return reason


def hold_contract(session: Session) -> None:
    """Hold the contract: of two who change its rules at once, the second sees what the first did."""
    session.scalars(select(ContractTerm.id).where(ContractTerm.key == "title").with_for_update()).all()


def check_seen(book: RuleBook, seen: str) -> None:
    """Refuse to save a change whose effect was worked out on other rules than those in force."""
    if seen and seen != book.version:
        raise Conflict("口径或日历刚刚被别人改过，刚才看到的影响已不准确；请重新核对后再保存")


def put_in_force(session: Session, effect: Effect, now: datetime) -> None:
    """Derive and store, by the rules as they now stand, every ticket that the change touches (C10).

    The caller has stored the new rules. A ticket whose outcome is the same keeps its rows, which only
    name the new version of the rules.
    """
    session.flush()
    forget_rules(session)
    if effect.days is None:
        return
    session.execute(
        update(TicketClock)
        .where(TicketClock.ticket_id.in_(select(Ticket.id).where(touched(effect.days))))
        .values(rule_version=current_rules(session).book.version)
        .execution_options(synchronize_session=False)
    )
    parts = (Ticket.project, Ticket.events, Ticket.clocks, Ticket.milestones)
    for first in range(0, len(effect.tickets), BATCH):
        ids = effect.tickets[first : first + BATCH]
        query = (
            select(Ticket).where(Ticket.id.in_(ids)).options(*map(selectinload, parts)).order_by(Ticket.id)
        )
        for ticket in session.scalars(query):
            store(session, ticket, derive_ticket(session, ticket, now))
        session.flush()


def book_in_force(session: Session) -> RuleBook:
    """Return the rules as they are stored at this moment, whatever this session read before."""
    forget_rules(session)
    return current_rules(session).book
