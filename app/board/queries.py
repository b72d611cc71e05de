"""What the wall screen tells: of everything, in a constant number of queries, and nothing about persons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session, joinedload

from app.account.queries import digest
from app.charts import Charts
from app.files.store import Store
from app.overview.queries import month_now
from app.tickets.queries import NOT_ENDED, counting
from models.board import BoardKey
from models.contract import Project
from models.duties import Occurrence
from models.tickets import Ticket, TicketClock
from reports.period import absence
from sla.errors import NotFound
from sla.figures import Figure
from sla.period import Period
from sla.rows import ProjectRow
from sla.vocab import Indicator, Word
from sla.when import day_of, end_of, start_of

HOURS = (1, 4, 24)


class Standing(Word):
    """How a project stands at this moment; the first that holds."""

    LATE = "late", "已超时", "bad"
    SOON = "soon", "4 小时内到期", "warn"
    WORKING = "working", "处理中", "info"
    CALM = "calm", "平稳", "good"
    AWAY = "away", "不在服务期", "neutral"


@dataclass(frozen=True)
class Tile:
    """A project on the screen: its open tickets, its clocks late or due soon, its month's share on time."""

    row: ProjectRow
    open: int
    late: int
    soon: int
    rate: Decimal | None

    @property
    def standing(self) -> Standing:
        """Return how it stands."""
        if self.late:
            return Standing.LATE
        if self.soon:
            return Standing.SOON
        if self.open:
            return Standing.WORKING
        return Standing.CALM if self.row.in_service else Standing.AWAY


@dataclass(frozen=True)
class Today:
    """What happened since midnight, and how the duties that close today stand."""

    opened: int
    closed: int
    duties: int
    done: int

    @property
    def left(self) -> int:
        """Return how many duties of today are not done yet."""
        return self.duties - self.done


@dataclass(frozen=True)
class Board:
    """Everything on the screen, as things stand ``at``."""

    at: datetime
    period: Period
    figures: Sequence[tuple[Indicator, Figure, str]]
    late: int
    soon: dict[int, int]
    open: int
    today: Today
    tiles: Sequence[Tile]
    standings: dict[Standing, int] = field(default_factory=dict)


def board(session: Session, store: Store, now: datetime) -> Board:
    """Return what the screen shows; of projects, units and counts alone."""
    month, projects = month_now(session, store, None, now)
    clocks, tickets = _clocks(session, now), _open(session)
    tiles = [
        Tile(
            row,
            tickets.get(row.seq, 0),
            clocks[row.seq][0] if row.seq in clocks else 0,
            clocks[row.seq][2] if row.seq in clocks else 0,
            Charts.together(month.projects[row.seq], Charts.ON_TIME).rate,
        )
        for row in projects
    ]
    sums = [sum(one[n] for one in clocks.values()) for n in range(1 + len(HOURS))]
    whole = month.contract
    figures = [(one, whole[one], absence(one, whole[one], projects, month.period)) for one in Indicator]
    standings = {one: sum(tile.standing is one for tile in tiles) for one in Standing}
    return Board(
        at=now,
        period=month.period,
        figures=figures,
        late=sums[0],
        soon=dict(zip(HOURS, sums[1:], strict=True)),
        open=sum(tickets.values()),
        today=_today(session, now),
        tiles=tiles,
        standings=standings,
    )


def _clocks(session: Session, now: datetime) -> dict[int, Sequence[int]]:
    """Count by project the open clocks that are late, and those due within each of ``HOURS``."""
    due = TicketClock.due_at
    within = (and_(due >= now, due <= now + timedelta(hours=hours)) for hours in HOURS)
    counts = (func.count(case((one, 1))) for one in (due < now, *within))
    query = (
        select(Project.seq, *counts)
        .select_from(TicketClock)
        .join(Ticket, TicketClock.ticket_id == Ticket.id)
        .join(Project, Ticket.project_id == Project.id)
        .where(Ticket.state.in_(NOT_ENDED), counting())
        .group_by(Project.seq)
    )
    return {row[0]: row[1:] for row in session.execute(query)}


def _open(session: Session) -> dict[int, int]:
    query = select(Project.seq, func.count()).select_from(Ticket).join(Project)
    found = session.execute(query.where(Ticket.state.in_(NOT_ENDED)).group_by(Project.seq))
    return {row[0]: row[1] for row in found}


def _today(session: Session, now: datetime) -> Today:
    start, end = start_of(day_of(now)), end_of(day_of(now))
    everywhere = Ticket.project_id.in_(select(Project.id))  # so that an index is read by its stretches
    opened, closed = (
        select(func.count()).where(everywhere, column >= start, column < end).scalar_subquery()
        for column in (Ticket.opened_at, Ticket.closed_at)
    )
    duties, done = (
        select(func.count(case((one, 1))))
        .where(Occurrence.closes_at > start, Occurrence.closes_at <= end, Occurrence.waived_at.is_(None))
        .scalar_subquery()
        for one in (Occurrence.id.is_not(None), Occurrence.done_at.is_not(None))
    )
    return Today(*session.execute(select(opened, closed, duties, done)).one())


# -- keys -------------------------------------------------------------------------------------------------


def keys(session: Session) -> Sequence[BoardKey]:
    """Return every key there was, the latest first."""
    query = select(BoardKey).options(joinedload(BoardKey.made_by)).order_by(BoardKey.id.desc())
    return session.scalars(query).all()


def key_for(session: Session, token: str, now: datetime) -> BoardKey:
    """Return the key of an address; a wrong one, a revoked one and one that has ended are ``NotFound``."""
    found = session.scalar(
        select(BoardKey).where(
            BoardKey.token_hash == digest(token),
            BoardKey.revoked_at.is_(None),
            BoardKey.expires_at > now,
        )
    )
    if found is None:
        raise NotFound("没有这个大屏地址")
    return found
