"""What two bureau persons decide: one enters, another confirms; either may withdraw it before that (S2)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import require
from app.contract.changing import hold_contract
from models import ledger
from models.contract import Project
from models.payments import Award, Damages, Supplement, Termination
from models.people import User
from sla.errors import Conflict, Forbidden, Invalid
from sla.vocab import Role, Standing

LONGEST = 400  # characters of a reason or a basis
Entry = Award | Supplement | Termination | Damages


def subject(entry: Entry) -> str:
    """Return what the ledger and the papers call it."""
    return f"{entry.__tablename__}:{entry.id}"


def begin(session: Session, actor: User) -> None:
    """Let a bureau person act on money; of two at once the second waits and sees what the first did."""
    require(actor, Role.BUREAU)
    hold_contract(session)


def witness(session: Session, actor: User, entry: Entry, act: str, now: datetime, **told: object) -> None:
    """Append an act on an entry to the ledger."""
    ledger.append(
        session,
        kind=f"{entry.__tablename__}.{act}",
        subject=subject(entry),
        actor_id=actor.id,
        at=now,
        payload={"year": entry.year, **told},
    )


def check_pending(entry: Entry) -> None:
    """Refuse what is in force or withdrawn already."""
    if entry.standing is not Standing.PENDING:
        said = "已经审核生效" if entry.standing is Standing.CONFIRMED else "已经撤回"
        raise Conflict(f"这一笔{said}，不能再改；需要更正请另行登记")


def put_in_force(actor: User, entry: Entry, now: datetime) -> None:
    """Mark an entry as confirmed by somebody other than who entered it."""
    check_pending(entry)
    if entry.entered_by_id == actor.id:
        raise Forbidden("经办和审核不能是同一个人，请由另一位局方人员审核")
    entry.confirmed_by, entry.confirmed_at = actor, now


def withdraw(session: Session, actor: User, entry: Entry, reason: str, now: datetime) -> None:
    """Withdraw an entry that is not in force yet; it stays on record."""
    begin(session, actor)
    check_pending(entry)
    entry.withdrawn_by, entry.withdrawn_at = actor, now
    entry.withdrawn_reason = said(reason, "撤回的原因", "reason")
    session.flush()
    witness(session, actor, entry, "withdrawn", now, reason=entry.withdrawn_reason)


def said(text: str, label: str, field: str) -> str:
    """Return a text that must be there and fit."""
    text = text.strip()
    if not text:
        raise Invalid(f"请填写{label}", field)
    if len(text) > LONGEST:
        raise Invalid(f"{label}最多 {LONGEST} 个字，请缩短", field)
    return text


def project_by_seq(session: Session, seq: int, field: str = "seq") -> Project:
    """Return a row of the contract by its number; another number is ``Invalid``."""
    found = session.scalar(select(Project).where(Project.seq == seq))
    if found is None:
        raise Invalid(f"合同里没有第 {seq} 项", field)
    return found
