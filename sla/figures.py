"""Figures (F1–F4): counts that become a rate once, at the end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from sla.vocab import OccurrenceState, Verdict

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Figure:
    """A numerator and a denominator. ``exempt`` (exempt or waived) and ``pending`` (not due yet) stand beside
    them and count in neither (F2)."""

    met: int = 0
    total: int = 0
    exempt: int = 0
    pending: int = 0

    def __add__(self, other: Figure) -> Figure:
        return Figure(
            self.met + other.met,
            self.total + other.total,
            self.exempt + other.exempt,
            self.pending + other.pending,
        )

    def __sub__(self, other: Figure) -> Figure:
        return Figure(
            self.met - other.met,
            self.total - other.total,
            self.exempt - other.exempt,
            self.pending - other.pending,
        )

    @property
    def is_empty(self) -> bool:
        """Tell whether there is no row at all behind it."""
        return self == Figure()

    @property
    def rate(self) -> Decimal | None:
        """Return the rate in per cent to two decimals, half up; ``None`` is 不适用 (F2, F3)."""
        return percent(self.met, self.total)

    def as_dict(self) -> dict[str, int | str | None]:
        """Return ``{"met", "total", "rate"}`` as ``month show`` prints it."""
        return {"met": self.met, "total": self.total, "rate": None if self.rate is None else str(self.rate)}


def percent(part: int, whole: int) -> Decimal | None:
    """Return ``part`` of ``whole`` in per cent, rounded once, half up; ``None`` for no whole (F3).

    With adjustments of other months (M1) a part may be negative or exceed its whole: that is no rate either.
    """
    if whole <= 0 or not 0 <= part <= whole:
        return None
    return (Decimal(part) * 100 / Decimal(whole)).quantize(CENT, ROUND_HALF_UP)


def of_verdict(verdict: Verdict) -> Figure:
    """Return what one decided clock adds to its indicator (F2); an undecided one adds nothing."""
    match verdict:
        case Verdict.MET:
            return Figure(1, 1)
        case Verdict.BREACHED:
            return Figure(0, 1)
        case Verdict.EXEMPT:
            return Figure(exempt=1)
        case _:
            return Figure()


def of_state(state: OccurrenceState) -> Figure:
    """Return what one occurrence adds to its indicator: late and missed are breached (F2)."""
    match state:
        case OccurrenceState.DONE:
            return Figure(1, 1)
        case OccurrenceState.LATE | OccurrenceState.MISSED:
            return Figure(0, 1)
        case OccurrenceState.WAIVED:
            return Figure(exempt=1)
        case OccurrenceState.PENDING:
            return Figure(pending=1)


def times(figure: Figure, number: int) -> Figure:
    """Return what so many equal shares add; ``-1`` takes one out."""
    return Figure(number * figure.met, number * figure.total, number * figure.exempt, number * figure.pending)


def total(figures: Iterable[Figure]) -> Figure:
    """Return the sum of figures: the whole is always the sum of its parts (F3)."""
    return sum(figures, Figure())
