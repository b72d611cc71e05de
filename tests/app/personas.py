"""The people of the tests, on the real contract: those concerned, their colleagues, and strangers."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import UTC, date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.contract.service import activate
from app.tickets.opening import NewTicket, open_ticket
from models.contract import Project, Unit
from models.people import Assignment, User
from models.tickets import Ticket
from seeds.loader import load
from sla.vocab import Role, TicketKind
from sla.when import SHANGHAI

EFFECTIVE = date(2025, 6, 3)
NO_PASSWORD = "!"


def at(text: str) -> datetime:
    """``2025-07-01 09:00`` in Shanghai."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


@dataclass
class Personas:
    """Project 1 (洛阳市教育局) is theirs; the stranger's unit is another, the other engineer has row 44."""

    contact: User
    stranger: User
    engineer: User
    other_engineer: User
    manager: User
    hotline: User
    bureau: User
    bureau2: User
    auditor: User
    admin: User

    def everybody(self) -> list[User]:
        return list(vars(self).values())


def real_contract(session: Session, effective: date | None = EFFECTIVE) -> Personas:
    """Load the contract, activate it and bring the people in, unless they are there; the caller commits."""
    if there := people_of(session):
        assert effective == EFFECTIVE, "this database holds the contract in effect already"
        return there
    load(session)
    if effective:
        activate(session, None, effective, at("2025-06-01 09:00"))
    found = {row: project(session, row) for row in (1, 3, 44)}
    people = {
        "contact": _person("contact", Role.CONTACT, found[1].unit),
        "stranger": _person("stranger", Role.CONTACT, found[3].unit),
        "engineer": _person("engineer", Role.ENGINEER),
        "other_engineer": _person("other_engineer", Role.ENGINEER),
    }
    for name in ("manager", "hotline", "bureau", "bureau2", "auditor", "admin"):
        people[name] = _person(name, Role(name.rstrip("2")))
    session.add_all(people.values())
    session.flush()
    session.add(_assignment(people["engineer"], found[1]))
    session.add(_assignment(people["other_engineer"], found[44]))
    session.flush()
    return Personas(**people)


def people_of(session: Session) -> Personas | None:
    """Return the people of a database that holds them, ``None`` for an empty one."""
    found = {user.username: user for user in session.scalars(select(User))}
    names = [field.name for field in fields(Personas)]
    return Personas(**{name: found[name] for name in names}) if set(names) <= set(found) else None


def project(session: Session, row: int) -> Project:
    return session.scalars(select(Project).where(Project.seq == row)).one()


def new_ticket(
    session: Session, actor: User, row: int = 1, now: str = "2025-07-01 09:00", **said: object
) -> Ticket:
    given: dict[str, object] = {
        "project_id": project(session, row).id,
        "kind": TicketKind.INCIDENT,
        "title": "平台打不开",
        "submission": f"{actor.username}-{now}-{row}-{said.get('title', '')}",
    }
    return open_ticket(session, actor, NewTicket(**(given | said)), at(now))  # type: ignore[arg-type]


def _person(username: str, role: Role, unit: Unit | None = None) -> User:
    return User(
        username=username,
        name=f"{role.label}{username}",
        phone="0379-60000000",
        role=role,
        unit=unit,
        password_hash=NO_PASSWORD,
        created_at=at("2025-06-01 09:00"),
    )


def _assignment(user: User, of: Project) -> Assignment:
    return Assignment(user=user, project=of, from_day=EFFECTIVE)
