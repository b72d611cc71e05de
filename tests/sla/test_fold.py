"""The figures of a period are a fold over its rows (F1, F2, F4); the examples are those of docs/rules.md."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from seeds.rows import OBLIGATION_KINDS
from sla.attendance import AttendanceRow
from sla.clock import Clock
from sla.figures import Figure
from sla.fold import figures, states, totals, workday_targets
from sla.obligations import Slot, indicator_of, state_of
from sla.period import after, quarter
from sla.period import month as month_period
from sla.rows import ClockRow, MilestoneRow, OccurrenceRow, PeriodRows, ProjectRow, TicketRow, UnitRow
from sla.vocab import (
    ClockKind,
    Cycle,
    EventKind,
    Half,
    Indicator,
    OccurrenceState,
    TicketKind,
    TicketState,
    Verdict,
    Window,
)
from sla.when import SHANGHAI

JULY = date(2025, 7, 1)
BUREAU, OTHER = UnitRow(1, "财政局"), UnitRow(2, "教育局")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


def ticket(number: int, project: int = 1, opened: str = "2025-07-10 09:00", **said: object) -> TicketRow:
    times = {
        name: at(value) for name, value in said.items() if name.endswith("_at") and isinstance(value, str)
    }
    row = TicketRow(
        number,
        f"GD{number:06d}",
        "平台打不开",
        project,
        TicketKind.INCIDENT,
        TicketState.WORKING,
        at(opened),
        at(opened),
    )
    return replace(row, **(said | times))  # type: ignore[arg-type]


def clock(
    of: int, verdict: Verdict, decided: str | None, kind: ClockKind = ClockKind.RESPONSE, project: int = 1
) -> ClockRow:
    start = at("2025-07-10 09:00")
    made = Clock(kind, 0, 30, Window.ALWAYS, start, start, verdict=verdict)
    return ClockRow(of, project, replace(made, decided_at=at(decided) if decided else None), start)


def month(clocks: list[ClockRow], tickets: list[TicketRow] | None = None) -> PeriodRows:
    return PeriodRows(
        period=month_period(JULY),
        as_of=at("2025-08-05 12:00"),
        data_until=at("2025-08-05 12:00"),
        projects=(
            ProjectRow(1, "甲系统", "财政局", BUREAU),
            ProjectRow(2, "乙系统", "财政局下属中心", BUREAU),
            ProjectRow(3, "丙系统", "教育局", OTHER),
        ),
        clocks=tuple(clocks),
        tickets=tuple(tickets or [ticket(1), ticket(2, 2), ticket(3, 3)]),
    )


def test_a_clock_counts_in_the_shanghai_month_in_which_it_was_decided() -> None:
    last_second = clock(1, Verdict.MET, "2025-07-31 23:59:59")
    midnight = clock(1, Verdict.MET, "2025-08-01 00:00:00")
    before = clock(1, Verdict.MET, "2025-06-30 23:59:59")
    first_second = clock(1, Verdict.BREACHED, "2025-07-01 00:00:00")
    kept = figures(month([last_second, midnight, before, first_second])).contract
    assert kept[Indicator.RESPONSE] == Figure(1, 2)


def test_what_is_undecided_or_void_counts_nowhere() -> None:
    rows = month([clock(1, Verdict.RUNNING, None), clock(1, Verdict.VOID, None)])
    assert figures(rows).contract[Indicator.RESPONSE] == Figure()


def test_an_exempt_breach_stands_beside_the_rate() -> None:
    decided = "2025-07-10 10:00"
    rows = month([clock(1, Verdict.EXEMPT, decided), clock(1, Verdict.MET, decided)])
    kept = figures(rows).contract[Indicator.RESPONSE]
    assert (kept, kept.rate) == (Figure(1, 1, exempt=1), Decimal("100.00"))


def test_without_facts_there_is_no_rate() -> None:
    kept = figures(month([])).contract
    assert {indicator: figure.as_dict() for indicator, figure in kept.items()} == {
        indicator: {"met": 0, "total": 0, "rate": None} for indicator in Indicator
    }


def test_a_target_in_workdays_belongs_to_no_indicator_but_its_breach_shows() -> None:
    rows = month([clock(1, Verdict.BREACHED, "2025-07-10 10:00", ClockKind.CHANGE)])
    assert all(not figure.total for figure in figures(rows).contract.values())
    assert len(rows.breaches) == 1
    assert workday_targets(rows) == Figure(0, 1)


def test_a_sub_unit_is_counted_with_its_parent_and_the_whole_is_the_sum_of_its_parts() -> None:
    decided = "2025-07-10 10:00"
    rows = month(
        [
            clock(1, Verdict.MET, decided),
            clock(2, Verdict.BREACHED, decided, project=2),
            clock(3, Verdict.MET, decided, project=3),
        ]
    )
    kept = figures(rows)
    assert kept.units[BUREAU][Indicator.RESPONSE] == Figure(1, 2)
    assert kept.units[OTHER][Indicator.RESPONSE] == Figure(1, 1)
    assert kept.projects[2][Indicator.RESPONSE] == Figure(0, 1)
    assert kept.contract[Indicator.RESPONSE] == Figure(2, 3)
    assert str(kept.contract[Indicator.RESPONSE].rate) == "66.67"


def test_first_fix_counts_what_was_accepted_in_the_month_and_never_rejected() -> None:
    accepted: dict[str, Any] = {"accepted_at": "2025-07-20 10:00"}
    rows = month(
        [],
        [
            ticket(1, **accepted),
            ticket(2, **accepted, rejections=2),
            ticket(3, **accepted, kind=TicketKind.SECURITY),
            ticket(4, **accepted, kind=TicketKind.REQUEST),
            ticket(5, accepted_at="2025-08-01 00:00"),
            ticket(6),
        ],
    )
    kept = figures(rows).contract[Indicator.FIRST_FIX]
    assert (kept, str(kept.rate)) == (Figure(2, 3), "66.67")


def test_satisfaction_is_the_mean_of_the_ratings_over_five() -> None:
    rated = [
        ticket(number, closed_at="2025-07-20 10:00", rating=rating) for number, rating in enumerate((5, 4, 2))
    ]
    later = ticket(9, closed_at="2025-08-01 00:00", rating=1)
    unrated = ticket(8, closed_at="2025-07-20 10:00")
    kept = figures(month([], [*rated, later, unrated])).contract[Indicator.SATISFACTION]
    assert (kept, str(kept.rate)) == (Figure(11, 15), "73.33")


def test_backentry_counts_records_by_the_month_they_were_recorded_in() -> None:
    def stop(recorded: str, late: bool) -> MilestoneRow:
        return MilestoneRow(EventKind.RESPONDED, at("2025-06-30 23:00"), at(recorded), late)

    stops = (
        stop("2025-06-30 23:59:59", False),
        stop("2025-07-01 00:00:00", True),
        stop("2025-07-31 23:59:59", False),
        stop("2025-08-01 00:00:00", True),
    )
    kept = figures(month([], [ticket(1, milestones=stops)])).contract[Indicator.BACKENTRY]
    assert (kept, str(kept.rate)) == (Figure(1, 2), "50.00")


def test_tickets_that_came_in_are_those_that_went_out() -> None:
    rows = month(
        [],
        [
            ticket(1, opened="2025-06-30 23:59:59"),
            ticket(2, opened="2025-07-01 00:00:00", closed_at="2025-07-31 23:59:59"),
            ticket(3, opened="2025-06-10 09:00", cancelled_at="2025-07-01 00:00:00"),
            ticket(4, opened="2025-07-31 23:59:59", closed_at="2025-08-01 00:00:00"),
            ticket(5, opened="2025-08-01 00:00:00"),
        ],
    )
    kept = totals(rows)
    assert (kept.opened, kept.carried_in, kept.closed, kept.cancelled, kept.carried_out) == (2, 2, 1, 1, 2)


def test_tickets_that_do_not_reconcile_are_an_error() -> None:
    both = ticket(1, closed_at="2025-07-12 09:00", cancelled_at="2025-07-13 09:00")
    with pytest.raises(ValueError, match="do not reconcile"):
        totals(month([], [both]))


# -- duties and attendance ----------------------------------------------------------------------------

LOOKED = "2025-08-05 12:00"


def due(
    opens: str,
    closes: str,
    done: str | None = None,
    *,
    project: int | None = 1,
    kind: str = "inspection",
    waived: bool = False,
    now: str = LOOKED,
) -> OccurrenceRow:
    slot, done_at = Slot(at(opens), at(closes)), at(done) if done else None
    state = state_of(slot, done_at, waived, at(now))
    return OccurrenceRow(1, project, "巡检", kind, Cycle.WEEKLY, slot, state, done_at)


def half(day: str, required: int, present: int, project: int = 1, posting: int = 1) -> AttendanceRow:
    people = tuple(range(present))
    return AttendanceRow(
        project, "财政局", posting, date.fromisoformat(day), Half.MORNING, required, present, people, ()
    )


def test_an_occurrence_counts_in_the_month_of_its_windows_last_day() -> None:
    ends_in_july = due("2025-06-30 00:00", "2025-07-07 00:00", "2025-06-30 10:00")
    last_day = due("2025-07-01 00:00", "2025-08-01 00:00", "2025-07-31 23:59:59")
    ends_in_august = due("2025-07-28 00:00", "2025-08-04 00:00", "2025-07-28 10:00")
    ended_in_june = due("2025-06-23 00:00", "2025-07-01 00:00", "2025-07-02 10:00")
    rows = replace(month([]), occurrences=(ends_in_july, last_day, ends_in_august, ended_in_june))
    assert figures(rows).contract[Indicator.INSPECTION] == Figure(2, 2)


def test_late_and_missed_are_breached_waived_stands_beside_and_what_is_open_is_not_counted() -> None:
    week = "2025-07-07 00:00", "2025-07-14 00:00"
    rows = replace(
        month([]),
        occurrences=(
            due(*week, "2025-07-13 23:59:59"),
            due(*week, "2025-07-14 00:00:00"),
            due(*week),
            due(*week, waived=True),
            due(*week, now="2025-07-10 12:00"),
        ),
    )
    kept = figures(rows).contract[Indicator.INSPECTION]
    assert (kept, str(kept.rate)) == (Figure(1, 3, exempt=1, pending=1), "33.33")
    assert list(states(rows).values()) == [1, 1, 1, 1, 1]
    assert list(states(rows))[-1] is OccurrenceState.PENDING


def test_each_occurrence_belongs_to_one_indicator_by_the_kind_of_its_obligation() -> None:
    done = "2025-07-07 00:00", "2025-07-14 00:00", "2025-07-08 10:00"
    kinds = ("inspection", "report", "backup", "maintenance", "review", "training", "visit", "other")
    rows = replace(month([]), occurrences=tuple(due(*done, kind=kind) for kind in kinds))
    kept = figures(rows).contract
    assert kept[Indicator.INSPECTION] == Figure(1, 1)
    assert kept[Indicator.DOCUMENT] == Figure(1, 1)
    assert kept[Indicator.DUTY] == Figure(6, 6)


def test_every_kind_of_the_contract_has_its_indicator() -> None:
    found = {indicator_of(kind) for kind in OBLIGATION_KINDS}
    assert found == {Indicator.INSPECTION, Indicator.DUTY, Indicator.DOCUMENT}


def test_the_contract_is_the_sum_of_its_projects_and_of_what_is_due_for_the_whole() -> None:
    done = "2025-07-01 00:00", "2025-08-01 00:00", "2025-07-08 10:00"
    rows = replace(
        month([]),
        occurrences=(
            due(*done, kind="report"),
            due(*done, kind="report", project=3),
            due("2025-07-01 00:00", "2025-08-01 00:00", kind="report", project=None),
        ),
    )
    kept = figures(rows)
    assert kept.whole[Indicator.DOCUMENT] == Figure(0, 1)
    assert kept.contract[Indicator.DOCUMENT] == Figure(2, 3)
    assert sum((kept.units[unit][Indicator.DOCUMENT] for unit in (BUREAU, OTHER)), Figure()) == Figure(2, 2)


def test_a_surplus_of_one_posting_fills_no_gap_of_another() -> None:
    # Two heads and three people: the row says two. One of two heads lacks elsewhere.
    rows = replace(
        month([]),
        attendance=(
            half("2025-07-01", 2, 2),
            half("2025-07-01", 2, 1, project=3, posting=2),
            half("2025-08-01", 2, 0),
        ),
    )
    kept = figures(rows)
    assert kept.contract[Indicator.ATTENDANCE] == Figure(3, 4)
    assert str(kept.contract[Indicator.ATTENDANCE].rate) == "75.00"
    assert kept.projects[2][Indicator.ATTENDANCE].rate is None


def test_a_quarter_is_the_fold_over_the_facts_of_its_three_months() -> None:
    """Each row counts once, in the quarter as in one of its months: a rate of rates would be 75."""
    june, last = month_period(date(2025, 6, 1)), month_period(date(2025, 9, 1))
    occurrences = (
        due("2025-06-30 00:00", "2025-07-07 00:00", "2025-07-01 10:00"),
        due("2025-07-28 00:00", "2025-08-04 00:00"),
        due("2025-08-01 00:00", "2025-09-01 00:00", "2025-08-02 10:00"),
    )
    made = month(
        [clock(1, Verdict.MET, "2025-07-31 23:59:59"), clock(1, Verdict.BREACHED, "2025-08-01 00:00")]
    )
    rows = replace(made, occurrences=occurrences, attendance=(half("2025-07-01", 2, 1),))
    periods = [month_period(date(2025, number, 1)) for number in (7, 8, 9)]
    by_month = [figures(replace(rows, period=one)).contract for one in periods]
    whole = figures(replace(rows, period=quarter(date(2025, 7, 1)))).contract
    for indicator in Indicator:
        assert whole[indicator] == sum((one[indicator] for one in by_month), Figure())
    assert whole[Indicator.INSPECTION] == Figure(2, 3)
    assert whole[Indicator.RESPONSE] == Figure(1, 2)
    for outside in (june, after(last)):
        assert all(figure == Figure() for figure in figures(replace(rows, period=outside)).contract.values())
