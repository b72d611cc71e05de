"""Duties in words: when something may be done, how often, and for whom."""

from __future__ import annotations

from datetime import timedelta

from models.contract import Obligation, Project
from models.duties import Occurrence
from sla.obligations import Slot, special_kinds
from sla.vocab import Cycle
from sla.when import clock_text, day_of, start_of

WHOLE_CONTRACT = "合同整体"


def window_text(slot: Slot) -> str:
    """Return when something may be done: a day, several days, or hours of a day."""
    first, last = day_of(slot.opens_at), day_of(slot.closes_at - timedelta(seconds=1))
    if slot.opens_at == start_of(first) and slot.closes_at == start_of(day_of(slot.closes_at)):
        return f"{first}" if first == last else f"{first} 至 {last}"
    if first == last:
        return f"{first} {_hour(slot)}"
    return f"{clock_text(slot.opens_at)[:16]} 至 {closes_text(slot)}"


def opens_text(slot: Slot) -> str:
    """Return when something opens: the day, with the hour where it is not midnight."""
    day = day_of(slot.opens_at)
    return f"{day}" if slot.opens_at == start_of(day) else clock_text(slot.opens_at)[:16]


def closes_text(slot: Slot) -> str:
    """Return when something closes; midnight is 24:00 of the day that ends (T6)."""
    day = day_of(slot.closes_at)
    if slot.closes_at == start_of(day):
        return f"{day - timedelta(days=1)} 24:00"
    return clock_text(slot.closes_at)[:16]


def cycle_text(obligation: Obligation, agreed: Cycle | None = None, quota: int | None = None) -> str:
    """Return how often a duty recurs; ``agreed`` is the cycle in force now where one was agreed (O1, O5).

    ``quota`` is the number in force now where a document changed it (P4).
    """
    if obligation.quota is not None:
        return f"{obligation.cycle.label}，每服务年度 {quota or obligation.quota:,} 次"
    cycle = agreed or obligation.cycle
    days = "，重要时期每日" if special_kinds(obligation.when) else ""
    if days and cycle is Cycle.UNSPECIFIED:
        return days[1:]
    visits = f"，每次满 {obligation.visits} 个工作日" if obligation.visits > 1 else ""
    return f"{cycle.label}{visits}{days}"


def bounds_text(obligation: Obligation) -> str:
    """Return since when a document brought a duty, and from when one dropped it (P4)."""
    began = f"{obligation.from_day} 起" if obligation.from_day else ""
    dropped = f"{obligation.until_day} 起取消" if obligation.until_day else ""
    return "，".join(part for part in (began, dropped) if part)


def project_text(project: Project | None) -> str:
    """Return whose duty it is: number and name of a project, or the whole contract."""
    return f"{project.seq} · {project.name}" if project else WHOLE_CONTRACT


def name_of(occurrence: Occurrence) -> str:
    """Return what is to be done; for a draw somebody asked for, also what was asked."""
    what = occurrence.obligation.what
    return f"{what}：{occurrence.note}" if occurrence.note else what


def _hour(slot: Slot) -> str:
    ends = closes_text(slot)[-5:]
    return f"{clock_text(slot.opens_at)[11:16]}–{ends}"
