"""Working through tickets a batch at a time: what cannot be dealt with is logged and stops no other."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from sqlalchemy.orm import Session

from app.watch.queries import tickets_locked
from models.tickets import Ticket

log = logging.getLogger("lvyue.watch")

BATCH = 100  # tickets to a transaction
NAMED = 5  # of those that failed


class SomeFailed(Exception):
    """A job has done what it could: ``outcome`` says what, the message names what it could not."""

    def __init__(self, outcome: str, failed: Sequence[str]) -> None:
        super().__init__(f"{len(failed)} 项处理出错：{'、'.join(failed[:NAMED])}")
        self.outcome = outcome


def for_each_ticket(session: Session, ids: Sequence[int], act: Callable[[Ticket], object]) -> list[str]:
    """Carry something out on tickets, locked a batch at a time; return the numbers of those that failed."""
    failed = []
    for first in range(0, len(ids), BATCH):
        for ticket in tickets_locked(session, ids[first : first + BATCH]):
            number = ticket.number
            try:
                with session.begin_nested():
                    act(ticket)
            except Exception:
                log.exception("%s could not be dealt with", number)
                failed.append(number)
        session.commit()
        session.expunge_all()
    return failed


def finished(outcome: str, failed: Sequence[str]) -> str:
    """Return the outcome, or raise it together with what failed."""
    if failed:
        raise SomeFailed(outcome, failed)
    return outcome
