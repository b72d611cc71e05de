"""Row 1's posting (two heads, 5x8) and its people, made through the use cases."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import Site
from app.database import transaction
from app.residents import leaves, members, service
from app.residents.members import Papers
from app.residents.roster import Post, posts
from models.contract import Posting
from models.people import User
from models.residents import Leave, PostingMember
from sla.vocab import Half, Presence, Role, Standing
from tests.app.personas import at, project
from tests.app.visitors import named, read

AM, PM = Half.MORNING, Half.AFTERNOON
NIGHT = "2025-07-01 00:30"
SIGNED = Papers(signed_on=date(2025, 6, 3), handed_on=date(2025, 6, 3))


def day(text: str) -> date:
    return date.fromisoformat(text)


def post_of(session: Session, row: int = 1) -> Post:
    wanted = select(Posting.id).where(Posting.project_id == project(session, row).id)
    return posts(session, Posting.id.in_(wanted))[0]


def posting_id(site: Site, row: int = 1) -> int:
    with site.app_context(), transaction() as session:
        return post_of(session, row).id


def extra(session: Session, username: str) -> User:
    """Another engineer, assigned to nothing."""
    one = User(
        username=username,
        name=f"工程师{username}",
        role=Role.ENGINEER,
        password_hash="!",
        created_at=at("2025-06-01 09:00"),
    )
    session.add(one)
    session.flush()
    return one


def joined(
    session: Session, username: str = "engineer", row: int = 1, from_day: str = "2025-06-03", **said: Any
) -> PostingMember:
    given = {"papers": SIGNED} | said
    return members.join(
        session,
        named(session, "manager"),
        post_of(session, row),
        named(session, username),
        at("2025-06-03 08:00"),
        from_day=day(from_day),
        **given,
    )


def held_by(session: Session, username: str = "engineer") -> PostingMember:
    """Return somebody's latest time on a posting."""
    theirs = select(PostingMember).where(PostingMember.user_id == named(session, username).id)
    return session.scalars(theirs.order_by(PostingMember.id.desc())).all()[0]


def there(session: Session, when: str, half: Half = AM, username: str = "engineer", row: int = 1) -> Any:
    """Let an engineer say that they are there, at a moment."""
    return service.be_present(session, named(session, username), post_of(session, row), half, at(when))


def entered(
    session: Session,
    on: str,
    halves: list[Half] | None = None,
    username: str = "engineer",
    presence: Presence = Presence.PRESENT,
    now: str = "2025-08-02 09:00",
    row: int = 1,
) -> None:
    service.enter(
        session,
        named(session, "manager"),
        post_of(session, row),
        named(session, username).id,
        day(on),
        halves or [AM, PM],
        presence,
        "手机没电",
        at(now),
    )


def leave_of(
    session: Session,
    member: PostingMember,
    first: tuple[str, Half],
    last: tuple[str, Half],
    substitute: str | None = None,
    standing: Standing | None = Standing.CONFIRMED,
    now: str = NIGHT,
) -> Leave:
    """Let leave be asked for, a substitute be named and the contact decide."""
    moments = [(day(text), half) for text, half in (first, last)]
    asked = leaves.ask(session, member.user, member, moments[0], moments[1], "看病", at(now))
    if substitute:
        leaves.name_substitute(session, named(session, "manager"), asked, named(session, substitute), at(now))
    if standing:
        leaves.decide(
            session,
            named(session, "contact"),
            asked,
            standing,
            "看过了",
            at(now),
            substitute_id=asked.substitute_id,
        )
    return asked


def change(site: Site, act: Callable[[Session], Any]) -> None:
    """Let something happen, committed."""
    with site.app_context(), transaction() as session:
        act(session)


def member_id(site: Site, username: str = "engineer") -> int:
    return read(site, lambda session: held_by(session, username).id)


def said(payload: str) -> Any:
    return json.loads(payload)
