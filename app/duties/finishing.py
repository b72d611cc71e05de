"""How a work becomes a fact: its times, what it settles, the tickets it opens, its link in the chain."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.duties.lines import follow_up
from app.duties.settling import is_late_entry, settle_occurrences
from app.tickets.derivation import current_rules
from models import ledger
from models.duties import Work
from models.people import User


def finished(
    session: Session, actor: User, work: Work, now: datetime, at: datetime, device_at: datetime | None
) -> Work:
    """Make a work a fact: its times, what it settles, the tickets it opens, and its link in the chain."""
    work.occurred_at, work.recorded_at, work.finished_at = at, now, now
    work.device_at = device_at or work.device_at
    slots = [one.slot for one in work.occurrences]
    work.backentered = is_late_entry(at, now, slots, current_rules(session).book)
    work.version += 1
    settle_occurrences(session, [one.id for one in work.occurrences])
    follow_up(session, actor, work, now)
    session.flush()
    record(session, "duty.finished", f"work:{work.id}", actor, now, _told(work))
    return work


def record(
    session: Session, kind: str, subject: str, actor: User, now: datetime, payload: dict[str, Any]
) -> None:
    """Append what was done to the chain."""
    ledger.append(session, kind=kind, subject=subject, actor_id=actor.id, at=now, payload=payload)


def _told(work: Work) -> dict[str, Any]:
    """Return what the chain keeps of a finished work; persons by id (L1)."""
    return {
        "obligation": work.obligation_id,
        "project": work.project.seq if work.project else None,
        "occurrences": [one.opens_at for one in work.occurrences],
        "started_at": work.started_at,
        "occurred_at": work.occurred_at,
        "recorded_at": work.recorded_at,
        "device_at": work.device_at,
        "backentered": work.backentered,
        "amount": work.amount,
        "place": work.place,
        "note": work.note,
        "checklist": work.checklist_version_id,
        "lines": [
            {
                "item": row.item_id,
                "result": row.result,
                "value": row.value,
                "note": row.note,
                "ticket": row.ticket_id,
            }
            for row in work.lines
        ],
    }
