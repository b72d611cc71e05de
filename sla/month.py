"""A month as rows, and its figures as a fold over them (F1, F2, F4). Nothing counts up, so nothing drifts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from sla.clock import Clock
from sla.figures import Figure, of_verdict, total
from sla.vocab import ClockKind, EventKind, Indicator, TicketKind, TicketState, Verdict, Word
from sla.when import month_bounds

TOP_RATING = 5

# A target in workdays (kind ``change``) shows its rows and its breaches but belongs to no indicator.
MEASURED_BY: Mapping[ClockKind, Indicator] = {
    ClockKind.RESPONSE: Indicator.RESPONSE,
    ClockKind.ONSITE: Indicator.ONSITE,
    ClockKind.CONTAINMENT: Indicator.CONTAINMENT,
    ClockKind.RECOVERY: Indicator.RECOVERY,
}
_RESTORED = {TicketKind.INCIDENT, TicketKind.SECURITY}


@dataclass(frozen=True)
class UnitRow:
    """A unit as the figures see it: a sub-unit's rows are its parent's."""

    id: int
    name: str


@dataclass(frozen=True)
class ProjectRow:
    """A row of the tender in one month. ``promised`` are the indicators it states a target for (C1)."""

    seq: int
    name: str
    unit_name: str
    unit: UnitRow
    promised: frozenset[Indicator] = frozenset()
    in_service: bool = True


@dataclass(frozen=True)
class ClockRow:
    """A decided clock and where it belongs; ``original_due_at`` is the due time first derived (C10)."""

    ticket_id: int
    project: int
    clock: Clock
    original_due_at: datetime

    @property
    def key(self) -> tuple[int, ClockKind, int]:
        """Return what tells this clock from every other one."""
        return self.ticket_id, self.clock.kind, self.clock.round


@dataclass(frozen=True)
class MilestoneRow:
    """One stop of a ticket with both of its times (C12)."""

    kind: EventKind
    occurred_at: datetime
    recorded_at: datetime
    backentered: bool


@dataclass(frozen=True)
class TicketRow:
    """A ticket as it stands. ``project`` is the row's number in the tender."""

    id: int
    number: str
    title: str
    project: int
    kind: TicketKind
    state: TicketState
    reported_at: datetime
    opened_at: datetime
    accepted_at: datetime | None = None
    rejections: int = 0
    closed_at: datetime | None = None
    cancelled_at: datetime | None = None
    rating: int | None = None
    milestones: tuple[MilestoneRow, ...] = ()

    @property
    def ended_at(self) -> datetime | None:
        """Return when the ticket was closed or cancelled."""
        return self.closed_at or self.cancelled_at

    @property
    def first_fix(self) -> bool | None:
        """Tell whether the first recovery was the good one (C11); ``None`` where none was accepted."""
        if self.kind not in _RESTORED or self.accepted_at is None:
            return None
        return self.rejections == 0


@dataclass(frozen=True)
class MonthRows:
    """All rows behind the figures of one month, for the projects of one scope.

    ``clocks`` were decided in the month; ``tickets`` were open in it or have such a clock. Everything is
    judged at ``as_of``; ``data_until`` is the time of the data itself, whenever somebody looks at it.
    """

    month: date
    as_of: datetime
    data_until: datetime
    projects: tuple[ProjectRow, ...]
    clocks: tuple[ClockRow, ...]
    tickets: tuple[TicketRow, ...]

    @property
    def is_over(self) -> bool:
        """Tell whether the month has ended, so that time alone changes none of its figures."""
        return self.as_of >= self.bounds[1]

    @property
    def breaches(self) -> list[ClockRow]:
        """Return the clocks that were breached, those in workdays among them."""
        return [row for row in self.clocks if row.clock.verdict is Verdict.BREACHED]

    @cached_property
    def ticket_by_id(self) -> dict[int, TicketRow]:
        """Return the tickets by their id."""
        return {ticket.id: ticket for ticket in self.tickets}

    @cached_property
    def project_by_seq(self) -> dict[int, ProjectRow]:
        """Return the projects by their number in the tender."""
        return {project.seq: project for project in self.projects}

    @cached_property
    def units(self) -> tuple[UnitRow, ...]:
        """Return the units of the projects, in the order of the tender."""
        return tuple(dict.fromkeys(project.unit for project in self.projects))

    @cached_property
    def bounds(self) -> tuple[datetime, datetime]:
        """Return the first instant of the month and the first after it, by Shanghai time (T1)."""
        return month_bounds(self.month)

    def contains(self, instant: datetime | None) -> bool:
        """Tell whether an instant lies in the month."""
        start, end = self.bounds
        return instant is not None and start <= instant < end


@dataclass(frozen=True)
class Part:
    """What one row adds to one indicator. The row is the clock, the milestone, or the ticket itself.

    A clock in workdays belongs to no indicator: ``None``.
    """

    indicator: Indicator | None
    figure: Figure
    ticket: TicketRow
    clock: ClockRow | None = None
    milestone: MilestoneRow | None = None


def parts(rows: MonthRows) -> Iterator[Part]:
    """Yield every row that counts in the month, once for each figure it belongs to (F1, F5)."""
    for row in rows.clocks:
        if rows.contains(row.clock.decided_at):
            indicator, ticket = MEASURED_BY.get(row.clock.kind), rows.ticket_by_id[row.ticket_id]
            yield Part(indicator, of_verdict(row.clock.verdict), ticket, clock=row)
    for ticket in rows.tickets:
        if ticket.first_fix is not None and rows.contains(ticket.accepted_at):
            yield Part(Indicator.FIRST_FIX, Figure(int(ticket.first_fix), 1), ticket)
        if ticket.rating is not None and rows.contains(ticket.closed_at):
            yield Part(Indicator.SATISFACTION, Figure(ticket.rating, TOP_RATING), ticket)
        for stop in ticket.milestones:
            if rows.contains(stop.recorded_at):
                yield Part(Indicator.BACKENTRY, Figure(int(stop.backentered), 1), ticket, milestone=stop)


Figures = Mapping[Indicator, Figure]


@dataclass(frozen=True)
class MonthFigures:
    """The figures of a month: each project's, and their sums by unit and for all (F3)."""

    projects: Mapping[int, Figures]
    units: Mapping[UnitRow, Figures]
    contract: Figures


def figures(rows: MonthRows) -> MonthFigures:
    """Return the figures of a month. Every project and unit of the scope has all indicators."""
    found: dict[int, dict[Indicator, Figure]] = {
        project.seq: dict.fromkeys(Indicator, Figure()) for project in rows.projects
    }
    for part in parts(rows):
        if part.indicator:
            found[part.ticket.project][part.indicator] += part.figure
    by_unit = {
        unit: _sum(found[project.seq] for project in rows.projects if project.unit == unit)
        for unit in rows.units
    }
    return MonthFigures(found, by_unit, _sum(found.values()))


def _sum(several: Iterable[Figures]) -> Figures:
    kept = list(several)
    return {indicator: total(each[indicator] for each in kept) for indicator in Indicator}


def workday_targets(rows: MonthRows) -> Figure:
    """Return how the targets in workdays were kept; they belong to no indicator (C1)."""
    return total(part.figure for part in parts(rows) if part.indicator is None)


class Flow(Word):
    """How a ticket came into a month or went out of it (F4)."""

    OPENED = "opened", "本月登记"
    CARRIED_IN = "carried_in", "上月转入"
    CLOSED = "closed", "本月关闭"
    CANCELLED = "cancelled", "本月撤销"
    CARRIED_OUT = "carried_out", "转入下月"


@dataclass(frozen=True)
class Totals:
    """The tickets of a month: those that came in and those that went out are equally many (F4)."""

    opened: int
    carried_in: int
    closed: int
    cancelled: int
    carried_out: int

    def __post_init__(self) -> None:
        if self.opened + self.carried_in != self.closed + self.cancelled + self.carried_out:
            raise ValueError(f"the tickets of the month do not reconcile: {self}")


def flows(rows: MonthRows) -> dict[Flow, list[TicketRow]]:
    """Return the tickets behind each total, found each on its own (F4, F5)."""
    start, end = rows.bounds

    def there(ticket: TicketRow, at: datetime) -> bool:
        """Tell whether a ticket was open right before an instant."""
        return ticket.opened_at < at and (ticket.ended_at is None or ticket.ended_at >= at)

    return {
        Flow.OPENED: [ticket for ticket in rows.tickets if rows.contains(ticket.opened_at)],
        Flow.CARRIED_IN: [ticket for ticket in rows.tickets if there(ticket, start)],
        Flow.CLOSED: [ticket for ticket in rows.tickets if rows.contains(ticket.closed_at)],
        Flow.CANCELLED: [ticket for ticket in rows.tickets if rows.contains(ticket.cancelled_at)],
        Flow.CARRIED_OUT: [ticket for ticket in rows.tickets if there(ticket, end)],
    }


def totals(rows: MonthRows) -> Totals:
    """Return the ticket totals; a month that does not reconcile is an error."""
    return Totals(**{name.value: len(found) for name, found in flows(rows).items()})
