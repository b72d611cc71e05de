"""The year of the 45 real projects laid out: how many of each, from when, and only once (O1, O2)."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from sqlalchemy import delete, func, select

from app.contract.service import activate, renew
from app.duties.layout import lay_out
from app.ledger.service import verify
from models.contract import InterpretationVersion, Obligation
from models.duties import Occurrence
from sla.vocab import Cycle
from sla.when import clock_text
from tests.app.duties.world import counted, due, duty, opens, told
from tests.app.personas import at

EFFECTIVE = date(2025, 6, 3)


@pytest.fixture
def laid(session):
    """The contract, in effect, its year laid out."""
    return session


def by_cycle(session) -> dict[Cycle, int]:
    rows = session.execute(
        select(Obligation.cycle, func.count())
        .join(Occurrence, Occurrence.obligation_id == Obligation.id)
        .group_by(Obligation.cycle)
    )
    return {cycle: number for cycle, number in rows}  # noqa: C416, rows are no pairs to the type checker


def test_the_first_year_of_45_projects_has_7740_duties(laid):
    assert by_cycle(laid) == {
        Cycle.DAILY: 13 * 365,
        Cycle.TWICE_DAILY: 2 * 730,
        Cycle.WEEKLY: 20 * 52,
        Cycle.FOUR_PER_MONTH: 48,
        Cycle.MONTHLY: 32 * 12,
        Cycle.QUARTERLY: 11 * 4,
        Cycle.HALF_YEARLY: 3 * 2,
        Cycle.YEARLY: 13,
    }
    assert sum(by_cycle(laid).values()) == 7740


def test_filing_periods_quotas_and_duties_without_a_cycle_lay_out_nothing_yet(laid):
    none = select(Obligation.cycle).where(Obligation.id.not_in(select(Occurrence.obligation_id)))
    assert set(laid.scalars(none)) == {Cycle.FILING_DAILY, Cycle.QUOTA, Cycle.UNSPECIFIED}


def test_the_ledger_gets_the_counts_and_a_digest_and_not_each_row(laid):
    ((_, subject, payload),) = told(laid, "duties.laid_out")
    assert (subject, payload["added"], len(payload["digest"])) == ("contract:1", 7740, 64)
    assert payload["cycles"]["weekly"] == 1040
    assert verify(laid, lambda finding: None).findings == 0


def test_activating_again_and_laying_out_again_add_nothing(laid):
    activate(laid, None, EFFECTIVE, at("2025-06-05 09:00"))
    assert lay_out(laid) == 0
    assert len(told(laid, "duties.laid_out")) == 1


def test_what_is_missing_is_added_without_touching_the_rest(laid):
    gone = opens(laid, duty(laid, 13))[100]
    laid.delete(gone)
    laid.flush()
    before = set(laid.scalars(select(Occurrence.id)))
    activate(laid, None, EFFECTIVE, at("2025-06-05 09:00"))
    after = {one.id: one for one in laid.scalars(select(Occurrence))}
    (new,) = after.keys() - before
    assert before < after.keys()
    assert after[new].opens_at == gone.opens_at
    assert told(laid, "duties.laid_out")[-1][2]["added"] == 1


def test_rows_40_and_45_begin_on_their_own_days(laid):
    first = {row: opens(laid, duty(laid, row))[0] for row in (1, 40, 45)}
    assert {row: clock_text(one.opens_at)[:10] for row, one in first.items()} == {
        1: "2025-06-03",
        40: "2025-07-01",  # a Tuesday: six days of its week are left
        45: "2025-07-28",  # the 27th is a Sunday: one day of seven is not due
    }
    last = opens(laid, duty(laid, 45))[-1]
    assert clock_text(last.closes_at) == "2026-07-27 00:00:00"


def test_row_43_is_inspected_before_and_from_noon_on_each_calendar_day(laid):
    found = opens(laid, duty(laid, 43))
    assert len(found) == 730
    assert [clock_text(one.opens_at) for one in found[:3]] == [
        "2025-06-03 00:00:00",
        "2025-06-03 12:00:00",
        "2025-06-04 00:00:00",
    ]
    festival = Counter(clock_text(one.opens_at)[:10] for one in found)
    assert festival["2025-10-01"] == 2


def test_row_44_inspects_hardware_four_times_a_month_and_software_daily(laid):
    hardware, software = (opens(laid, duty(laid, 44, what)) for what in ("硬件巡检", "软件巡检"))
    assert (len(hardware), len(software)) == (48, 365)
    days = [clock_text(one.opens_at)[5:10] for one in hardware[:5]]
    assert days == ["06-03", "06-08", "06-15", "06-22", "07-01"]


def test_the_monthly_summary_belongs_to_the_whole_contract(laid):
    found = opens(laid, duty(laid, None, "每月工作汇总"))
    assert {one.project_id for one in found} == {None}
    assert len(found) == 12
    assert clock_text(found[0].opens_at) == "2025-06-03 00:00:00"


def test_a_renewal_adds_the_second_year_and_leaves_the_first_as_it_is(laid):
    before = set(laid.scalars(select(Occurrence.id)))
    renew(laid, None, at("2026-05-20 09:00"))
    after = set(laid.scalars(select(Occurrence.id)))
    assert before < after
    added = told(laid, "duties.laid_out")[-1][2]
    assert added["added"] == len(after - before)
    assert added["cycles"]["daily"] == 13 * 365
    assert due(laid, 45, "巡检", "2026-07-27 00:00").service_year_id == 2
    assert due(laid, 13, "巡检", "2026-06-03 00:00").service_year_id == 2
    assert lay_out(laid) == 0


def test_where_daily_duties_rest_on_days_off_none_is_due_then(laid):
    laid.execute(delete(Occurrence))
    version = laid.scalars(
        select(InterpretationVersion).where(InterpretationVersion.key == "daily_on_rest_days")
    ).one()
    version.value = "no"
    agreed = {"key": "daily_on_rest_days", "value": "yes", "status": "agreed", "reason": ""}
    laid.add(InterpretationVersion(**agreed, from_day=date(2025, 7, 1)))
    laid.flush()
    lay_out(laid)
    days = {clock_text(one.opens_at)[:10] for one in opens(laid, duty(laid, 13))}
    assert "2025-06-07" not in days  # a Saturday
    assert {"2025-06-09", "2025-07-05"} <= days  # a Monday; a Saturday after the change


def test_laying_out_asks_a_constant_number_of_questions(laid):
    with counted(laid) as asked:
        lay_out(laid)
    assert len([one for one in asked if one.startswith("SELECT")]) == 9
