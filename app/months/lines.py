"""The clocks and tickets of a period one after the other, for a file: the rows of ``tickets.ticket_rows``,
in the same order, of which none is kept.

What is settled comes from the database as it is written down; what is not, which is little, is derived
beforehand and put in between. So a month of a hundred thousand clocks takes the memory of a small one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from heapq import merge
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from app.months.tickets import (
    AT_ONCE,
    BATCH,
    CLOCK_COLUMNS,
    TICKET_COLUMNS,
    arithmetic_at,
    decided_between,
    fresh_rows_of,
    stored_clock,
    stored_ticket,
    tickets_of,
)
from models.contract import Project
from models.tickets import Ticket, TicketClock
from reports.period import ClockLine
from sla.period import Period
from sla.rows import TicketRow
from sla.vocab import Verdict


class TicketLines:
    """The lines of a period's report (``reports.period.Lines``), read as often as they are asked for.

    ``scope`` limits ``Project``; everything is judged at ``as_of``. The session has to be open meanwhile,
    and should see one moment of the data.
    """

    def __init__(self, session: Session, scope: ColumnElement[bool], period: Period, as_of: datetime) -> None:
        self._session, self._scope, self._period, self._as_of = session, scope, period, as_of
        self._found = tickets_of(period, scope)
        clocks, tickets = fresh_rows_of(session, self._found, period, as_of)
        known = {one.id: one for one in tickets}
        lines = (ClockLine(row, known[row.ticket_id].number, known[row.ticket_id].title) for row in clocks)
        self._fresh = sorted(lines, key=_place)
        counted = {row.ticket_id for row in clocks}
        wanted = (one for one in tickets if one.opened_at < period.bounds[1] or one.id in counted)
        self._fresh_tickets = sorted(wanted, key=lambda one: one.id)

    def clocks(self) -> Iterator[ClockLine]:
        """Yield the clocks decided in the period, by project and ticket."""
        yield from merge(self._stored(), self._fresh, key=_place)

    def breaches(self) -> Iterator[ClockLine]:
        """Yield the breached ones with their arithmetic, some hundred of which are derived at once."""
        fresh = [line for line in self._fresh if line.row.clock.verdict is Verdict.BREACHED]
        lines = merge(self._stored(TicketClock.verdict == Verdict.BREACHED), fresh, key=_place)
        while batch := list(islice(lines, BATCH)):
            because = arithmetic_at(self._session, self._as_of, [line.row for line in batch])
            for line in batch:
                yield replace(line, because=because.get(line.row.key, ()))

    def tickets(self) -> Iterator[TicketRow]:
        """Yield the tickets open in the period or with such a clock, by number, without their milestones."""
        start, end = self._period.bounds
        query = (
            select(Project.seq, *(getattr(Ticket, name) for name in TICKET_COLUMNS))
            .join(Project, Ticket.project_id == Project.id)
            .where(self._found, Ticket.settled.is_(True))
            .where(or_(Ticket.opened_at < end, Ticket.id.in_(decided_between(start, end))))
            .order_by(Ticket.id)
            .execution_options(yield_per=AT_ONCE)
        )
        stored = (stored_ticket(seq, values) for seq, *values in self._session.execute(query))
        yield from merge(stored, self._fresh_tickets, key=lambda one: one.id)

    def _stored(self, *conditions: ColumnElement[bool]) -> Iterator[ClockLine]:
        start, end = self._period.bounds
        clock = TicketClock
        query = (
            select(
                *(Project.seq, Ticket.id, Ticket.title, clock.original_due_at),
                *(getattr(clock, name) for name in CLOCK_COLUMNS),
            )
            .join(Ticket, clock.ticket_id == Ticket.id)
            .join(Project, Ticket.project_id == Project.id)
            .where(self._scope, Ticket.settled.is_(True), *conditions)
            .where(clock.decided_at >= start, clock.decided_at < end)
            .order_by(Project.seq, Ticket.id, clock.starts_at, clock.kind, clock.round)
            .execution_options(yield_per=AT_ONCE)
        )
        for seq, ticket_id, title, original, *values in self._session.execute(query):
            yield ClockLine(stored_clock(seq, ticket_id, original, values), f"GD{ticket_id:06d}", title)


def _place(line: ClockLine) -> tuple[Any, ...]:
    row = line.row
    return row.project, row.ticket_id, row.clock.starts_at, row.clock.kind, row.clock.round
