"""The people of a life: contacts of every unit, engineers of every row, hotline, manager, bureau.

They are made by the same use cases as real people, in one order, so equal lives have equal people. Their
password is unusable: nobody can sign in as them. Outside a demonstration they are deactivated when the
life is over.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.people.assignments import assign
from app.people.service import create_person, deactivate, reactivate
from app.simulation.words import GIVEN, SURNAMES
from models.contract import Project, Unit
from models.people import User
from sla.vocab import Role
from sla.when import day_of

PREFIX = "sim-"
NO_PASSWORD = "!"  # no hash: no password ever matches it
POOL = 8  # engineers who look after the rows without residents
HOTLINE, BUREAU = 2, 2


@dataclass
class Cast:
    """Who acts. ``engineers`` by row, the first most often; ``contacts`` by unit; the bureau's two differ."""

    engineers: dict[int, list[User]] = field(default_factory=dict)
    contacts: dict[int, list[User]] = field(default_factory=dict)
    hotline: list[User] = field(default_factory=list)
    managers: list[User] = field(default_factory=list)
    bureau: list[User] = field(default_factory=list)


@dataclass
class _Maker:
    session: Session
    now: datetime
    demo: bool
    names: Iterator[str]
    known: dict[str, User]
    rng: Random

    def person(self, key: str, role: Role, unit: Unit | None = None) -> User:
        """Return the person of this key, made if missing; a name is used up either way."""
        name, phone = next(self.names), f"0379-0000{self.rng.randrange(10000):04d}"
        user = self.known.get(PREFIX + key)
        if user is None:
            return create_person(
                self.session,
                None,
                self.now,
                username=PREFIX + key,
                name=name,
                role=role,
                password_hash=NO_PASSWORD,
                unit=unit,
                phone=phone,
                must_change_password=False,
                is_demo=self.demo,
            )
        if not user.is_active:
            reactivate(self.session, None, user, self.now)
        return user


def gather(session: Session, seed: int, now: datetime, *, demo: bool, leads: Sequence[User] = ()) -> Cast:
    """Return the people of the life, made where they are missing.

    ``leads`` are people who exist already and take the first parts of their roles: an engineer comes first
    in the rows assigned to them, a contact in their unit.
    """
    rng = Random(f"{seed}:people")
    found = session.scalars(select(User).where(User.username.startswith(PREFIX, autoescape=True)))
    made = _Maker(session, now, demo, _names(rng), {user.username: user for user in found}, rng)
    cast = Cast(
        hotline=[made.person(f"hotline{n}", Role.HOTLINE) for n in range(1, HOTLINE + 1)],
        managers=[made.person("manager", Role.MANAGER)],
        bureau=[made.person(f"bureau{n}", Role.BUREAU) for n in range(1, BUREAU + 1)],
    )
    for unit in session.scalars(select(Unit).options(selectinload(Unit.projects)).order_by(Unit.id)):
        wanted = 2 if len(unit.projects) > 2 else 1
        cast.contacts[unit.id] = [
            made.person(f"contact{unit.id}-{n}", Role.CONTACT, unit) for n in range(1, wanted + 1)
        ]
    _engineers(session, cast, made)
    for lead in leads:
        _put_first(cast, lead)
    return cast


def dismiss(session: Session, now: datetime) -> None:
    """Deactivate the people of a life that is over: they are names in its history and nothing more."""
    theirs = User.username.startswith(PREFIX, autoescape=True), User.deactivated_at.is_(None)
    for user in session.scalars(select(User).where(*theirs, ~User.is_demo).order_by(User.id)):
        deactivate(session, None, user, now)


def _engineers(session: Session, cast: Cast, made: _Maker) -> None:
    """Give each row its residents, and the rows without any two engineers of the pool."""
    pool = [made.person(f"engineer-pool{n}", Role.ENGINEER) for n in range(1, POOL + 1)]
    projects = session.scalars(select(Project).order_by(Project.seq)).all()
    for project in projects:
        theirs = [
            made.person(f"engineer{project.seq}-{n}", Role.ENGINEER) for n in range(1, project.residents + 1)
        ]
        cast.engineers[project.seq] = theirs or [pool[project.seq % POOL], pool[(project.seq + 3) % POOL]]
        for engineer in cast.engineers[project.seq]:
            _ensure_assigned(session, engineer, project, made.now)


def _ensure_assigned(session: Session, engineer: User, project: Project, now: datetime) -> None:
    today: date = day_of(now)
    rows = [row for row in engineer.assignments if row.project_id == project.id]
    if not any(row.from_day <= today and (not row.until_day or today < row.until_day) for row in rows):
        assign(session, None, engineer, now, project_seq=project.seq, from_day=today)


def _put_first(cast: Cast, lead: User) -> None:
    if lead.role is Role.CONTACT and lead.unit_id is not None:
        cast.contacts[lead.unit_id].insert(0, lead)
    elif lead.role is Role.ENGINEER:
        for assignment in lead.assignments:
            cast.engineers[assignment.project.seq].insert(0, lead)
    else:
        several = {Role.HOTLINE: cast.hotline, Role.MANAGER: cast.managers, Role.BUREAU: cast.bureau}
        if lead.role in several:
            several[lead.role].insert(0, lead)


def _names(rng: Random) -> Iterator[str]:
    """Yield made-up names, each once."""
    every = [surname + given for surname in SURNAMES for given in GIVEN.split()]
    rng.shuffle(every)
    return iter(every)
