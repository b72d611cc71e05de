"""Documents for the tests: drafted with a scan, handed in by one, confirmed by the other."""

from __future__ import annotations

from datetime import date, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.amendments import service
from app.amendments.items import NewItem
from app.amendments.proposal import Proposal, propose
from app.amendments.service import Document
from app.files.service import Taken
from models.amendments import Amendment
from models.contract import Obligation
from sla.amendments import AmendmentKind, ItemKind
from sla.vocab import FileKind
from tests.app.personas import Personas, at, project

NOW = at("2025-07-10 09:00")
SCAN = Taken(sha256(b"scan").hexdigest(), 4, "application/pdf", "协议.pdf", FileKind.SCAN)


def document(kind: str = "agreement", from_day: str = "2025-07-15", **more: Any) -> Document:
    given: dict[str, Any] = {"title": "运维补充协议", "number": "2025-7", "signed_on": date(2025, 6, 3)}
    return Document(AmendmentKind(kind), from_day=date.fromisoformat(from_day), **(given | more))


def item(session: Session, what: str, *rows: int, from_day: str = "", **values: Any) -> NewItem:
    ids = tuple(project(session, row).id for row in rows or (1,))
    return NewItem(ItemKind(what), ids, date.fromisoformat(from_day) if from_day else None, values)


def drafted(
    session: Session, people: Personas, said: Document, *items: NewItem, now: datetime = NOW
) -> Amendment:
    made = service.draft(session, people.bureau, said, now, [SCAN])
    for one in items:
        service.add_item(session, people.bureau, made.id, one, now)
    return made


def entered(
    session: Session, people: Personas, said: Document, *items: NewItem, now: datetime = NOW
) -> Amendment:
    made = drafted(session, people, said, *items, now=now)
    return service.enter(session, people.bureau, made.id, now)


def confirmed(
    session: Session, people: Personas, said: Document, *items: NewItem, now: datetime = NOW
) -> Proposal:
    made = entered(session, people, said, *items, now=now)
    seen = propose(session, made, now).digest
    return service.confirm(session, people.bureau2, made.id, seen, now)


def duty(session: Session, row: int, *cycles: str) -> Obligation:
    """Return the first duty of a row with one of these cycles, by their order."""
    of_row = select(Obligation).where(Obligation.project_id == project(session, row).id)
    found = session.scalars(of_row.where(Obligation.cycle.in_(cycles)).order_by(Obligation.id)).all()
    return min(found, key=lambda one: cycles.index(one.cycle))
