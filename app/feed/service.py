"""Making and revoking the secret address of a calendar. Of its token only the digest is kept."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy.orm import Session

from app.account.queries import digest
from app.feed.queries import address
from models.ledger import append
from models.people import User
from models.watch import FeedAddress
from sla.errors import Forbidden
from sla.vocab import Role


def open_address(session: Session, user: User, now: datetime) -> str:
    """Return the token of a new address, the only time it is known; an earlier address ends."""
    if user.role is Role.ADMIN:
        raise Forbidden("系统管理员没有业务日历")
    revoke(session, user, now)
    token = secrets.token_urlsafe(32)
    made = FeedAddress(user_id=user.id, token_hash=digest(token), created_at=now)
    session.add(made)
    session.flush()
    _witness(session, user, now, "opened", made)
    return token


def revoke(session: Session, user: User, now: datetime) -> bool:
    """End a person's present address; tell whether there was one."""
    known = address(session, user)
    if known is None:
        return False
    known.revoked_at = now
    _witness(session, user, now, "revoked", known)
    return True


def _witness(session: Session, user: User, now: datetime, what: str, one: FeedAddress) -> None:
    append(
        session,
        kind=f"person.feed_{what}",
        subject=f"user:{user.id}",
        actor_id=user.id,
        at=now,
        payload={"address": one.id},
    )
