"""Who is in the group and speaks for a unit, what waits for whom, and which standards there are."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from sqlalchemy import select

from app.acceptance import concluding, group, queries, service, units
from app.acceptance.group import NewMember
from app.acceptance.units import Said
from app.acceptance.waiting import Ask, waiting_for
from models.acceptance import Conformity
from models.papers import Paper
from models.people import User
from sla.errors import Conflict, Forbidden, Invalid, NotFound
from sla.vocab import Channel, GroupRole
from tests.app.acceptance import world
from tests.app.acceptance.world import CHECKED, FAILED, OPENED, PASSED, SAID, SCAN
from tests.app.personas import at
from tests.app.visitors import named

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def own(contact: User) -> int:
    """Return the unit a contact belongs to."""
    assert contact.unit_id is not None
    return contact.unit_id


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
    row = units.say(session, contact, of, own(contact), said, at(SAID))
    assert (row.channel, row.said_by) == (Channel.SITE, contact.name)
    with pytest.raises(NotFound):
        units.say(session, contact, of, own(named(session, "stranger")), said, at(SAID))
    with pytest.raises(Conflict, match="已经在线表达意见"):
        by_phone = Said(FAILED, running_well=False, text="慢", channel=Channel.TELEPHONE, said_by="李")
        units.say(session, named(session, "bureau"), of, own(contact), by_phone, at(SAID))


def test_a_unit_that_complains_says_why_and_paper_comes_with_its_scan(session):
    of, contact, bureau = world.opened(session), named(session, "contact"), named(session, "bureau")
    with pytest.raises(Invalid, match="请说明情况"):
        units.say(session, contact, of, own(contact), Said(PASSED, running_well=False), at(SAID))
    paper = Said(PASSED, running_well=True, channel=Channel.PAPER, said_by="李科长")
    with pytest.raises(Invalid, match="扫描件"):
        units.say(session, bureau, of, own(contact), paper, at(SAID))
    with pytest.raises(Invalid, match="电话还是纸质"):
        units.say(session, bureau, of, own(contact), Said(PASSED, running_well=True), at(SAID))
    units.say(session, bureau, of, own(contact), paper, at(SAID), [SCAN])


def test_a_unit_not_heard_is_on_record_with_the_reason_until_it_speaks(session):
    of, contact, bureau = world.opened(session), named(session, "contact"), named(session, "bureau")
    with pytest.raises(Invalid, match="请填写原因"):
        units.not_heard(session, bureau, of, own(contact), "", at(SAID))
    units.not_heard(session, bureau, of, own(contact), "三次联系未答复", at(SAID))
    assert "洛阳市教育局" not in queries.progress(session, of).silent
    row = units.say(session, contact, of, own(contact), Said(PASSED, running_well=True), at(SAID))
    assert row.opinion is PASSED
    with pytest.raises(Conflict, match="已经表达意见"):
        units.not_heard(session, bureau, of, own(contact), "没联系", at(SAID))


# -- what waits -----------------------------------------------------------------------------------------


def test_everybody_is_told_what_waits_for_them(session):
    def asks(username, now=SAID):
        return [one.ask for one in waiting_for(session, named(session, username), at(now))]

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
    kinds: Counter[str] = Counter()
    for item in session.scalars(select(Conformity.item).where(Conformity.acceptance_id == of.id)):
        kinds[item.split(":")[0]] += 1
    assert kinds == {"target": 125, "obligation": 336, "posting": 17}
