"""Who is told what happened in a dispute: those whose turn it is, and of a decision both parties."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from app.disputes import plain
from app.watch.notices import Telling, tell, until
from app.watch.queries import Audience, audience
from models.disputes import Dispute
from sla.disputes import Course, StepKind
from sla.vocab import NoticeKind, Role, Side
from sla.when import day_of


def tell_next(session: Session, dispute: Dispute, its: Course, now: datetime) -> int:
    """Tell of the last step; return to how many people."""
    people = audience(session, day_of(now))
    step = dispute.steps[-1]
    if step.kind in (StepKind.DECIDED, StepKind.REVIEWED):
        kind, said = NoticeKind.DECIDED, f"{step.kind.label}：{its.state.label}"
        told = [*people.roles[Role.MANAGER], *_contacts(people, dispute)]
    else:
        ends = f"，请在 {until(its.until)} 前办理" if its.until else ""
        kind, said = NoticeKind.WAITING, f"{step.kind.label}，{its.state.label}{ends}"
        told = _turn(people, dispute, its)
    told = [one for one in told if one != step.by_id]
    contacts = set(_contacts(people, dispute))
    telling = Telling(
        key=f"dispute:{dispute.id}:{step.seq}",
        kind=kind,
        text=f"争议 {dispute.number} {said}",
        path=f"/disputes/{dispute.id}",
        happened_at=now,
        project_id=dispute.project_id,
    )
    plainly = replace(telling, text=plain.notice(dispute, its, step.kind))
    others = [one for one in told if one not in contacts]
    return tell(session, others, telling, now) + tell(session, contacts.intersection(told), plainly, now)


def _turn(people: Audience, dispute: Dispute, its: Course) -> list[int]:
    by_side = {Side.BUREAU: people.roles[Role.BUREAU], Side.SUPPLIER: people.roles[Role.MANAGER]}
    return _contacts(people, dispute) if its.turn is Side.UNIT else by_side.get(its.turn or Side.SYSTEM, [])


def _contacts(people: Audience, dispute: Dispute) -> list[int]:
    return people.contacts_of(dispute.project.unit) if dispute.project else []
