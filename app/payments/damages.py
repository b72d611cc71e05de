"""Damages and interest: drafted with evidence and arithmetic, decided by two bureau persons (P3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from sqlalchemy.orm import Session

from app.access import require
from app.contract.queries import calendar, interpretations
from app.files.service import Taken
from app.papers.service import make_paper
from app.payments import queries
from app.payments.facts import YearView, year_view
from app.payments.two import begin, put_in_force, said, subject, witness
from models import ledger
from models.acceptance import Acceptance
from models.payments import Damages, LendingRateEntry
from models.people import User
from sla.damages import DamagesKind, Draft, delay, failure, late_interest
from sla.errors import Conflict, DomainError, Invalid
from sla.gates import ONE_DAY, add_workdays
from sla.money import yuan
from sla.vocab import AcceptanceStage, Opinion, PaperKind, Role
from sla.when import day_of

HIGHEST_RATE = Decimal(30)  # per cent a year; more than this is a slip of the finger


@dataclass(frozen=True)
class Suggestion:
    """What the facts suggest to draft: why, with the arithmetic; ``problem`` says what is missing for it."""

    kind: DamagesKind
    what: str
    days: int
    draft: Draft | None
    problem: str = ""
    stage: int | None = None


@dataclass(frozen=True)
class Claim:
    """What is to be claimed: what for, how many days late where it is a delay, and the amount decided."""

    kind: DamagesKind
    what: str
    fen: int | None
    reason: str
    days: int = 0
    stage: int | None = None


def suggestions(session: Session, view: YearView, now: datetime) -> list[Suggestion]:
    """Return what the facts of a year suggest; nothing of it is claimed by itself."""
    found = [*_late_reports(session, view, now), *_failures(view)]
    drafted = [_suggest(session, view, one, now) for one in found]
    for stage, judged in view.stages.items():
        if judged.days_late or (judged.excused and _unpaid_on(view, stage, now) > (judged.due or date.max)):
            wanted = Claim(DamagesKind.LATE_PAYMENT, f"第 {stage} 次付款逾期", None, "", stage=stage)
            drafted.append(_suggest(session, view, wanted, now))
    return drafted


def draft(session: Session, view: YearView, claim: Claim, now: datetime) -> Draft:
    """Return the draft of a claim with its arithmetic; what is missing for it is a ``Conflict``."""
    said_terms = queries.values(session)
    if claim.kind is DamagesKind.LATE_PAYMENT:
        return _interest(session, view, claim.stage or 1, now)
    total = view.account.contract_total
    if total is None:
        raise Conflict("还没有审核生效的中标金额，算不出违约金，请先录入并审核")
    rates = queries.rates_of(said_terms)
    if claim.kind is DamagesKind.DELAY:
        return delay(total, claim.days, rates)
    on_top = interpretations(session).value("second_failure", day_of(now)) == "on_top"
    return failure(total, 1 if claim.kind is DamagesKind.FAILED else 2, on_top, rates)


def enter_claim(
    session: Session,
    actor: User,
    year: int,
    claim: Claim,
    now: datetime,
    files: Sequence[Taken] = (),
) -> Damages:
    """Put a claim before a second person: the draft, the amount decided and why."""
    begin(session, actor)
    view = year_view(session, year, now)
    if claim.kind is DamagesKind.DELAY and claim.days <= 0:
        raise Invalid("请填写逾期几日（自然日）", "days")
    drafted = draft(session, view, claim, now)
    made = Damages(
        year=year,
        kind=claim.kind,
        what=said(claim.what, "事实和证据", "what"),
        total_fen=view.account.contract_total or 0,
        draft_fen=drafted.fen,
        decided_fen=drafted.fen if claim.fen is None else claim.fen,
        arithmetic="\n".join(drafted.arithmetic),
        reason=said(claim.reason, "决定的理由", "reason"),
        entered_by=actor,
        entered_at=now,
    )
    session.add(made)
    session.flush()
    witness(
        *(session, actor, made, "entered", now),
        kind=made.kind,
        what=made.what,
        draft=yuan(made.draft_fen),
        amount=yuan(made.decided_fen),
        arithmetic=made.arithmetic,
        reason=made.reason,
    )
    title = f"{made.kind.label}违约金证据"
    make_paper(session, actor, PaperKind.DAMAGES, subject(made), title, now, files=files)
    return made


def confirm_claim(session: Session, actor: User, claim: Damages, now: datetime) -> None:
    """Confirm a claim. It is on record, and nothing is deducted by it."""
    begin(session, actor)
    put_in_force(actor, claim, now)
    session.flush()
    witness(session, actor, claim, "confirmed", now, kind=claim.kind, amount=yuan(claim.decided_fen))


def enter_rate(
    session: Session, actor: User, published_on: date, percent: str, now: datetime
) -> LendingRateEntry:
    """Enter the one-year LPR of a day; of one day the last entry counts, all stay on record."""
    require(actor, Role.BUREAU)
    if published_on > day_of(now):
        raise Invalid("公布日期不能晚于今天", "published_on")
    try:
        value = Decimal(percent.strip().rstrip("%％"))
    except InvalidOperation:
        value = Decimal(0)
    if not value.is_finite() or not 0 < value <= HIGHEST_RATE or -int(value.as_tuple().exponent) > 4:
        raise Invalid("利率填年利率的百分数，例如 3.00，最多四位小数", "percent")
    made = LendingRateEntry(published_on=published_on, percent=f"{value:f}", by=actor, at=now)
    session.add(made)
    session.flush()
    ledger.append(
        session,
        kind="lending_rate.entered",
        subject=f"lending_rate:{made.id}",
        actor_id=actor.id,
        at=now,
        payload={"published_on": published_on, "percent": value},
    )
    return made


def _unpaid_on(view: YearView, stage: int, now: datetime) -> date:
    """Return the last day that matters for a stage: the day the money arrived, or today."""
    paid = view.progress[stage].paid
    return paid.on_day if paid and paid.on_day else day_of(now)


def _suggest(session: Session, view: YearView, claim: Claim, now: datetime) -> Suggestion:
    try:
        drafted, problem = draft(session, view, claim, now), ""
    except DomainError as error:
        drafted, problem = None, error.message
    return Suggestion(claim.kind, claim.what, claim.days, drafted, problem, claim.stage)


def _late_reports(session: Session, view: YearView, now: datetime) -> list[Claim]:
    """Return delays of the yearly report, and of the rework after a failure."""
    if view.year is None:
        return []
    today, days = day_of(now), calendar(session)
    final = [one for one in view.rounds if one.stage is AcceptanceStage.FINAL]
    due, _ = add_workdays(days, view.year.ends_on - ONE_DAY, view.terms.report_workdays)
    expected = [(f"运维服务报告应于 {due} 前提交", due, final[0] if final else None)]
    for before, after in zip(final, [*final[1:], None], strict=False):
        if before.rework_due is not None:
            what = f"返工后应于 {before.rework_due} 前重新提交验收"
            expected.append((what, before.rework_due, after))
    return [
        Claim(DamagesKind.DELAY, f"{what}，{_when(one)}", None, "", days=late)
        for what, last, one in expected
        if (late := ((day_of(one.reported_at) if one else today) - last).days) > 0
    ]


def _when(one: Acceptance | None) -> str:
    return f"实际 {day_of(one.reported_at)} 提交" if one else "至今没有提交"


def _failures(view: YearView) -> list[Claim]:
    failed = [
        one
        for one in view.rounds
        if one.stage is AcceptanceStage.FINAL and one.conclusion is Opinion.FAILED and one.checked_at
    ]
    kinds = (DamagesKind.FAILED, DamagesKind.FAILED_AGAIN)
    return [
        Claim(kind, f"第 {one.round} 轮验收不合格（{day_of(one.checked_at)}）", None, "")
        for kind, one in zip(kinds, failed, strict=False)
        if one.checked_at
    ]


def _interest(session: Session, view: YearView, stage: int, now: datetime) -> Draft:
    judged, done = view.stages[stage], view.progress[stage]
    amount = done.released.fen if done.released else view.account.amount(stage)
    if judged.due is None or judged.met_on is None:
        return Draft(0, ("条件未满足，付款期限没有开始，不存在逾期",))
    if amount is None:
        raise Conflict("还没有审核生效的中标金额，算不出利息，请先录入并审核")
    rates = queries.lending_rates(session)
    paid_on = _unpaid_on(view, stage, now)
    return late_interest(amount, judged.due, paid_on, rates, judged.excused)
