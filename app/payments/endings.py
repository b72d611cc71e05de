"""The early end of a row that allows it: settled by days served, or as the bureau decides (P4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.contract.service import end_early
from app.files.service import Taken
from app.papers.service import make_paper
from app.payments import queries
from app.payments.accounts import award_of, worth_of
from app.payments.two import begin, project_by_seq, put_in_force, said, subject, witness
from models.contract import Project, ProjectService, ServiceYear
from models.payments import Termination
from models.people import User
from sla.damages import settlement
from sla.errors import Conflict, Invalid
from sla.money import shown_yuan, yuan
from sla.vocab import PaperKind, Standing


@dataclass(frozen=True)
class Settlement:
    """How a row is to be ended: after which day, for how much (``None``: as proposed), on what basis."""

    seq: int
    last_day: date
    fen: int | None
    basis: str
    reason: str = ""


def enter_termination(
    session: Session,
    actor: User,
    year: int,
    wanted: Settlement,
    now: datetime,
    files: Sequence[Taken] = (),
) -> Termination:
    """Propose the early end of a row that allows it, with the settlement by days served beside (P4)."""
    begin(session, actor)
    project = project_by_seq(session, wanted.seq)
    if not project.terminable:
        raise Conflict(f"第 {wanted.seq} 项的合同没有约定可以提前终止")
    before = queries.terminations(session, year)
    if any(one.project_id == project.id and one.withdrawn_at is None for one in before):
        raise Conflict(f"第 {wanted.seq} 项已经办理提前终止")
    service = _service(session, year, project)
    worth = worth_of(award_of(session, year), queries.supplements(session, year)).get(project.seq, 0)
    draft = settlement(worth, service.starts_on, wanted.last_day, service.ends_on)
    made = Termination(
        year=year,
        project=project,
        last_day=wanted.last_day,
        row_fen=worth,
        proposed_fen=draft.fen,
        decided_fen=_decided(wanted, draft.fen, worth),
        arithmetic="\n".join(draft.arithmetic),
        basis=said(wanted.basis, "依据", "basis"),
        reason=wanted.reason.strip(),
        entered_by=actor,
        entered_at=now,
    )
    session.add(made)
    session.flush()
    _witness_entry(session, actor, made, now)
    title = f"第 {project.seq} 项提前终止依据"
    make_paper(session, actor, PaperKind.TERMINATION, subject(made), title, now, files=files)
    return made


def confirm_termination(session: Session, actor: User, ended: Termination, now: datetime) -> int:
    """Confirm an early end: the row's service ends with its last day. Returns how many duties went."""
    begin(session, actor)
    worth = worth_of(award_of(session, ended.year), queries.supplements(session, ended.year))
    if ended.standing is Standing.PENDING and worth.get(ended.project.seq, 0) != ended.row_fen:
        raise Conflict("录入以后这一项的金额变了，请撤回后按新的金额重新录入")
    put_in_force(actor, ended, now)
    session.flush()
    service = _service(session, ended.year, ended.project)
    gone = end_early(session, service, ended.last_day, now)
    witness(
        *(session, actor, ended, "confirmed", now),
        project=ended.project.seq,
        last_day=ended.last_day,
        amount=yuan(ended.decided_fen),
        duties_removed=gone,
    )
    return gone


def _service(session: Session, year: int, project: Project) -> ProjectService:
    found = session.scalar(
        select(ProjectService)
        .join(ServiceYear)
        .where(ServiceYear.number == year, ProjectService.project_id == project.id)
    )
    if found is None:
        raise Conflict(f"第 {project.seq} 项在第 {year} 服务年度没有服务")
    return found


def _decided(wanted: Settlement, proposed: int, worth: int) -> int:
    """Return the amount decided: at most the row, and another than proposed with a reason."""
    fen = proposed if wanted.fen is None else wanted.fen
    if fen > worth:
        raise Invalid(f"结算金额不能超过这一项的金额 {shown_yuan(worth)} 元", "amount")
    if fen != proposed and not wanted.reason.strip():
        raise Invalid("结算金额与按天计算的不一样，请写明理由", "reason")
    return fen


def _witness_entry(session: Session, actor: User, made: Termination, now: datetime) -> None:
    witness(
        *(session, actor, made, "entered", now),
        project=made.project.seq,
        last_day=made.last_day,
        row=yuan(made.row_fen),
        proposed=yuan(made.proposed_fen),
        amount=yuan(made.decided_fen),
        basis=made.basis,
        reason=made.reason,
    )
