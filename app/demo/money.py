"""An invented award for the demonstration, weighed by what a row asks for, and an invoice that waits."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.payments.awards import confirm_award, enter_award
from app.payments.facts import year_view
from app.payments.invoices import NewInvoice, record_invoice
from models.contract import Project
from models.people import User
from sla.money import split
from sla.when import day_of

AWARD = 856_000_000  # fen


def put_on(session: Session, by: User, other: User, manager: User, now: datetime) -> None:
    """Let one bureau person enter an award and another confirm it; the manager sends the first invoice."""
    loaded = selectinload(Project.targets), selectinload(Project.obligations)
    projects = session.scalars(select(Project).options(*loaded)).all()
    weights = {one.seq: 6 + 9 * one.residents + len(one.targets) + len(one.obligations) for one in projects}
    made = enter_award(session, by, 1, AWARD, split(AWARD, weights), "演示用的虚构金额", now)
    confirm_award(session, other, made, now)
    amount = year_view(session, 1, now).account.amount(1)
    assert amount is not None
    record_invoice(session, manager, 1, 1, NewInvoice("25412000000000000001", day_of(now), amount), now)
