"""A year is reported, judged, concluded by two and signed by the supplier; a failure is mended and retried."""

from __future__ import annotations

import json
from datetime import date

import pytest
from sqlalchemy import func, select

from app.acceptance import concluding, group, queries, service, standards, units
from app.acceptance.group import NewMember
from app.acceptance.queries import Ask
from app.acceptance.units import Said
from models.acceptance import Acceptance, Conformity
from models.ledger import LedgerEntry
from models.papers import Paper
from sla.acceptance import RoundState
from sla.errors import Conflict, Forbidden, Invalid, NotFound
from sla.vocab import Channel, GroupRole, Opinion
from tests.app.acceptance import world
from tests.app.acceptance.world import CHECKED, FAILED, FINAL, OPENED, PASSED, REPORTED, SAID, SCAN, STAGE
from tests.app.personas import at
from tests.app.visitors import named


@pytest.fixture
def year(session):
    return queries.year(session, 1)


def entries(session, prefix="acceptance."):
    query = select(LedgerEntry).where(LedgerEntry.kind.startswith(prefix)).order_by(LedgerEntry.seq)
    return [(one.kind, json.loads(one.payload)) for one in session.scalars(query)]


# -- reporting ------------------------------------------------------------------------------------------


def test_a_year_passes_from_report_to_signed_report(session, year):
    of = world.opened(session)
    assert (of.first_day, of.last_day) == (date(2025, 6, 3), date(2026, 6, 2))
    assert queries.passed(session, year.id, FINAL) is None
    world.finished(session, world.ready(session, of))
    assert of.state is RoundState.PASSED
    assert queries.passed(session, year.id, FINAL) is of
    assert not of.report_signed
    concluding.countersign(session, named(session, "manager"), of, at("2026-06-24 09:00"))
    assert of.report_signed
    assert queries.failures(session, year.id) == []
    kinds = [kind for kind, _ in entries(session)]
    assert kinds[0] == "acceptance.reported"
    assert kinds[-3:] == ["acceptance.concluded", "acceptance.checked", "acceptance.countersigned"]
    with pytest.raises(Conflict, match="已经合格"):
        world.reported(session, now="2026-07-01 09:00")


def test_a_year_is_not_reported_before_it_is_over(session):
    world.handed_in(session, now="2026-06-02 23:00")
    with pytest.raises(Conflict, match="2026-06-03"):
        service.report(session, named(session, "manager"), 1, FINAL, "报告", at("2026-06-02 23:59:59"))
    assert (
        world.service.report(
            session, named(session, "manager"), 1, FINAL, "报告", at("2026-06-03 00:00")
        ).round
        == 1
    )


def test_a_dossier_that_lacks_a_part_is_refused_with_its_name(session):
    world.handed_in(session, (3, 4, 6, 7))
    with pytest.raises(Invalid, match="还缺：运维应急保障机制。"):
        service.report(session, named(session, "manager"), 1, FINAL, "报告", at(REPORTED))


def test_late_is_taken_and_stays_visible(session):
    of = world.reported(session, now="2026-06-26 09:00")
    due = queries.due_of(session, of)
    assert (due.day, due.provisional) == (date(2026, 6, 24), False)  # over the Dragon Boat Festival
    assert entries(session)[-1][1]["days_late"] == 2


def test_the_first_stage_is_reported_while_the_year_runs(session, year):
    of = world.opened(session, STAGE, "2025-07-02 09:00", "2025-07-01 09:00")
    assert of.last_day == date(2025, 6, 30)
    assert queries.due_of(session, of) is None
    seqs = {one.seq for one, _ in standards.overview(session, of) if one}
    assert 45 not in seqs  # its own year begins on 27 July
    assert len(seqs) == 43 + (40 in seqs)
    world.finished(session, world.ready(session, of, now="2025-07-03 09:00"), then="2025-07-04 09:00")
    assert queries.passed(session, year.id, STAGE) is of
    assert queries.passed(session, year.id, FINAL) is None


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
    assert queries.failures(session, year.id) == [first]
    second = world.opened(session, FINAL, "2026-07-10 09:00", "2026-07-08 09:00")
    assert (second.round, queries.due_of(session, second).day) == (2, date(2026, 7, 14))
    assert {one.conforms for one in standards.of_project(session, second, None, whole=True)} == {None}
    world.ready(session, second, now="2026-07-13 09:00")
    world.finished(session, second, now="2026-07-14 09:00", then="2026-07-14 10:00")
    assert queries.passed(session, year.id, FINAL) is second
    assert queries.failures(session, year.id) == [first]


def test_after_the_second_failure_the_bureau_decides_whether_there_is_a_third(session, year):
    first = world.finished(session, world.ready(session, world.opened(session), FAILED), FAILED)
    second = world.opened(session, FINAL, "2026-07-10 09:00", "2026-07-08 09:00")
    world.ready(session, second, FAILED, "2026-07-13 09:00")
    world.finished(session, second, FAILED, "2026-07-14 09:00", "2026-07-14 10:00")
    assert queries.failures(session, year.id) == [first, second]
    assert second.rework_due is None
    with pytest.raises(Conflict, match="须由局方决定"):
        world.reported(session, now="2026-07-20 09:00")
    concluding.allow_further(session, named(session, "bureau"), second, "继续补救", at("2026-07-20 09:00"))
    assert second.rework_due == date(2026, 8, 10)
    assert world.reported(session, now="2026-08-12 09:00").round == 3


# -- who decides ----------------------------------------------------------------------------------------


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


def test_a_conclusion_against_the_majority_says_so(session):
    of = world.ready(session, world.opened(session), FAILED)
    assert "验收小组多数意见是不合格" in concluding.departures(session, of, PASSED)
    assert concluding.departures(session, of, FAILED) == []


def test_silence_of_the_supplier_is_recorded_after_the_objection_days_and_a_refusal_at_once(session):
    of = world.finished(session, world.ready(session, world.opened(session)))
    bureau = named(session, "bureau")
    with pytest.raises(Invalid, match="2026-06-30"):
        concluding.record_unsigned(session, bureau, of, "电话通知两次", at("2026-06-30 23:00"), refused=False)
    concluding.record_unsigned(session, bureau, of, "电话通知两次", at("2026-07-01 00:00"), refused=False)
    assert of.report_signed
    assert of.unsigned_reason == "逾期未签署：电话通知两次"


def test_the_supplier_states_its_view_once(session):
    of = world.opened(session)
    manager = named(session, "manager")
    service.state(session, manager, of, "三月机房停电，巡检推迟", at(SAID))
    with pytest.raises(Conflict, match="已经提交"):
        service.state(session, manager, of, "补充", at(SAID))
    with pytest.raises(Forbidden):
        service.state(session, named(session, "bureau"), of, "代写", at(SAID))


# -- the group ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("username", ["manager", "engineer", "hotline", "auditor", "admin"])
def test_nobody_but_bureau_and_units_comes_into_the_group_by_account(session, username):
    of, new = world.opened(session), NewMember(GroupRole.MEMBER, user_id=named(session, username).id)
    with pytest.raises(Invalid, match="不能进入验收小组"):
        group.add(session, named(session, "bureau"), of, new, at(OPENED))


def test_there_is_one_leader_and_nobody_is_in_twice(session):
    of, bureau = world.opened(session), named(session, "bureau")
    world.with_group(session, of)
    with pytest.raises(Conflict, match="组长已经有了"):
        group.add(session, bureau, of, NewMember(GroupRole.LEADER, "钱", "校"), at(OPENED))
    with pytest.raises(Conflict, match="已经在验收小组里"):
        group.add(session, bureau, of, NewMember(GroupRole.MEMBER, user_id=bureau.id), at(OPENED))
    leader = queries.members(session, of)[0]
    group.remove(session, bureau, of, leader.id, "回避", at(OPENED))
    group.add(session, bureau, of, NewMember(GroupRole.LEADER, "钱", "校"), at(OPENED))
    assert [one.name for one in queries.members(session, of)] == ["钱", "单位联系人contact", "赵教授"]


def test_who_has_an_account_signs_in_person_and_who_has_none_on_paper(session):
    of, bureau = world.opened(session), named(session, "bureau")
    world.with_group(session, of)
    people = {one.name: one.id for one in queries.members(session, of)}
    with pytest.raises(Forbidden, match="由本人登录签署"):
        group.enter(session, bureau, of, people["单位联系人contact"], PASSED, "", [SCAN], at(SAID))
    with pytest.raises(Invalid, match="扫描件"):
        group.enter(session, bureau, of, people["赵教授"], PASSED, "", [], at(SAID))
    with pytest.raises(Forbidden, match="不在这次的验收小组"):
        group.sign(session, named(session, "bureau2"), of, PASSED, "", at(SAID))
    with pytest.raises(Invalid, match="请填写意见"):
        group.sign(session, bureau, of, FAILED, " ", at(SAID))
    group.enter(session, bureau, of, people["赵教授"], PASSED, "", [SCAN], at(SAID))
    paper = session.scalars(select(Paper).where(Paper.subject == of.subject)).one()
    assert (paper.title, paper.number) == ("验收小组成员意见书：赵教授", f"member-{people['赵教授']}")


# -- the units ------------------------------------------------------------------------------------------


def test_twenty_seven_units_are_asked_and_the_sub_unit_is_with_its_parent(session):
    of = world.opened(session)
    names = [one.unit.name for one in queries.heard(session, of)]
    assert len(names) == 27
    assert "洛阳市财政局国有资产服务中心" not in names
    assert "洛阳市财政局" in names


def test_a_contact_speaks_for_the_own_unit_and_no_other(session):
    of, contact = world.opened(session), named(session, "contact")
    said = Said(PASSED, running_well=True)
    row = units.say(session, contact, of, contact.unit_id, said, at(SAID))
    assert (row.channel, row.said_by) == (Channel.SITE, contact.name)
    with pytest.raises(NotFound):
        units.say(session, contact, of, named(session, "stranger").unit_id, said, at(SAID))
    with pytest.raises(Conflict, match="已经在线表达意见"):
        by_phone = Said(FAILED, running_well=False, text="慢", channel=Channel.TELEPHONE, said_by="李")
        units.say(session, named(session, "bureau"), of, contact.unit_id, by_phone, at(SAID))


def test_a_unit_that_complains_says_why_and_paper_comes_with_its_scan(session):
    of, contact, bureau = world.opened(session), named(session, "contact"), named(session, "bureau")
    with pytest.raises(Invalid, match="请说明情况"):
        units.say(session, contact, of, contact.unit_id, Said(PASSED, running_well=False), at(SAID))
    paper = Said(PASSED, running_well=True, channel=Channel.PAPER, said_by="李科长")
    with pytest.raises(Invalid, match="扫描件"):
        units.say(session, bureau, of, contact.unit_id, paper, at(SAID))
    with pytest.raises(Invalid, match="电话还是纸质"):
        units.say(session, bureau, of, contact.unit_id, Said(PASSED, running_well=True), at(SAID))
    units.say(session, bureau, of, contact.unit_id, paper, at(SAID), [SCAN])


def test_a_unit_not_heard_is_on_record_with_the_reason_until_it_speaks(session):
    of, contact, bureau = world.opened(session), named(session, "contact"), named(session, "bureau")
    with pytest.raises(Invalid, match="请填写原因"):
        units.not_heard(session, bureau, of, contact.unit_id, "", at(SAID))
    units.not_heard(session, bureau, of, contact.unit_id, "三次联系未答复", at(SAID))
    assert contact.unit.name not in queries.progress(session, of).silent
    row = units.say(session, contact, of, contact.unit_id, Said(PASSED, running_well=True), at(SAID))
    assert row.opinion is PASSED
    with pytest.raises(Conflict, match="已经表达意见"):
        units.not_heard(session, bureau, of, contact.unit_id, "没联系", at(SAID))


# -- what waits -----------------------------------------------------------------------------------------


def test_everybody_is_told_what_waits_for_them(session):
    def asks(username, now=SAID):
        return [one.ask for one in queries.waiting_for(session, named(session, username), at(now))]

    of = world.reported(session)
    assert asks("bureau") == asks("bureau2") == [Ask.OPEN]
    assert asks("contact") == []
    service.open_round(session, named(session, "bureau"), of, date(2026, 6, 15), "会议室", at(OPENED))
    assert (asks("contact"), asks("stranger")) == ([Ask.UNIT], [Ask.UNIT])
    world.with_group(session, of)
    assert asks("contact") == [Ask.MEMBER, Ask.UNIT]
    world.group_says(session, of, FAILED)
    world.units_say(session, of)
    world.judged(session, of)
    concluding.conclude(session, named(session, "bureau"), of, FAILED, "不合格", at(CHECKED))
    assert (asks("bureau"), asks("bureau2")) == ([], [Ask.CHECK])
    concluding.check(session, named(session, "bureau2"), of, at(CHECKED))
    assert asks("manager") == [Ask.COUNTERSIGN, Ask.REWORK]
    for username in ("engineer", "hotline", "auditor", "admin", "stranger"):
        assert asks(username) == []


def test_the_rows_of_a_round_are_one_for_each_promise(session):
    of = world.opened(session)
    kinds = {}
    for item in session.scalars(select(Conformity.item).where(Conformity.acceptance_id == of.id)):
        kind = item.split(":")[0]
        kinds[kind] = kinds.get(kind, 0) + 1
    assert kinds == {"target": 125, "obligation": 336, "posting": 17}
    assert session.scalar(select(func.count(Acceptance.id))) == 1
    assert Opinion.PASSED is PASSED
