"""The supplier's manager is told what the bureau observed: it may be answered once (A2)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.watch.notices import Telling, tell
from app.watch.queries import audience
from models.assessment import Observation
from sla.assessment import Aspect
from sla.vocab import NoticeKind, Role
from sla.when import day_of


def observed(session: Session, one: Observation, now: datetime) -> int:
    """Tell of a new observation; return to how many people."""
    where = f"第 {one.project.seq} 项 {one.project.name}" if one.project else "合同整体"
    deducted = f"，扣 {one.deduction} 分" if one.deduction else ""
    telling = Telling(
        key=f"observation:{one.id}",
        kind=NoticeKind.WAITING,
        text=f"日常考核（{Aspect(one.aspect).label}）{where}{deducted}，可以答复一次",
        path=f"/assessment/observations/{one.id}",
        happened_at=now,
        project_id=one.project_id,
    )
    return tell(session, audience(session, day_of(now)).roles[Role.MANAGER], telling, now)
