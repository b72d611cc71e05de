"""Deciding several waiting things at once: one use case each, in one transaction, each told by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.access import require
from app.waiting.kind import Kind
from models.people import User
from sla.errors import Conflict, DomainError, Invalid

MOST = 60  # things decided by one tap


@dataclass(frozen=True)
class Result:
    """What became of one thing; ``error`` says why it was not done."""

    key: str
    error: DomainError | None = None


def decide(
    session: Session,
    actor: User,
    kind: Kind,
    keys: Sequence[str],
    confirmed: bool,
    reason: str,
    now: datetime,
) -> list[Result]:
    """Confirm or refuse things of one kind, each by its own use case; what cannot be done stays (S2).

    Who may decide, and that nobody decides about the own claim, the use cases check.
    """
    require(actor, *sorted(kind.roles))
    if kind.decide is None:
        raise Conflict(f"「{kind.label}」要在它自己的页面上处理")
    wanted = list(dict.fromkeys(keys))
    if not 1 <= len(wanted) <= MOST:
        raise Invalid(f"请选择 1 至 {MOST} 项", "keys")
    if not confirmed and not reason:
        raise Invalid("请写明原因", "reason")
    if kind.hold is not None and len(wanted) > 1:
        kind.hold(session, wanted)
    return [_one(session, actor, kind, key, confirmed, reason, now) for key in wanted]


def _one(
    session: Session, actor: User, kind: Kind, key: str, confirmed: bool, reason: str, now: datetime
) -> Result:
    assert kind.decide is not None
    try:
        with session.begin_nested():
            kind.decide(session, actor, key, confirmed, reason, now)
    except DomainError as error:
        return Result(key, error)
    return Result(key)
