"""A clock's own arithmetic in words (F5): start, window, days skipped, pauses, due, stop, verdict."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from sla.clock import Clock, RuleBook
from sla.targets import Conditions
from sla.vocab import ClockKind, DayType, PauseReason, Severity, Verdict, Window
from sla.when import clock_text, duration_text
from sla.windows import openings

_MOST_RUNS = 12


def because(clock: Clock, rules: RuleBook) -> list[str]:
    """Return the lines, in Chinese, from which a person can repeat the calculation by hand."""
    lines = [f"起算：{clock_text(clock.starts_at)}（{_start_text(clock)}）"]
    counted = f"按 {clock.window.label}计时" if clock.minutes is not None else "当日不计，至末日 24:00"
    lines.append(f"目标：{clock.kind.label} {allowance_text(clock)}，{counted}")
    if clock.is_floor:
        lines.append("条件：系统瘫痪，合同底线 60 分钟，不论行内如何约定")
    elif clock.target and clock.target.when.count:
        strict = "（未说明或未确认，从严）" if clock.assumed else ""
        lines.append(f"条件：{conditions_text(clock.target.when)}{strict}")
    if clock.source:
        lines.append(f"依据：{clock.source}")
    lines += _skipped(clock, rules)
    lines += [f"扣除：{clock_text(a)} 至 {clock_text(b)}（{reason_text(why)}）" for a, b, why in clock.pauses]
    unsure = "（暂定：所涉年份的放假通知尚未发布）" if clock.due_provisional else ""
    lines.append(f"应于：{clock_text(clock.due_at)}{unsure}")
    lines += _outcome(clock, rules)
    lines.append(f"规则版本：{rules.version[:12]}")
    return lines


def allowance_text(clock: Clock) -> str:
    """Return the allowance as people read it: ``实时（按约定 5 分钟）``, ``4 小时``, ``5 个工作日``."""
    if clock.minutes is None:
        return f"{clock.workdays} 个工作日"
    if clock.target and clock.target.minutes == 0 and not clock.is_floor:
        return f"实时（按约定 {clock.minutes} 分钟）"
    return minutes_text(clock.minutes)


def minutes_text(minutes: int) -> str:
    """Return a target's minutes as people read them; 0 is 实时 (C4)."""
    return "实时" if minutes == 0 else open_time_text(minutes * 60)


def open_time_text(seconds: int) -> str:
    """Return open time in hours and minutes, never in days: a day of a window need not have 24 hours."""
    hours, rest = divmod(seconds, 3600)
    parts = [f"{hours} 小时"] if hours else []
    return " ".join([*parts, duration_text(rest)] if rest or not parts else parts)


def conditions_text(when: Conditions) -> str:
    """Return the conditions of a target as people read them."""
    words: dict[str, Callable[[Any], str]] = {
        "day": lambda v: f"{DayType(v).label}",
        "severity": lambda v: f"{Severity(v).label}事件",
        "complexity": lambda v: "复杂故障" if v == "complex" else "非复杂故障",
        "fault_level": lambda v: f"{'一二三四'[v - 1]}级故障",
        "remote": lambda v: "远程不能解决",
    }
    return "、".join(words[name](value) for name, value in when.as_dict().items())


def reason_text(reason: str) -> str:
    """Return why an interval is excluded."""
    if reason == "rejected_recovery":
        return "被退回的恢复申报"
    return PauseReason(reason).label if reason in list(PauseReason) else reason or "挂起"


def net_seconds(clock: Clock, rules: RuleBook) -> int | None:
    """Return the open time used up to the stop, ``None`` while there is no stop (T4, T5)."""
    if clock.stopped_at is None:
        return None
    opens = openings(clock.window, rules.calendar, rules.interpretations)
    return opens.elapsed(clock.starts_at, clock.stopped_at, [(a, b) for a, b, _ in clock.pauses])


def _start_text(clock: Clock) -> str:
    if clock.kind is not ClockKind.ONSITE:
        return "报告时间"
    return "申请到场" if clock.from_request else "无到场申请，按报告时间"


def _skipped(clock: Clock, rules: RuleBook) -> list[str]:
    # A target in workdays skips what 5x8 skips, in whatever window its row is served.
    window = Window.WORKDAYS if clock.minutes is None else clock.window
    opens = openings(window, rules.calendar, rules.interpretations)
    days = opens.skipped_days(clock.starts_at, clock.due_at)
    if not days:
        return []
    runs = [_run_text(list(run)) for _, run in groupby(enumerate(days), key=_run_key)]
    return [f"跳过 {len(days)} 天：{'、'.join(runs[:_MOST_RUNS])}{'等' if len(runs) > _MOST_RUNS else ''}"]


def _run_key(numbered: tuple[int, tuple[date, str]]) -> tuple[date, str]:
    """Days in a row with the same reason share a key: the day less its place in the list."""
    number, (day, why) = numbered
    return day - timedelta(days=number), why


def _run_text(run: list[tuple[int, tuple[date, str]]]) -> str:
    (_, (first, why)), (_, (last, _)) = run[0], run[-1]
    until = "" if first == last else f"至{last.month}月{last.day}日"
    return f"{first.month}月{first.day}日{until}（{why}）"


def _outcome(clock: Clock, rules: RuleBook) -> list[str]:
    if clock.stopped_at is None:
        return [f"结论：{_verdict_text(clock)}"]
    stop = f"停表：{clock_text(clock.stopped_at)}"
    if clock.judged_by_record:
        stop += "（补录未确认，按录入时间计）"
    lines = [stop]
    if clock.minutes is not None:
        lines.append(f"净用时：{open_time_text(net_seconds(clock, rules) or 0)}")
    late = int((clock.stopped_at - clock.due_at).total_seconds())
    verdict = _verdict_text(clock)
    if clock.verdict in (Verdict.BREACHED, Verdict.EXEMPT) and late > 0:
        verdict += f"，晚 {duration_text(late)}"
    return [*lines, f"结论：{verdict}" + ("（待验收，暂定）" if clock.outcome_provisional else "")]


def _verdict_text(clock: Clock) -> str:
    """Name the verdict; an exempt breach stays a breach to see (C14)."""
    return "超时，已认定免责" if clock.verdict is Verdict.EXEMPT else clock.verdict.label
