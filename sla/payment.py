"""The two payments of a service year (P1): what each waits for, who owes it, and when it is due.

A gate is met by facts alone. While one is open the stage waits and is never late; once all are met it has a
due day, and is late from the day after. Days are Shanghai days; a due day ends at 24:00 (T6).
"""

from __future__ import annotations

from datetime import date

from sla.calendar import Calendar
from sla.gates import add_workdays, all_met_on, first_gates, gates_of
from sla.payment_facts import PaymentState, Readings, RowFacts, Stage, StageFacts, Terms


def judge(facts: StageFacts, terms: Terms, readings: Readings, calendar: Calendar, today: date) -> Stage:
    """Return a stage as it stands on a day (P1)."""
    rows, aside = _concerned(facts, terms, today)
    gates = gates_of(facts, terms, readings, rows, aside, calendar, today)
    met_on = all_met_on(gates)
    if facts.released_on and met_on is None:
        met_on = facts.released_on  # what came after the release does not take it back
    due, provisional = _due(facts, terms, readings, calendar, met_on)
    state, late, excused = _state(facts, met_on, due, today)
    return Stage(
        facts.stage, gates, met_on, due, provisional, state, late, excused, tuple(row.seq for row in rows)
    )


# -- who is concerned ---------------------------------------------------------------------------------


def _concerned(
    facts: StageFacts, terms: Terms, today: date
) -> tuple[list[RowFacts], tuple[tuple[int, str], ...]]:
    """Return the projects the stage asks about, and those it leaves aside with the reason.

    For the first payment a project counts once it is in service. One that begins after everybody else's
    conditions were complete comes too late to open them again; the bureau may decide that it counts.
    """
    ordered = sorted(facts.rows, key=lambda row: (row.starts_on, row.seq))
    if facts.stage != 1 or facts.year is None:
        return sorted(ordered, key=lambda row: row.seq), ()
    first = facts.year[0]
    taken = [row for row in ordered if row.counts or row.starts_on <= first]
    aside: list[tuple[int, str]] = []
    for row in (row for row in ordered if not row.counts and row.starts_on > first):
        complete = all_met_on(first_gates(facts, terms, taken, today))
        if row.counts is None and row.starts_on <= min(today, complete or today):
            taken.append(row)
        else:
            decided = "，局方已决定不计入" if row.counts is False else ""
            aside.append((row.seq, f"自 {row.starts_on} 起服务，不适用{decided}"))
    return sorted(taken, key=lambda row: row.seq), tuple(sorted(aside))


# -- days ---------------------------------------------------------------------------------------------


def _due(
    facts: StageFacts, terms: Terms, readings: Readings, calendar: Calendar, met_on: date | None
) -> tuple[date | None, bool]:
    """Return the due day, and whether an estimated year was consulted.

    While gates of the first payment are open it is the earliest day it can be.
    """
    if facts.stage == 1:
        if facts.year is None:
            return None, False
        due, provisional = add_workdays(calendar, facts.year[0], terms.stage1_workdays)
        if readings.effect_only:
            return due, provisional
        return max(due, met_on or due), provisional
    start = _start_of_second(facts)
    if met_on is None or start is None:
        return None, False
    due, provisional = add_workdays(calendar, start, terms.stage2_workdays)
    return max(due, met_on), provisional


def _start_of_second(facts: StageFacts) -> date | None:
    """Return the later of the acceptance passed and the confirmed invoices received."""
    days = [one.received_on for one in facts.invoices if one.confirmed_on]
    days += [facts.accepted.passed_on] if facts.accepted.passed_on else []
    return max(days, default=None)


def _state(
    facts: StageFacts, met_on: date | None, due: date | None, today: date
) -> tuple[PaymentState, int, bool]:
    """Return the state, by how many days it is late, and whether the treasury's delay excuses that."""
    excused = bool(due and facts.filed_on and facts.filed_on <= due)
    late = 0
    if due and met_on and not excused:
        late = max(0, ((facts.paid_on or today) - due).days)
    if facts.paid_on:
        return PaymentState.PAID, late, excused
    if met_on is None:
        return PaymentState.OPEN, 0, False
    if late:
        return PaymentState.LATE, late, False
    if facts.filed_on:
        return PaymentState.FILED, 0, excused
    if facts.released_on:
        return PaymentState.RELEASED, 0, False
    return (PaymentState.PREPARED if facts.prepared else PaymentState.PAYABLE), 0, False
