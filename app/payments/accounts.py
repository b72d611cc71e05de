"""What a year's service is worth, row by row, and what each payment pays of it (P1, P4)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy.orm import Session

from app.payments import queries
from models.payments import Award, PaymentStep, StepKind, Supplement, Termination
from sla.errors import Conflict
from sla.payment_facts import Terms
from sla.shares import Shares, first_payment, shares
from sla.vocab import Standing

Entered = TypeVar("Entered", Award, Supplement, Termination)


@dataclass(frozen=True)
class Account:
    """A year's money: the award in force, what came on top, each row's worth now. All ``None`` before it."""

    award: Award | None
    supplements: tuple[Supplement, ...]
    terminations: tuple[Termination, ...]
    rows: dict[int, int]
    shares: Shares | None

    @property
    def total(self) -> int | None:
        """Return what the year is worth in fen: award, supplements, settlements."""
        return self.shares.total if self.shares else None

    @property
    def contract_total(self) -> int | None:
        """Return the contract amount: award and supplements, which damages are reckoned on (P3)."""
        if self.award is None:
            return None
        return self.award.fen + sum(one.fen for one in self.supplements)

    def amount(self, stage: int) -> int | None:
        """Return what a stage pays, in fen."""
        return self.shares.amount(stage) if self.shares else None


def account(session: Session, year: int, terms: Terms, steps: Sequence[PaymentStep]) -> Account:
    """Return a year's account. What a released payment paid stays what it was."""
    award = in_force(queries.awards(session, year))
    added = tuple(_confirmed(queries.supplements(session, year)))
    ended = tuple(_confirmed(queries.terminations(session, year)))
    if award is None:
        return Account(None, added, ended, {}, None)
    worth = worth_of(award, added)
    first_rows = paid_rows(steps, 1) or first_payment(worth, terms.stage1_percent)
    now = dict(worth)
    for end in ended:
        now[end.project.seq] = end.decided_fen
    return Account(award, added, ended, now, shares(first_rows, now))


def worth_of(award: Award, supplements: Iterable[Supplement]) -> dict[int, int]:
    """Return what each row is worth by an award with the supplements in force, in fen."""
    worth = {row.project.seq: row.fen for row in award.rows}
    for one in _confirmed(supplements):
        for seq, fen in one.rows.items():
            worth[int(seq)] = worth.get(int(seq), 0) + fen
    return worth


def in_force(versions: Iterable[Award]) -> Award | None:
    """Return the last confirmed version of an award."""
    return max(_confirmed(versions), key=lambda one: one.version, default=None)


def award_of(session: Session, year: int) -> Award:
    """Return a year's award in force; without one nothing can be added to it or settled."""
    award = in_force(queries.awards(session, year))
    if award is None:
        raise Conflict("还没有审核生效的中标金额，请先录入并审核")
    return award


def released(steps: Iterable[PaymentStep], stage: int) -> PaymentStep | None:
    """Return the step that released a stage."""
    found = [one for one in steps if one.stage == stage and one.kind is StepKind.RELEASED]
    return found[-1] if found else None


def paid_rows(steps: Iterable[PaymentStep], stage: int) -> dict[int, int] | None:
    """Return each row's part as it was when a stage was released."""
    step = released(steps, stage)
    if step is None or step.facts is None:
        return None
    return {int(seq): int(fen) for seq, fen in step.facts["rows"].items()}


def _confirmed(rows: Iterable[Entered]) -> list[Entered]:
    return [one for one in rows if one.standing is Standing.CONFIRMED]
