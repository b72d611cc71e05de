"""What the bureau of the demonstration has observed, and what the supplier said to it (A2).

The scheme is left as the unsigned draft it is shipped as: signing it is the visitor's to try.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from app.assessment import observing
from app.assessment.observing import Seen
from app.simulation.world import World
from models.assessment import Observation
from sla.assessment import Aspect
from sla.vocab import Indicator
from sla.when import day_of

ANSWERED_AFTER = timedelta(days=1, hours=3)


@dataclass(frozen=True)
class Remark:
    """An observation so many days ago about row ``seq`` (``None``: the whole contract), and the answer."""

    ago: int
    seq: int | None
    aspect: Aspect
    text: str
    deduction: str = ""
    indicator: Indicator | None = None
    answer: str = ""


REMARKS = (
    Remark(
        38,
        6,
        Aspect.COMPLETION,
        "抽查巡检记录，机柜温度与现场温湿度计相差 6 度，工程师未能说明。",
        "2",
        Indicator.INSPECTION,
        "已约谈当事人，换用经校准的温湿度计，当周巡检重做。",
    ),
    Remark(33, 27, Aspect.ATTITUDE, "非税系统扩容当晚，工程师主动留守到凌晨，窗口开门前完成核对。"),
    Remark(
        16,
        44,
        Aspect.SECURITY,
        "账号口令写在便签上，贴在操作台。",
        "1.5",
        Indicator.CONTAINMENT,
        "已收走便签并更换口令，全员重学保密要求。",
    ),
    Remark(5, None, Aspect.COMPLETION, "月度汇总两次格式不一，来回修改。", "0.5", Indicator.DOCUMENT),
)


def put_on(world: World, now: datetime) -> None:
    """Schedule the observations and the answers; what would lie before the life is left out."""
    for number, remark in enumerate(REMARKS):
        at = now - timedelta(days=remark.ago)
        if at < world.now:
            continue
        world.schedule(at, lambda r=remark, n=number: _observe(world, r, f"remark-{n}"))  # type: ignore[misc]


def _observe(world: World, remark: Remark, submission: str) -> None:
    seen = Seen(
        world.projects[remark.seq] if remark.seq else None,
        day_of(world.now),
        remark.aspect,
        remark.text,
        submission,
        remark.indicator,
        Decimal(remark.deduction or 0),
    )
    made = observing.record(world.session, world.cast.bureau[0], seen, world.now)
    if remark.answer:
        world.schedule(world.now + ANSWERED_AFTER, lambda: _answer(world, made, remark.answer))


def _answer(world: World, observation: Observation, text: str) -> None:
    observing.answer(world.session, world.cast.managers[0], observation, text, world.now)
