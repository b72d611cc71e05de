"""The clocks of thousands of invented tickets, set beside the naive reading of the same rules."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sla.clock import ProjectRules, RuleBook
from sla.explain import explain
from sla.targets import Conditions, Target
from sla.vocab import Complexity, DayType, Severity, TargetKind, TicketKind, Window
from tests.sla import naive_clocks
from tests.sla.seeded import CALENDAR, SHIPPED, table

BOOK = RuleBook(CALENDAR, SHIPPED)
SHANGHAI = timezone(timedelta(hours=8))
FIRST, LAST = datetime(2025, 1, 1, tzinfo=SHANGHAI), datetime(2026, 12, 31, 23, 59, 59, tzinfo=SHANGHAI)
COMPARED = ("kind", "minutes", "window", "starts_at", "due_at", "verdict", "provisional")
KINDS = ("incident", "security", "request", "consultation", "change", "data")
TELLING = (2, 3, 5, 6, 9, 14, 16, 18, 22, 24, 34, 44)  # projects whose rows say something unusual
DAYS = (
    *("2025-01-26", "2025-01-27", "2025-02-08", "2025-04-30", "2025-09-26", "2025-09-28", "2025-10-11"),
    *("2025-12-31", "2026-01-04", "2026-02-13", "2026-02-14", "2026-05-09", "2026-12-30", "2026-12-31"),
)
TIMES = ("00:00:00", "07:59:59", "08:00:00", "11:59:59", "12:00:00", "13:58:20", "17:30:00", "18:00:00")


def target(row: dict[str, str]) -> Target:
    return Target(
        TargetKind(row["kind"]),
        minutes=int(row["minutes"]) if row["minutes"] else None,
        workdays=int(row["workdays"]) if row["workdays"] else None,
        ratio=Decimal(row["ratio"]) if row["ratio"] else None,
        when=Conditions(
            day=DayType(row["day"]) if row["day"] else None,
            severity=Severity(row["severity"]) if row["severity"] else None,
            complexity=Complexity(row["complexity"]) if row["complexity"] else None,
            fault_level=int(row["fault_level"]) if row["fault_level"] else None,
            remote=row["remote"] or None,
        ),
        window=Window(row["window"]) if row["window"] else None,
    )


TARGETS = table("targets.csv")
PROJECTS = {
    int(row["seq"]): ProjectRules(
        int(row["seq"]),
        tuple(target(promise) for promise in TARGETS if promise["project"] == row["seq"]),
        Window(row["window"]) if row["window"] else None,
        service=None,
    )
    for row in table("projects.csv")
}

moments = st.one_of(
    st.integers(0, int((LAST - FIRST).total_seconds())).map(lambda n: FIRST + timedelta(seconds=n)),
    st.integers(0, int((LAST - FIRST).total_seconds()) // 60).map(lambda n: FIRST + timedelta(minutes=n)),
    st.tuples(st.sampled_from(DAYS), st.sampled_from(TIMES)).map(
        lambda pair: datetime.fromisoformat(f"{pair[0]}T{pair[1]}+08:00")
    ),
)
around = st.sampled_from([-1, 0, 1])  # seconds from a due time
near = st.one_of(  # lengths in seconds: minutes, a day, two weeks
    st.integers(0, 7200),
    st.integers(0, 1440).map(lambda minutes: minutes * 60),
    st.integers(0, 14 * 1440).map(lambda minutes: minutes * 60),
)


def text(at: datetime, *, utc: bool = False) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if utc else at.astimezone(SHANGHAI).isoformat()


@st.composite
def stated(draw: st.DrawFn) -> dict[str, Any]:
    """What people say about a ticket, each fact said or left out."""
    seq = draw(st.one_of(st.integers(1, 45), st.sampled_from(TELLING)))
    choices: dict[str, st.SearchStrategy[Any]] = {
        "severity": st.sampled_from(["general", "major", None]),
        "complexity": st.sampled_from(["normal", "complex", None]),
        "fault_level": st.sampled_from([1, 2, 3, 4, None]),
        "paralysis": st.booleans(),
        "confirmed": st.booleans(),
    }
    said = {name: draw(values) for name, values in choices.items() if draw(st.booleans())}
    return {"project": seq, "kind": draw(st.sampled_from(KINDS)), **said}


@st.composite
def pauses_from(draw: st.DrawFn, reported: datetime) -> list[list[datetime | None]]:
    """Up to four pauses, overlapping and nested as they come; the last may be open."""
    found: list[list[datetime | None]] = []
    for _ in range(draw(st.sampled_from([0, 0, 1, 2, 3, 4]))):
        begin = reported + timedelta(seconds=draw(near))
        found.append([begin, begin + timedelta(seconds=1 + draw(near))])
    still_open: bool = draw(st.booleans())
    if found and still_open:
        found[-1][1] = None
    return found


@st.composite
def facts(draw: st.DrawFn) -> dict[str, Any]:
    """One line: now and the stops lie around the due times the naive reading gives."""
    line = draw(stated())
    reported = draw(moments)
    line["reported_at"] = text(reported, utc=draw(st.booleans()))
    seen = [reported]
    if draw(st.booleans()):
        seen.append(reported + timedelta(seconds=draw(near)))
        line["onsite_requested_at"] = text(seen[-1])
        if draw(st.booleans()):
            line["remote_failed"] = draw(st.booleans())
    pauses = draw(pauses_from(reported))
    seen += [at for pause in pauses for at in pause if at]
    is_open = any(end is None for _, end in pauses)
    line["pauses"] = [[text(begin), text(end) if end else None] for begin, end in pauses if begin]
    now = draw(_now(line, max(seen), is_open))
    if now:
        line["now"] = text(now)
    line["stops"] = draw(_stops(line, now))
    return line


@st.composite
def _now(draw: st.DrawFn, line: dict[str, Any], latest: datetime, is_open: bool) -> datetime | None:
    """Nothing lies in the future: after all that was said, else no now at all."""
    if not is_open and draw(st.booleans()):
        return None
    now = latest + timedelta(seconds=draw(near))
    dues: list[str] = [] if is_open else [clock["due_at"] for clock in naive_clocks.clocks(line)]
    at_due: bool = draw(st.booleans())
    if dues and at_due:
        now = datetime.fromisoformat(draw(st.sampled_from(dues))) + timedelta(seconds=draw(around))
    return max(now, latest)


@st.composite
def _stops(draw: st.DrawFn, line: dict[str, Any], now: datetime | None) -> dict[str, str]:
    """Stops before, at or after due, never before their start nor after now."""
    stops: dict[str, str] = {}
    arrived = draw(st.booleans()) and not line.get("onsite_requested_at")
    told = {**line, "stops": {"onsite": line["reported_at"]}} if arrived else line
    for clock in naive_clocks.clocks(told):
        if not draw(st.booleans()):
            continue
        start, due = (datetime.fromisoformat(clock[name]) for name in ("starts_at", "due_at"))
        stop = due + timedelta(seconds=draw(around)) if draw(st.booleans()) else start
        if stop == start:
            stop += timedelta(seconds=draw(near))
        if now is None or stop <= now:
            stops[clock["kind"]] = text(stop, utc=draw(st.booleans()))
    if draw(st.booleans()):
        # Without a clock of its kind it stops nothing.
        stops.setdefault(draw(st.sampled_from(["containment", "recovery", "change"])), line["reported_at"])
    return stops


def by_production(line: dict[str, Any]) -> list[dict[str, Any]]:
    answer = explain(line, PROJECTS, BOOK)
    assert answer["project"] == line["project"]
    return [compared(clock) for clock in sorted(answer["clocks"], key=lambda clock: str(clock["kind"]))]


def by_hand(line: dict[str, Any]) -> list[dict[str, Any]]:
    return [compared(clock) for clock in naive_clocks.clocks(line)]


def compared(clock: dict[str, Any]) -> dict[str, Any]:
    """All of a clock but its words."""
    return {name: clock[name] for name in COMPARED}


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(line=facts())
def test_the_clocks_of_any_ticket_are_those_of_the_naive_reading(line):
    assert by_production(line) == by_hand(line)


@pytest.mark.parametrize(
    ("day", "what"),
    [
        ("2025-09-26", "before a make-up Sunday and a week off"),
        ("2026-12-31", "before a year without notice"),
        ("2027-01-02", "in a year without notice"),
    ],
)
def test_every_kind_of_ticket_of_every_project_has_the_clocks_of_its_row(day, what):
    for seq in PROJECTS:
        for kind in TicketKind:
            line = {
                "project": seq,
                "kind": kind.value,
                "reported_at": f"{day}T16:45:30+08:00",
                "onsite_requested_at": f"{day}T17:50:00+08:00",
                "remote_failed": True,
                "now": f"{day}T18:00:01+08:00",
            }
            assert by_production(line) == by_hand(line), what
