"""An invented award for the demonstration, so that payments show amounts: weighed by what a row asks for."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.payments.awards import confirm_award, enter_award
from models.contract import Project
from models.people import User
from sla.money import split

AWARD = 856_000_000  # fen


def put_on(session: Session, by: User, other: User, now: datetime) -> None:
    """Let one bureau person enter an award and another confirm it."""
    loaded = selectinload(Project.targets), selectinload(Project.obligations)
    projects = session.scalars(select(Project).options(*loaded)).all()
    weights = {one.seq: 6 + 9 * one.residents + len(one.targets) + len(one.obligations) for one in projects}
    made = enter_award(session, by, 1, AWARD, split(AWARD, weights), "演示用的虚构金额", now)
    confirm_award(session, other, made, now)
