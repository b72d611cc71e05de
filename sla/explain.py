"""One line of facts in, its clocks with their arithmetic out: the ``sla explain`` command (section 5)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from sla.arithmetic import because
from sla.classification import FIELDS, Classification
from sla.clock import Clock, ProjectRules, RuleBook
from sla.clocks import clocks_of
from sla.errors import Invalid
from sla.timeline import Facts, Milestone, PauseFact, RecoveryClaim, Round
from sla.vocab import (
    ClockKind,
    Complexity,
    PauseReason,
    Severity,
    Side,
    Standing,
    TicketKind,
)
from sla.when import iso, parse_instant

_KEYS = {
    *("project", "kind", "reported_at", "onsite_requested_at", "remote_failed", "severity", "complexity"),
    *("fault_level", "paralysis", "confirmed", "pauses", "stops", "now"),
}


def explain(line: Mapping[str, Any], projects: Mapping[int, ProjectRules], rules: RuleBook) -> dict[str, Any]:
    """Return ``{"project", "clocks"}`` for one line of facts; a bad line is ``Invalid`` and names the key."""
    if not isinstance(line, dict):
        raise Invalid("每行应是一个 JSON 对象")
    if unknown := sorted(set(line) - _KEYS):
        raise Invalid(f"不认识的字段：{'、'.join(unknown)[:80]}", unknown[0])
    project = _project(line, projects)
    now = parse_instant(line["now"], "now") if line.get("now") is not None else None
    clocks = clocks_of(_facts(line, now), project, rules, now)
    return {"project": project.seq, "clocks": [_shown(c, rules) for c in clocks]}


def _shown(clock: Clock, rules: RuleBook) -> dict[str, Any]:
    return {
        "kind": str(clock.kind),
        "minutes": clock.minutes,
        "window": str(clock.window),
        "starts_at": iso(clock.starts_at),
        "due_at": iso(clock.due_at),
        "verdict": str(clock.verdict),
        "provisional": clock.provisional,
        "because": because(clock, rules),
    }


def _project(line: Mapping[str, Any], projects: Mapping[int, ProjectRules]) -> ProjectRules:
    number = line.get("project")
    if isinstance(number, bool) or not isinstance(number, int) or number not in projects:
        raise Invalid(f"project 应是运维项目的序号（1 至 {max(projects, default=0)}）", "project")
    return projects[number]


def _facts(line: Mapping[str, Any], now: datetime | None) -> Facts:
    kind = _word(line, "kind", TicketKind, required=True)
    reported = _happened(line, "reported_at", line.get("reported_at"))
    facts = Facts(reported, Classification(kind))
    side = Side.UNIT if _flag(line, "confirmed") else Side.SUPPLIER
    facts.classification.state(0, side, _said(line))
    facts.pauses = _pauses(line, now)
    _stops(facts, line, reported)
    return facts


def _said(line: Mapping[str, Any]) -> dict[str, Any]:
    said = {
        "severity": _word(line, "severity", Severity),
        "complexity": _word(line, "complexity", Complexity),
        "fault_level": _level(line),
        "paralysis": _flag(line, "paralysis"),
    }
    return {name: said[name] for name in FIELDS if said.get(name) is not None}


def _stops(facts: Facts, line: Mapping[str, Any], reported: datetime) -> None:
    stops = {} if line.get("stops") is None else line["stops"]
    if not isinstance(stops, dict):
        raise Invalid('stops 应是对象，例如 {"response": "2025-07-01T09:00:00+08:00"}', "stops")
    if unknown := set(stops) - set(ClockKind):
        raise Invalid(f"stops 中不认识的计时：{'、'.join(sorted(unknown))[:80]}", "stops")
    at = {name: _stop(line, name, value, reported) for name, value in stops.items() if value is not None}
    facts.response = at.get("response")
    facts.containment = at.get("containment")
    ended = at.get("change" if facts.kind is TicketKind.CHANGE else "recovery")
    facts.claims = [RecoveryClaim(ended, accepted_at=ended.occurred_at)] if ended else []
    facts.rounds = _round(line, reported, at.get("onsite"))


def _round(line: Mapping[str, Any], reported: datetime, arrival: Milestone | None) -> list[Round]:
    one = Round(arrival=arrival)
    if line.get("onsite_requested_at") is not None:
        request = _stop(line, "onsite_requested_at", line["onsite_requested_at"], reported)
        if arrival and arrival.occurred_at < request.occurred_at:
            raise Invalid("stops.onsite 早于 onsite_requested_at，请核对到场时间", "stops")
        one.requests.append((request, bool(_flag(line, "remote_failed"))))
    return [one] if one.requests or arrival else []


def _happened(line: Mapping[str, Any], name: str, value: Any) -> datetime:
    """Read when something happened: nothing lies in the future (C12)."""
    at = parse_instant(value, name)
    if line.get("now") is not None and at > parse_instant(line["now"], "now"):
        raise Invalid(f"{name} 晚于 now，请核对时间", name)
    return at


def _stop(line: Mapping[str, Any], name: str, value: Any, reported: datetime) -> Milestone:
    at = _happened(line, name, value)
    if at < reported:
        raise Invalid(f"{name} 早于 reported_at，请核对时间", name)
    return Milestone(0, at, at, standing=Standing.CONFIRMED)


def _pauses(line: Mapping[str, Any], now: datetime | None) -> list[PauseFact]:
    given = [] if line.get("pauses") is None else line["pauses"]
    if not isinstance(given, list):
        raise Invalid("pauses 应是数组，每项为 [开始, 结束]", "pauses")
    return [_pause(number, pair, now) for number, pair in enumerate(given)]


def _pause(number: int, pair: Any, now: datetime | None) -> PauseFact:
    if not isinstance(pair, list) or len(pair) not in (2, 3):
        raise Invalid(f"pauses 第 {number + 1} 项应为 [开始, 结束]", "pauses")
    start = parse_instant(pair[0], "pauses")
    if pair[1] is None and now is None:
        raise Invalid(f"pauses 第 {number + 1} 项没有结束时间，需要给出 now", "pauses")
    end = parse_instant(pair[1], "pauses") if pair[1] is not None else None
    if end and end < start:
        raise Invalid(f"pauses 第 {number + 1} 项的结束早于开始", "pauses")
    reason = PauseReason.AWAITING_UNIT if len(pair) == 2 else _reason(pair[2])
    return PauseFact(number, start, end, reason)


def _reason(value: Any) -> PauseReason:
    if value not in list(PauseReason):
        raise Invalid(f"挂起原因应为 {'、'.join(PauseReason)} 之一", "pauses")
    return PauseReason(value)


def _word(line: Mapping[str, Any], name: str, words: type[StrEnum], required: bool = False) -> Any:
    value = line.get(name)
    if value is None and not required:
        return None
    if not isinstance(value, str) or value not in list(words):
        raise Invalid(f"{name} 应为 {'、'.join(words)} 之一", name)
    return words(value)


def _level(line: Mapping[str, Any]) -> int | None:
    value = line.get("fault_level")
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 4:
        raise Invalid("fault_level 应为 1 至 4 的整数", "fault_level")
    return value


def _flag(line: Mapping[str, Any], name: str) -> bool | None:
    value = line.get(name)
    if value is not None and not isinstance(value, bool):
        raise Invalid(f"{name} 应为 true 或 false", name)
    return value
