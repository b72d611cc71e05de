"""When people are told of a clock: shares of open time, the due time, and nothing while it stands still."""

from __future__ import annotations

from typing import Any

import pytest

from sla.alerts import alerts
from sla.clock import Derivation
from sla.clocks import derive
from sla.targets import Target
from sla.timeline import Event
from sla.vocab import EventKind, Side, TargetKind, Verdict, Window
from sla.when import SHANGHAI
from tests.sla.story import BOOK, at, project, target

RESPONSE, RECOVERY = target("response", 30), target("recovery", 240)


def event(seq: int, what: EventKind, when: str, side: Side = Side.SUPPLIER, /, **data: Any) -> Event:
    return Event(seq, what, side, at(when), at(when), data)


def opened(when: str, **data: Any) -> Event:
    return event(1, EventKind.OPENED, when, Side.UNIT, kind="incident", **data)


def told(derived: Derivation, kind: str) -> list[tuple[str, str]]:
    clock = next(c for c in derived.clocks if c.kind == kind)
    return [
        (str(one.kind), one.at.astimezone(SHANGHAI).strftime("%m-%d %H:%M:%S"))
        for one in alerts(derived, clock, BOOK)
    ]


def test_a_running_clock_is_told_at_half_at_four_fifths_and_at_its_due_time() -> None:
    derived = derive([opened("2025-07-01 09:00")], project(RESPONSE), BOOK, at("2025-07-01 09:01"))
    assert told(derived, "response") == [
        ("half", "07-01 09:15:00"),
        ("nearly", "07-01 09:24:00"),
        ("breached", "07-01 09:30:00"),
    ]


def test_shares_are_counted_in_open_time() -> None:
    # Friday 16:00: two hours are open that day, the other two on Monday.
    derived = derive(
        [opened("2025-07-04 16:00")], project(RECOVERY, window=Window.WORKDAYS), BOOK, at("2025-07-04 16:01")
    )
    assert told(derived, "recovery") == [
        ("half", "07-04 18:00:00"),
        ("nearly", "07-07 09:12:00"),
        ("breached", "07-07 10:00:00"),
    ]


def test_a_pause_that_is_over_moves_what_lies_behind_it_and_nothing_before() -> None:
    events = [
        opened("2025-07-01 09:00"),
        event(2, EventKind.PAUSED, "2025-07-01 11:30", reason="awaiting_unit"),
        event(3, EventKind.RESUMED, "2025-07-01 12:30"),
    ]
    derived = derive(events, project(RECOVERY), BOOK, at("2025-07-01 12:30"))
    assert told(derived, "recovery") == [
        ("half", "07-01 11:00:00"),
        ("nearly", "07-01 13:12:00"),
        ("breached", "07-01 14:00:00"),
    ]


def test_what_stands_still_has_nothing_to_tell_but_the_response_goes_on() -> None:
    events = [
        opened("2025-07-01 09:00"),
        event(2, EventKind.PAUSED, "2025-07-01 09:10", reason="awaiting_unit"),
    ]
    derived = derive(events, project(RESPONSE, RECOVERY), BOOK, at("2025-07-01 09:12"))
    assert told(derived, "recovery") == []
    assert len(told(derived, "response")) == 3


def test_a_breach_is_told_by_its_due_time_and_a_clock_that_was_met_not_at_all() -> None:
    events = [opened("2025-07-01 09:00"), event(2, EventKind.RESPONDED, "2025-07-01 11:00")]
    derived = derive(events, project(RESPONSE, RECOVERY), BOOK, at("2025-07-01 11:00"))
    assert told(derived, "response") == [("breached", "07-01 09:30:00")]
    met = derive(
        [events[0], event(2, EventKind.RESPONDED, "2025-07-01 09:20")],
        project(RESPONSE),
        BOOK,
        at("2025-07-01 12:00"),
    )
    assert met.clocks[0].verdict is Verdict.MET
    assert told(met, "response") == []


@pytest.mark.parametrize(
    ("workdays", "expected"),
    [
        (1, ["breached"]),
        (3, ["half", "nearly", "breached"]),
        (5, ["half", "nearly", "breached"]),
    ],
)
def test_a_target_in_workdays_is_told_at_whole_days(workdays: int, expected: list[str]) -> None:
    small = Target(TargetKind.CHANGE, workdays=workdays)
    events = [event(1, EventKind.OPENED, "2025-07-01 09:00", Side.UNIT, kind="change")]
    found = told(derive(events, project(small), BOOK, at("2025-07-01 09:00")), "change")
    assert [kind for kind, _ in found] == expected
    assert all(moment.endswith("00:00:00") for _, moment in found)


def test_what_was_agreed_in_real_time_is_told_too() -> None:
    derived = derive(
        [opened("2025-07-01 09:00")],
        project(target("response", 0)),
        BOOK,
        at("2025-07-01 09:00"),
    )
    assert told(derived, "response")[:2] == [("half", "07-01 09:02:30"), ("nearly", "07-01 09:04:00")]


def test_alerts_are_in_order_and_the_last_is_the_due_time() -> None:
    derived = derive([opened("2025-07-01 09:00")], project(RESPONSE, RECOVERY), BOOK, at("2025-07-01 09:01"))
    for clock in derived.clocks:
        moments = [one.at for one in alerts(derived, clock, BOOK)]
        assert moments == sorted(moments)
        assert moments[-1] == clock.due_at
