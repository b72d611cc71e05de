"""A year is reported, judged, concluded by two, signed by the supplier; a failure is mended, then retried."""

from __future__ import annotations

import json
from datetime import date

import pytest
from sqlalchemy import select

from app.acceptance import concluding, group, queries, service, standards
from app.acceptance.group import NewMember
from models.ledger import LedgerEntry
from sla.acceptance import RoundState
from sla.errors import Conflict, Forbidden, Invalid
from sla.vocab import GroupRole, Role
from tests.app.acceptance import world
from tests.app.acceptance.world import CHECKED, FAILED, FINAL, OPENED, PASSED, REPORTED, SAID, STAGE
from tests.app.personas import at
from tests.app.visitors import named

ONE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def year(session):
    return queries.year(session, 1)


def due_day(session, of):
    due = queries.due_of(session, of)
    assert due is not None
    return due.day


def entries(session, prefix="acceptance."):
    query = select(LedgerEntry).where(LedgerEntry.kind.startswith(prefix)).order_by(LedgerEntry.seq)
    return [(one.kind, json.loads(one.payload)) for one in session.scalars(query)]


# -- reporting ------------------------------------------------------------------------------------------


def test_a_year_passes_from_report_to_signed_report(session, year):
    of = world.opened(session)
    assert (of.first_day, of.last_day) == (date(2025, 6, 3), date(2026, 6, 2))
    assert world.passed(session, year.id, FINAL) is None
    world.finished(session, world.ready(session, of))
    assert of.state is RoundState.PASSED
    assert world.passed(session, year.id, FINAL) is of
    assert of.countersigned_at is None
    concluding.countersign(session, named(session, "manager"), of, at("2026-06-24 09:00"))
    assert of.report_signed
    assert world.failures(session, year.id) == []
    kinds = [kind for kind, _ in entries(session)]
    assert kinds[0] == "acceptance.reported"
    assert kinds[-3:] == ["acceptance.concluded", "acceptance.checked", "acceptance.countersigned"]
    with pytest.raises(Conflict, match="已经合格"):
        world.reported(session, now="2026-07-01 09:00")


@ONE
def test_a_year_is_not_reported_before_it_is_over(session):
    world.handed_in(session, now="2026-06-02 23:00")
    with pytest.raises(Conflict, match="2026-06-03"):
        service.report(session, named(session, "manager"), 1, FINAL, "报告", at("2026-06-02 23:59:59"))
    assert (
        service.report(session, named(session, "manager"), 1, FINAL, "报告", at("2026-06-03 00:00")).round
        == 1
    )


@ONE
def test_a_dossier_that_lacks_a_part_is_refused_with_its_name(session):
    world.handed_in(session, (3, 4, 6, 7))
    with pytest.raises(Invalid, match="还缺：运维应急保障机制。"):
        service.report(session, named(session, "manager"), 1, FINAL, "报告", at(REPORTED))


@ONE
def test_late_is_taken_and_stays_visible(session):
    of = world.reported(session, now="2026-06-26 09:00")
    due = queries.due_of(session, of)
    assert due is not None
    assert (due.day, due.provisional) == (date(2026, 6, 24), False)  # over the Dragon Boat Festival
    assert entries(session)[-1][1]["days_late"] == 2


@ONE
def test_the_first_stage_is_reported_while_the_year_runs(session, year):
    of = world.opened(session, STAGE, "2025-07-02 09:00", "2025-07-01 09:00")
    assert of.last_day == date(2025, 6, 30)
    assert queries.due_of(session, of) is None
    seqs = {one.seq for one, _ in standards.overview(session, of) if one}
    assert 45 not in seqs  # its own year begins on 27 July
    assert len(seqs) == 43 + (40 in seqs)
    world.finished(session, world.ready(session, of, now="2025-07-03 09:00"), then="2025-07-04 09:00")
    assert world.passed(session, year.id, STAGE) is of
    assert world.passed(session, year.id, FINAL) is None


@ONE
def test_only_the_supplier_reports_and_only_the_bureau_opens(session):
    with pytest.raises(Forbidden):
        service.report(session, named(session, "bureau"), 1, FINAL, "报告", at(REPORTED))
    of = world.reported(session)
    with pytest.raises(Forbidden):
        service.open_round(session, named(session, "manager"), of, date(2026, 6, 15), "会议室", at(OPENED))
    with pytest.raises(Conflict, match="还没有组织"):
        group.add(session, named(session, "bureau"), of, NewMember(GroupRole.EXPERT, "赵", "校"), at(OPENED))
    with pytest.raises(Conflict, match="还没有结束"):
        world.reported(session)


# -- failing --------------------------------------------------------------------------------------------


def test_a_failed_round_is_mended_and_passes_the_second_time(session, year):
    first = world.finished(session, world.ready(session, world.opened(session), FAILED), FAILED)
    assert first.state is RoundState.FAILED
    assert first.rework_due == date(2026, 7, 14)  # fifteen workdays after 23 June
    assert world.failures(session, year.id) == [first]
    second = world.opened(session, FINAL, "2026-07-10 09:00", "2026-07-08 09:00")
    assert (second.round, due_day(session, second)) == (2, date(2026, 7, 14))
    assert {one.conforms for one in standards.of_project(session, second, None, whole=True)} == {None}
    world.ready(session, second, now="2026-07-13 09:00")
    world.finished(session, second, now="2026-07-14 09:00", then="2026-07-14 10:00")
    assert world.passed(session, year.id, FINAL) is second
    assert world.failures(session, year.id) == [first]


@ONE
def test_after_the_second_failure_the_bureau_decides_whether_there_is_a_third(session, year):
    first = world.finished(session, world.ready(session, world.opened(session), FAILED), FAILED)
    second = world.opened(session, FINAL, "2026-07-10 09:00", "2026-07-08 09:00")
    world.ready(session, second, FAILED, "2026-07-13 09:00")
    world.finished(session, second, FAILED, "2026-07-14 09:00", "2026-07-14 10:00")
    assert world.failures(session, year.id) == [first, second]
    assert second.rework_due is None
    with pytest.raises(Conflict, match="须由局方决定"):
        world.reported(session, now="2026-07-20 09:00")
    concluding.allow_further(session, named(session, "bureau"), second, "继续补救", at("2026-07-20 09:00"))
    assert second.rework_due == date(2026, 8, 10)
    assert world.reported(session, now="2026-08-12 09:00").round == 3


# -- who decides ----------------------------------------------------------------------------------------


@ONE
def test_a_conclusion_waits_for_group_units_and_standards(session):
    of = world.opened(session)
    with pytest.raises(Conflict) as refused:
        concluding.conclude(session, named(session, "bureau"), of, PASSED, "合格", at(SAID))
    for said in ("组长", "还没有意见的单位：洛阳市教育局", "项标准没有判定"):
        assert said in refused.value.message
    world.with_group(session, of)
    world.units_say(session, of)
    world.judged(session, of)
    with pytest.raises(Conflict, match="还没有签署意见：局方人员bureau、单位联系人contact、赵教授"):
        concluding.conclude(session, named(session, "bureau"), of, PASSED, "合格", at(SAID))


def test_the_second_person_is_another_one_and_may_send_it_back(session):
    of = world.ready(session, world.opened(session))
    bureau, other = named(session, "bureau"), named(session, "bureau2")
    concluding.conclude(session, bureau, of, PASSED, "合格", at(CHECKED))
    with pytest.raises(Forbidden, match="另一位局方人员"):
        concluding.check(session, bureau, of, at(CHECKED))
    with pytest.raises(Conflict, match="都不能再改"):
        group.sign(session, bureau, of, FAILED, "再想想", at(CHECKED))
    concluding.send_back(session, other, of, "单位意见没有写全", at(CHECKED))
    assert of.state is RoundState.OPEN
    group.sign(session, bureau, of, FAILED, "再想想", at(CHECKED))
    concluding.conclude(session, bureau, of, PASSED, "多数合格", at(CHECKED))
    concluding.check(session, other, of, at(CHECKED))
    with pytest.raises(Conflict, match="已经审核"):
        concluding.send_back(session, other, of, "晚了", at(CHECKED))


@ONE
def test_a_conclusion_against_the_majority_says_so(session):
    of = world.ready(session, world.opened(session), FAILED)
    assert "验收小组多数意见是不合格" in concluding.departures(session, of, PASSED)
    assert concluding.departures(session, of, FAILED) == []


@ONE
def test_silence_of_the_supplier_is_recorded_after_the_objection_days_and_a_refusal_at_once(session):
    of = world.finished(session, world.ready(session, world.opened(session)))
    bureau = named(session, "bureau")
    with pytest.raises(Invalid, match="2026-06-30"):
        concluding.record_unsigned(session, bureau, of, "电话通知两次", at("2026-06-30 23:00"), refused=False)
    concluding.record_unsigned(session, bureau, of, "电话通知两次", at("2026-07-01 00:00"), refused=False)
    assert of.report_signed
    assert of.unsigned_reason == "逾期未签署：电话通知两次"


@ONE
def test_the_supplier_states_its_view_once(session):
    of = world.opened(session)
    manager = named(session, "manager")
    service.state(session, manager, of, "三月机房停电，巡检推迟", at(SAID))
    with pytest.raises(Conflict, match="已经提交"):
        service.state(session, manager, of, "补充", at(SAID))
    with pytest.raises(Forbidden):
        service.state(session, named(session, "bureau"), of, "代写", at(SAID))


def test_who_reported_for_the_supplier_never_concludes_for_the_bureau(session):
    of = world.ready(session, world.opened(session))
    manager = named(session, "manager")
    manager.role = Role.BUREAU
    with pytest.raises(Forbidden, match="为乙方提交"):
        concluding.conclude(session, manager, of, PASSED, "合格", at(SAID))
