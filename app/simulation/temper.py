"""How well each row is served in this life: one is weak, one unit is excellent, the rest lie between."""

from __future__ import annotations

from dataclasses import dataclass

WEAK_ROW = 13
EXCELLENT_ROWS = (31, 32)  # both of 洛阳市发展和改革委员会


@dataclass(frozen=True)
class Temper:
    """Chances of one row: ``late`` of being late at all, ``botched`` of a recovery that does not hold,
    ``slack`` of entering things long afterwards; ``ratings`` weighs the marks 1 to 5."""

    late: float
    botched: float
    slack: float
    ratings: tuple[int, int, int, int, int]


WEAK = Temper(late=0.36, botched=0.24, slack=0.22, ratings=(6, 14, 34, 32, 14))
GOOD = Temper(late=0.003, botched=0.01, slack=0.01, ratings=(0, 0, 1, 7, 92))
ORDINARY = (
    Temper(late=0.02, botched=0.04, slack=0.05, ratings=(0, 1, 6, 28, 65)),
    Temper(late=0.035, botched=0.05, slack=0.07, ratings=(1, 2, 9, 33, 55)),
    Temper(late=0.05, botched=0.07, slack=0.09, ratings=(1, 3, 13, 38, 45)),
)


def temper_of(seq: int) -> Temper:
    """Return how well row ``seq`` is served."""
    if seq == WEAK_ROW:
        return WEAK
    return GOOD if seq in EXCELLENT_ROWS else ORDINARY[seq % len(ORDINARY)]
