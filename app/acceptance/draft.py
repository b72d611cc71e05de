"""A work report begun from the data: the four matters the contract asks for (tender line 4407)."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from app.duties.queries import in_state
from models.contract import InterpretationVersion, Obligation, Posting, Project, ProjectService, ServiceYear
from models.duties import CycleChange, DeclaredPeriod, Occurrence
from models.residents import PostingMember
from models.tickets import Ticket
from sla.vocab import OccurrenceState, TicketKind
from sla.when import day_of, end_of, start_of

HEADINGS = ("一、项目进度执行情况", "二、已完成的项目内容", "三、人员配置情况", "四、项目变更情况")


def work_report(session: Session, year: ServiceYear, now: datetime) -> str:
    """Return the text of a work report as the data of the year so far give it; the supplier edits it."""
    first = year.starts_on
    last = min(day_of(now) - timedelta(days=1), year.ends_on - timedelta(days=1))
    told = (
        _progress(session, year, first, last, now),
        _finished(session, first, last),
        _people(session, first, last),
        _changes(session, first, last),
    )
    head = f"服务期间：{first} 至 {last}。"
    return head + "\n\n" + "\n\n".join(f"{name}\n{text}" for name, text in zip(HEADINGS, told, strict=True))


def _progress(session: Session, year: ServiceYear, first: date, last: date, now: datetime) -> str:
    served = session.scalar(
        select(func.count(ProjectService.id)).where(
            ProjectService.service_year_id == year.id, ProjectService.starts_on <= last
        )
    )
    state, inspection = in_state(now).label("state"), Obligation.checklist.is_not(None).label("inspection")
    rows = session.execute(
        select(inspection, state, func.count())
        .select_from(Occurrence)
        .join(Occurrence.obligation)
        .where(Occurrence.closes_at > start_of(first), Occurrence.closes_at <= end_of(last))
        .group_by(inspection, state)
    )
    counts = {True: Counter[OccurrenceState](), False: Counter[OccurrenceState]()}
    for flag, word, number in rows:
        counts[bool(flag)][OccurrenceState(word)] += number
    said = [f"提供运维服务的项目 {served} 个。"]
    for name, flag in (("巡检", True), ("其他周期应办", False)):
        every = counts[flag]
        parts = "，".join(f"{one.label} {every[one]} 次" for one in OccurrenceState if every[one])
        said.append(f"{name}到期 {every.total()} 次：{parts or '无'}。")
    return "\n".join(said)


def _finished(session: Session, first: date, last: date) -> str:
    start, end = start_of(first), end_of(last)
    new = (Ticket.opened_at >= start) & (Ticket.opened_at < end)
    ended = (Ticket.closed_at >= start) & (Ticket.closed_at < end)
    still = (Ticket.opened_at < end) & Ticket.closed_at.is_(None) & Ticket.cancelled_at.is_(None)
    rows = session.execute(
        select(Ticket.kind, *(func.count(case((one, 1))) for one in (new, ended, still))).group_by(
            Ticket.kind
        )
    ).all()
    opened = {row[0]: row[1] for row in rows}
    kinds = "、".join(f"{one.label} {opened[one]} 张" for one in TicketKind if opened.get(one))
    return (
        f"登记工单 {sum(opened.values())} 张" + (f"（{kinds}）" if kinds else "") + "。\n"
        f"关闭工单 {sum(row[2] for row in rows)} 张，目前未结 {sum(row[3] for row in rows)} 张。"
    )


def _people(session: Session, first: date, last: date) -> str:
    heads = session.scalar(select(func.sum(Posting.heads)).join(Project, Posting.project_id == Project.id))
    held = select(PostingMember.user_id).where(PostingMember.from_day <= last)
    now_there = held.where((PostingMember.until_day.is_(None)) | (PostingMember.until_day > last))
    during = held.where((PostingMember.until_day.is_(None)) | (PostingMember.until_day > first))
    there, all_told = (len(set(session.scalars(one))) for one in (now_there, during))
    return f"合同要求驻场 {heads or 0} 人；期间先后驻场 {all_told} 人，{last} 在岗位上的 {there} 人。"


def _changes(session: Session, first: date, last: date) -> str:
    told = []
    for label, column in (
        ("约定口径", InterpretationVersion.from_day),
        ("约定或调整周期义务", CycleChange.from_day),
        ("局方宣布填报期、重要时期", DeclaredPeriod.first_day),
    ):
        number = session.scalar(select(func.count()).where(column >= first, column <= last))
        if number:
            told.append(f"{label} {number} 项")
    return "、".join(told) + "。" if told else "期间没有变更。"
