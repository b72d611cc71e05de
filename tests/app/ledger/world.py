"""Two tickets with their events and entries, and ways to change what nobody may change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.ledger.service import Finding, verify
from app.tickets.record import event_payload
from models import triggers
from models.contract import Project, Unit
from models.ledger import append
from models.people import User
from models.tickets import Ticket, TicketEvent
from sla.vocab import EventKind, Role, TicketKind, TicketState

NOW = datetime(2025, 7, 1, 1, tzinfo=UTC)


def build(session: Session) -> None:
    """Two projects, three people, two tickets of three events each, and an entry about something else."""
    unit = Unit(name="局", line=1)
    projects = [
        Project(seq=seq, unit=unit, name=f"项目{seq}", delivery_mode="remote", line=seq, line_end=seq)
        for seq in (1, 2)
    ]
    people = [
        User(username=f"u{number}", name="李", role=Role.ENGINEER, password_hash="", created_at=NOW)
        for number in range(3)
    ]
    tickets = [a_ticket(project, people[0]) for project in projects]
    session.add_all([*people, *tickets])
    session.flush()
    for minute, kind in enumerate((EventKind.OPENED, EventKind.RESPONDED, EventKind.NOTED)):
        for ticket in tickets:
            record(session, ticket, people[0], kind, NOW + timedelta(minutes=minute))
    append(
        session, kind="contract.activated", subject="contract:1", actor_id=None, at=NOW, payload={"year": 1}
    )
    session.commit()


def a_ticket(project: Project, user: User) -> Ticket:
    return Ticket(
        project=project,
        title="打不开",
        submission=f"form {project.seq}",
        opened_by=user,
        opened_at=NOW,
        kind=TicketKind.INCIDENT,
        state=TicketState.NEW,
        reported_at=NOW,
    )


def record(session: Session, ticket: Ticket, user: User, kind: EventKind, at: datetime) -> None:
    """Store an event and its entry as ``app.tickets.record`` does, without the clocks."""
    event = store(session, ticket, user, kind, at)
    witness(session, event)


def store(session: Session, ticket: Ticket, user: User, kind: EventKind, at: datetime) -> TicketEvent:
    ticket.version += 1
    event = TicketEvent(
        ticket=ticket,
        seq=ticket.version,
        kind=kind,
        side=user.side,
        actor=user,
        occurred_at=at,
        recorded_at=at,
        data={"note": "机房", "n": ticket.version, "tried": ["a", None, True]},
    )
    session.add(event)
    session.flush()
    return event


def witness(session: Session, event: TicketEvent) -> None:
    append(
        session,
        kind=f"ticket.{event.kind}",
        subject=f"ticket:{event.ticket_id}",
        actor_id=event.actor_id,
        at=event.recorded_at,
        payload=event_payload(event.ticket, event),
    )


def unprotect(session: Session) -> None:
    """Do what the owner of a database can do: no triggers, no foreign keys, no checks."""
    dialect = session.get_bind().dialect.name
    for table in (*triggers.APPEND_ONLY, triggers.HEAD):
        for statement in triggers.unprotect(dialect, table):
            session.execute(text(statement))
    if dialect == "postgresql":
        session.execute(text("SET session_replication_role = replica"))
        for constraint in ("kind", "side"):
            session.execute(text(f"ALTER TABLE ticket_event DROP CONSTRAINT ck_ticket_event_{constraint}"))
    else:
        session.execute(text("PRAGMA defer_foreign_keys = ON"))
        session.execute(text("PRAGMA ignore_check_constraints = ON"))


def findings(session: Session) -> list[Finding]:
    found: list[Finding] = []
    assert verify(session, found.append).findings == len(found)
    return found


def said(session: Session) -> list[tuple[Any, ...]]:
    """Return the findings in short: word, entry, ticket, event, fields."""
    return [(str(f.fault), f.seq, f.ticket, f.event, f.fields) for f in findings(session)]
