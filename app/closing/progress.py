"""How far a month is closed, as the steps of its page: each is done, at work, held up, or still to come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from app.watch.notices import minute, until
from models.closing import MonthClose
from models.people import User
from sla.closing import Standing

Step = tuple[
    str, str, str
]  # label, one of done now stopped todo (components/overview.html), what stands beside


def steps(
    close: MonthClose | None,
    standing: Standing,
    hints: Mapping[str, Sequence[str]],
    now: datetime,
    *,
    wide: bool,
) -> list[Step]:
    """Return the five steps. The first that is not done is at work, or held up where something hinders it.

    ``hints`` are what hinders each step (``app.closing.pages``); they are known to those only who see the
    ``wide`` figures of the whole contract.
    """
    review, prepare = (hints["review"], hints["prepare"]) if wide else ((), ())
    moved = wide and standing.moved and not standing.frozen
    close = close or MonthClose()  # nothing was done yet
    ends = until(close.objections_until) if close.objections_until else ""
    found = [
        _step("计算", close.computed_at, close.computed_by),
        _step("进入异议期", close.opened_at, close.opened_by, _hold(review)),
        _signing(close, moved, f"{ends} 前" if ends and not standing.is_overdue(now) else ""),
        _step("经办", close.prepared_at, close.prepared_by, _hold(prepare)),
        _step("审核冻结", close.frozen_at, close.frozen_by),
    ]
    if not standing.period.is_over(now):
        return [(label, "todo", "月底以后" if not at else "") for at, (label, _, _) in enumerate(found)]
    first = next((at for at, one in enumerate(found) if one[1] != "done"), len(found))
    return [one if at <= first else (one[0], "todo", "") for at, one in enumerate(found)]


def _step(label: str, at: datetime | None, by: User | None, held: str = "") -> Step:
    if at is not None:
        return label, "done", _when(at, by)
    return label, "stopped" if held else "now", held


def _signing(close: MonthClose, moved: bool, ends: str) -> Step:
    """Return the supplier's word: signed, silent (then silence is the step), or awaited."""
    if moved:
        return "乙方签认", "stopped", "数字有变化"
    if close.signed_at:
        return "乙方签认", "done", _when(close.signed_at, close.signed_by)
    if close.silent_at:
        return "乙方未在异议期内签认", "done", _when(close.silent_at, close.silent_by)
    return "乙方签认", "now", ends


def _when(at: datetime, by: User | None) -> str:
    return f"{minute(at)} {by.name if by else '系统'}"


def _hold(hints: Sequence[str]) -> str:
    """Return in a word what holds a step up; all the sentences stand where one would act."""
    if not hints:
        return ""
    return f"还有 {len(hints)} 个条件" if len(hints) > 1 else hints[0]
