"""What the rules of payment are told: the year, each project's signed words, acceptance, invoices, steps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager, joinedload

from app.contract.queries import calendar, interpretations
from app.payments import queries
from app.payments.accounts import Account, account
from models.acceptance import Acceptance, UnitOpinion
from models.callbacks import CallBack, CallBackAnswer
from models.contract import Project, ProjectService, ServiceYear
from models.payments import Invoice, PaymentStep, RowDecision, StepKind
from sla.clock import RuleBook
from sla.errors import Conflict
from sla.money import shown_yuan
from sla.payment import judge
from sla.payment_facts import (
    AcceptanceFacts,
    InvoiceFacts,
    Readings,
    RowFacts,
    Said,
    Stage,
    StageFacts,
    Terms,
)
from sla.settlement import Settlement, settlements
from sla.vocab import AcceptanceStage, Opinion, Satisfaction, Standing
from sla.when import day_of

STAGES = (1, 2)
_ACCEPTED_BY = {1: AcceptanceStage.STAGE, 2: AcceptanceStage.FINAL}


@dataclass(frozen=True)
class Progress:
    """What was done towards a payment: the step in force of each kind, and all of them."""

    steps: tuple[PaymentStep, ...]
    prepared: PaymentStep | None = None
    released: PaymentStep | None = None
    filed: PaymentStep | None = None
    paid: PaymentStep | None = None


@dataclass(frozen=True)
class YearView:
    """A service year's money as it stands: its account, its two stages with what they rest on."""

    number: int
    year: ServiceYear | None
    terms: Terms
    account: Account
    stages: dict[int, Stage]
    progress: dict[int, Progress]
    invoices: dict[int, list[Invoice]]
    rounds: tuple[Acceptance, ...]
    services: tuple[ProjectService, ...]
    decisions: dict[int, RowDecision]
    settlements: tuple[Settlement, ...] = ()


def year_view(session: Session, number: int, now: datetime, book: RuleBook | None = None) -> YearView:
    """Return a year's money as it stands at ``now``, in a constant number of queries.

    ``book`` are other rules than those in force, for looking ahead.
    """
    today = day_of(now)
    terms = queries.terms_of(queries.values(session))
    year = session.scalar(select(ServiceYear).where(ServiceYear.number == number))
    steps = queries.steps(session, number)
    held = account(session, number, terms, steps)
    services = _services(session, year)
    rounds = _rounds(session, year)
    decisions = _decisions(session, number)
    said = _said(session, services, rounds)
    invoices = queries.invoices(session, number)
    known = book.interpretations if book else interpretations(session)
    days = book.calendar if book else calendar(session)
    readings = Readings(
        each_row=known.value("year_over", today) == "each_row",
        effect_only=known.value("stage1_due", today) == "effect_only",
    )
    stages, progress = {}, {}
    settled: tuple[Settlement, ...] = ()
    for stage in STAGES:
        progress[stage] = done = _progress(one for one in steps if one.stage == stage)
        until = day_of(done.released.at) if done.released else None
        facts = StageFacts(
            stage=stage,
            year=(year.starts_on, year.ends_on) if year else None,
            rows=tuple(_row(one, said, decisions, stage, until) for one in services),
            accepted=_accepted(rounds, stage, until),
            invoices=tuple(_invoices(invoices, stage)),
            amount=held.amount(stage),
            prepared=done.prepared is not None,
            released_on=until,
            filed_on=done.filed.on_day if done.filed else None,
            paid_on=done.paid.on_day if done.paid else None,
        )
        stages[stage] = judge(facts, terms, readings, days, today)
        settled += settlements(replace(facts, rows=_until_now(services, said)), readings, today)
    by_stage = {stage: [one for one in invoices if one.stage == stage] for stage in STAGES}
    return YearView(
        number, year, terms, held, stages, progress, by_stage, rounds, services, decisions, settled
    )


def report_day(accepted: Acceptance) -> date | None:
    """Return the day on which a passed round's report stood; ``None`` while it does not.

    Both sides have signed it then, or the supplier's refusal or silence is on record (P2).
    """
    stood_at = accepted.countersigned_at or accepted.unsigned_at
    return day_of(stood_at) if accepted.passed and stood_at else None


def _services(session: Session, year: ServiceYear | None) -> tuple[ProjectService, ...]:
    if year is None:
        return ()
    query = (
        select(ProjectService)
        .join(ProjectService.project)
        .options(contains_eager(ProjectService.project).joinedload(Project.unit))
        .where(ProjectService.service_year_id == year.id)
        .order_by(Project.seq)
    )
    return tuple(session.scalars(query))


def _rounds(session: Session, year: ServiceYear | None) -> tuple[Acceptance, ...]:
    if year is None:
        return ()
    query = select(Acceptance).where(Acceptance.service_year_id == year.id)
    return tuple(session.scalars(query.order_by(Acceptance.stage, Acceptance.round)))


def _decisions(session: Session, number: int) -> dict[int, RowDecision]:
    """Return the last decision about each project, by its id."""
    query = select(RowDecision).where(RowDecision.year == number).options(joinedload(RowDecision.by))
    return {one.project_id: one for one in session.scalars(query.order_by(RowDecision.id))}


def _said(
    session: Session, services: Sequence[ProjectService], rounds: Sequence[Acceptance]
) -> dict[int, list[tuple[datetime, Said]]]:
    """Return every signed word about each project of the year, in the order of signing, by its id."""
    found: dict[int, list[tuple[datetime, Said]]] = defaultdict(list)
    if not services:
        return found
    spans = {one.project_id: (one.starts_on, one.ends_on) for one in services}
    answers = select(CallBackAnswer).join(CallBackAnswer.callback)
    answers = answers.options(contains_eager(CallBackAnswer.callback))
    first, last = min(span[0] for span in spans.values()), max(span[1] for span in spans.values())
    answers = answers.where(CallBack.last_day >= first, CallBack.first_day < last)
    for answer in session.scalars(answers):
        asked = answer.callback
        span = spans.get(asked.project_id)
        if span and asked.last_day >= span[0] and asked.first_day < span[1]:
            word = Said(
                on=day_of(answer.entered_at),
                running_well=answer.running_well,
                satisfied=answer.satisfaction is not Satisfaction.DISSATISFIED,
                until=asked.last_day,
            )
            found[asked.project_id].append((answer.entered_at, word))
    for opinion, last_day in _opinions(session, rounds):
        word = Said(day_of(opinion.signed_at), bool(opinion.running_well), until=last_day)
        for one in services:
            if opinion.unit_id in (one.project.unit_id, one.project.unit.parent_id):
                found[one.project_id].append((opinion.signed_at, word))
    for words in found.values():
        words.sort(key=lambda pair: pair[0])
    return found


def _opinions(session: Session, rounds: Sequence[Acceptance]) -> list[tuple[UnitOpinion, date]]:
    """Return what the units said in the rounds of the yearly acceptance, each with the last day judged."""
    final = {one.id: one.last_day for one in rounds if one.stage is AcceptanceStage.FINAL}
    if not final:
        return []
    query = select(UnitOpinion).where(
        UnitOpinion.acceptance_id.in_(final), UnitOpinion.running_well.is_not(None)
    )
    return [(one, final[one.acceptance_id]) for one in session.scalars(query.order_by(UnitOpinion.id))]


def _until_now(
    services: Iterable[ProjectService], said: dict[int, list[tuple[datetime, Said]]]
) -> tuple[RowFacts, ...]:
    """Return the projects with every word signed up to now: a row is settled after the payment, too."""
    return tuple(_row(one, said, {}, 2, None) for one in services)


def _row(
    one: ProjectService,
    said: dict[int, list[tuple[datetime, Said]]],
    decisions: dict[int, RowDecision],
    stage: int,
    until: date | None,
) -> RowFacts:
    """Return a project's facts; after a release, what was signed since does not count any more."""
    decided = decisions.get(one.project_id)
    return RowFacts(
        seq=one.project.seq,
        unit=one.project.unit.name,
        starts_on=one.starts_on,
        ends_on=one.ends_on,
        said=tuple(word for _, word in said.get(one.project_id, ()) if until is None or word.on <= until),
        counts=decided.counts if decided and stage == 1 else None,
    )


def _accepted(rounds: Iterable[Acceptance], stage: int, until: date | None) -> AcceptanceFacts:
    mine = [one for one in rounds if one.stage is _ACCEPTED_BY[stage]]
    if not mine:
        return AcceptanceFacts()
    last = mine[-1]
    return AcceptanceFacts(
        reported_on=day_of(last.reported_at),
        passed_on=day_of(last.checked_at) if last.passed and last.checked_at else None,
        signed_on=report_day(last),
        failed=last.conclusion is Opinion.FAILED and last.checked_at is not None,
    )


def _invoices(invoices: Iterable[Invoice], stage: int) -> Iterable[InvoiceFacts]:
    for one in invoices:
        if one.stage == stage and one.standing is not Standing.REJECTED:
            confirmed = one.decided_at if one.standing is Standing.CONFIRMED else None
            yield InvoiceFacts(one.fen, day_of(one.recorded_at), day_of(confirmed) if confirmed else None)


def _progress(steps: Iterable[PaymentStep]) -> Progress:
    """Fold the steps of a stage: of each kind the last counts, and a return undoes what was prepared."""
    every = tuple(steps)
    found: dict[StepKind, PaymentStep | None] = {}
    for step in every:
        found[step.kind] = step
        if step.kind is StepKind.RETURNED:
            found[StepKind.PREPARED] = None
    return Progress(
        every,
        prepared=found.get(StepKind.PREPARED),
        released=found.get(StepKind.RELEASED),
        filed=found.get(StepKind.FILED),
        paid=found.get(StepKind.PAID),
    )


def check_bears_released(session: Session, number: int, now: datetime) -> None:
    """Refuse a total below what was released already: no payment is of less than nothing (P4)."""
    session.flush()
    left = year_view(session, number, now).account.amount(2)
    if left is not None and left < 0:
        raise Conflict(
            f"合同总额会比已经放款的少 {shown_yuan(-left)} 元，不能这样生效；"
            "请撤回后核对金额，多付的先另行追回"
        )
