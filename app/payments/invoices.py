"""Invoices of the supplier: recorded by one side, confirmed or rejected by the other (P1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import require
from app.contract.changing import hold_contract
from app.files.service import Taken
from app.papers.service import make_paper
from app.payments.facts import YearView, year_view
from app.payments.service import witness_stage
from app.payments.two import begin, said
from models.payments import Invoice
from models.people import User
from sla.errors import Conflict, Forbidden, Invalid, NotFound
from sla.money import shown_yuan, yuan
from sla.vocab import PaperKind, Role, Standing
from sla.when import day_of


@dataclass(frozen=True)
class NewInvoice:
    """An invoice as the supplier records it; ``fen`` is its amount."""

    number: str
    issued_on: date
    fen: int


def record_invoice(
    session: Session,
    actor: User,
    year: int,
    stage: int,
    said_of_it: NewInvoice,
    now: datetime,
    files: Sequence[Taken] = (),
) -> Invoice:
    """Record an invoice of the supplier; all of a stage together may not be above its amount, if known."""
    require(actor, Role.MANAGER)
    hold_contract(session)
    number = said_of_it.number.strip()
    if not number:
        raise Invalid("请填写发票号码", "number")
    if said_of_it.issued_on > day_of(now):
        raise Invalid("开票日期不能晚于今天", "issued_on")
    if said_of_it.fen <= 0:
        raise Invalid("发票金额要大于 0", "amount")
    same = select(Invoice.id).where(Invoice.number == number, Invoice.standing != Standing.REJECTED)
    if session.scalar(same) is not None:
        raise Conflict(f"发票 {number} 已经登记过", "number")
    view = year_view(session, year, now)
    if view.progress[stage].released:
        raise Conflict("这笔付款已经审核放款，不再收发票")
    _check_sum(view, stage, said_of_it.fen)
    made = Invoice(
        year=year,
        stage=stage,
        number=number,
        issued_on=said_of_it.issued_on,
        fen=said_of_it.fen,
        recorded_by=actor,
        recorded_at=now,
    )
    session.add(made)
    session.flush()
    told = {"number": number, "issued_on": made.issued_on, "amount": yuan(made.fen)}
    witness_stage(session, actor, "invoice.recorded", f"invoice:{made.id}", now, view, stage, told)
    make_paper(
        *(session, actor, PaperKind.INVOICE, f"invoice:{made.id}", f"发票 {number}", now),
        number=number,
        dated=made.issued_on,
        files=files,
    )
    return made


def decide_invoice(
    session: Session, actor: User, invoice_id: int, confirmed: bool, now: datetime, reason: str = ""
) -> Invoice:
    """Confirm an invoice, or reject it with a reason, for the bureau.

    One that is confirmed can still be rejected before its payment is released: when the amount changes after
    that, another invoice has to take its place.
    """
    begin(session, actor)
    one = session.get(Invoice, invoice_id, with_for_update=True, populate_existing=True)
    if one is None:
        raise NotFound("没有这张发票，或您无权查看")
    view = year_view(session, one.year, now)
    taken_back = one.standing is Standing.CONFIRMED and not confirmed
    if one.standing is not Standing.PENDING and not taken_back:
        raise Conflict(f"这张发票{one.standing.label}，不能再改；需要更正请乙方重新登记")
    if view.progress[one.stage].prepared or view.progress[one.stage].released:
        raise Conflict("这笔付款已经经办或放款，不能再改发票；要改请先退回经办")
    if one.recorded_by_id == actor.id:
        raise Forbidden("发票是您登记的，要由另一位局方人员确认")
    why = reason.strip() if confirmed else said(reason, "驳回的原因", "reason")
    one.standing = Standing.CONFIRMED if confirmed else Standing.REJECTED
    one.decided_by, one.decided_at, one.reason = actor, now, why
    session.flush()
    kind = "invoice.confirmed" if confirmed else "invoice.rejected"
    told = {"number": one.number, "amount": yuan(one.fen), "reason": why}
    witness_stage(session, actor, kind, f"invoice:{one.id}", now, view, one.stage, told)
    return one


def _check_sum(view: YearView, stage: int, fen: int) -> None:
    amount = view.account.amount(stage)
    if amount is None:
        return
    known = sum(one.fen for one in view.invoices[stage] if one.standing is not Standing.REJECTED)
    if known + fen > amount:
        raise Invalid(
            f"发票合计会超过本次付款金额：应开 {shown_yuan(amount)} 元，已登记 {shown_yuan(known)} 元，"
            f"还差 {shown_yuan(max(0, amount - known))} 元",
            "amount",
        )
