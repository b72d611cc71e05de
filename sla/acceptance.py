"""Acceptance (P2): when it is reported, what the figures propose, what must be there before a conclusion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Self

from sla.calendar import Calendar
from sla.errors import Conflict
from sla.figures import percent
from sla.vocab import AcceptanceStage, GroupRole, Opinion, Word

LEAST_MEMBERS = 3  # the leader and two others; the contract names no number, nor an odd one (line 4438)
NAMED = 5  # names in a sentence; the pages list them all
ROUNDS_ALLOWED = 2  # the first and the one after rework; any further one is the bureau's decision


class RoundState(Word):
    """Where a round of acceptance stands; derived, never typed in."""

    REPORTED = "reported", "待局方组织", "warn"
    OPEN = "open", "验收中", "info"
    CONCLUDED = "concluded", "结论待审核", "warn"
    PASSED = "passed", "验收合格", "good"
    FAILED = "failed", "验收不合格", "bad"


# -- days ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Due:
    """The last day of a period; ``provisional`` if an estimated year was consulted (T2)."""

    day: date
    provisional: bool

    def days_late(self, done: date) -> int:
        """Return by how many calendar days something done on a day is late; 0 in time."""
        return max(0, (done - self.day).days)


def due_after(day: date, workdays: int, calendar: Calendar) -> Due:
    """Return the last day of so many workdays after a day (T6)."""
    last = calendar.add_workdays(day, workdays)
    estimated = any(calendar.is_estimated(year) for year in range(day.year, last.year + 1))
    return Due(last, estimated)


def report_due(ends_on: date, workdays: int, calendar: Calendar) -> Due:
    """Return until when the supplier reports a year whose last day is the one before ``ends_on``."""
    return due_after(ends_on - timedelta(days=1), workdays, calendar)


# -- reporting ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Round:
    """An earlier round of the same stage: how it stands, and whether the bureau allowed a further one."""

    state: RoundState
    further: bool = False


def next_round(
    stage: AcceptanceStage, today: date, starts_on: date, last_day: date, rounds: Sequence[Round]
) -> int:
    """Return the number of the round that the supplier may report today; otherwise ``Conflict``.

    A year is reported from the day after its last; its first stage once a day of service is over. After a
    failure the supplier reports again; after the second and later ones only if the bureau so decided.
    """
    if stage is AcceptanceStage.FINAL and today <= last_day:
        first = last_day + timedelta(days=1)
        raise Conflict(f"服务年度到 {last_day} 才满，{first} 起才能提交年度验收报告")
    if stage is AcceptanceStage.STAGE and today <= starts_on:
        raise Conflict(f"服务从 {starts_on} 开始，{starts_on + timedelta(days=1)} 起才能申请阶段性验收")
    if not rounds:
        return 1
    last, number = rounds[-1], len(rounds)
    if last.state is RoundState.PASSED:
        raise Conflict(f"{stage.label}已经合格，不需要再报")
    if last.state is not RoundState.FAILED:
        raise Conflict(f"第 {number} 轮{stage.label}还没有结束（{last.state.label}），不能再报")
    if number >= ROUNDS_ALLOWED and not last.further:
        raise Conflict(f"{stage.label}已有 {number} 轮不合格，须由局方决定是否再组织一轮")
    return number + 1


# -- what the figures say -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Evidence:
    """What was found of one standard: kept so often of so many, exempt or waived ones beside (F2).

    ``measured`` is false where the platform has no facts about it, as for a share that nobody counts here.
    """

    met: int = 0
    total: int = 0
    beside: int = 0
    measured: bool = True

    @property
    def proposal(self) -> Opinion | None:
        """Return 合格 where nothing counts against it; everything else is left to a person.

        This is the only place that proposes: 100 %, or nothing that occurred. A rate below that may be
        acceptable or not, which no figure decides.
        """
        return Opinion.PASSED if self.measured and self.met == self.total else None

    @property
    def rate(self) -> str:
        """Return the rate in per cent as text, empty without facts (F2, F3)."""
        rate = percent(self.met, self.total)
        return "" if rate is None else f"{rate}%"

    def as_dict(self) -> dict[str, Any]:
        """Return the figures as they are stored."""
        return {"met": self.met, "total": self.total, "beside": self.beside, "measured": self.measured}

    @classmethod
    def of(cls, figures: Mapping[str, Any]) -> Self:
        """Return what stored figures say; whatever else stands beside them is detail."""
        return cls(figures["met"], figures["total"], figures["beside"], figures["measured"])


def needs_remark(evidence: Evidence, opinion: Opinion) -> bool:
    """Tell whether a decision has to say why: 不合格 always, and 合格 where the figures do not propose it."""
    return opinion is Opinion.FAILED or evidence.proposal is not opinion


# -- concluding ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Member:
    """A member of the group: name, part, and opinion, ``None`` while not signed."""

    name: str
    role: GroupRole
    opinion: Opinion | None = None


@dataclass(frozen=True)
class Progress:
    """What a conclusion rests on. ``silent`` are the units nobody has heard or recorded as not heard."""

    opened: bool
    members: Sequence[Member]
    silent: Sequence[str]
    unjudged: int


@dataclass(frozen=True)
class Missing:
    """One thing that is not there yet, and who owes it."""

    key: str
    label: str
    owner: str


def missing(progress: Progress) -> list[Missing]:
    """Return what a conclusion still waits for; empty when the group may conclude (lines 4436–4440)."""
    if not progress.opened:
        return [Missing("open", "还没有组织验收（时间、地点）", "局方")]
    found = []
    leaders = [one for one in progress.members if one.role is GroupRole.LEADER]
    if len(leaders) != 1 or len(progress.members) < LEAST_MEMBERS:
        told = f"现在 {len(progress.members)} 人，组长 {len(leaders)} 人"
        found.append(Missing("group", f"验收小组要有一名组长和至少两名成员（{told}）", "局方"))
    unsigned = [one.name for one in progress.members if one.opinion is None]
    if unsigned:
        found.append(Missing("opinions", f"还没有签署意见：{_named(unsigned)}", "小组成员"))
    if progress.silent:
        found.append(Missing("units", f"还没有意见的单位：{_named(progress.silent)}", "单位"))
    if progress.unjudged:
        found.append(Missing("standards", f"还有 {progress.unjudged} 项标准没有判定", "局方"))
    return found


def _named(names: Sequence[str]) -> str:
    more = f" 等 {len(names)} 个" if len(names) > NAMED else ""
    return "、".join(names[:NAMED]) + more


def majority(members: Sequence[Member]) -> Opinion | None:
    """Return what most of the group say, in a tie the leader's word; ``None`` before all have signed."""
    said = [one.opinion for one in members]
    if not said or None in said:
        return None
    passed = said.count(Opinion.PASSED)
    if 2 * passed == len(said):
        return next((one.opinion for one in members if one.role is GroupRole.LEADER), None)
    return Opinion.PASSED if 2 * passed > len(said) else Opinion.FAILED
