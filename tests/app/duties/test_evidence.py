"""Files and notes: for one duty or a range of days, for duties without a cycle, and draws from a quota."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select

from app.duties.draws import ask, drawn
from app.duties.works import begin, decide, finish, record_evidence
from models.contract import ProjectService
from models.duties import Work
from sla.errors import Conflict, Forbidden, Invalid, NotFound
from sla.vocab import OccurrenceState, Standing
from tests.app.duties.world import assign, due, duty, opens, state, told
from tests.app.personas import at, project

BACKUP = (6, "午晚两次数据备份")
FRIDAY = "2025-07-11 10:00"


@pytest.fixture
def engineer(session, people):
    """The engineer, who has rows 6, 19 and 3 as well."""
    for row in (6, 19, 3):
        assign(session, people.engineer, row)
    return people.engineer


def evidence(session, actor, of, first: str, last: str, now: str = FRIDAY, **said):
    row, what = of
    said = {"note": "备份日志见附件", "submission": f"{first}-{last}-{now}"} | said
    days = date.fromisoformat(f"2025-{first}"), date.fromisoformat(f"2025-{last}")
    note, submission = said.pop("note"), said.pop("submission")
    return record_evidence(
        session, actor, duty(session, row, what).id, *days, note, submission, at(now), **said
    )


def test_one_file_covers_every_duty_of_a_range_of_days_once_confirmed(session, people, engineer):
    work = evidence(session, engineer, BACKUP, "07-07", "07-10")
    assert len(work.occurrences) == 8
    assert work.backentered
    monday = due(session, *BACKUP, "2025-07-07 00:00")
    assert monday.done_at == at(FRIDAY)
    assert state(session, monday, FRIDAY) is OccurrenceState.LATE
    decide(session, people.bureau, work, True, at("2025-07-11 11:00"))
    assert {state(session, one, FRIDAY) for one in work.occurrences} == {OccurrenceState.DONE}
    assert monday.done_at == at("2025-07-07 11:59:59")


def test_rejected_it_covers_nothing(session, people, engineer):
    work = evidence(session, engineer, BACKUP, "07-07", "07-10")
    decide(session, people.bureau, work, False, at("2025-07-11 11:00"), "日志为空")
    assert {state(session, one, FRIDAY) for one in work.occurrences} == {OccurrenceState.MISSED}


def test_the_window_that_is_still_open_is_done_at_once(session, engineer):
    evidence(session, engineer, BACKUP, "07-10", "07-10", now="2025-07-10 23:30")
    assert state(session, due(session, *BACKUP, "2025-07-10 12:00"), FRIDAY) is OccurrenceState.DONE
    assert state(session, due(session, *BACKUP, "2025-07-10 00:00"), FRIDAY) is OccurrenceState.LATE


def test_the_same_submission_is_one_work(session, engineer):
    works = {evidence(session, engineer, BACKUP, "07-07", "07-08").id for _ in range(2)}
    assert len(works) == 1
    assert len(told(session, "duty.finished")) == 1


def test_a_day_in_the_middle_speaks_of_the_month_around_it(session, engineer):
    work = evidence(session, engineer, (6, "备份服务月度报告"), "07-11", "07-11")
    assert [one.opens_at for one in work.occurrences] == [at("2025-07-01 00:00")]
    assert (work.occurred_at, work.backentered) == (at(FRIDAY), False)


def test_a_report_handed_in_after_its_month_is_late_whatever_day_it_speaks_of(session, engineer):
    work = evidence(session, engineer, (6, "备份服务月度报告"), "07-01", "07-31", now="2025-08-05 09:00")
    assert (work.occurred_at, work.backentered) == (at("2025-08-05 09:00"), False)
    assert state(session, work.occurrences[0], "2025-08-05 10:00") is OccurrenceState.LATE


def test_a_single_duty_may_say_when_it_was_done(session, engineer):
    work = evidence(
        *(session, engineer, (6, "备份服务月度报告"), "07-01", "07-31"),
        now="2025-08-05 09:00",
        occurred_at=at("2025-07-30 16:00"),
    )
    assert work.backentered


@pytest.mark.parametrize(
    ("first", "last", "said", "words"),
    [
        ("07-08", "07-07", {}, "不能早于第一天"),
        ("07-12", "07-12", {}, "不能登记将来"),
        ("07-10", "07-12", {}, "还没有到"),
        ("07-07", "07-08", {"occurred_at": at("2025-07-08 09:00")}, "不填完成时间"),
        ("07-07", "07-08", {"note": " "}, "请填写完成情况，或附上文件"),
        ("07-07", "07-08", {"submission": " "}, "请填写提交编号"),
        ("06-01", "06-02", {}, "没有这项义务的应办"),
    ],
)
def test_evidence_that_cannot_be_is_refused(session, engineer, first, last, said, words):
    with pytest.raises(Invalid, match=words):
        evidence(session, engineer, BACKUP, first, last, **said)


def test_a_duty_without_a_cycle_is_evidenced_and_never_missed(session, people):
    work = evidence(session, people.engineer, (1, "数据备份"), "07-11", "07-11")
    assert (work.occurrences, work.finished_at) == ([], at(FRIDAY))
    late = evidence(
        *(session, people.engineer, (1, "定期检修"), "07-10", "07-10"), occurred_at=at("2025-07-10 09:00")
    )
    assert late.backentered
    assert opens(session, duty(session, 1, "数据备份")) == []


def test_an_inspection_without_a_cycle_may_be_evidenced_by_a_note(session, people):
    work = evidence(session, people.engineer, (30, "计算机设备巡检"), "07-11", "07-11")
    assert work.checklist is None


def test_evidence_belongs_to_who_may_work(session, people):
    for person in (people.contact, people.hotline, people.bureau, people.auditor):
        with pytest.raises(Forbidden):
            evidence(session, person, (1, "数据备份"), "07-11", "07-11")
    for person in (people.other_engineer, people.stranger, people.admin):
        with pytest.raises(NotFound):
            evidence(session, person, (1, "数据备份"), "07-11", "07-11")


class TestQuota:
    DRAW = (19, "房产数据提取")

    @pytest.fixture
    def contact(self, session, people):
        """The contact of row 19's unit."""
        people.stranger.unit = project(session, 19).unit
        session.flush()
        return people.stranger

    def draw(self, session, actor, n: int, now: str = FRIDAY, **said):
        return evidence(session, actor, self.DRAW, "07-11", "07-11", now, submission=f"draw-{n}", **said)

    def left(self, session) -> int:
        of = duty(session, *self.DRAW)
        service = session.scalars(
            select(ProjectService).where(ProjectService.project_id == of.project_id)
        ).one()
        return (of.quota or 0) - drawn(session, of, service)

    def test_twelve_may_be_drawn_in_a_year_and_a_rejected_one_does_not_count(self, session, people, engineer):
        works = [self.draw(session, engineer, n) for n in range(12)]
        with pytest.raises(Conflict, match="12 次还剩 0 次"):
            self.draw(session, engineer, 12)
        decide(session, people.bureau, works[0], False, at(FRIDAY), "数据不全")
        assert self.left(session) == 1
        assert self.draw(session, engineer, 12).standing is Standing.PENDING

    def test_one_record_may_draw_several(self, session, engineer):
        messages = evidence(session, engineer, (3, "舆情短信"), "07-11", "07-11", amount=1990)
        assert messages.amount == 1990
        with pytest.raises(Conflict, match="还剩 10 次，这次要 11 次"):
            evidence(*(session, engineer, (3, "舆情短信"), "07-11", "07-11", "2025-07-11 11:00"), amount=11)
        for wrong in (0, -1, 2001):
            with pytest.raises(Invalid, match="1 到 2000"):
                evidence(
                    *(session, engineer, (3, "舆情短信"), "07-11", "07-11", "2025-07-11 11:00"), amount=wrong
                )

    def test_what_the_unit_asks_for_is_due_delivered_late_or_missed(self, session, people, engineer, contact):
        asked = [
            ask(
                *(session, contact, duty(session, *self.DRAW).id, date(2025, 7, day), "六月成交明细"),
                at(f"2025-07-0{n} 09:00"),
            )
            for n, day in enumerate((10, 11, 20), start=1)
        ]
        self.draw(session, engineer, 1)
        self.draw(session, engineer, 2)
        found = [state(session, one, "2025-07-21 00:00") for one in asked]
        assert found == [OccurrenceState.LATE, OccurrenceState.DONE, OccurrenceState.MISSED]
        assert told(session, "duty.asked")[0][2]["note"] == "六月成交明细"

    def test_an_asked_draw_may_be_delivered_from_its_own_page(self, session, engineer, contact):
        one = ask(
            *(session, contact, duty(session, *self.DRAW).id, date(2025, 7, 20), "六月成交明细"),
            at("2025-07-10 09:00"),
        )
        work = begin(session, engineer, one.id, "d", at(FRIDAY))
        finish(session, engineer, work, at(FRIDAY), note="已交付")
        assert one.done_at == at(FRIDAY)
        assert self.left(session) == 11

    def test_beyond_the_quota_the_unit_has_to_say_so(self, session, engineer, contact):
        for n in range(12):
            self.draw(session, engineer, n)
        of = duty(session, *self.DRAW).id
        with pytest.raises(Conflict, match="已用完或已申请"):
            ask(session, contact, of, date(2025, 7, 20), "再要一次", at(FRIDAY))
        ask(session, contact, of, date(2025, 7, 20), "再要一次", at(FRIDAY), beyond=True)
        assert self.draw(session, engineer, 12, "2025-07-12 10:00").occurrences

    def test_only_the_unit_asks_and_only_for_what_has_a_quota(self, session, people, engineer, contact):
        of = duty(session, *self.DRAW).id
        for person in (engineer, people.manager, people.hotline, people.auditor, people.admin):
            with pytest.raises(Forbidden):
                ask(session, person, of, date(2025, 7, 20), "明细", at(FRIDAY))
        with pytest.raises(NotFound):
            ask(session, people.contact, of, date(2025, 7, 20), "明细", at(FRIDAY))
        with pytest.raises(Conflict, match="没有约定次数"):
            ask(session, contact, duty(session, 19).id, date(2025, 7, 20), "明细", at(FRIDAY))
        with pytest.raises(Invalid, match="不能早于今天"):
            ask(session, contact, of, date(2025, 7, 10), "明细", at(FRIDAY))
        with pytest.raises(Invalid, match="请填写提取内容"):
            ask(session, contact, of, date(2025, 7, 20), " ", at(FRIDAY))


def test_no_work_is_left_of_what_was_refused(session, engineer):
    session.commit()
    with pytest.raises(Invalid):
        evidence(session, engineer, BACKUP, "07-10", "07-12")
    assert session.scalar(select(func.count()).select_from(Work)) == 0
