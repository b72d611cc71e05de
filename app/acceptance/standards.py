"""Judging every promise of every row: laid out from the facts, proposed, decided by a person (P2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, joinedload

from app.acceptance.facts import standards
from app.acceptance.service import LONGEST_REASON, checked, held, still_open, witness
from app.access import require
from models.acceptance import Acceptance, Conformity
from models.contract import Project, Unit
from models.people import User
from sla.acceptance import Evidence, needs_remark
from sla.errors import Conflict, Invalid, NotFound
from sla.ledger import canonical
from sla.vocab import Opinion, Role


def refresh(session: Session, actor: User, of: Acceptance, now: datetime) -> dict[str, Any]:
    """Take the figures anew, before the conclusion; what was judged on others waits to be judged again."""
    require(actor, Role.BUREAU)
    of = held(session, of)
    still_open(of)
    told = lay_out(session, of, now)
    witness(session, of, actor, "refreshed", now, told)
    return told


def lay_out(session: Session, of: Acceptance, now: datetime) -> dict[str, Any]:
    """Write one row for each standard of the period and return how many, and the digest of what was found.

    A decision stays where its figures stayed. Where they changed it is taken back and marked, its remark
    kept. A standard that is no longer one is taken out.
    """
    query = select(Conformity).where(Conformity.acceptance_id == of.id)
    there = {one.item: one for one in session.scalars(query)}
    found = standards(session, of.first_day, of.last_day, now)
    again = 0
    for one in found:
        row = there.pop(one.item, None)
        if row is None:
            row = Conformity(acceptance_id=of.id, item=one.item)
            session.add(row)
        elif row.figures != one.figures and row.conforms is not None:
            row.conforms, row.judged_by, row.judged_at, row.again = None, None, None, True
            again += 1
        row.project_id = one.project.id if one.project else None
        row.standard, row.found, row.to_judge = one.standard, one.found, one.to_judge
        row.figures = one.figures
    for gone in there.values():
        session.delete(gone)
    session.flush()
    told = [[one.item, one.standard, one.figures] for one in found]
    return {"rows": len(found), "again": again, "sha256": sha256(canonical(told)).hexdigest()}


def judge(
    session: Session, actor: User, of: Acceptance, row_id: int, opinion: Opinion, remark: str, now: datetime
) -> Conformity:
    """Decide one standard. 不合格, and 合格 which the figures do not propose, need a remark."""
    require(actor, Role.BUREAU)
    of = held(session, of)
    still_open(of)
    row = session.get(Conformity, row_id)
    if row is None or row.acceptance_id != of.id:
        raise NotFound("这次验收里没有这项标准")
    if not row.to_judge:
        raise Conflict(f"「{row.standard}」没有约定周期，不判定")
    why = checked(remark, LONGEST_REASON, "说明", "remark")
    if not why and needs_remark(Evidence.of(row.figures), opinion):
        what = "不合格" if opinion is Opinion.FAILED else "数据没有建议合格"
        raise Invalid(f"{what}，请说明理由", "remark")
    _decide(row, actor, opinion, why, now)
    told = {"item": row.item, "figures": row.figures, "conforms": opinion, "remark": why}
    witness(session, of, actor, "judged", now, told)
    return row


def judge_proposed(
    session: Session,
    actor: User,
    of: Acceptance,
    project: Project | None,
    now: datetime,
    *,
    whole: bool = False,
) -> int:
    """Decide as proposed every standard of a project that is not decided yet; return how many.

    ``project`` ``None`` means the contract's own standards, ``whole`` those of all projects.
    """
    require(actor, Role.BUREAU)
    of = held(session, of)
    still_open(of)
    rows = [
        row
        for row in of_project(session, of, project, whole=whole)
        if row.to_judge and row.conforms is None and Evidence.of(row.figures).proposal
    ]
    if not rows:
        raise Conflict("没有可以按建议判定的标准；其余的请逐项判定")
    for row in rows:
        _decide(row, actor, Opinion.PASSED, row.remark if row.again else "", now)
    told = {"conforms": Opinion.PASSED, "items": [[row.item, row.figures] for row in rows]}
    witness(session, of, actor, "judged_as_proposed", now, told)
    return len(rows)


def _decide(row: Conformity, actor: User, opinion: Opinion, remark: str, now: datetime) -> None:
    row.conforms, row.remark, row.judged_by, row.judged_at, row.again = opinion, remark, actor, now, False


# -- reading --------------------------------------------------------------------------------------------


def of_project(
    session: Session, of: Acceptance, project: Project | None, *, whole: bool = False
) -> Sequence[Conformity]:
    """Return the standards of a project, or the contract's own, in the order of their laying out."""
    mine: list[ColumnElement[bool]] = [Conformity.acceptance_id == of.id]
    if not whole:
        mine.append(Conformity.project_id == project.id if project else Conformity.project_id.is_(None))
    query = select(Conformity).options(
        joinedload(Conformity.judged_by), joinedload(Conformity.project).joinedload(Project.unit)
    )
    return session.scalars(query.where(*mine).order_by(Conformity.id)).all()


def overview(session: Session, of: Acceptance) -> list[tuple[Project | None, dict[str, int]]]:
    """Return every project of a round, with how its standards stand; the contract's own ones last."""
    states = (
        func.count(),
        func.count().filter(Conformity.to_judge.is_(True)),
        func.count().filter(Conformity.conforms == Opinion.PASSED),
        func.count().filter(Conformity.conforms == Opinion.FAILED),
        func.count().filter(Conformity.again.is_(True)),
    )
    names = ("all", "to_judge", "passed", "failed", "again")
    rows = session.execute(
        select(Conformity.project_id, *states)
        .where(Conformity.acceptance_id == of.id)
        .group_by(Conformity.project_id)
    )
    counts = {row[0]: dict(zip(names, row[1:], strict=True)) for row in rows}
    projects = session.scalars(
        select(Project)
        .options(joinedload(Project.unit).joinedload(Unit.parent))
        .where(Project.id.in_([one for one in counts if one is not None]))
        .order_by(Project.seq)
    )
    found: list[tuple[Project | None, dict[str, int]]] = [(one, counts[one.id]) for one in projects]
    return [*found, (None, counts[None])] if None in counts else found
