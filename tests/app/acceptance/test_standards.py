"""Each promise is held against the facts of its period; decisions stay where their figures stay."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from app.acceptance import standards
from app.acceptance.facts import standards as all_standards
from app.duties.queries import state_counts
from app.tickets import service as tickets
from models.acceptance import Conformity
from models.contract import Project
from models.duties import Occurrence
from sla.acceptance import Evidence
from sla.errors import Conflict, Forbidden, Invalid
from tests.app.acceptance import world
from tests.app.acceptance.world import FAILED, PASSED, SAID
from tests.app.personas import at, new_ticket, project
from tests.app.visitors import named

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
FIRST, LAST = date(2025, 6, 3), date(2026, 6, 2)
NOW = "2026-06-15 09:00"


def found(session, row, start, first=FIRST, last=LAST):
    """Return the standards of a row whose words begin so, by their words."""
    every = all_standards(session, first, last, at(NOW))
    return {
        one.standard: one
        for one in every
        if one.project and one.project.seq == row and one.standard.startswith(start)
    }


def answered(session, row, reported, answered_at):
    """Let a ticket be opened by the hotline and answered; it stays open, so it is not settled."""
    ticket = new_ticket(session, named(session, "hotline"), row, reported, title=f"{row} {reported}")
    tickets.respond(session, named(session, "manager"), ticket, at(answered_at))
    return ticket


def test_a_clock_is_counted_with_the_target_it_was_measured_by(session):
    answered(session, 6, "2025-07-04 10:00", "2025-07-04 10:04")  # a workday: at once
    answered(session, 6, "2025-07-05 10:00", "2025-07-05 10:20")  # a Saturday: thirty minutes
    answered(session, 6, "2025-07-04 11:00", "2025-07-04 11:20")  # a workday, late
    texts = {said: one.found for said, one in found(session, 6, "响应").items()}
    assert texts == {
        "响应：实时（按约定 5 分钟）（工作日），按 7×24 小时计": "达标 1 次，超时 1 次；达标率 50.00%",
        "响应：30 分内（非工作日），按 7×24 小时计": "达标 1 次，超时 0 次；达标率 100.00%",
    }


def test_settled_and_open_tickets_are_counted_alike(session):
    bureau = named(session, "bureau")
    for row in (1, 6):
        done = answered(session, row, "2025-07-04 10:00", "2025-07-04 10:04")
        tickets.cancel(session, bureau, done, at("2025-07-04 10:30"), reason="单位撤回")
        assert done.settled
        answered(session, row, "2025-07-04 14:00", "2025-07-04 14:03")
    for row in (1, 6):
        counts = [one.evidence for one in found(session, row, "响应").values()]
        assert Evidence(2, 2) in counts, row


def test_a_clock_counts_in_the_period_in_which_it_was_decided(session):
    answered(session, 1, "2025-07-31 23:50", "2025-08-01 00:05")
    first = found(session, 1, "响应", last=date(2025, 7, 31))
    second = found(session, 1, "响应", first=date(2025, 8, 1))
    assert [one.found for one in first.values()] == ["期间没有发生"]
    assert [one.evidence for one in second.values()] == [Evidence(1, 1)]


def test_a_paralysis_under_the_contracts_floor_is_a_standard_of_the_contract(session):
    ticket = new_ticket(
        session, named(session, "hotline"), 2, "2025-07-05 03:00", title="全停", paralysis=True
    )
    tickets.respond(session, named(session, "manager"), ticket, at("2025-07-05 03:30"))
    floor = next(one for one in all_standards(session, FIRST, LAST, at(NOW)) if one.item == "floor")
    assert floor.project is None
    assert (floor.standard, floor.evidence) == (
        "响应：系统瘫痪时 60 分钟内，全天计（合同底线）",
        Evidence(1, 1),
    )


def test_duties_are_those_of_the_lists_of_duties(session):
    counts = state_counts(session, named(session, "bureau"), FIRST, LAST, at(NOW))
    every = all_standards(session, FIRST, LAST, at(NOW))
    for row in (1, 30, 43, 45):
        duties = [one for one in every if one.project and one.project.seq == row and "late" in one.detail]
        assert sum(one.evidence.total for one in duties) == sum(counts.get(row, {}).values()), row


def test_rows_with_a_start_of_their_own_owe_only_their_own_days(session):
    def weekly(row, **days):
        """Return how many of row 45's inspections fall due."""
        return sum(one.evidence.total for one in found(session, row, "巡检", **days).values())

    own = session.scalars(select(Project).where(Project.seq == 45)).one().services[0]
    assert (own.starts_on, own.ends_on) == (date(2025, 7, 27), date(2026, 7, 27))
    assert weekly(45) < weekly(45, last=date(2026, 7, 26))
    posting = next(iter(found(session, 40, "驻场").values()))
    starts = session.scalars(select(Project).where(Project.seq == 40)).one().services[0].starts_on
    assert starts > FIRST
    assert posting.evidence.total < next(iter(found(session, 41, "驻场").values())).evidence.total


def test_a_row_that_has_not_begun_is_not_judged(session):
    seqs = {
        one.project.seq for one in all_standards(session, FIRST, date(2025, 7, 26), at(NOW)) if one.project
    }
    assert 45 not in seqs
    seqs = {
        one.project.seq for one in all_standards(session, FIRST, date(2025, 7, 27), at(NOW)) if one.project
    }
    assert 45 in seqs


def test_what_nobody_measures_here_is_left_to_a_person(session):
    told = found(session, 34, "准确率") | found(session, 34, "闭环率")
    assert len(told) == 2
    assert {one.evidence.proposal for one in told.values()} == {None}
    assert all("请按乙方提交的资料判定" in one.found for one in told.values())


def test_a_duty_without_a_cycle_is_listed_and_not_judged(session):
    of = world.opened(session)
    row = next(row for row in standards.of_project(session, of, project(session, 1)) if not row.to_judge)
    assert row.found == "没有约定周期，不判定；期间留有记录 0 次"
    with pytest.raises(Conflict, match="不判定"):
        standards.judge(session, named(session, "bureau"), of, row.id, PASSED, "", at(SAID))


def test_a_remark_is_needed_against_the_figures_and_for_every_no(session):
    of, bureau = world.opened(session), named(session, "bureau")
    rows = standards.of_project(session, of, project(session, 1))
    response = next(row for row in rows if row.standard.startswith("响应"))
    inspection = next(row for row in rows if row.standard.startswith("巡检"))
    standards.judge(session, bureau, of, response.id, PASSED, "", at(SAID))
    for row, opinion in ((response, FAILED), (inspection, PASSED), (inspection, FAILED)):
        with pytest.raises(Invalid, match="请说明理由"):
            standards.judge(session, bureau, of, row.id, opinion, " ", at(SAID))
    standards.judge(session, bureau, of, inspection.id, PASSED, "纸质记录齐全", at(SAID))
    with pytest.raises(Forbidden):
        standards.judge(session, named(session, "manager"), of, response.id, PASSED, "", at(SAID))


def test_taking_the_figures_anew_keeps_what_did_not_change_and_reopens_what_did(session):
    of, bureau = world.opened(session), named(session, "bureau")
    rows = {
        row.standard[:2]: row
        for row in standards.of_project(session, of, project(session, 1))
        if row.to_judge
    }
    for word, remark in (("响应", ""), ("巡检", "缺检")):
        opinion = PASSED if word == "响应" else FAILED
        standards.judge(session, bureau, of, rows[word].id, opinion, remark, at(SAID))
    waived = session.scalars(
        select(Occurrence).where(Occurrence.obligation_id == int(rows["巡检"].item.split(":")[1]))
    ).all()[0]
    waived.waived_at, waived.waived_by_id, waived.waived_reason = at(SAID), bureau.id, "停电"
    session.flush()
    assert standards.refresh(session, bureau, of, at(SAID))["again"] == 1
    assert rows["响应"].conforms is PASSED
    assert (rows["巡检"].conforms, rows["巡检"].again, rows["巡检"].remark) == (None, True, "缺检")
    assert "豁免 1 次" in rows["巡检"].found
    assert standards.refresh(session, bureau, of, at(SAID))["again"] == 0
    ids = session.scalars(select(Conformity.id).where(Conformity.acceptance_id == of.id)).all()
    assert len(ids) == 478
