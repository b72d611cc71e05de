"""Who is told that a payment can be made, or no longer: the supplier's manager and the bureau (P1).

The gates follow from facts of many features, so a job looks at them. What was told last of a payment says
how it stood then; each change after that is told once.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.payments.facts import STAGES, YearView, year_view
from app.payments.queries import opened_years
from app.payments.service import stage_subject
from app.watch.notices import Telling, tell
from app.watch.queries import audience
from models.watch import Notice
from sla.vocab import NoticeKind, Role
from sla.when import day_of, start_of


def gates(session: Session, now: datetime) -> str:
    """Tell of every payment whose gates have all been met, or of which one is open again."""
    told = 0
    years = [one.number for one in opened_years(session)]
    for number in years:
        view = year_view(session, number, now)
        for stage in STAGES:
            if view.progress[stage].released is None:
                told += _look(session, view, stage, now)
    return f"查看 {len(years) * len(STAGES)} 笔付款的条件，发出 {told} 条通知"


def _look(session: Session, view: YearView, stage: int, now: datetime) -> int:
    judged, subject = view.stages[stage], stage_subject(view.number, stage)
    before, turn = _last(session, subject)
    met = judged.met_on is not None
    if met is (before is NoticeKind.PAYABLE):
        return 0
    name = f"第 {view.number} 服务年度第 {stage} 次付款"
    if judged.met_on is not None:
        kind, said = NoticeKind.PAYABLE, "付款条件全部满足"
        said += f"，应于 {judged.due} 24:00 前付款" if judged.due else ""
        # What was met first is told as of its day; what is met again, as of now.
        happened_at = now if before else start_of(judged.met_on)
    else:
        names = "、".join(gate.key.label for gate in judged.open_gates)
        kind, said, happened_at = NoticeKind.GATE_OPEN, f"条件又不满足：{names}", now
    telling = Telling(
        key=f"{subject}:{kind}:{turn + 1}",
        kind=kind,
        text=f"{name}：{said}",
        path=f"/payments/{view.number}/{stage}",
        happened_at=happened_at,
    )
    roles = audience(session, day_of(now)).roles
    return tell(session, [*roles[Role.MANAGER], *roles[Role.BUREAU]], telling, now)


def _last(session: Session, subject: str) -> tuple[NoticeKind | None, int]:
    """Return what was told last of a payment, and how many times something was."""
    query = select(Notice.key, Notice.kind).where(Notice.key.startswith(f"{subject}:", autoescape=True))
    found = session.execute(query.order_by(Notice.id.desc()).limit(1)).first()
    return (found.kind, int(found.key.rpartition(":")[2])) if found else (None, 0)
