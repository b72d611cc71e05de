"""What the report of a period is made of, for the workbook and for the page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from typing import Protocol

from sla.clock import RuleBook
from sla.figures import CENT, Figure
from sla.fold import TOP_RATING, PeriodFigures, PeriodSums, Totals, sums
from sla.interpretations import KEYS, Effect, Status
from sla.period import Period
from sla.rows import OF_OCCURRENCES, PROMISES, ClockRow, PeriodRows, ProjectRow, TicketRow
from sla.vocab import ClockKind, Indicator, OccurrenceState, Verdict

ClockKey = tuple[int, ClockKind, int]
NO_SUCH_TARGET, NOT_IN_SERVICE, NOT_DUE, NO_RATE = "无此指标", "不在服务期", "未到期", "不适用"
NO_FACTS, NOTHING_DUE = "本月无数据", "本月无应办"


@dataclass(frozen=True)
class Reading:
    """An interpretation in force in the period; ``value`` is what people read."""

    key: str
    value: str
    status: Status
    from_day: date | None
    reason: str


@dataclass(frozen=True, slots=True)
class ClockLine:
    """A clock as a sheet shows it: with its ticket's number and title and, of a breach, its arithmetic."""

    row: ClockRow
    number: str
    title: str
    because: Sequence[str] = ()


class Lines(Protocol):
    """The rows of which a period may have a hundred thousand, in their order.

    Each call makes them anew, one after the other; who asks keeps none of them.
    """

    def clocks(self) -> Iterator[ClockLine]:
        """Yield the clocks decided in the period, without their arithmetic."""
        ...

    def breaches(self) -> Iterator[ClockLine]:
        """Yield the breached ones, with it."""
        ...

    def tickets(self) -> Iterator[TicketRow]:
        """Yield the tickets; their milestones may be left out."""
        ...


@dataclass(frozen=True)
class Kept:
    """The lines of rows that are in memory anyway."""

    rows: PeriodRows
    because: Mapping[ClockKey, Sequence[str]]

    def clocks(self) -> Iterator[ClockLine]:
        """Yield the clocks."""
        return (self._line(row) for row in self.rows.clocks)

    def breaches(self) -> Iterator[ClockLine]:
        """Yield the breached ones."""
        return (self._line(row, self.because.get(row.key, ())) for row in self.rows.breaches)

    def tickets(self) -> Iterator[TicketRow]:
        """Yield the tickets."""
        return iter(self.rows.tickets)

    def _line(self, row: ClockRow, because: Sequence[str] = ()) -> ClockLine:
        ticket = self.rows.ticket_by_id[row.ticket_id]
        return ClockLine(row, ticket.number, ticket.title, because)


@dataclass(frozen=True)
class Streamed:
    """What stands for clocks and tickets that are not kept: what they add up to, and where they are read."""

    sums: PeriodSums
    lines: Lines = field(compare=False)


@dataclass(frozen=True)
class PeriodReport:
    """The rows of a period and all that is said about them. ``audience`` names the scope, never a person.

    ``because`` holds the arithmetic of the breaches; ``readings`` are the interpretations in force;
    ``standing`` says that the month is frozen, empty while it is not (M1). With ``streamed`` the rows hold
    neither clocks nor tickets, and the file has to be made while they can be read.
    """

    contract: str
    audience: str
    rows: PeriodRows
    rules: RuleBook
    readings: Sequence[Reading]
    because: Mapping[ClockKey, Sequence[str]]
    standing: str = ""
    streamed: Streamed | None = None

    @property
    def lines(self) -> Lines:
        """Return where the clocks and the tickets are read from."""
        return self.streamed.lines if self.streamed else Kept(self.rows, self.because)

    @cached_property
    def _sums(self) -> PeriodSums:
        return self.streamed.sums if self.streamed else sums(self.rows)

    @property
    def figures(self) -> PeriodFigures:
        """Return the figures, folded once."""
        return self._sums.figures

    @property
    def totals(self) -> Totals:
        """Return the ticket totals, which reconcile (F4)."""
        return self._sums.totals

    @property
    def states(self) -> Mapping[OccurrenceState, int]:
        """Return how many occurrences stand how; together they are all of the period."""
        return self._sums.states

    @property
    def verdicts(self) -> Mapping[tuple[int, Verdict], int]:
        """Return how many clocks ended how, by project, those in workdays among them."""
        return self._sums.verdicts

    @property
    def breaches(self) -> int:
        """Return how many clocks were breached."""
        return self._sums.breaches

    @property
    def key(self) -> str:
        """Return the period as ``2025-07``."""
        return self.rows.period.key

    @property
    def on_assumption(self) -> bool:
        """Tell whether a reading that moves clocks or duties is only assumed: the figures say 按暂定口径."""
        return is_assumed(self.readings)


def is_assumed(readings: Iterable[Reading]) -> bool:
    """Tell whether a reading that moves clocks or duties is only assumed."""
    moves = {key.name for key in KEYS if key.effect in (Effect.CLOCKS, Effect.OBLIGATIONS)}
    return any(one.key in moves and one.status is Status.ASSUMED for one in readings)


def absence(indicator: Indicator, figure: Figure, projects: Iterable[ProjectRow], period: Period) -> str:
    """Say why there is no rate (C1, F2): nothing promised, none in service, not due yet, or no such row."""
    known = list(projects)
    if figure.exempt or figure.pending:
        return NOT_DUE if figure.pending else NO_RATE
    if indicator in PROMISES and not any(indicator in one.promised for one in known):
        return NO_SUCH_TARGET
    if not any(one.in_service for one in known):
        return NOT_IN_SERVICE
    return period.said(NOTHING_DUE if indicator in OF_OCCURRENCES else NO_FACTS)


def average_rating(figure: Figure) -> Decimal | None:
    """Return the mean rating, 1 to 5, to two decimals."""
    if not figure.total:
        return None
    return (Decimal(figure.met * TOP_RATING) / figure.total).quantize(CENT, ROUND_HALF_UP)
