"""What a load must never take away: a promise that something was already measured by."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.contract import Obligation, Project, Target
from models.duties import Occurrence
from models.tickets import TicketClock
from sla.arithmetic import conditions_text
from sla.errors import LoadError


def refuse_to_drop(session: Session, targets: Iterable[Target], obligations: Iterable[Obligation]) -> None:
    """Refuse files without a target that tickets, or an obligation that occurrences rest on."""
    for target in targets:
        used = select(TicketClock.id).where(
            TicketClock.project_id == target.project_id, TicketClock.kind == target.kind.value
        )
        if session.scalar(used.limit(1)) is not None:
            when = conditions_text(target.rule.when)
            name = f"{target.kind.label}指标" + (f"（{when}）" if when else "")
            _refuse(session, "targets.csv", target.project_id, target.line, "kind", name, "工单按它计时")
    for duty in obligations:
        laid = select(Occurrence.id).where(Occurrence.obligation_id == duty.id)
        if session.scalar(laid.limit(1)) is not None:
            name = f"义务「{duty.what}」"
            _refuse(session, "obligations.csv", duty.project_id, duty.line, "what", name, "应办按它排定")


def _refuse(
    session: Session, file: str, project_id: int | None, line: int, column: str, name: str, why: str
) -> None:
    project = session.get(Project, project_id) if project_id else None
    whose = f"第 {project.seq} 项的" if project else "合同整体的"
    reason = (
        f"文件中没有了{whose}{name}（招标文件第 {line} 行），但已有{why}，不能删去；"
        "要取消或更正，请在「变更文件」中录入，从某天起执行"
    )
    raise LoadError(file, 1, column, reason)
