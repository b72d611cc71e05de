"""Closing a month: open, computed, under review, frozen, and what each step needs (M1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sla.clock import RuleBook
from sla.period import Period
from sla.vocab import Word
from sla.when import day_of, end_of


class CloseState(Word):
    """How far the closing of a month has come."""

    OPEN = "open", "未关账", "neutral"
    COMPUTED = "computed", "已计算", "info"
    REVIEW = "under_review", "异议期", "warn"
    FROZEN = "frozen", "已冻结", "good"


@dataclass(frozen=True)
class Standing:
    """What a month has been through. Digests are those of its figures at each step.

    ``signed_sha256`` is what the supplier signed, until the month is computed anew with other figures;
    ``silent`` that the deadline passed without; ``figures`` is the digest of the figures as they are now.
    ``pending`` counts what is undecided, objections included.
    """

    period: Period
    computed: bool = False
    in_review: bool = False
    objections_until: datetime | None = None
    signed_sha256: str | None = None
    silent: bool = False
    prepared_by: int | None = None
    prepared_sha256: str | None = None
    frozen: bool = False
    figures: str = ""
    pending: int = 0

    @property
    def state(self) -> CloseState:
        """Return the one word for it."""
        if self.frozen:
            return CloseState.FROZEN
        if self.in_review:
            return CloseState.REVIEW
        return CloseState.COMPUTED if self.computed else CloseState.OPEN

    @property
    def accepted(self) -> bool:
        """Tell whether the supplier signed the figures as they are, or let the deadline pass."""
        return self.silent or (self.signed_sha256 is not None and self.signed_sha256 == self.figures)

    @property
    def moved(self) -> bool:
        """Tell whether the figures are no longer those the supplier signed; silence asked for no figures."""
        return self.signed_sha256 is not None and not self.accepted

    def is_overdue(self, now: datetime) -> bool:
        """Tell whether the time for objections is over."""
        return self.objections_until is not None and now >= self.objections_until


def objections_until(opened_at: datetime, book: RuleBook) -> tuple[datetime, bool]:
    """Return until when objections may be raised, and whether that is provisional (T2, T6).

    It ends at 24:00 of the Nth workday after the day the review was opened, N as read on that day.
    """
    opened = day_of(opened_at)
    last = book.calendar.add_workdays(opened, book.interpretations.objection_days(opened))
    estimated = any(book.calendar.is_estimated(year) for year in range(opened.year, last.year + 1))
    return end_of(last), estimated


def before_computing(standing: Standing, now: datetime) -> list[str]:
    """Return what hinders computing a month."""
    if standing.frozen:
        return [f"{standing.period.key} 已经冻结，不再计算"]
    if not standing.period.is_over(now):
        return [f"{standing.period.key} 还没有结束，月底以后才能计算"]
    return []


def begins_anew(standing: Standing) -> bool:
    """Tell whether computing now starts the time for objections anew: what was signed is no longer so."""
    return standing.in_review and not standing.frozen and standing.moved


def before_review(standing: Standing, waits_for: date | None, now: datetime) -> list[str]:
    """Return what hinders opening the review; ``waits_for`` is the earlier month not frozen yet."""
    found = before_computing(standing, now)
    if standing.in_review and not standing.frozen:
        found.append(f"{standing.period.key} 已在异议期")
    if waits_for is not None:
        found.append(f"要按月份顺序关账，请先冻结 {waits_for:%Y-%m}")
    return found


def before_signing(standing: Standing) -> list[str]:
    """Return what hinders the supplier from signing the figures as they are."""
    found = _not_in_review(standing)
    if not found and standing.signed_sha256 == standing.figures:
        found.append("乙方已经签认现在的数字")
    if not found and standing.silent:
        found.append("已经记录为未在异议期内签认")
    return found


def before_silence(standing: Standing, now: datetime) -> list[str]:
    """Return what hinders recording that the supplier did not sign in time."""
    found = _not_in_review(standing)
    if not found and standing.moved:
        # Nobody is silent about figures they were not shown.
        return ["签认以后数字有变化，请先重新计算：异议期从那时另行起算"]
    if not found and not standing.is_overdue(now):
        found.append("异议期还没有结束")
    if not found and standing.accepted:
        found.append("乙方已经签认，或已经记录为未签认")
    return found


def before_freezing(standing: Standing, now: datetime) -> list[str]:
    """Return what hinders the first of the two (经办), and so the second."""
    found = _not_in_review(standing)
    if found:
        return found
    if not standing.is_overdue(now):
        found.append("异议期还没有结束，乙方和单位仍可提出异议")
    if standing.pending:
        found.append(f"还有 {standing.pending} 件没有定下来，请先在清单里逐件处理")
    if not standing.accepted:
        found.append(
            "签认以后数字有变化，请乙方重新签认，或重新计算、另行起算异议期"
            if standing.moved
            else "乙方还没有签认，也没有记录未签认"
        )
    return found


def before_second(standing: Standing, person: int, now: datetime) -> list[str]:
    """Return what hinders somebody from freezing as the second (审核)."""
    found = before_freezing(standing, now)
    if standing.prepared_by is None:
        return [*found, "还没有经办，请先由一位局方人员经办"]
    if standing.prepared_by == person:
        found.append("经办和审核不能是同一个人，请由另一位局方人员审核")
    if standing.prepared_sha256 != standing.figures:
        found.append("经办以后数字有变化，请退回后重新经办")
    return found


def _not_in_review(standing: Standing) -> list[str]:
    if standing.frozen:
        return [f"{standing.period.key} 已经冻结"]
    return [] if standing.in_review else [f"{standing.period.key} 还没有进入异议期"]
