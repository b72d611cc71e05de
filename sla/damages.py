"""Liquidated damages and interest, as drafts with their arithmetic (P3); a settlement by days served (P4).

Nothing here takes money from anybody: a person decides. Amounts are whole fen, rates are Decimal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from sla.errors import Invalid
from sla.money import share_of, shown_yuan
from sla.vocab import Word

DAYS_OF_RATE = 365  # the contract says 日利率 of a yearly rate and no day count (line 4466); printed with it


class DamagesKind(Word):
    """What damages are for; the last one is the buyer's (lines 4465–4475)."""

    DELAY = "delay", "乙方逾期"
    FAILED = "failed", "验收不合格"
    FAILED_AGAIN = "failed_again", "再次验收不合格"
    LATE_PAYMENT = "late_payment", "甲方逾期付款"


@dataclass(frozen=True)
class Rates:
    """The contract's percentages of the whole amount."""

    per_day: int = 1
    flat_after: int = 10
    flat: int = 10
    failed: int = 5
    failed_again: int = 10


@dataclass(frozen=True)
class Draft:
    """An amount in fen with its arithmetic, line by line."""

    fen: int
    arithmetic: tuple[str, ...]


def delay(total: int, days: int, rates: Rates) -> Draft:
    """Return what so many calendar days of delay cost: a share a day, and a flat one beyond ten days."""
    if days <= 0:
        return Draft(0, ("没有逾期，不计违约金",))
    base = f"合同总金额 {shown_yuan(total)} 元"
    if days > rates.flat_after:
        fen = share_of(total, rates.flat)
        return Draft(
            fen, (f"逾期 {days} 日，超过 {rates.flat_after} 日", _product(base, f"{rates.flat}%", fen))
        )
    fen = share_of(total, rates.per_day * days)
    return Draft(fen, (f"逾期 {days} 日", _product(base, f"{rates.per_day}% × {days} 日", fen)))


def failure(total: int, failures: int, on_top: bool, rates: Rates) -> Draft:
    """Return what failed acceptances cost; the second share replaces the first unless ``on_top``."""
    base = f"合同总金额 {shown_yuan(total)} 元"
    if failures <= 0:
        return Draft(0, ("验收没有不合格，不计违约金",))
    if failures == 1:
        fen = share_of(total, rates.failed)
        return Draft(fen, ("第一次验收不合格", _product(base, f"{rates.failed}%", fen)))
    percent = rates.failed_again + (rates.failed if on_top else 0)
    fen = share_of(total, percent)
    how = "与第一次的相加" if on_top else "取代第一次的"
    share = f"（{rates.failed}% + {rates.failed_again}%）" if on_top else f"{rates.failed_again}%"
    return Draft(fen, (f"返工后验收仍不合格，{how}", _product(base, share, fen)))


@dataclass(frozen=True)
class LendingRate:
    """The one-year LPR in per cent a year, published on a day and in force from it."""

    published_on: date
    percent: Decimal


def late_interest(unpaid: int, due: date, paid: date, rates: Sequence[LendingRate], excused: bool) -> Draft:
    """Return the buyer's interest from the day after ``due`` to ``paid``, that day included.

    Each day counts with the rate published last before or on it. None is due where the request reached
    the treasury in time; without a rate in force on the first day it is ``Invalid``.
    """
    days = (paid - due).days
    if excused:
        return Draft(0, ("已在付款期限内向财政部门提交支付申请，不视为违约",))
    if days <= 0:
        return Draft(0, ("没有逾期付款",))
    exact, lines = Decimal(0), [f"应付 {shown_yuan(unpaid)} 元，期限 {due}，算至 {paid}，逾期 {days} 日"]
    for first, last, rate in _spans(due + timedelta(days=1), paid, rates):
        many = (last - first).days + 1
        exact += Decimal(unpaid) * rate.percent * many / 100 / DAYS_OF_RATE
        lines.append(
            f"{first} 至 {last} 共 {many} 日："
            f"{shown_yuan(unpaid)} × {rate.percent}% ÷ {DAYS_OF_RATE} × {many}"
            f"（一年期 LPR，{rate.published_on} 公布）"
        )
    fen = int(exact.quantize(Decimal(1), ROUND_HALF_UP))
    return Draft(fen, (*lines, f"合计 {shown_yuan(fen)} 元"))


def settlement(fen: int, starts_on: date, last_day: date, ends_on: date) -> Draft:
    """Return what a project that ends early has earned: days served ÷ days of its year × its amount (P4).

    ``[starts_on, ends_on)`` is its year; ``last_day`` is the last day served and counts.
    """
    whole, served = (ends_on - starts_on).days, (last_day - starts_on).days + 1
    if not 0 <= served <= whole or whole <= 0:
        raise Invalid(f"最后服务日要在 {starts_on} 至 {ends_on - timedelta(days=1)} 之间", "last_day")
    earned = (2 * fen * served + whole) // (2 * whole)
    line = f"{shown_yuan(fen)} 元 × {served} 日 ÷ {whole} 日 = {shown_yuan(earned)} 元"
    return Draft(earned, (f"服务 {starts_on} 至 {last_day}，共 {served} 日；本服务年度 {whole} 日", line))


def supplement_room(award: int, increases: int, percent: int) -> int:
    """Return by how much supplements may still increase an award, in fen (line 4366)."""
    return award * percent // 100 - increases


def _spans(first: date, last: date, rates: Sequence[LendingRate]) -> list[tuple[date, date, LendingRate]]:
    ordered = sorted(rates, key=lambda one: one.published_on)
    in_force = [one for one in ordered if one.published_on <= first]
    if not in_force:
        raise Invalid(f"还没有录入 {first} 适用的一年期 LPR，请先录入利率和公布日期", "rate")
    found: list[tuple[date, date, LendingRate]] = []
    rate, begin = in_force[-1], first
    for one in (one for one in ordered if first < one.published_on <= last):
        found.append((begin, one.published_on - timedelta(days=1), rate))
        rate, begin = one, one.published_on
    return [*found, (begin, last, rate)]


def _product(base: str, share: str, fen: int) -> str:
    return f"{base} × {share} = {shown_yuan(fen)} 元"
