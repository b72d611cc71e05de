"""What happens to a released payment outside: filed with the treasury, and arrived. Corrections follow it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.files.service import Taken
from app.papers.service import make_paper
from app.payments.facts import YearView, year_view
from app.payments.service import put_step, stage_subject
from app.payments.two import begin
from models.payments import PaymentStep, StepKind
from models.people import User
from sla.errors import Conflict, Invalid
from sla.money import shown_yuan
from sla.vocab import PaperKind
from sla.when import day_of


@dataclass(frozen=True)
class Outside:
    """What happened at the treasury: when, under which number, how much; ``note`` says why it differs."""

    on_day: date
    number: str = ""
    fen: int | None = None
    note: str = ""


def file_with_treasury(
    session: Session,
    actor: User,
    year: int,
    stage: int,
    what: Outside,
    now: datetime,
    files: Sequence[Taken] = (),
) -> PaymentStep:
    """Put down that the request was filed with the treasury; again, it corrects the entry before."""
    view = _outside(session, actor, year, stage, what, now)
    before = view.progress[stage].filed
    if view.progress[stage].paid and before is None:
        raise Conflict("这笔付款已经到账，不再登记报财政")
    return _outside_step(
        session, actor, view, stage, StepKind.FILED, what, before, now, files, PaperKind.PAYMENT_REQUEST
    )


def pay(
    session: Session,
    actor: User,
    year: int,
    stage: int,
    what: Outside,
    now: datetime,
    files: Sequence[Taken] = (),
) -> PaymentStep:
    """Put down that the money arrived; an amount other than the released one needs a note."""
    view = _outside(session, actor, year, stage, what, now)
    done = view.progress[stage]
    assert done.released is not None
    if what.fen is None:
        raise Invalid("请填写到账金额", "amount")
    if what.fen != done.released.fen and not what.note.strip():
        told = shown_yuan(done.released.fen or 0)
        raise Invalid(f"到账金额与放款金额 {told} 元不一样，请写明原因", "note")
    return _outside_step(
        session, actor, view, stage, StepKind.PAID, what, done.paid, now, files, PaperKind.PAYMENT_PROOF
    )


def _outside(session: Session, actor: User, year: int, stage: int, what: Outside, now: datetime) -> YearView:
    begin(session, actor)
    view = year_view(session, year, now)
    done = view.progress[stage].released
    if done is None:
        raise Conflict("这笔付款还没有审核放款")
    if what.on_day > day_of(now):
        raise Invalid("日期不能晚于今天", "on_day")
    if what.on_day < day_of(done.at):
        raise Invalid(f"日期不能早于放款的 {day_of(done.at)}", "on_day")
    return view


def _outside_step(
    session: Session,
    actor: User,
    view: YearView,
    stage: int,
    kind: StepKind,
    what: Outside,
    before: PaymentStep | None,
    now: datetime,
    files: Sequence[Taken],
    paper: PaperKind,
) -> PaymentStep:
    if before is not None and not what.note.strip():
        raise Invalid("这是更正，请写明原因", "note")
    made = put_step(
        *(session, actor, view, stage, kind, now),
        on_day=what.on_day,
        number=what.number.strip(),
        fen=what.fen,
        note=what.note.strip(),
        corrects_id=before.id if before else None,
    )
    make_paper(
        *(session, actor, paper, stage_subject(view.number, stage)),
        f"第 {view.number} 年度第 {stage} 次付款 {paper.label}",
        now,
        number=made.number,
        dated=what.on_day,
        files=files,
    )
    return made
