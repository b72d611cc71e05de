"""The figures of a period as a fold over its rows (F1, F2, F4). Nothing counts up, so nothing drifts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sla.adjustments import AdjustmentRow, Counted, effect
from sla.attendance import AttendanceRow
from sla.figures import Figure, of_state, of_verdict, total
from sla.rows import (
    MEASURED_BY,
    ClockRow,
    MilestoneRow,
    OccurrenceRow,
    PeriodRows,
    PeriodScope,
    TicketRow,
    UnitRow,
)
from sla.vocab import Indicator, OccurrenceState, Verdict, Word
from sla.when import day_of

TOP_RATING = 5
STATES = (*(one for one in OccurrenceState if one is not OccurrenceState.PENDING), OccurrenceState.PENDING)


@dataclass(frozen=True)
class Part:
    """What one row adds to one indicator. The row is the clock, the milestone, the occurrence, the half day,
    or else the ticket itself.

    A clock in workdays belongs to no indicator: ``None``. A duty of the whole contract has no ``project``.
    """

    indicator: Indicator | None
    figure: Figure
    project: int | None
    ticket: TicketRow | None = None
    clock: ClockRow | None = None
    milestone: MilestoneRow | None = None
    occurrence: OccurrenceRow | None = None
    half_day: AttendanceRow | None = None

    @property
    def key(self) -> str:
        """Return what tells this row from every other that counts, in whatever month it does (F1)."""
        if self.clock:
            return f"clock:{self.clock.ticket_id}:{self.clock.clock.kind}:{self.clock.clock.round}"
        if self.occurrence:
            return f"occurrence:{self.occurrence.id}"
        if self.half_day:
            return f"attendance:{self.half_day.posting}:{self.half_day.day}:{self.half_day.half}"
        assert self.ticket is not None
        stop = f":{self.milestone.seq}" if self.milestone else ""
        return f"{self.indicator}:{self.ticket.id}{stop}"


def parts(rows: PeriodRows) -> Iterator[Part]:
    """Yield every row that counts in the period, once for each figure it belongs to (F1, F5)."""
    yield from _ticket_parts(rows)
    for row in rows.occurrences:
        if rows.period.holds_end(row.slot.closes_at):
            yield Part(row.indicator, of_state(row.state), row.project, occurrence=row)
    for half in rows.attendance:
        if rows.period.holds_day(half.day):
            figure = Figure(half.present, half.required)
            yield Part(Indicator.ATTENDANCE, figure, half.project, half_day=half)


def _ticket_parts(rows: PeriodRows) -> Iterator[Part]:
    contains = rows.period.contains
    for row in rows.clocks:
        if contains(row.clock.decided_at):
            indicator, ticket = MEASURED_BY.get(row.clock.kind), rows.ticket_by_id[row.ticket_id]
            yield Part(indicator, of_verdict(row.clock.verdict), ticket.project, ticket, clock=row)
    for ticket in rows.tickets:
        seq = ticket.project
        if ticket.first_fix is not None and contains(ticket.accepted_at):
            yield Part(Indicator.FIRST_FIX, Figure(int(ticket.first_fix), 1), seq, ticket)
        if ticket.rating is not None and contains(ticket.closed_at):
            yield Part(Indicator.SATISFACTION, Figure(ticket.rating, TOP_RATING), seq, ticket)
        for stop in ticket.milestones:
            if contains(stop.recorded_at):
                figure = Figure(int(stop.backentered), 1)
                yield Part(Indicator.BACKENTRY, figure, seq, ticket, milestone=stop)


def book(rows: PeriodRows) -> dict[str, Counted]:
    """Return what each row adds to the period by its key; what adds nothing yet is left out (M1)."""
    return {
        part.key: Counted(part.indicator, part.project, part.figure, *_in_words(part))
        for part in parts(rows)
        if part.figure.met or part.figure.total or part.figure.exempt
    }


def _in_words(part: Part) -> tuple[str, str]:
    """Return which row it is and how it stands, for people."""
    if part.occurrence:
        return (
            f"{part.occurrence.name}（{day_of(part.occurrence.slot.opens_at)} 起）",
            part.occurrence.state.label,
        )
    if part.half_day:
        half = part.half_day
        return f"驻场出勤 {half.day} {half.half.label}", f"在岗 {half.present}，应到 {half.required}"
    assert part.ticket is not None
    number, indicator = part.ticket.number, part.indicator
    if part.clock:
        clock = part.clock.clock
        again = f"（第 {clock.round + 1} 次）" if clock.round else ""
        return f"{number} {clock.kind.label}{again}", clock.verdict.label
    if part.milestone:
        told = "补录" if part.milestone.backentered else "按时录入"
        return f"{number} {part.milestone.kind.label}的录入", told
    if indicator is Indicator.FIRST_FIX:
        return f"{number} 一次修复", "是" if part.figure.met else "否"
    return f"{number} 评分", f"{part.figure.met} 分"


def adjusted(adjustments: Iterable[AdjustmentRow]) -> dict[Indicator, Figure]:
    """Return what the adjustments counted in a period add to each indicator of the whole scope (M1)."""
    found = dict.fromkeys(Indicator, Figure())
    for (_, indicator), figure in effect(adjustments).items():
        found[indicator] += figure
    return found


Figures = Mapping[Indicator, Figure]


@dataclass(frozen=True)
class PeriodFigures:
    """The figures of a period: each project's, and their sums by unit and for all (F3).

    ``contract`` is the sum of the projects and of ``whole``, the duties of the whole contract.
    """

    projects: Mapping[int, Figures]
    units: Mapping[UnitRow, Figures]
    whole: Figures
    contract: Figures


Share = tuple[int | None, Indicator | None, Figure]  # a project, an indicator, and what it adds to it


def figures(rows: PeriodRows) -> PeriodFigures:
    """Return the figures of a period. Every project and unit of the scope has all indicators."""
    return summed(rows.scope, ((part.project, part.indicator, part.figure) for part in parts(rows)))


def summed(scope: PeriodScope, shares: Iterable[Share]) -> PeriodFigures:
    """Return the figures that some shares add up to: of single rows, or of many at once."""
    found: dict[int | None, dict[Indicator, Figure]] = {
        seq: dict.fromkeys(Indicator, Figure()) for seq in (None, *scope.project_by_seq)
    }
    for seq, indicator, figure in shares:
        if indicator:
            found[seq][indicator] += figure
    by_project = {project.seq: found[project.seq] for project in scope.projects}
    by_unit: dict[UnitRow, Figures] = {
        unit: _sum(by_project[project.seq] for project in scope.projects if project.unit == unit)
        for unit in scope.units
    }
    return PeriodFigures(by_project, by_unit, found[None], _sum(found.values()))


def _sum(several: Iterable[Figures]) -> Figures:
    kept = list(several)
    return {indicator: total(each[indicator] for each in kept) for indicator in Indicator}


def workday_targets(rows: PeriodRows) -> Figure:
    """Return how the targets in workdays were kept; they belong to no indicator (C1)."""
    return total(part.figure for part in parts(rows) if part.indicator is None)


def states(rows: PeriodRows) -> dict[OccurrenceState, int]:
    """Count the occurrences of the period by how they stand, the open ones last; together they are all."""
    found = dict.fromkeys(STATES, 0)
    for part in parts(rows):
        if part.occurrence:
            found[part.occurrence.state] += 1
    return found


class Flow(Word):
    """How a ticket came into a period or went out of it (F4); the labels are those of a month."""

    OPENED = "opened", "本月登记"
    CARRIED_IN = "carried_in", "上月转入"
    CLOSED = "closed", "本月关闭"
    CANCELLED = "cancelled", "本月撤销"
    CARRIED_OUT = "carried_out", "转入下月"


@dataclass(frozen=True)
class Totals:
    """The tickets of a period: those that came in and those that went out are equally many (F4)."""

    opened: int
    carried_in: int
    closed: int
    cancelled: int
    carried_out: int

    def __post_init__(self) -> None:
        if self.opened + self.carried_in != self.closed + self.cancelled + self.carried_out:
            raise ValueError(f"the tickets of the period do not reconcile: {self}")


def flows(rows: PeriodRows) -> dict[Flow, list[TicketRow]]:
    """Return the tickets behind each total, found each on its own (F4, F5)."""
    start, end = rows.period.bounds
    contains = rows.period.contains

    def there(ticket: TicketRow, at: datetime) -> bool:
        """Tell whether a ticket was open right before an instant."""
        return ticket.opened_at < at and (ticket.ended_at is None or ticket.ended_at >= at)

    return {
        Flow.OPENED: [ticket for ticket in rows.tickets if contains(ticket.opened_at)],
        Flow.CARRIED_IN: [ticket for ticket in rows.tickets if there(ticket, start)],
        Flow.CLOSED: [ticket for ticket in rows.tickets if contains(ticket.closed_at)],
        Flow.CANCELLED: [ticket for ticket in rows.tickets if contains(ticket.cancelled_at)],
        Flow.CARRIED_OUT: [ticket for ticket in rows.tickets if there(ticket, end)],
    }


def totals(rows: PeriodRows) -> Totals:
    """Return the ticket totals; a period that does not reconcile is an error."""
    return Totals(**{name.value: len(found) for name, found in flows(rows).items()})


@dataclass(frozen=True)
class PeriodSums:
    """Everything a period is summed up to, without its rows.

    ``changes`` are the targets in workdays, which belong to no indicator; ``verdicts``, by project, counts
    those too.
    """

    scope: PeriodScope
    figures: PeriodFigures
    changes: Figure
    verdicts: Counter[tuple[int, Verdict]]
    states: Mapping[OccurrenceState, int]
    totals: Totals

    @property
    def clocks(self) -> int:
        """Return how many clocks were decided."""
        return self.verdicts.total()

    @property
    def breaches(self) -> int:
        """Return how many of them were breached."""
        return sum(number for (_, verdict), number in self.verdicts.items() if verdict is Verdict.BREACHED)


def sums(rows: PeriodRows) -> PeriodSums:
    """Return what the rows of a period add up to."""
    verdicts = Counter(
        (part.clock.project, part.clock.clock.verdict) for part in _ticket_parts(rows) if part.clock
    )
    return PeriodSums(rows.scope, figures(rows), workday_targets(rows), verdicts, states(rows), totals(rows))
