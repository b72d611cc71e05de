"""Which part of a year's total is paid when, and which part of it is each row's (P1, P4, F3). Whole fen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sla.errors import Invalid
from sla.money import share_of, shown_yuan, split

WHOLE = 0  # in the place of a row's number: what a supplement adds to the contract as a whole


@dataclass(frozen=True)
class Shares:
    """The amounts of the two payments, and each row's part in them; every sum is exact."""

    total: int
    first: int
    second: int
    first_rows: Mapping[int, int]
    second_rows: Mapping[int, int]

    def amount(self, stage: int) -> int:
        """Return what a stage pays."""
        return self.first if stage == 1 else self.second

    def rows(self, stage: int) -> Mapping[int, int]:
        """Return each row's part of a stage."""
        return self.first_rows if stage == 1 else self.second_rows


def first_payment(rows: Mapping[int, int], percent: int) -> dict[int, int]:
    """Return each row's part of the first payment: so many per cent of the whole, rounded once, half up."""
    return split(share_of(sum(rows.values()), percent), rows)


def shares(first_rows: Mapping[int, int], now: Mapping[int, int]) -> Shares:
    """Divide a year: the second payment is the rest of what the rows are worth now.

    Both sum to the total whatever changed in between. A row that sank below what was paid for it has a
    negative part in the second.
    """
    first, total = sum(first_rows.values()), sum(now.values())
    keys = sorted({*first_rows, *now})
    second_rows = {key: now.get(key, 0) - first_rows.get(key, 0) for key in keys}
    return Shares(total, first, total - first, first_rows, second_rows)


def check_award(rows: Mapping[int, int], award: int, wanted: Mapping[int, str], ceiling: int) -> None:
    """Refuse an award that its rows do not sum to, or that is above the ceiling, or lacks a row (P4)."""
    if award > ceiling:
        raise Invalid(
            f"中标金额 {shown_yuan(award)} 元超过最高限价 {shown_yuan(ceiling)} 元，请核对", "award"
        )
    if award <= 0:
        raise Invalid("中标金额要大于 0", "award")
    lacking = [f"第 {seq} 项" for seq in sorted(wanted) if seq not in rows]
    if lacking:
        raise Invalid(f"还缺 {len(lacking)} 个项目的金额：{'、'.join(lacking[:8])}", "rows")
    total = sum(rows.values())
    if total != award:
        more = "多" if total > award else "少"
        raise Invalid(
            f"各项目合计 {shown_yuan(total)} 元，比中标金额 {shown_yuan(award)} 元"
            f"{more} {shown_yuan(abs(total - award))} 元，必须分毫不差",
            "rows",
        )
