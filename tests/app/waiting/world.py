"""One thing of every kind that may wait, made through the use cases on the real contract."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.checklists import queries as checklist_queries
from app.checklists import service as checklists
from app.checklists.service import Item
from app.duties import draws, works
from app.residents import members
from app.residents import service as residents
from app.tickets import decisions, service
from models.checklists import Checklist
from models.contract import Obligation
from sla.vocab import Complexity, Cycle, PauseReason, Severity, Standing
from tests.app.duties.world import due, visit
from tests.app.personas import Personas, at, new_ticket
from tests.app.residents.world import AM, PM, extra, joined, leave_of, post_of

NOW = "2025-07-09 10:00"  # a Wednesday


def furnish(session: Session, people: Personas) -> None:
    """Make the lot: all of project 1 but the draw, which is of a row with a quota."""

    contact, engineer = people.contact, people.engineer
    ticket = new_ticket(session, contact, now="2025-07-08 08:00", title="平台打不开")
    # Back-entered: said at 14:00 that it was answered at 08:20.
    service.respond(session, engineer, ticket, at("2025-07-08 14:00"), at("2025-07-08 08:20"), "当时没有网络")
    service.pause(session, engineer, ticket, at("2025-07-08 14:10"), PauseReason.AWAITING_UNIT, "等机房钥匙")
    said = {"severity": Severity.GENERAL, "complexity": Complexity.COMPLEX}
    decisions.reclassify(session, engineer, ticket, at("2025-07-08 14:20"), said, "只影响一个科室")
    other = new_ticket(session, contact, now="2025-07-09 08:00", title="报表缺一列")
    service.respond(session, engineer, other, at("2025-07-09 08:10"))
    service.claim_recovery(session, engineer, other, at("2025-07-09 09:00"), note="补上了")
    visit(session, engineer, due(session, 1, "巡检", "2025-07-07 00:00"), "2025-07-08 09:00")
    visit(
        session, engineer, due(session, 1, "巡检", "2025-06-23 00:00"), "2025-06-25 09:00", "2025-07-08 09:30"
    )
    bad = visit(session, engineer, due(session, 1, "巡检", "2025-06-16 00:00"), "2025-06-20 09:00")
    works.decide(session, contact, bad, False, at("2025-06-24 09:00"), "没有照片")
    residents_of_row_1(session, people)
    draft(session, people)
    quota = session.scalars(
        select(Obligation).where(Obligation.cycle == Cycle.QUOTA).order_by(Obligation.id)
    ).first()
    assert quota is not None
    draws.ask(session, people.bureau, quota.id, date(2025, 7, 20), "二季度名录", at("2025-07-08 16:00"))
    session.flush()


def residents_of_row_1(session: Session, people: Personas) -> None:
    """A leave with a substitute, June not confirmed, a replacement asked for."""
    held = joined(session)
    extra(session, "reserve")
    leave_of(
        session,
        held,
        ("2025-07-14", AM),
        ("2025-07-15", PM),
        "reserve",
        standing=None,
        now="2025-07-08 15:00",
    )
    members.ask_replacement(session, people.bureau, held, "专业不符", at("2025-07-08 15:30"))


def objected(session: Session, people: Personas) -> None:
    """Let the unit object to June."""
    june, now = date(2025, 6, 1), at("2025-07-02 09:00")
    post = post_of(session)
    residents.decide_month(session, people.contact, post, june, Standing.REJECTED, "3 日有人", now)


def recovered(session: Session, people: Personas, number: int) -> None:
    """Let so many more recoveries be claimed."""
    for n in range(number):
        one = new_ticket(session, people.contact, now=f"2025-07-09 08:2{n}", title=f"第 {n} 件")
        service.respond(session, people.engineer, one, at("2025-07-09 08:30"))
        service.claim_recovery(session, people.engineer, one, at("2025-07-09 08:40"), note="好了")


def draft(session: Session, people: Personas) -> None:
    """Let the manager draft the next version of the first checklist."""
    checklist = session.scalars(select(Checklist).order_by(Checklist.id)).first()
    assert checklist is not None
    found = checklist_queries.checklist(session, people.manager, checklist.id)
    made = checklists.start_draft(session, people.manager, found, at("2025-07-08 10:00"))
    items = [Item("看一看"), Item("量一量", unit="℃", high="27")]
    seen = checklists.stamp(made)
    checklists.save_draft(session, people.manager, made, items, "更简单", seen, at("2025-07-08 10:30"))
