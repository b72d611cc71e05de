"""What the monthly report is made of, for the workbook and for the page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property

from sla.clock import RuleBook
from sla.figures import CENT, Figure
from sla.interpretations import KEYS, Effect, Status
from sla.month import MEASURED_BY, TOP_RATING, MonthFigures, MonthRows, ProjectRow, Totals, figures, totals
from sla.vocab import ClockKind, Indicator

ClockKey = tuple[int, ClockKind, int]
NO_SUCH_TARGET, NO_FACTS, NOT_IN_SERVICE = "无此指标", "本月无数据", "不在服务期"


@dataclass(frozen=True)
class Reading:
    """An interpretation in force in the month; ``value`` is what people read."""

    key: str
    value: str
    status: Status
    from_day: date | None
    reason: str


@dataclass(frozen=True)
class MonthReport:
    """The rows of a month and all that is said about them. ``audience`` names the scope, never a person.

    ``because`` holds the arithmetic of the breaches; ``readings`` are the interpretations in force.
    """

    contract: str
    audience: str
    rows: MonthRows
    rules: RuleBook
    readings: Sequence[Reading]
    because: Mapping[ClockKey, Sequence[str]]

    @cached_property
    def figures(self) -> MonthFigures:
        """Return the figures, folded once."""
        return figures(self.rows)

    @cached_property
    def totals(self) -> Totals:
        """Return the ticket totals, which reconcile (F4)."""
        return totals(self.rows)

    @property
    def month_text(self) -> str:
        """Return the month as ``2025-07``."""
        return f"{self.rows.month:%Y-%m}"

    @property
    def on_assumption(self) -> bool:
        """Tell whether a reading that moves clocks is only assumed: the figures then say 按暂定口径."""
        moves = {key.name for key in KEYS if key.effect is Effect.CLOCKS}
        return any(one.key in moves and one.status is Status.ASSUMED for one in self.readings)


def absence(indicator: Indicator, projects: Iterable[ProjectRow]) -> str:
    """Say why projects have no rate: no row promises it, none is in service, or nothing happened (C1, F2)."""
    known = list(projects)
    if indicator in MEASURED_BY.values() and not any(indicator in one.promised for one in known):
        return NO_SUCH_TARGET
    return NO_FACTS if any(one.in_service for one in known) else NOT_IN_SERVICE


def average_rating(figure: Figure) -> Decimal | None:
    """Return the mean rating, 1 to 5, to two decimals."""
    if not figure.total:
        return None
    return (Decimal(figure.met * TOP_RATING) / figure.total).quantize(CENT, ROUND_HALF_UP)
