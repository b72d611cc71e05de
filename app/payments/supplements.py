"""Supplementary contracts: what they add to an award or take from it, within the contract's limit (P4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.files.service import Taken
from app.papers.service import make_paper
from app.payments import queries
from app.payments.accounts import award_of, in_force, worth_of
from app.payments.facts import check_bears_released
from app.payments.two import begin, check_pending, project_by_seq, put_in_force, said, subject, witness
from models.payments import Award, Supplement
from models.people import User
from sla.damages import supplement_room
from sla.errors import Conflict, Invalid
from sla.money import shown_yuan, yuan
from sla.shares import WHOLE
from sla.vocab import PaperKind, Standing


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
    _check_parts(session, fen, rows)
    award = award_of(session, year)
    _check_rows(session, award, rows)
    _check_room(session, award, fen)
    known = queries.supplements(session, year)
    if any(one.number == number.strip() and one.withdrawn_at is None for one in known):
        raise Conflict(f"补充合同 {number.strip()} 已经录入过", "number")
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
    title = f"补充合同 {made.number}"
    make_paper(session, actor, PaperKind.SUPPLEMENT, subject(made), title, now, dated=dated, files=files)
    return made


def confirm_supplement(session: Session, actor: User, supplement: Supplement, now: datetime) -> None:
    """Confirm a supplement: it changes the total and what is still to be paid from now on."""
    begin(session, actor)
    check_pending(supplement)
    award = award_of(session, supplement.year)
    rows = {int(seq): part for seq, part in supplement.rows.items() if int(seq) != WHOLE}
    _check_rows(session, award, rows, supplement.id)
    _check_room(session, award, supplement.fen, supplement.id)
    put_in_force(actor, supplement, now)
    check_bears_released(session, supplement.year, now)
    witness(session, actor, supplement, "confirmed", now, amount=yuan(supplement.fen))


def room(session: Session, year: int) -> int | None:
    """Return by how much supplements may still increase the award in fen; ``None`` before there is one."""
    award = in_force(queries.awards(session, year))
    return room_of(session, award) if award else None


def room_of(session: Session, award: Award, without: int | None = None) -> int:
    """Return the room left by all increases entered and not withdrawn; decreases give none back."""
    increases = sum(
        max(0, one.fen)
        for one in queries.supplements(session, award.year)
        if one.withdrawn_at is None and one.id != without
    )
    return supplement_room(award.fen, increases, int(queries.values(session)["supplement_cap_percent"]))


def _check_parts(session: Session, fen: int, rows: Mapping[int, int]) -> None:
    """Refuse an amount of nothing, and parts that are of no row or do not sum to it."""
    if fen == 0:
        raise Invalid("补充合同的金额不能是 0", "amount")
    if not rows and fen < 0:
        raise Invalid("减少金额的补充合同要写明每个项目减多少", "rows")
    if rows and sum(rows.values()) != fen:
        told = f"各项目合计 {shown_yuan(sum(rows.values()))} 元，与补充合同金额 {shown_yuan(fen)} 元不一致"
        raise Invalid(told, "rows")
    for seq in rows:
        project_by_seq(session, seq, "rows")


def _check_rows(session: Session, award: Award, rows: Mapping[int, int], own: int | None = None) -> None:
    """Refuse to take more from a row than it is worth, or to change one whose early end is settled.

    What other supplements take counts from their entry on, what they add once it is in force.
    """
    others = [one for one in queries.supplements(session, award.year) if one.id != own]
    worth = worth_of(award, others)
    for one in (one for one in others if one.standing is Standing.PENDING):
        for key, fen in one.rows.items():
            worth[int(key)] = worth.get(int(key), 0) + min(0, fen)
    ended = {one.project.seq for one in queries.terminations(session, award.year) if one.withdrawn_at is None}
    for seq, part in rows.items():
        if seq in ended:
            raise Conflict(f"第 {seq} 项已经办理提前终止，按结算金额付款，不能再用补充合同增减", "rows")
        if part < 0 and worth.get(seq, 0) + part < 0:
            raise Invalid(
                f"第 {seq} 项的金额不够减，现在最多还能减 {shown_yuan(worth.get(seq, 0))} 元", "rows"
            )


def _check_room(session: Session, award: Award, fen: int, own: int | None = None) -> None:
    left = room_of(session, award, own)
    if fen > left:
        percent = queries.values(session)["supplement_cap_percent"]
        raise Invalid(
            f"补充合同累计增加不得超过中标金额的 {percent}%，现在最多还能增加 {shown_yuan(max(0, left))} 元",
            "amount",
        )
