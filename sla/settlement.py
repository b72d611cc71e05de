"""Rows with a year of their own, settled at theirs (interpretation ``year_over`` contract, P1).

By the contract's reading its year is over for everybody on one day, and what a row serves after it is
not waited for. Such a row is settled once its own year is over and its unit has signed that it ran well.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sla.gates import ONE_DAY, end_words, good_run, is_apart
from sla.payment_facts import Missing, Owes, Readings, RowFacts, StageFacts


@dataclass(frozen=True)
class Settlement:
    """A row settled by itself. ``over_on`` is the day after its last.

    ``since`` is the day it can be settled from, ``None`` while something is missing.
    """

    seq: int
    unit: str
    over_on: date
    since: date | None
    missing: tuple[Missing, ...] = ()


def settlements(facts: StageFacts, readings: Readings, today: date) -> tuple[Settlement, ...]:
    """Return the rows a second payment does not wait for, in the tender's order, each as it stands."""
    if facts.stage != 2 or facts.year is None or readings.each_row:
        return ()
    apart = [row for row in facts.rows if is_apart(row, facts.year, each_row=False)]
    return tuple(_settlement(row, today) for row in sorted(apart, key=lambda row: row.seq))


def _settlement(row: RowFacts, today: date) -> Settlement:
    if row.ends_on > today:
        what = f"服务至 {row.ends_on - ONE_DAY}，尚未期满"
        return _open(row, Missing(Owes.SUPPLIER, what, row.seq, row.unit))
    words = end_words(row, row.ends_on)
    run = good_run(words, lambda one: one.running_well)
    if not words:
        return _open(row, Missing(Owes.UNIT, "期满后还没有签署运转平稳", row.seq, row.unit))
    if run is None:
        what = "最近一次签署未确认运转平稳，整改后请单位重新签署"
        return _open(row, Missing(Owes.SUPPLIER, what, row.seq, row.unit))
    return Settlement(row.seq, row.unit, row.ends_on, max(run, row.ends_on))


def _open(row: RowFacts, missing: Missing) -> Settlement:
    return Settlement(row.seq, row.unit, row.ends_on, None, (missing,))
