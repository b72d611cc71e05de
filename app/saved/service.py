"""Saving a list's filters under a name. They are nobody's evidence: the ledger does not hear of them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.saved import queries
from models.people import User
from models.saved import LONGEST_QUERY, SavedFilter
from sla.errors import Conflict, Invalid

MOST = 20  # of one person for one list


def save(session: Session, actor: User, endpoint: str, query: str, name: str, now: datetime) -> SavedFilter:
    """Keep a filter; the same name for the same list replaces what it meant. ``Conflict`` above ``MOST``."""
    if not query:
        raise Invalid("现在没有筛选条件，先筛选再保存", "query")
    if len(query) > LONGEST_QUERY:  # as an address it is longer than what was sent
        raise Invalid("筛选条件太长，请缩短搜索的文字再保存", "query")
    own = queries.saved(session, actor, endpoint)
    same = next((one for one in own if one.name == name), None)
    if same is not None:
        same.query = query
        return same
    if len(own) >= MOST:
        raise Conflict(f"每个列表最多保存 {MOST} 个筛选，请先删除不用的", "name")
    made = SavedFilter(person_id=actor.id, endpoint=endpoint, query=query, name=name, created_at=now)
    session.add(made)
    session.flush()
    return made


def rename(session: Session, actor: User, found: SavedFilter, name: str) -> None:
    """Give a filter another name; one that is taken is ``Conflict``."""
    others = queries.saved(session, actor, found.endpoint)
    if any(one.name == name and one.id != found.id for one in others):
        raise Conflict("已有同名的筛选，请换一个名称", "name")
    found.name = name


def remove(session: Session, found: SavedFilter) -> None:
    """Forget a filter."""
    session.delete(found)
