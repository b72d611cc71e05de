"""A dispute in the words of a unit's contact: what the supplier asks, what silence does, what may be said.

The facts are those everybody reads; what the trade calls 争议、免责、归因、复核 is said plainly.
"""

from __future__ import annotations

from datetime import datetime

from app.disputes.effect import subject_name
from app.watch.notices import until
from models.disputes import Dispute, DisputeStep
from sla.disputes import Attribution, Course, DisputeState, StepKind
from sla.vocab import ClockKind

TITLE = "超时申诉"
EXPLAINED = "乙方认为某次超时不是自己造成的，请求不算。您可以说说情况，算不算由局方决定。"
QUESTION = "这次没有按时，是乙方造成的吗"
ANSWERS = [
    ("true", "同意，不是乙方造成的", "这次超时不算"),
    ("false", "不同意，是乙方造成的", "照算超时，请写明情况"),
]
SILENCE = "您不说也可以：到期没有说，就由局方直接决定"

LATE = {
    ClockKind.RESPONSE: "响应晚了",
    ClockKind.ONSITE: "到现场晚了",
    ClockKind.CONTAINMENT: "控制影响晚了",
    ClockKind.RECOVERY: "恢复晚了",
    ClockKind.CHANGE: "完成晚了",
}
STATES = {
    DisputeState.CLAIMABLE: "等乙方提出",
    DisputeState.LAPSED: "乙方没有提出，照算超时",
    DisputeState.COMMENTING: "等您说说情况",
    DisputeState.DECIDING: "等局方决定",
    DisputeState.REVIEWING: "等局方再看一次",
    DisputeState.GRANTED: "不算超时",
    DisputeState.REFUSED: "照算超时",
}
STEPS = {
    StepKind.ADMITTED: "同意乙方过期补提",
    StepKind.CLAIMED: "请求不算这次超时",
    StepKind.COMMENTED: "单位说了情况",
    StepKind.DECIDED: "作了决定",
    StepKind.REVIEW_ASKED: "请局方再看一次",
    StepKind.REVIEWED: "再看一次，作了最后的决定",
}
CAUSES = {
    Attribution.SUPPLIER: "是乙方的原因",
    Attribution.UNIT: "是单位的原因",
    Attribution.THIRD_PARTY: "是第三方的原因",
    Attribution.FORCE_MAJEURE: "是不可抗力，谁也避免不了",
}
SHOWN = {"open": "还没定的", "granted": "不算超时", "refused": "照算超时", "all": "全部"}


def subject(dispute: Dispute) -> str:
    """Say what was late: ``响应晚了``, or ``每周巡检没有按时做``."""
    if dispute.clock is None:
        return subject_name(dispute).removesuffix("未按时完成") + "没有按时做"
    again = f"（第 {dispute.round + 1} 次）" if dispute.round else ""
    return LATE[dispute.clock] + again


def claim_of(dispute: Dispute) -> DisputeStep | None:
    """Return the step by which the supplier claimed, once there is one."""
    return next((step for step in dispute.steps if step.kind is StepKind.CLAIMED), None)


def asked(dispute: Dispute) -> str:
    """Say what the supplier asks, and why."""
    claim = claim_of(dispute)
    if claim is None or claim.attribution is None:
        return "乙方错过了申诉的期限，局方同意他们补提，现在还没有提出。"
    return f"乙方说，这次{subject(dispute)}不是他们造成的，{CAUSES[claim.attribution]}，请求不算超时。"


def outlook(its: Course) -> str:
    """Say what comes next, and what happens if nobody does anything."""
    ends = until(its.until) if its.until else ""
    match its.state:
        case DisputeState.CLAIMABLE:
            return f"乙方要在 {ends} 前提出，不提出就照算超时。"
        case DisputeState.LAPSED:
            return "乙方没有在期限内提出，照算超时。"
        case DisputeState.COMMENTING:
            return f"请您在 {ends} 前说说情况。不说也可以：到期就由局方直接决定，不说不等于同意。"
        case DisputeState.DECIDING | DisputeState.REVIEWING:
            return _of_bureau(its, ends)
    if its.final:
        return f"已经定了，不再改变：{STATES[its.state]}。"
    return f"局方决定：{STATES[its.state]}。{ends} 前，您或乙方可以请局方再看一次，没有人提就这样定了。"


def _of_bureau(its: Course, ends: str) -> str:
    late = f"局方应在 {ends} 前决定，已经过期" if its.overdue else f"局方在 {ends} 前决定"
    holds = (
        "决定以前，原来的决定继续有效"
        if its.state is DisputeState.REVIEWING
        else "决定以前照算超时，过期也不会自动算作同意"
    )
    return f"{late}。{holds}。"


def notice(dispute: Dispute, its: Course, kind: StepKind) -> str:
    """Say in one line what happened to a dispute and what is asked of the contact."""
    number = dispute.number
    if kind in (StepKind.DECIDED, StepKind.REVIEWED):
        return f"超时申诉 {number}，局方决定：{STATES[its.state]}（{subject(dispute)}）"
    return f"超时申诉 {number}：乙方说{subject(dispute)}不是他们造成的，请在 {_ends(its.until)} 前说说情况"


def _ends(moment: datetime | None) -> str:
    return until(moment) if moment else ""
