"""What each role's start page costs the server with 100,000 tickets on record, beside 10,000.

The floor is the same page of the same site with a tenth of the tickets: a start page has to be flat,
whatever the years have gathered. Both databases are SQLite files with the contract in effect, the closed
tickets in one past month, and the same open ones, made through the use case. CPU time of a whole request, in
turns; the median of several rounds. The part that is filled in behind the bureau's page counts a whole month
that is not frozen: it is only watched. Also told is how large the page is.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time_ns

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import Site, create_app, login
from app.account.service import begin
from app.database import ENGINE, transaction
from app.settings import Settings
from app.tickets.opening import NewTicket, open_ticket
from bench.month import fill
from models.contract import Project, Unit
from models.engine import make_engine
from models.migrations import upgrade
from models.people import Assignment, User
from sla.vocab import Role, TicketKind

NOW = datetime(2025, 8, 12, 2, tzinfo=UTC)
FEW, MANY, OPEN = 10_000, 100_000, 200
ROUNDS = 15
HOME, PART = "/", "/overview/part"
PAGES = (*((role, HOME) for role in Role), (Role.BUREAU, PART))


def rows() -> Iterator[tuple[str, float, float]]:
    """Yield name, nanoseconds of CPU with many tickets, and with few."""
    with TemporaryDirectory() as folder:
        sites = [_site(Path(folder) / str(count), count) for count in (MANY, FEW)]
        for role, path in PAGES:
            clients = [_signed_in(site, role) for site in sites]
            ours, floor, size = _medians(clients, path)
            name = f"home of {role}, {MANY:,} tickets" if path == HOME else f"(behind it, {path})"
            yield f"{name}, {size / 1000:.0f} kB", ours, floor
        for site in sites:
            site.extensions[ENGINE].dispose()


def _medians(clients: list[FlaskClient], path: str) -> tuple[float, float, int]:
    size = 0
    for client in clients:
        answer = client.get(path)
        assert answer.status_code == 200, f"{path}: {answer.status}"
        size = len(answer.data)
    taken: list[list[int]] = [[] for _ in clients]
    for _ in range(ROUNDS):
        for times, client in zip(taken, clients, strict=True):
            began = process_time_ns()
            client.get(path)
            times.append(process_time_ns() - began)
    ours, floor = (median(times) for times in taken)
    return ours, floor, size


def _site(folder: Path, count: int) -> Site:
    folder.mkdir()
    address = f"sqlite:///{folder / 'homes.sqlite3'}"
    engine = make_engine(address)
    upgrade(engine)
    fill(engine, count * 2)
    engine.dispose()
    site = create_app(
        Settings.load(
            {
                "LVYUE_DATABASE_URL": address,
                "LVYUE_DATA_DIR": str(folder),
                "LVYUE_SECRET_KEY": "only-to-measure-0123456789-abcdefghijk",
                "LVYUE_SECURE_COOKIES": "0",
                "LVYUE_JOBS": "off",
            }
        )
    )
    site.config["NOW"] = lambda: NOW
    with site.app_context(), transaction() as session:
        _people(session)
        _open(session)
    return site


def _people(session: Session) -> None:
    """Make one person a role; the engineer serves five rows, the contact is of the unit of row 1."""
    rows = session.scalars(select(Project).order_by(Project.seq)).all()
    for role in (role for role in Role):
        unit: Unit | None = rows[0].unit if role is Role.CONTACT else None
        person = User(
            username=str(role), name=role.label, role=role, unit=unit, password_hash="!", created_at=NOW
        )
        session.add(person)
        session.flush()
        if role is Role.ENGINEER:
            for one in rows[:5]:
                session.add(Assignment(user_id=person.id, project_id=one.id, from_day=date(2025, 6, 3)))
    session.flush()


def _open(session: Session) -> None:
    """Open the same tickets in either database, over the last three days."""
    clerk = session.scalars(select(User).where(User.role == Role.HOTLINE)).one()
    projects = session.scalars(select(Project.id).order_by(Project.seq)).all()
    for number in range(OPEN):
        at = NOW - timedelta(minutes=20 * (OPEN - number))
        project_id = projects[number % len(projects)]
        new = NewTicket(project_id, TicketKind.INCIDENT, f"第 {number} 件：系统打不开", f"open-{number}")
        open_ticket(session, clerk, new, at)


def _signed_in(site: Site, role: Role) -> FlaskClient:
    client = site.test_client()
    with site.app_context(), transaction() as session:
        person = session.scalars(select(User).where(User.username == str(role))).one()
        token = begin(session, person, NOW, "bench")
    with client.session_transaction() as cookie:
        cookie[login.TOKEN] = token
    return client
