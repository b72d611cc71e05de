"""Taking what was sent once, however often it comes (C12)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models.people import User
from models.submissions import Submission
from sla.errors import Conflict

LONGEST_BACK = 200  # characters
USED = "这个提交编号已经用过，请换一个再提交"
OTHER_MATTER = "这份表单刚才已经收到，这次改过的内容没有保存；请刷新页面，核对后再操作"


class Repeated(Exception):
    """The same thing was sent before, or by another request at this moment; ``back`` is its answer."""

    def __init__(self, back: str) -> None:
        super().__init__(back)
        self.back = back


def earlier(session: Session, actor: User, key: str) -> Submission | None:
    """Return what this person has sent under a key before; somebody else's key is a ``Conflict``."""
    found = session.scalar(select(Submission).where(Submission.key == key))
    if found is not None and found.user_id != actor.id:
        raise Conflict(USED, "submission")
    return found


def claim(
    session: Session, actor: User, key: str, digest: str, now: datetime, device_at: datetime | None = None
) -> Submission:
    """Take a key for what is about to be done; the caller puts in where its answer leads.

    Of two that come at once the second waits here until the first is done, and is ``Repeated``. The same
    key with other content is a ``Conflict``: what was typed over must not be lost in silence.
    """
    row = Submission(key=key, user_id=actor.id, digest=digest, back="", device_at=device_at, received_at=now)
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        made = earlier(session, actor, key)
        if made is None:
            raise
        if made.digest != digest:
            raise Conflict(OTHER_MATTER, "submission") from None
        raise Repeated(made.back) from None
    return row
