"""Who is told that a document was handed in: the supplier's manager, and the bureau's second person (P4)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.watch.notices import Telling, tell
from app.watch.queries import audience
from models.amendments import Amendment
from models.people import User
from sla.vocab import NoticeKind, Role
from sla.when import day_of

LONGEST = 80  # characters of a title in a notice


def handed_in(session: Session, one: Amendment, by: User, now: datetime) -> int:
    """Tell of a document that waits to be confirmed; return to how many people."""
    roles = audience(session, day_of(now)).roles
    telling = Telling(
        key=f"amendment:{one.id}:entered",
        kind=NoticeKind.WAITING,
        text=f"{one.kind.label}《{one.title[:LONGEST]}》已提交，从 {one.from_day} 起，待另一位局方人员确认",
        path=f"/contract/amendments/{one.id}",
        happened_at=now,
        project_id=None,
    )
    told = [person for person in (*roles[Role.MANAGER], *roles[Role.BUREAU]) if person != by.id]
    return tell(session, told, telling, now)
