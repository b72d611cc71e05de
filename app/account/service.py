"""Signing in and out, and changing one's password. No password comes here: only what it matched."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from app.account.queries import digest, may_sign_in
from models.ledger import append
from models.people import SignIn, User
from sla.errors import NotFound

SIGN_IN_LASTS = timedelta(hours=12)
MOST_FAILURES = 5
LOCK_LASTS = timedelta(minutes=15)
LONGEST_AGENT = 200  # characters


def sign_in(
    session: Session,
    username: str,
    matched: str | None,
    now: datetime,
    *,
    agent: str = "",
    demo: bool = False,
) -> str | None:
    """Return the token of a new sign-in, or ``None`` when it is refused; why, nobody is told.

    ``matched`` is the stored hash that the password was found to match, ``None`` when it matched none.
    Five failures lock the account for fifteen minutes; attempts while it is locked count for nothing.
    """
    known = select(User).where(User.username == username).with_for_update()
    user = session.scalar(known.execution_options(populate_existing=True))
    if user is None or not may_sign_in(user, demo) or is_locked(user, now):
        return None
    # The hash may have been replaced since it was read: then the password that matched is an old one.
    if matched is None or matched != user.password_hash:
        count_failure(user, now)
        return None
    user.failed_sign_ins, user.locked_until = 0, None
    return begin(session, user, now, agent)


def begin(session: Session, user: User, now: datetime, agent: str) -> str:
    """Open a sign-in and return its token, of which only the digest is kept."""
    token = secrets.token_urlsafe(32)
    session.add(
        SignIn(
            user_id=user.id,
            token_hash=digest(token),
            created_at=now,
            expires_at=now + SIGN_IN_LASTS,
            agent=agent[:LONGEST_AGENT],
        )
    )
    session.flush()
    return token


def is_locked(user: User, now: datetime) -> bool:
    """Tell whether too many failures keep this person out for the moment."""
    return user.locked_until is not None and now < user.locked_until


def count_failure(user: User, now: datetime) -> None:
    """Count a wrong password; the fifth locks the account and the count begins anew."""
    user.failed_sign_ins += 1
    if user.failed_sign_ins >= MOST_FAILURES:
        user.failed_sign_ins, user.locked_until = 0, now + LOCK_LASTS


def sign_out(session: Session, token: str, now: datetime) -> None:
    """End the sign-in behind a token, if it is still going on."""
    _end(session, now, SignIn.token_hash == digest(token))


def end_all(session: Session, user: User, now: datetime) -> None:
    """End every sign-in of a person."""
    _end(session, now, SignIn.user_id == user.id)


def end_others(session: Session, kept: SignIn, now: datetime) -> None:
    """End every sign-in of a person but one."""
    _end(session, now, (SignIn.user_id == kept.user_id) & (SignIn.id != kept.id))


def end_one(session: Session, user: User, sign_in_id: int, now: datetime) -> None:
    """End one sign-in of one's own; somebody else's is ``NotFound``."""
    found = session.get(SignIn, sign_in_id)
    if found is None or found.user_id != user.id:
        raise NotFound("没有找到这次登录")
    found.ended_at = found.ended_at or now


def refuse_current(session: Session, user: User, now: datetime) -> None:
    """Note that somebody at an open session did not know the password; a locked account is signed out."""
    count_failure(user, now)
    if is_locked(user, now):
        end_all(session, user, now)


def change_password(session: Session, user: User, password_hash: str, now: datetime, agent: str = "") -> str:
    """Set one's own password, end all sign-ins, and return the token of a new one for this browser."""
    set_password(user, password_hash, must_change=False)
    end_all(session, user, now)
    append(
        session,
        kind="person.password_changed",
        subject=f"user:{user.id}",
        actor_id=user.id,
        at=now,
        payload={},
    )
    return begin(session, user, now, agent)


def set_password(user: User, password_hash: str, must_change: bool) -> None:
    """Replace a password and lift the lock that wrong ones have brought about."""
    user.password_hash, user.must_change_password = password_hash, must_change
    user.failed_sign_ins, user.locked_until = 0, None


def _end(session: Session, now: datetime, whose: ColumnElement[bool]) -> None:
    session.execute(update(SignIn).where(whose, SignIn.ended_at.is_(None)).values(ended_at=now))
