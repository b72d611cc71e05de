"""The award of a service year, row by row: entered by one bureau person, confirmed by another (P4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.files.service import Taken
from app.papers.service import make_paper
from app.payments import queries
from app.payments.accounts import worth_of
from app.payments.facts import check_bears_released
from app.payments.supplements import room_of
from app.payments.two import begin, check_pending, put_in_force, said, subject, witness
from models.contract import Project, ProjectService, ServiceYear
from models.payments import Award, AwardRow
from models.people import User
from sla.errors import Conflict, Invalid
from sla.money import yuan
from sla.shares import check_award
from sla.vocab import PaperKind, Standing


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
    wanted = _wanted(session, year, names)
    idle = [seq for seq in sorted(rows) if seq not in wanted]
    if idle:
        raise Invalid(f"第 {idle[0]} 项在第 {year} 服务年度没有服务，不能有金额", "rows")
    check_award(rows, fen, wanted, queries.ceiling(queries.values(session)))
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
    title = f"第 {year} 服务年度中标和分项价款依据"
    make_paper(session, actor, PaperKind.AWARD, subject(made), title, now, files=files)
    return made


def confirm_award(session: Session, actor: User, award: Award, now: datetime) -> None:
    """Confirm an award: from now on amounts are known.

    A later version has to bear what is in force beside it: supplements within their limit, no row below
    nothing, no early end settled for more than the row is worth, and not less in all than was released.
    """
    begin(session, actor)
    check_pending(award)
    _check_bears(session, award)
    put_in_force(actor, award, now)
    check_bears_released(session, award.year, now)
    witness(session, actor, award, "confirmed", now, version=award.version, amount=yuan(award.fen))


def _check_bears(session: Session, award: Award) -> None:
    worth = worth_of(award, queries.supplements(session, award.year))
    short = [seq for seq, fen in sorted(worth.items()) if fen < 0]
    short += [
        one.project.seq
        for one in queries.terminations(session, award.year)
        if one.standing is Standing.CONFIRMED and worth.get(one.project.seq, 0) < one.decided_fen
    ]
    if short:
        raise Conflict(f"第 {short[0]} 项的金额小于补充合同已减少的，或提前终止已结算的，请撤回后重新录入")
    if room_of(session, award) < 0:
        raise Conflict("已有的补充合同超过这份中标金额可以增加的限度，请撤回后重新录入")


def _wanted(session: Session, year: int, names: dict[int, str]) -> dict[int, str]:
    """Return the rows an award must have: those in service in that year, all while it is not opened."""
    served = session.scalars(
        select(Project.seq).join(ProjectService).join(ServiceYear).where(ServiceYear.number == year)
    ).all()
    return {seq: names[seq] for seq in served} if served else names
