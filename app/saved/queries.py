"""Reading saved filters: everybody sees only their own."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.people import User
from models.saved import SavedFilter
from sla.errors import NotFound


def saved(session: Session, viewer: User, endpoint: str) -> Sequence[SavedFilter]:
    """Return what a person has saved for one list, in the order it was saved."""
    return session.scalars(
        select(SavedFilter)
        .where(SavedFilter.person_id == viewer.id, SavedFilter.endpoint == endpoint)
        .order_by(SavedFilter.id)
    ).all()


def saved_one(session: Session, viewer: User, filter_id: int) -> SavedFilter:
    """Return one of the viewer's own; anybody else's is ``NotFound``."""
    found = session.scalar(
        select(SavedFilter).where(SavedFilter.id == filter_id, SavedFilter.person_id == viewer.id)
    )
    if found is None:
        raise NotFound("没有这个保存的筛选")
    return found
