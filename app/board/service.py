"""Making and revoking the keys of the wall screen. Of a key only the digest is kept."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.access import require
from app.account.queries import digest
from models.board import BoardKey
from models.ledger import append
from models.people import User
from sla.errors import Conflict, NotFound
from sla.vocab import Role

GOOD_FOR = timedelta(days=365)
MOST = 20  # good at the same time


def open_key(session: Session, user: User, place: str, now: datetime) -> str:
    """Return the secret of a new key, the only time it is known; it ends after a year."""
    require(user, Role.BUREAU)
    good = select(func.count()).where(BoardKey.revoked_at.is_(None), BoardKey.expires_at > now)
    if (session.scalar(good) or 0) >= MOST:
        raise Conflict(f"已有 {MOST} 个正在使用的大屏地址，请先作废不用的")
    token = secrets.token_urlsafe(32)
    made = BoardKey(
        token_hash=digest(token),
        place=place,
        made_by_id=user.id,
        created_at=now,
        expires_at=now + GOOD_FOR,
    )
    session.add(made)
    session.flush()
    _witness(session, user, now, "opened", made)
    return token


def revoke(session: Session, user: User, key_id: int, now: datetime) -> BoardKey:
    """End a key; whoever still has its address finds nothing there."""
    require(user, Role.BUREAU)
    known = session.get(BoardKey, key_id)
    if known is None:
        raise NotFound("没有这个大屏地址")
    if known.revoked_at is None:
        known.revoked_at = now
        _witness(session, user, now, "revoked", known)
    return known


def _witness(session: Session, user: User, now: datetime, what: str, one: BoardKey) -> None:
    append(
        session,
        kind=f"board.key_{what}",
        subject=f"board_key:{one.id}",
        actor_id=user.id,
        at=now,
        payload={"key": one.id},
    )
