"""C1 to C14 said a second time, as naively as possible, from the contract's rows alone.

Written apart from the rules in ``sla`` and using none of them: one line of facts in, plain dictionaries
out. Open time is walked (``oracle.Walk``), workdays are counted one day after the other.
"""

from datetime import date, datetime, timedelta, timezone
from functools import cache
from typing import Any

from tests.sla.oracle import Walk
from tests.sla.seeded import KINDS, YEARS, table

SHANGHAI = timezone(timedelta(hours=8))
REALTIME_MINUTES = 5
FLOOR_MINUTES = 60
PUBLISHED = {int(row["year"]) for row in YEARS if row["status"] == "published"}
PROJECTS = {int(row["seq"]): row for row in table("projects.csv")}
TARGETS = table("targets.csv")
CONDITIONS = ("day", "severity", "complexity", "fault_level", "remote")
SEEN_IN_THE_CALENDAR = ("5x8", "6x8")

Facts = dict[str, Any]
Row = dict[str, str]
Pauses = list[tuple[datetime, datetime]]


def clocks(facts: Facts) -> list[Facts]:
    """All clocks of one line of facts, by kind."""
    started = _starts(facts)
    found = [_clock(facts, kind, started[kind]) for kind in sorted(started)]
    return [clock for clock in found if clock is not None]


def _starts(facts: Facts) -> dict[str, datetime]:
    """The raw start of every clock this ticket could have (C1, C6, C7, C8)."""
    kind, reported = facts["kind"], _instant(facts["reported_at"])
    starts = {"response": reported}
    if facts.get("onsite_requested_at"):
        starts["onsite"] = _instant(facts["onsite_requested_at"])
    elif (facts.get("stops") or {}).get("onsite"):
        starts["onsite"] = reported
    if kind == "security":
        starts["containment"] = reported
    if kind in ("incident", "security"):
        starts["recovery"] = reported
    if kind == "change":
        starts["change"] = reported
    return starts


def _clock(facts: Facts, kind: str, start: datetime) -> Facts | None:
    row = _target(facts, kind, start)
    found = _by_row(facts, kind, start, row) if row else None
    if kind == "response" and facts.get("paralysis"):
        floor = start + timedelta(minutes=FLOOR_MINUTES)
        if found is None or floor < found["due_at"]:
            found = {"minutes": FLOOR_MINUTES, "window": "7x24", "due_at": floor}
    if found is None:
        return None
    due = found["due_at"]
    return {
        "kind": kind,
        **found,
        "starts_at": _text(start),
        "due_at": _text(due),
        "verdict": _verdict(facts, kind, due),
        "provisional": row is not None and _provisional(facts, row, start, due),
    }


def _by_row(facts: Facts, kind: str, start: datetime, row: Row) -> Facts:
    """What the row alone promises (C3, C4, C13)."""
    window = row["window"] or PROJECTS[facts["project"]]["window"]
    if row["workdays"]:
        return {"minutes": None, "window": window, "due_at": _after_workdays(start, int(row["workdays"]))}
    minutes = int(row["minutes"]) or REALTIME_MINUTES
    pauses = _pauses(facts) if kind in ("onsite", "containment", "recovery") else []
    due = _walk(window).deadline(start, minutes * 60, pauses)
    return {"minutes": minutes, "window": window, "due_at": due}


def _target(facts: Facts, kind: str, start: datetime) -> Row | None:
    """The row that holds with most conditions, then fewest minutes (C2)."""
    said = _believed(facts, start)
    holding = []
    for row in TARGETS:
        if row["project"] != str(facts["project"]) or row["kind"] != kind or row["ratio"]:
            continue
        asked = {name: row[name] for name in CONDITIONS if row[name]}
        if all(said[name] == value for name, value in asked.items()):
            holding.append((-len(asked), int(row["minutes"] or 0), row))
    holding.sort(key=lambda entry: entry[:2])
    return holding[0][2] if holding else None


def _believed(facts: Facts, start: datetime) -> dict[str, str]:
    """What the conditions are compared with: the strict reading until a loose one is confirmed (C9)."""
    believed = {"severity": "major", "complexity": "normal", "fault_level": "1"}
    if facts.get("confirmed"):
        believed |= {name: str(facts[name]) for name in believed if facts.get(name)}
    failed = facts.get("remote_failed") and facts.get("onsite_requested_at")
    worked = _walk("5x8").worked(start.astimezone(SHANGHAI).date())
    return {
        **believed,
        "day": "workday" if worked else "non_workday",
        "remote": "failed" if failed else "",
    }


def _pauses(facts: Facts) -> Pauses:
    """What stands still; a pause not ended yet ends at now (T5)."""
    return [(_instant(begin), _instant(end or facts["now"])) for begin, end in facts.get("pauses") or []]


def _verdict(facts: Facts, kind: str, due: datetime) -> str:
    """C14; without ``now`` nobody knows yet whether a running clock is late."""
    stopped = (facts.get("stops") or {}).get(kind)
    if stopped:
        return "met" if _instant(stopped) <= due else "breached"
    return "breached" if facts.get("now") and _instant(facts["now"]) >= due else "running"


def _provisional(facts: Facts, row: Row, start: datetime, due: datetime) -> bool:
    """Whether a year without notice was looked at on the way to the due time (T2)."""
    first, last = start.astimezone(SHANGHAI).date(), due.astimezone(SHANGHAI).date()
    window = row["window"] or PROJECTS[facts["project"]]["window"]
    looked_at = set()
    if row["day"]:
        looked_at.add(first.year)
    if row["workdays"]:
        # Due at 24:00 of the last day counted; the day after it is not looked at.
        looked_at |= {first.year, (last - timedelta(days=1)).year}
    elif window in SEEN_IN_THE_CALENDAR:
        looked_at |= set(range(first.year, last.year + 1))
    return not looked_at <= PUBLISHED


def _after_workdays(start: datetime, count: int) -> datetime:
    """24:00 of the Nth workday after the day of the start (T6)."""
    day = start.astimezone(SHANGHAI).date()
    while count:
        day += timedelta(days=1)
        count -= _walk("5x8").worked(day)
    return _midnight_after(day)


def _midnight_after(day: date) -> datetime:
    following = day + timedelta(days=1)
    return datetime(following.year, following.month, following.day, tzinfo=SHANGHAI)


@cache
def _walk(window: str) -> Walk:
    return Walk(window, KINDS)


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _text(at: datetime) -> str:
    return at.astimezone(SHANGHAI).isoformat()
