"""Reads about sign-ins; everybody sees only their own."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from models.people import SYSTEM, SignIn, User
from sla.vocab import Role


def digest(token: str) -> str:
    """Return what is stored of a token: whoever reads the table cannot sign in with it."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def signed_in(session: Session, token: str, now: datetime, demo: bool) -> SignIn | None:
    """Return the sign-in behind a token while it is good, with its person; otherwise ``None``."""
    found = session.scalar(
        select(SignIn)
        .join(SignIn.user)
        .options(joinedload(SignIn.user).joinedload(User.unit))
        .where(SignIn.token_hash == digest(token), SignIn.ended_at.is_(None), SignIn.expires_at > now)
    )
    return found if found and may_sign_in(found.user, demo) else None


def may_sign_in(user: User, demo: bool) -> bool:
    """Tell whether this person may be signed in at all; demonstration people only in a demonstration."""
    return user.is_active and user.username != SYSTEM and (demo or not user.is_demo)


def stored_hash(session: Session, username: str) -> str | None:
    """Return the password hash of a name, ``None`` when there is no such person."""
    return session.scalar(select(User.password_hash).where(User.username == username))


def own_sign_ins(session: Session, user: User, now: datetime) -> Sequence[SignIn]:
    """Return where a person is signed in now, newest first."""
    return session.scalars(
        select(SignIn)
        .where(SignIn.user_id == user.id, SignIn.ended_at.is_(None), SignIn.expires_at > now)
        .order_by(SignIn.created_at.desc(), SignIn.id.desc())
    ).all()


def demonstration_people(session: Session) -> Sequence[tuple[str, Role]]:
    """Return the names one can sign in with in a demonstration, and their roles."""
    people = session.execute(
        select(User.username, User.role)
        .where(User.is_demo, User.deactivated_at.is_(None), User.username.in_(DEMONSTRATION))
        .order_by(User.id)
    )
    return sorted(((name, role) for name, role in people), key=lambda pair: DEMONSTRATION.index(pair[0]))


DEMONSTRATION = ("engineer", "contact", "bureau", "bureau2", "manager", "hotline", "auditor", "admin")
