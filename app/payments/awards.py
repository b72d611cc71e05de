"""The award and what changes it: entered by one bureau person, confirmed by another (P4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.contract.service import end_early
from app.files.service import Taken
from app.papers.service import make_paper
from app.payments import queries
from app.payments.accounts import in_force
from app.payments.two import begin, check_pending, project_by_seq, put_in_force, said, subject, witness
from models.contract import Project, ProjectService, ServiceYear
from models.payments import Award, AwardRow, Supplement, Termination
from models.people import User
from sla.damages import settlement, supplement_room
from sla.errors import Conflict, Invalid
from sla.money import shown_yuan, yuan
from sla.shares import WHOLE, check_award
from sla.vocab import PaperKind, Standing


@dataclass(frozen=True)
class Settlement:
    """How a row is to be ended: after which day, for how much (``None``: as proposed), on what basis."""

    seq: int
    last_day: date
    fen: int | None
    basis: str
    reason: str = ""


def enter_award(
    session: Session,
    actor: User,
    year: int,
    fen: int,
    rows: Mapping[int, int],
    basis: str,
    now: datetime,
    files: Sequence[Taken] = (),
) -> Award:
    """Enter a year's award with each row's amount; it is in force once somebody else confirms it.

    The rows must be those of the contract and sum to the award to the fen, and the award must not be
    above the tender's ceiling.
    """
    begin(session, actor)
    projects = {one.seq: one for one in session.scalars(select(Project))}
    names = {seq: one.name for seq, one in projects.items()}
    unknown = sorted(set(rows) - set(names))
    if unknown:
        raise Invalid(f"合同里没有第 {unknown[0]} 项", "rows")
    check_award(rows, fen, _wanted(session, year, names), queries.ceiling(queries.values(session)))
    versions = queries.awards(session, year)
    if any(one.standing is Standing.PENDING for one in versions):
        raise Conflict("已有一份待审核的中标金额，请先审核或撤回")
    made = Award(
        year=year,
        version=len(versions) + 1,
        fen=fen,
        basis=said(basis, "依据", "basis"),
        entered_by=actor,
        entered_at=now,
        rows=[AwardRow(project_id=projects[seq].id, fen=rows[seq]) for seq in sorted(rows)],
    )
    session.add(made)
    session.flush()
    told = {str(seq): yuan(rows[seq]) for seq in sorted(rows)}
    witness(
        session, actor, made, "entered", now, version=made.version, amount=yuan(fen), rows=told, basis=basis
    )
    _paper(session, actor, made, PaperKind.AWARD, f"第 {year} 服务年度中标和分项价款依据", now, files)
    return made


def confirm_award(session: Session, actor: User, award: Award, now: datetime) -> None:
    """Confirm an award: from now on amounts are known."""
    begin(session, actor)
    put_in_force(actor, award, now)
    session.flush()
    witness(session, actor, award, "confirmed", now, version=award.version, amount=yuan(award.fen))


def enter_supplement(
    session: Session,
    actor: User,
    year: int,
    number: str,
    dated: date,
    fen: int,
    rows: Mapping[int, int],
    reason: str,
    now: datetime,
    files: Sequence[Taken] = (),
) -> Supplement:
    """Enter a supplementary contract; increases together stay within the share the contract allows.

    ``rows`` says each row's part in fen; without any an increase is of the contract as a whole.
    """
    begin(session, actor)
    if fen == 0:
        raise Invalid("补充合同的金额不能是 0", "amount")
    if not rows and fen < 0:
        raise Invalid("减少金额的补充合同要写明每个项目减多少", "rows")
    if rows and sum(rows.values()) != fen:
        told = f"各项目合计 {shown_yuan(sum(rows.values()))} 元，与补充合同金额 {shown_yuan(fen)} 元不一致"
        raise Invalid(told, "rows")
    award = _award(session, year)
    worth = {row.project.seq: row.fen for row in award.rows}
    for seq, part in rows.items():
        project_by_seq(session, seq, "rows")
        if worth.get(seq, 0) + part < 0:
            raise Invalid(f"第 {seq} 项的金额不够减", "rows")
    _check_room(session, award, fen)
    made = Supplement(
        year=year,
        number=said(number, "补充合同编号", "number"),
        dated=dated,
        fen=fen,
        reason=said(reason, "事由", "reason"),
        rows={str(seq): rows[seq] for seq in sorted(rows)} or {str(WHOLE): fen},
        entered_by=actor,
        entered_at=now,
    )
    session.add(made)
    session.flush()
    told_rows = {key: yuan(part) for key, part in made.rows.items()}
    witness(
        *(session, actor, made, "entered", now),
        number=made.number,
        dated=dated,
        amount=yuan(fen),
        rows=told_rows,
        reason=made.reason,
    )
    _paper(session, actor, made, PaperKind.SUPPLEMENT, f"补充合同 {made.number}", now, files, dated)
    return made


def confirm_supplement(session: Session, actor: User, supplement: Supplement, now: datetime) -> None:
    """Confirm a supplement: it changes the total and what is still to be paid from now on."""
    begin(session, actor)
    check_pending(supplement)
    _check_room(session, _award(session, supplement.year), supplement.fen, supplement.id)
    put_in_force(actor, supplement, now)
    session.flush()
    witness(session, actor, supplement, "confirmed", now, amount=yuan(supplement.fen))


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
    award = _award(session, year)
    worth = sum(row.fen for row in award.rows if row.project_id == project.id)
    worth += sum(
        one.rows.get(str(project.seq), 0)
        for one in queries.supplements(session, year)
        if one.standing is Standing.CONFIRMED
    )
    draft = settlement(worth, service.starts_on, wanted.last_day, service.ends_on)
    fen = draft.fen if wanted.fen is None else wanted.fen
    if fen > worth:
        raise Invalid(f"结算金额不能超过这一项的金额 {shown_yuan(worth)} 元", "amount")
    if fen != draft.fen and not wanted.reason.strip():
        raise Invalid("结算金额与按天计算的不一样，请写明理由", "reason")
    made = Termination(
        year=year,
        project=project,
        last_day=wanted.last_day,
        row_fen=worth,
        proposed_fen=draft.fen,
        decided_fen=fen,
        arithmetic="\n".join(draft.arithmetic),
        basis=said(wanted.basis, "依据", "basis"),
        reason=wanted.reason.strip(),
        entered_by=actor,
        entered_at=now,
    )
    session.add(made)
    session.flush()
    witness(
        *(session, actor, made, "entered", now),
        project=project.seq,
        last_day=made.last_day,
        row=yuan(worth),
        proposed=yuan(draft.fen),
        amount=yuan(fen),
        basis=made.basis,
        reason=made.reason,
    )
    title = f"第 {project.seq} 项提前终止依据"
    _paper(session, actor, made, PaperKind.TERMINATION, title, now, files)
    return made


def confirm_termination(session: Session, actor: User, ended: Termination, now: datetime) -> int:
    """Confirm an early end: the row's service ends with its last day. Returns how many duties went."""
    begin(session, actor)
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


def room(session: Session, year: int) -> int | None:
    """Return by how much supplements may still increase the award in fen; ``None`` before there is one."""
    award = in_force(queries.awards(session, year))
    return _room(session, award, None) if award else None


def _room(session: Session, award: Award, without: int | None) -> int:
    """Return the room left by all increases entered and not withdrawn; decreases give none back."""
    increases = sum(
        max(0, one.fen)
        for one in queries.supplements(session, award.year)
        if one.withdrawn_at is None and one.id != without
    )
    return supplement_room(award.fen, increases, int(queries.values(session)["supplement_cap_percent"]))


def _check_room(session: Session, award: Award, fen: int, own: int | None = None) -> None:
    left = _room(session, award, own)
    if fen > left:
        percent = queries.values(session)["supplement_cap_percent"]
        raise Invalid(
            f"补充合同累计增加不得超过中标金额的 {percent}%，现在最多还能增加 {shown_yuan(max(0, left))} 元",
            "amount",
        )


def _award(session: Session, year: int) -> Award:
    award = in_force(queries.awards(session, year))
    if award is None:
        raise Conflict("还没有审核生效的中标金额，请先录入并审核")
    return award


def _wanted(session: Session, year: int, names: dict[int, str]) -> dict[int, str]:
    """Return the rows an award must have: those in service in that year, all while it is not opened."""
    served = session.scalars(
        select(Project.seq).join(ProjectService).join(ServiceYear).where(ServiceYear.number == year)
    ).all()
    return {seq: names[seq] for seq in served} if served else names


def _service(session: Session, year: int, project: Project) -> ProjectService:
    found = session.scalar(
        select(ProjectService)
        .join(ServiceYear)
        .where(ServiceYear.number == year, ProjectService.project_id == project.id)
    )
    if found is None:
        raise Conflict(f"第 {project.seq} 项在第 {year} 服务年度没有服务")
    return found


def _paper(
    session: Session,
    actor: User,
    entry: Award | Supplement | Termination,
    kind: PaperKind,
    title: str,
    now: datetime,
    files: Sequence[Taken],
    dated: date | None = None,
) -> None:
    """Keep the files that came with an entry; without any a paper is made for them to be added later."""
    make_paper(session, actor, kind, subject(entry), title, now, dated=dated, files=files)
