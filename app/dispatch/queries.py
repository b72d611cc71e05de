"""What the board shows: the open tickets by how soon they expire, or by project or unit (S1)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.dispatch.roster import Roster, roster
from app.tickets import queries as tickets
from app.tickets.queries import Filters, Next
from models.people import User
from models.tickets import UNDER_WAY, Ticket
from sla.vocab import TicketState
from sla.when import day_of, end_of

MOST = 300  # tickets on the board; what expires first is on it
HOUR = timedelta(hours=1)
WAYS = {"due": "按时限", "project": "按项目", "unit": "按单位"}


@dataclass(frozen=True)
class Pile:
    """Some cards under one heading, those nobody has been given first."""

    code: str
    title: str
    tone: str
    icon: str
    cards: Sequence[Ticket]

    @property
    def unassigned(self) -> int:
        """Return how many of them somebody has still to be given."""
        return sum(card.to_give for card in self.cards)


@dataclass(frozen=True)
class Board:
    """The open tickets in piles, and who there is for them; of ``total`` so many are ``shown``."""

    piles: Sequence[Pile]
    next: dict[int, Next | None]
    roster: Roster
    shown: int
    total: int


# By how soon the next clock of a ticket expires: code, heading, tone, icon.
BY_DUE = (
    ("late", "已超时", "bad", "exclamation-octagon"),
    ("hour", "1 小时内", "warn", "hourglass-bottom"),
    ("soon", "4 小时内", "warn", "hourglass-split"),
    ("today", "今天", "info", "calendar-event"),
    ("later", "以后或不计时", "neutral", "calendar3"),
    ("still", "挂起", "neutral", "pause-circle"),
    ("done", "等单位验收", "good", "clipboard-check"),
)


def board(session: Session, viewer: User, by: str, engineer: int | None, now: datetime) -> Board:
    """Return the open tickets in scope in piles; with ``engineer`` only what that person was given."""
    query = tickets.tickets(viewer, Filters(), now)
    if engineer is not None:
        query = query.where(Ticket.assignee_id == engineer)
    found = session.scalars(query.limit(MOST + 1)).unique().all()
    total = len(found)
    if total > MOST:
        total = session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    cards, nexts = found[:MOST], tickets.next_clocks(found, now)
    return Board(_piles(cards, nexts, by, now), nexts, roster(session, now), len(cards), total)


def pile_of(clock: Next | None, state: TicketState, now: datetime) -> str:
    """Return under which heading a ticket stands whose next clock this is."""
    if clock is None:
        return "later" if state in UNDER_WAY else "done"
    if clock.still:
        return "still"
    for code, until in (("late", now), ("hour", now + HOUR), ("soon", now + tickets.SOON)):
        if clock.due_at < until or (clock.due_at == until and code != "late"):
            return code
    return "today" if clock.due_at <= end_of(day_of(now)) else "later"


def _piles(cards: Sequence[Ticket], nexts: dict[int, Next | None], by: str, now: datetime) -> list[Pile]:
    if by == "project":
        return _by(cards, lambda one: (one.project.seq, f"{one.project.seq} · {one.project.name}"))
    if by == "unit":
        return _by(cards, lambda one: (one.project.unit_id, one.project.unit.name))
    sorted_out: dict[str, list[Ticket]] = {code: [] for code, *_ in BY_DUE}
    for one in cards:
        sorted_out[pile_of(nexts[one.id], one.state, now)].append(one)
    return [Pile(*words, _nobodys_first(sorted_out[words[0]])) for words in BY_DUE]


def _by(cards: Iterable[Ticket], key: Callable[[Ticket], tuple[int, str]]) -> list[Pile]:
    found: dict[tuple[int, str], list[Ticket]] = {}
    for one in cards:
        found.setdefault(key(one), []).append(one)
    return [
        Pile(str(number), name, "neutral", "building", _nobodys_first(found[number, name]))
        for number, name in sorted(found)
    ]


def _nobodys_first(cards: Iterable[Ticket]) -> list[Ticket]:
    """Keep the order of the list, what expires first; first what nobody has been given, last what is done."""
    return sorted(cards, key=lambda one: (not one.to_give, one.state not in UNDER_WAY))
