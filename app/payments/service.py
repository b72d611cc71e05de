"""Payments step by step: invoices, decisions about rows, and the two persons who release money (P1, S2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import require
from app.files.service import Taken
from app.papers.service import make_paper
from app.payments.facts import YearView, year_view
from app.payments.two import begin, said
from models import ledger
from models.contract import ProjectService, ServiceYear
from models.papers import Paper
from models.payments import PaymentStep, RowDecision, StepKind
from models.people import User
from sla.errors import Conflict, Forbidden, NotFound
from sla.money import yuan
from sla.vocab import PaperKind, Role

PREPARED = ("amount", "total", "award_version", "rows")  # what both persons sign, the same for both


def stage_subject(year: int, stage: int) -> str:
    """Return what the ledger and the papers call a payment."""
    return f"payment_stage:{year}.{stage}"


def decide_row(
    session: Session, actor: User, year: int, project_id: int, counts: bool, reason: str, now: datetime
) -> RowDecision:
    """Decide whether a row that was not in service from the first day counts for the first payment."""
    begin(session, actor)
    service = session.scalar(
        select(ProjectService)
        .join(ServiceYear)
        .where(ServiceYear.number == year, ProjectService.project_id == project_id)
    )
    if service is None:
        raise NotFound("没有这个项目，或它不在这个服务年度")
    if service.starts_on <= service.year.starts_on:
        raise Conflict(f"第 {service.project.seq} 项从年度第一天起服务，第一次付款总是要看它")
    view = year_view(session, year, now)
    if view.progress[1].released:
        raise Conflict("第一次付款已经审核放款，不能再改")
    made = RowDecision(
        year=year,
        project_id=project_id,
        counts=counts,
        reason=said(reason, "理由", "reason"),
        by=actor,
        at=now,
    )
    session.add(made)
    session.flush()
    told = {"project": service.project.seq, "counts": counts, "reason": made.reason}
    witness_stage(session, actor, "payment.row_decided", stage_subject(year, 1), now, view, 1, told)
    return made


def prepare(session: Session, actor: User, year: int, stage: int, note: str, now: datetime) -> PaymentStep:
    """Prepare a payment (经办): every gate is met and the amount is known."""
    begin(session, actor)
    view = year_view(session, year, now)
    _check_ready(view, stage)
    if view.progress[stage].prepared:
        raise Conflict("这笔付款已经经办，等待另一位局方人员审核")
    told = _snapshot(view, stage)
    return put_step(session, actor, view, stage, StepKind.PREPARED, now, note=note.strip(), facts=told)


def release(session: Session, actor: User, year: int, stage: int, note: str, now: datetime) -> PaymentStep:
    """Release a payment (审核) that somebody else prepared; what it rests on is stored with it."""
    begin(session, actor)
    view = year_view(session, year, now)
    _check_ready(view, stage)
    prepared = view.progress[stage].prepared
    if prepared is None:
        raise Conflict("这笔付款还没有经办，请先由一位局方人员经办")
    if prepared.by_id == actor.id:
        raise Forbidden("经办和审核不能是同一个人，请由另一位局方人员审核")
    told = _snapshot(view, stage)
    if prepared.facts is None or any(prepared.facts[key] != told[key] for key in PREPARED):
        raise Conflict("经办以后金额有变化，请退回后重新经办")
    fen = view.account.amount(stage)
    return put_step(
        session, actor, view, stage, StepKind.RELEASED, now, note=note.strip(), facts=told, fen=fen
    )


def send_back(
    session: Session, actor: User, year: int, stage: int, reason: str, now: datetime
) -> PaymentStep:
    """Send a prepared payment back, or take the own preparation back, with a reason."""
    begin(session, actor)
    view = year_view(session, year, now)
    if view.progress[stage].released or not view.progress[stage].prepared:
        raise Conflict("这笔付款现在没有待审核的经办，请刷新页面")
    why = said(reason, "退回的原因", "reason")
    return put_step(session, actor, view, stage, StepKind.RETURNED, now, note=why)


def add_effect_evidence(
    session: Session,
    actor: User,
    year: int,
    number: str,
    dated: date | None,
    note: str,
    now: datetime,
    files: Sequence[Taken] = (),
) -> Paper:
    """Attach what the effect of a service year rests on: the signed contract, the renewal agreement."""
    require(actor, Role.BUREAU)
    opened = session.scalar(select(ServiceYear).where(ServiceYear.number == year))
    if opened is None:
        raise Conflict("这个服务年度还没有开启")
    title = f"第 {year} 服务年度生效依据"
    return make_paper(
        *(session, actor, PaperKind.EFFECT, f"service_year:{year}", title, now),
        number=number,
        dated=dated,
        note=note,
        files=files,
    )


def _check_ready(view: YearView, stage: int) -> None:
    if view.progress[stage].released:
        raise Conflict("这笔付款已经审核放款")
    lacking = view.stages[stage].open_gates
    if lacking:
        raise Conflict(f"条件未满足：{'、'.join(gate.key.label for gate in lacking)}")
    if view.account.amount(stage) is None:
        raise Conflict("还没有审核生效的中标金额，请先录入并审核")
    if stage == 2 and not view.progress[1].released:
        raise Conflict("第一次付款还没有放款，请先办理第一次付款")
    if (view.account.amount(stage) or 0) <= 0:
        raise Conflict("这次付款的金额不大于 0，请核对补充合同和提前终止的结算")


def _snapshot(view: YearView, stage: int) -> dict[str, Any]:
    """Return what a payment rests on, as it is stored with the step."""
    held, judged = view.account, view.stages[stage]
    assert held.shares is not None
    return {
        "amount": held.shares.amount(stage),
        "total": held.shares.total,
        "award_version": held.award.version if held.award else None,
        "rows": {str(seq): fen for seq, fen in held.shares.rows(stage).items()},
        "gates": [{"key": gate.key.value, "since": str(gate.since)} for gate in judged.gates],
        "met_on": str(judged.met_on),
        "due": str(judged.due) if judged.due else None,
    }


def put_step(
    session: Session,
    actor: User,
    view: YearView,
    stage: int,
    kind: StepKind,
    now: datetime,
    **columns: Any,
) -> PaymentStep:
    made = PaymentStep(year=view.number, stage=stage, kind=kind, by=actor, at=now, **columns)
    session.add(made)
    session.flush()
    told = {
        "step": made.id,
        "on_day": made.on_day,
        "number": made.number,
        "amount": yuan(made.fen) if made.fen is not None else None,
        "note": made.note,
        "corrects": made.corrects_id,
        "facts": made.facts,
    }
    subject = stage_subject(view.number, stage)
    witness_stage(session, actor, f"payment.{kind.value}", subject, now, view, stage, told)
    return made


def witness_stage(
    session: Session,
    actor: User,
    kind: str,
    subject: str,
    now: datetime,
    view: YearView,
    stage: int,
    told: dict[str, Any],
) -> None:
    ledger.append(
        session,
        kind=kind,
        subject=subject,
        actor_id=actor.id,
        at=now,
        payload={"year": view.number, "stage": stage, **told},
    )
