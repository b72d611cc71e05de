"""Whose turn it is in disputes (A3), in acceptances (P2), in closing a month (M1); each knows it itself."""

from __future__ import annotations

from datetime import datetime

from flask import url_for
from sqlalchemy import ScalarSelect, and_, or_, select

from app.acceptance import waiting as acceptance
from app.closing import queries as closing
from app.disputes import plain
from app.disputes import queries as disputes
from app.disputes.effect import subject_name
from app.waiting.kind import Desk, Item, counted
from app.watch.notices import until
from models.acceptance import Acceptance
from models.closing import MonthClose
from models.disputes import Dispute
from models.people import User
from sla.disputes import Course
from sla.vocab import Opinion, Role

DISPUTE_SILENCE = {
    Role.CONTACT: plain.SILENCE,
    Role.BUREAU: "期满不认定只记为逾期，从不自动成立；复核逾期的，原来的认定继续有效",
    Role.MANAGER: "准予的期限内不申请，就不能再申请，仍按超时计",
}
ACCEPTANCE_SILENCE = {
    Role.CONTACT: "不表示意见，局方要写明没有听取的原因才能作结论，单位的意见就不在里面",
    Role.BUREAU: "不办理就一直停着：没有审核的结论，验收不算通过，付款条件不满足",
    Role.MANAGER: "不签报告的，异议期满后由局方记录在案，报告照样成立；过了返工期限仍可提交，但记为逾期",
}

CLOSING_SILENCE = {
    Role.BUREAU: "不办理就一直停在核对中：这个月不冻结，后面的月份也不能冻结",
    Role.MANAGER: "异议期内不签认，就记为未在异议期内签认，照样可以冻结",
}


def disputes_turn(desk: Desk) -> list[tuple[Dispute, Course]]:
    """Return the disputes in which it is the viewer's turn, what ends first coming first."""
    found: list[tuple[Dispute, Course]] = desk.once(
        "disputes", lambda: disputes.waiting_for(desk.session, desk.viewer, desk.now)
    )
    return found


def open_disputes(viewer: User, now: datetime) -> ScalarSelect[int]:
    """Count the disputes under way that the viewer sees: whose turn it is depends on the time."""
    return counted(disputes.open_ones(viewer, now))


def dispute_silence(desk: Desk) -> str:
    """Say what silence does, to whom it does it."""
    return DISPUTE_SILENCE[desk.viewer.role]


def dispute_item(desk: Desk, pair: tuple[Dispute, Course]) -> Item:
    """Put a dispute into words."""
    one, its = pair
    ticket = f"{one.ticket.number} {one.ticket.title}" if one.ticket else ""
    path = url_for("disputes.show", dispute_id=one.id)
    if desk.viewer.role is Role.CONTACT:
        ends = f"{until(its.until)} 前可以说" if its.until else ""
        title, said = f"{plain.subject(one)}，算不算（{one.number}）", [ticket, plain.asked(one), ends]
        return Item(str(one.id), title, path, "", one.steps[-1].at, one.project, [*filter(None, said)])
    ends = (
        f"{its.state.label}，{'已逾期，' if its.overdue else ''}期限 {until(its.until)}" if its.until else ""
    )
    return Item(
        key=str(one.id),
        title=f"争议 {one.number} {subject_name(one)}",
        path=path,
        who="",
        since=one.steps[-1].at,
        project=one.project,
        said=[text for text in (ticket, ends or its.state.label) if text],
    )


def acceptance_turn(desk: Desk) -> list[acceptance.Waiting]:
    """Return what waits for the viewer in acceptances, the oldest first."""
    found: list[acceptance.Waiting] = desk.once(
        "acceptances", lambda: acceptance.waiting_for(desk.session, desk.viewer, desk.now)
    )
    return found


def open_rounds(_viewer: User, _now: datetime) -> ScalarSelect[int]:
    """Count the rounds in which anything may wait for anybody; there are few, and whose turn each knows."""
    unfinished = or_(Acceptance.checked_at.is_(None), Acceptance.countersigned_at.is_(None))
    failed = and_(Acceptance.conclusion == Opinion.FAILED, Acceptance.rework_due.is_not(None))
    return counted(select(Acceptance).where(or_(unfinished, failed)))


def acceptance_silence(desk: Desk) -> str:
    """Say what silence does, to whom it does it."""
    return ACCEPTANCE_SILENCE[desk.viewer.role]


def acceptance_item(desk: Desk, one: acceptance.Waiting) -> Item:
    """Put into words what is waited for in a round."""
    of = one.round
    path = url_for("acceptance.show", round_id=of.id)
    if one.unit is not None:
        path = url_for("acceptance.unit", round_id=of.id, unit_id=one.unit.id)
    elif one.ask is acceptance.Ask.REWORK:
        path = url_for("acceptance.index")
    late = of.rework_due is not None and acceptance.is_rework_late(of, desk.today)
    due = f"返工期限 {of.rework_due} 24:00{'，已过' if late else ''}"
    return Item(
        key=f"{one.ask}-{of.id}",
        title=f"第 {of.year.number} 服务年度{of.stage.label}，第 {of.round} 轮：{one.ask.label}",
        path=path,
        who=one.unit.name if one.unit else "",
        since=of.checked_at or of.concluded_at or of.opened_at or of.reported_at,
        said=[due] if one.ask is acceptance.Ask.REWORK else [],
        fits=one.ask is acceptance.Ask.UNIT,
    )


def closing_turn(desk: Desk) -> list[closing.Waiting]:
    """Return what waits for the viewer in the months under review, the earliest month first."""
    found: list[closing.Waiting] = desk.once(
        "closing", lambda: closing.waiting_for(desk.session, desk.viewer, desk.now)
    )
    return found


def months_in_review(_viewer: User, _now: datetime) -> ScalarSelect[int]:
    """Count the months under review: whose turn it is depends on the time."""
    in_review = MonthClose.opened_at.is_not(None), MonthClose.frozen_at.is_(None)
    return counted(select(MonthClose).where(*in_review))


def closing_silence(desk: Desk) -> str:
    """Say what silence does, to whom it does it."""
    return CLOSING_SILENCE[desk.viewer.role]


def closing_item(_desk: Desk, one: closing.Waiting) -> Item:
    """Put into words what is waited for in a month."""
    return Item(
        key=f"{one.month:%Y-%m}",
        title=one.text,
        path=url_for("closing.show", month=f"{one.month:%Y-%m}"),
        who="",
        since=one.since,
        said=[f"异议期限 {until(one.due_at)}"] if one.due_at else [],
    )
