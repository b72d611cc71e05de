"""Works from begin to end: complete, typed, once, judged by C12, and each by whom it may be done."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from app.duties.lines import Line
from app.duties.works import (
    WorkForm,
    begin,
    decide,
    decide_many,
    finish,
    load_for_change,
    record_evidence,
    save,
    submit,
    waive,
)
from models.checklists import ChecklistItem, ChecklistVersion
from models.duties import Work
from models.tickets import Ticket
from sla.errors import Conflict, Forbidden, Invalid, NotFound
from sla.vocab import ItemResult, OccurrenceState, Standing, TicketState
from tests.app.duties.world import assign, due, duty, normal, state, told, visit, whole
from tests.app.personas import at, new_ticket

MONDAY = "2025-07-07 00:00"
NOW = "2025-07-08 09:00"


@pytest.fixture
def week(session, people):
    """The inspection of row 1 in the week of 7 July 2025."""
    return due(session, 1, "巡检", MONDAY)


def item(work: Work, position: int) -> int:
    """Return the id of an item by its place in the checklist."""
    assert work.checklist is not None
    return work.checklist.items[position - 1].id


def abnormal(work: Work, position: int, value: str = "", note: str = "指示灯报红", **more) -> Line:
    return Line(item(work, position), ItemResult.ABNORMAL, value, note, **more)


class TestBegin:
    def test_the_same_submission_gives_the_same_draft(self, session, people, week):
        one = begin(session, people.engineer, week.id, "a", at(NOW))
        two = begin(session, people.engineer, week.id, "a", at("2025-07-08 09:05"))
        assert one is two
        assert (one.started_at, one.finished_at, one.version) == (at(NOW), None, 1)
        assert one.checklist is not None
        assert list(one.lines) == []

    def test_a_draft_changes_nothing_and_is_no_fact(self, session, people, week):
        begin(session, people.engineer, week.id, "a", at(NOW))
        assert state(session, week, NOW) is OccurrenceState.PENDING
        assert told(session, "duty.") == []

    def test_a_window_that_is_not_open_yet_is_refused(self, session, people, week):
        with pytest.raises(Conflict, match="从 2025-07-07 00:00:00 起"):
            begin(session, people.engineer, week.id, "a", at("2025-07-06 23:59"))

    def test_what_is_done_or_waived_needs_nobody(self, session, people, week):
        other = due(session, 1, "巡检", "2025-06-30 00:00")
        waive(session, people.bureau, other.id, "停电", at(NOW))
        visit(session, people.engineer, week, NOW)
        with pytest.raises(Conflict, match="已经完成"):
            begin(session, people.engineer, week.id, "b", at(NOW))
        with pytest.raises(Conflict, match="已经豁免"):
            begin(session, people.engineer, other.id, "c", at(NOW))

    def test_anothers_submission_is_no_way_in(self, session, people, week):
        begin(session, people.engineer, week.id, "a", at(NOW))
        with pytest.raises(Conflict, match="已被别人使用"):
            begin(session, people.manager, week.id, "a", at(NOW))


class TestSave:
    def test_a_half_filled_work_keeps_what_was_typed_also_without_an_answer(self, session, people, week):
        work = begin(session, people.engineer, week.id, "a", at(NOW))
        save(session, people.engineer, work, 1, [Line(item(work, 3), None, " ７5.5 ", "偏高")], at(NOW))
        (line,) = work.lines
        assert (line.result, line.value, line.note, work.version) == (None, "75.5", "偏高", 2)

    def test_who_saves_over_anothers_page_is_told(self, session, people, week):
        work = begin(session, people.engineer, week.id, "a", at(NOW))
        save(session, people.engineer, work, 1, [], at(NOW))
        with pytest.raises(Conflict, match="别的页面保存过"):
            save(session, people.engineer, work, 1, [], at(NOW))

    def test_a_draft_is_its_persons_own(self, session, people, week):
        work = begin(session, people.engineer, week.id, "a", at(NOW))
        with pytest.raises(Forbidden, match="自己开始"):
            save(session, people.manager, work, 1, [], at(NOW))
        with pytest.raises(NotFound):
            load_for_change(session, people.manager, work.id, at(NOW))
        with pytest.raises(NotFound):
            save(session, people.other_engineer, work, 1, [], at(NOW))
        assert load_for_change(session, people.engineer, work.id, at(NOW)) is work


class TestFinish:
    def test_a_complete_work_makes_the_occurrence_done_at_that_moment(self, session, people, week):
        work = begin(session, people.engineer, week.id, "a", at(NOW))
        finish(session, people.engineer, work, at("2025-07-08 09:40"), normal(work), place="三楼机房")
        assert (work.occurred_at, work.recorded_at) == (at("2025-07-08 09:40"), at("2025-07-08 09:40"))
        assert (work.standing, work.backentered, work.place) == (Standing.PENDING, False, "三楼机房")
        assert state(session, week, "2025-07-20 00:00") is OccurrenceState.DONE

    def test_the_ledger_keeps_every_line_with_persons_by_id(self, session, people, week):
        work = visit(session, people.engineer, week, NOW)
        ((kind, subject, payload),) = told(session, "duty.")
        assert (kind, subject) == ("duty.finished", f"work:{work.id}")
        assert (payload["project"], payload["occurrences"]) == (1, ["2025-07-06T16:00:00Z"])
        assert len(payload["lines"]) == 13
        assert payload["lines"][2]["value"] == "80"

    def test_missing_items_are_named(self, session, people, week):
        work = begin(session, people.engineer, week.id, "a", at(NOW))
        lines = normal(work)
        with pytest.raises(
            Invalid, match="还有 2 项没有填写：电源、风扇和硬盘指示灯正常、CPU 最高使用率"
        ) as caught:
            finish(session, people.engineer, work, at(NOW), [lines[1], *lines[3:]])
        assert caught.value.field == "lines"

    def test_lines_saved_before_need_not_be_sent_again(self, session, people, week):
        work = begin(session, people.engineer, week.id, "a", at(NOW))
        lines = normal(work)
        save(session, people.engineer, work, 1, lines[:10], at(NOW))
        assert finish(session, people.engineer, work, at(NOW), lines[10:]).finished_at == at(NOW)

    @pytest.mark.parametrize(
        ("line", "words"),
        [
            ((3, ItemResult.NORMAL, "", ""), "请填写测得的数值（单位 %）"),
            ((3, ItemResult.NORMAL, "很高", ""), "只填数字"),
            ((3, ItemResult.NORMAL, "1e2", ""), "只填数字"),
            ((3, ItemResult.NORMAL, "8,5", ""), "只填数字"),
            ((3, ItemResult.NORMAL, "80.01", ""), "超出上限 80 %"),
            ((3, ItemResult.ABNORMAL, "95", ""), "异常，请说明情况"),
            ((3, ItemResult.ABNORMAL, "", "很热"), "请填写测得的数值"),
            ((3, ItemResult.NOT_APPLICABLE, "12", ""), "不能选不适用"),
            ((1, ItemResult.NORMAL, "12", ""), "不需要填写数值"),
            ((1, ItemResult.ABNORMAL, "", ""), "异常，请说明情况"),
            ((1, ItemResult.ABNORMAL, "", "字" * 401), "最多 400 个字"),
        ],
    )
    def test_a_line_that_cannot_be_is_refused(self, session, people, week, line, words):
        work = begin(session, people.engineer, week.id, "a", at(NOW))
        position, *said = line
        wrong = Line(item(work, position), *said)
        with pytest.raises(Invalid, match=words):
            finish(session, people.engineer, work, at(NOW), normal(work, **{f"n{position}": wrong}))

    @pytest.mark.parametrize("value", ["80", "0", "79.999", "-0.0"])
    def test_the_limit_itself_is_within(self, session, people, week, value):
        work = begin(session, people.engineer, week.id, "a", at(NOW))
        line = Line(item(work, 3), ItemResult.NORMAL, value)
        finish(session, people.engineer, work, at(NOW), normal(work, n3=line))
        assert Decimal(work.lines[2].value) == Decimal(value)

    def test_a_value_outside_may_be_normal_with_a_note(self, session, people, week):
        work = begin(session, people.engineer, week.id, "a", at(NOW))
        line = Line(item(work, 3), ItemResult.NORMAL, "92", "月底批处理，一小时后回落")
        finish(session, people.engineer, work, at(NOW), normal(work, n3=line))
        assert session.scalar(select(func.count()).select_from(Ticket)) == 0

    def test_items_of_another_checklist_or_twice_the_same_are_refused(self, session, people, week):
        work = begin(session, people.engineer, week.id, "a", at(NOW))
        other = session.scalars(
            select(ChecklistItem).where(ChecklistItem.version_id != work.checklist_version_id)
        ).first()
        lines = normal(work)
        for wrong in (Line(other.id, ItemResult.NORMAL), lines[0]):
            with pytest.raises(Invalid, match="与检查表不符或重复"):
                finish(session, people.engineer, work, at(NOW), [*lines, wrong])

    def test_finishing_again_changes_nothing_and_saving_is_over(self, session, people, week):
        work = begin(session, people.engineer, week.id, "a", at(NOW))
        finish(session, people.engineer, work, at(NOW), normal(work))
        finish(session, people.engineer, work, at("2025-07-08 10:00"), note="再来一次")
        assert (work.finished_at, work.note) == (at(NOW), "")
        assert len(told(session, "duty.")) == 1
        with pytest.raises(Conflict, match="已于 2025-07-08 09:00:00 提交"):
            save(session, people.engineer, work, work.version, [], at(NOW))


class TestTime:
    @pytest.mark.parametrize(
        ("occurred", "words"),
        [("2025-07-08 09:01", "在将来"), ("2025-07-06 23:59", "早于这项应办的开始")],
    )
    def test_nothing_lies_in_the_future_or_before_the_window(self, session, people, week, occurred, words):
        form = WorkForm(week.id, "a", whole(session, week), at(occurred))
        with pytest.raises(Invalid, match=words):
            submit(session, people.engineer, form, at(NOW))

    def test_a_device_ahead_of_the_server_is_set_back_by_as_much(self, session, people, week):
        form = WorkForm(
            week.id, "a", whole(session, week), at("2025-07-08 09:50"), device_at=at("2025-07-08 10:00")
        )
        work = submit(session, people.engineer, form, at(NOW))
        assert (work.occurred_at, work.device_at) == (at("2025-07-08 08:50"), at("2025-07-08 10:00"))

    def test_entered_after_the_window_it_is_late_until_the_unit_confirms_it(self, session, people, week):
        work = visit(session, people.engineer, week, "2025-07-13 23:00", "2025-07-14 00:30")
        assert work.backentered
        assert week.done_at == at("2025-07-14 00:30")
        assert state(session, week, "2025-07-15 09:00") is OccurrenceState.LATE
        decide(session, people.contact, work, True, at("2025-07-15 09:00"))
        assert week.done_at == at("2025-07-13 23:00")
        assert state(session, week, "2025-07-15 09:00") is OccurrenceState.DONE

    def test_entered_too_late_within_the_window_it_counts_from_its_record(self, session, people, week):
        work = visit(session, people.engineer, week, "2025-07-08 09:00", "2025-07-08 11:00:01")
        assert work.backentered
        assert week.done_at == at("2025-07-08 11:00:01")
        other = due(session, 1, "巡检", "2025-07-14 00:00")
        assert not visit(session, people.engineer, other, "2025-07-15 09:00", "2025-07-15 11:00").backentered

    def test_done_at_the_closing_instant_is_late_and_never_is_missed(self, session, people, week):
        assert state(session, week, "2025-07-14 00:00") is OccurrenceState.MISSED
        visit(session, people.engineer, week, "2025-07-14 00:00")
        assert state(session, week, "2025-07-14 00:00") is OccurrenceState.LATE


class TestSubmit:
    def test_however_often_it_is_sent_it_is_one_work_and_one_ticket(self, session, people, week):
        lines = whole(session, week)
        lines[0] = Line(lines[0].item_id, ItemResult.ABNORMAL, "", "风扇异响")
        form = WorkForm(week.id, "device-1", lines, at("2025-07-08 08:00"))
        works = {submit(session, people.engineer, form, at(f"2025-07-08 09:0{n}")).id for n in range(3)}
        assert len(works) == 1
        assert session.scalar(select(func.count()).select_from(Ticket)) == 1
        assert len(told(session, "duty.finished")) == 1

    def test_a_draft_begun_with_network_is_finished_without(self, session, people, week):
        draft = begin(session, people.engineer, week.id, "a", at(NOW))
        work = submit(session, people.engineer, WorkForm(week.id, "a", normal(draft)), at("2025-07-08 18:00"))
        assert work is draft
        assert work.started_at == at(NOW)

    def test_what_two_have_done_at_once_is_kept_and_the_first_decides(self, session, people, week):
        visit(session, people.engineer, week, "2025-07-08 10:00")
        lines = whole(session, week)
        submit(
            session,
            people.manager,
            WorkForm(week.id, "m", lines, at("2025-07-08 09:30")),
            at("2025-07-08 11:00"),
        )
        assert week.done_at == at("2025-07-08 09:30")

    def test_the_version_that_was_before_the_person_is_the_one_that_counts(self, session, people, week):
        old = whole(session, week)
        shipped = session.get(ChecklistItem, old[0].item_id).version
        new = ChecklistVersion(checklist=shipped.checklist, number=2, drafted_at=at(NOW), approved_at=at(NOW))
        new.items = [ChecklistItem(position=1, text="新的一项")]
        session.add(new)
        session.flush()
        form = WorkForm(week.id, "a", old, checklist_version_id=shipped.id)
        assert submit(session, people.engineer, form, at(NOW)).checklist is shipped
        later = due(session, 1, "巡检", "2025-06-30 00:00")
        assert begin(session, people.engineer, later.id, "b", at(NOW)).checklist is new
        with pytest.raises(Invalid, match="版本与这项应办不符"):
            submit(session, people.engineer, WorkForm(week.id, "c", old, checklist_version_id=99), at(NOW))

    def test_a_draft_of_a_checklist_is_never_used(self, session, people, week):
        shipped = session.get(ChecklistItem, whole(session, week)[0].item_id).version
        session.add(ChecklistVersion(checklist=shipped.checklist, number=2, drafted_at=at(NOW)))
        session.flush()
        assert begin(session, people.engineer, week.id, "a", at(NOW)).checklist is shipped


class TestTickets:
    def test_an_abnormal_line_opens_a_linked_ticket_from_own_finding(self, session, people, week):
        work = begin(session, people.engineer, week.id, "a", at(NOW))
        lines = normal(work, n3=abnormal(work, 3, "97.5", "长时间满载"))
        finish(session, people.engineer, work, at("2025-07-08 09:30"), lines, place="三楼机房")
        ticket = session.get(Ticket, work.lines[2].ticket_id)
        assert ticket.title == "巡检异常：CPU 最高使用率"
        assert ticket.description == "测得 97.5 %（上限 80 %）\n长时间满载"
        assert (ticket.own_finding, ticket.place, ticket.project_id) == (True, "三楼机房", week.project_id)
        assert ticket.reported_at == at("2025-07-08 09:30")
        assert "response" not in [clock.kind for clock in ticket.clocks]
        assert [line.ticket_id for line in work.lines if line.ticket_id] == [ticket.id]

    def test_an_open_ticket_of_the_project_may_be_linked_instead(self, session, people, week):
        known = new_ticket(session, people.contact, now="2025-07-07 10:00")
        work = begin(session, people.engineer, week.id, "a", at(NOW))
        lines = normal(work, n1=abnormal(work, 1, ticket_id=known.id))
        finish(session, people.engineer, work, at(NOW), lines)
        assert work.lines[0].ticket_id == known.id
        assert session.scalar(select(func.count()).select_from(Ticket)) == 1

    def test_a_ticket_that_is_over_or_another_projects_is_not(self, session, people, week):
        other = new_ticket(session, people.manager, 44, now="2025-07-07 10:00")
        over = new_ticket(session, people.contact, now="2025-07-07 10:00")
        over.state = TicketState.CLOSED
        session.flush()
        work = begin(session, people.engineer, week.id, "a", at(NOW))
        for wrong in (other.id, over.id, 99999):
            with pytest.raises(Invalid, match="本项目尚未结束的工单"):
                finish(
                    *(session, people.engineer, work, at(NOW)),
                    normal(work, n1=abnormal(work, 1, ticket_id=wrong)),
                )

    def test_a_normal_line_has_no_ticket(self, session, people, week):
        known = new_ticket(session, people.contact, now="2025-07-07 10:00")
        work = begin(session, people.engineer, week.id, "a", at(NOW))
        line = Line(item(work, 1), ItemResult.NORMAL, ticket_id=known.id)
        with pytest.raises(Invalid, match="不是异常，不能关联工单"):
            finish(session, people.engineer, work, at(NOW), normal(work, n1=line))

    def test_an_old_inspection_still_opens_its_ticket(self, session, people, week):
        lines = whole(session, week)
        lines[0] = Line(lines[0].item_id, ItemResult.ABNORMAL, "", "风扇异响")
        work = submit(
            session, people.engineer, WorkForm(week.id, "a", lines, at(NOW)), at("2025-08-20 09:00")
        )
        assert session.get(Ticket, work.lines[0].ticket_id).reported_at == at("2025-08-20 09:00")


class TestVisits:
    """Row 30: one occurrence a month, done with the fifth workday of visits."""

    @pytest.fixture
    def july(self, session, people):
        return due(session, 30, "巡检", "2025-07-01 00:00")

    def test_the_fifth_workday_makes_it_done_and_days_off_do_not_count(self, session, people, july):
        for day in ("03", "04", "05", "06", "07", "07", "08"):  # the 5th and 6th are a weekend
            visit(session, people.engineer, july, f"2025-07-{day} 1{day[1]}:00")
            visit(session, people.engineer, july, f"2025-07-{day} 2{day[1] if int(day) < 4 else 0}:30")
            assert july.done_at is None
        visit(session, people.engineer, july, "2025-07-09 10:00")
        assert july.done_at == at("2025-07-09 10:00")
        assert state(session, july, "2025-08-02 00:00") is OccurrenceState.DONE

    def test_a_make_up_workday_counts(self, session, people):
        september = due(session, 30, "巡检", "2025-09-01 00:00")
        for day in ("22", "23", "24", "25", "28"):  # the 28th is a Sunday worked before the festival
            visit(session, people.engineer, september, f"2025-09-{day} 10:00")
        assert september.done_at == at("2025-09-28 10:00")

    def test_a_rejected_visit_no_longer_counts(self, session, people, july):
        works = [visit(session, people.engineer, july, f"2025-07-{day} 10:00") for day in range(14, 19)]
        assert july.done_at == at("2025-07-18 10:00")
        decide(session, people.bureau, works[1], False, at("2025-07-19 10:00"), "当天无人到场")
        assert july.done_at is None

    def test_visits_entered_all_at_once_count_as_one_day_until_confirmed(self, session, people, july):
        entered = "2025-07-21 09:00"
        works = [
            visit(session, people.engineer, july, f"2025-07-{day} 10:00", entered) for day in range(14, 19)
        ]
        assert july.done_at is None
        decide_many(session, people.bureau, [work.id for work in works], at("2025-07-21 10:00"))
        assert july.done_at == at("2025-07-18 10:00")

    def test_the_fifth_visit_after_the_month_is_late(self, session, people, july):
        for day in ("07-28", "07-29", "07-30", "07-31", "08-01"):
            visit(session, people.engineer, july, f"2025-{day} 10:00")
        assert state(session, july, "2025-08-02 00:00") is OccurrenceState.LATE


class TestDecide:
    def test_the_unit_confirms_with_one_tap_and_again_is_harmless(self, session, people, week):
        work = visit(session, people.engineer, week, NOW)
        for _ in range(2):
            decide(session, people.contact, work, True, at("2025-07-08 10:00"))
        assert (work.standing, work.decided_by) == (Standing.CONFIRMED, people.contact)
        assert [kind for kind, _, _ in told(session, "duty.")] == ["duty.finished", "duty.confirmed"]

    def test_a_rejected_work_counts_no_more_and_another_may_take_its_place(self, session, people, week):
        work = visit(session, people.engineer, week, NOW)
        decide(session, people.contact, work, False, at("2025-07-08 10:00"), "没有到三楼")
        assert week.done_at is None
        again = begin(session, people.engineer, week.id, "b", at("2025-07-09 10:00"))
        finish(session, people.engineer, again, at("2025-07-09 10:30"), normal(again))
        assert week.done_at == at("2025-07-09 10:30")

    def test_a_rejection_needs_its_reason(self, session, people, week):
        work = visit(session, people.engineer, week, NOW)
        with pytest.raises(Invalid, match="请填写原因"):
            decide(session, people.contact, work, False, at(NOW))

    def test_only_the_bureau_decides_anew_and_with_a_reason(self, session, people, week):
        work = visit(session, people.engineer, week, NOW)
        decide(session, people.contact, work, False, at(NOW), "没有到")
        with pytest.raises(Conflict, match="已驳回"):
            decide(session, people.contact, work, True, at(NOW), "看错了")
        with pytest.raises(Invalid, match="请填写原因"):
            decide(session, people.bureau, work, True, at(NOW))
        decide(session, people.bureau, work, True, at(NOW), "有门禁记录")
        assert week.done_at == at(NOW)

    def test_a_draft_cannot_be_decided(self, session, people, week):
        work = begin(session, people.engineer, week.id, "a", at(NOW))
        with pytest.raises(Conflict, match="还没有提交"):
            decide(session, people.contact, work, True, at(NOW))

    def test_many_are_confirmed_at_once_and_those_decided_stay(self, session, people):
        weeks = [due(session, 1, "巡检", f"2025-{day} 00:00") for day in ("06-30", "07-07", "07-14")]
        works = [visit(session, people.engineer, one, "2025-07-20 09:00") for one in weeks]
        decide(session, people.contact, works[0], False, at("2025-07-20 10:00"), "没有到")
        ids = [work.id for work in works]
        assert decide_many(session, people.contact, ids, at("2025-07-20 11:00")) == works[1:]
        assert decide_many(session, people.contact, ids, at("2025-07-20 12:00")) == []
        assert works[0].standing is Standing.REJECTED

    def test_one_that_is_not_seen_spoils_the_whole_bulk(self, session, people, week):
        mine = visit(session, people.engineer, week, NOW)
        other = visit(session, people.other_engineer, due(session, 44, "软件巡检", "2025-07-08 00:00"), NOW)
        with pytest.raises(NotFound):
            decide_many(session, people.contact, [mine.id, other.id], at(NOW))
        assert mine.standing is Standing.PENDING
        for number in (0, 201):
            with pytest.raises(Invalid, match="1 至 200"):
                decide_many(session, people.contact, range(number), at(NOW))


class TestWaive:
    def test_the_bureau_waives_a_missed_duty_with_its_reason(self, session, people, week):
        waive(session, people.bureau, week.id, " 机房停电 ", at("2025-07-20 09:00"))
        assert state(session, week, "2025-07-20 10:00") is OccurrenceState.WAIVED
        assert (week.waived_by, week.waived_reason) == (people.bureau, "机房停电")
        assert told(session, "duty.waived")[0][1] == f"occurrence:{week.id}"

    def test_twice_without_reason_or_when_done_in_time_it_is_refused(self, session, people, week):
        with pytest.raises(Invalid, match="请填写豁免的原因"):
            waive(session, people.bureau, week.id, " ", at(NOW))
        other = due(session, 1, "巡检", "2025-06-30 00:00")
        waive(session, people.bureau, other.id, "停电", at(NOW))
        with pytest.raises(Conflict, match="已经豁免"):
            waive(session, people.bureau, other.id, "停电", at(NOW))
        visit(session, people.engineer, week, NOW)
        with pytest.raises(Conflict, match="已按时完成"):
            waive(session, people.bureau, week.id, "停电", at(NOW))


class TestRoles:
    def test_only_the_projects_engineer_and_the_manager_work(self, session, people, week):
        for person in (people.contact, people.hotline, people.bureau, people.auditor):
            with pytest.raises(Forbidden):
                begin(session, person, week.id, person.username, at(NOW))
            with pytest.raises(Forbidden):
                submit(session, person, WorkForm(week.id, person.username), at(NOW))
        for person in (people.other_engineer, people.stranger, people.admin):
            with pytest.raises(NotFound):
                begin(session, person, week.id, person.username, at(NOW))
        assert begin(session, people.manager, week.id, "m", at(NOW)).by is people.manager

    def test_only_the_unit_and_the_bureau_decide(self, session, people, week):
        work = visit(session, people.engineer, week, NOW)
        for person in (people.engineer, people.manager, people.hotline, people.auditor):
            with pytest.raises(Forbidden):
                decide(session, person, work, True, at(NOW))
            with pytest.raises(Forbidden):
                decide_many(session, person, [work.id], at(NOW))
        for person in (people.stranger, people.other_engineer, people.admin):
            with pytest.raises(NotFound):
                decide(session, person, work, True, at(NOW))
        assert decide(session, people.bureau, work, True, at(NOW)).decided_by is people.bureau

    def test_only_the_bureau_waives(self, session, people, week):
        for person in (people.engineer, people.manager, people.hotline, people.contact, people.auditor):
            with pytest.raises(Forbidden):
                waive(session, person, week.id, "停电", at(NOW))
        for person in (people.stranger, people.other_engineer, people.admin):
            with pytest.raises(NotFound):
                waive(session, person, week.id, "停电", at(NOW))

    def test_the_contracts_own_duties_are_the_managers_and_the_bureaus(self, session, people):
        summary = due(session, None, "每月工作汇总", "2025-07-01 00:00")
        for person in (people.engineer, people.contact, people.hotline, people.admin):
            with pytest.raises(NotFound):
                begin(session, person, summary.id, person.username, at(NOW))
        with pytest.raises(Forbidden):
            begin(session, people.auditor, summary.id, "a", at(NOW))
        work = begin(session, people.manager, summary.id, "m", at(NOW))
        finish(session, people.manager, work, at(NOW), note="七月汇总")
        assert summary.done_at == at(NOW)
        with pytest.raises(NotFound):
            decide(session, people.contact, work, True, at(NOW))
        decide(session, people.bureau, work, True, at(NOW))


class TestOtherDuties:
    def test_a_duty_without_checklist_needs_a_note_or_a_file(self, session, people):
        summary = due(session, None, "每月工作汇总", "2025-07-01 00:00")
        work = begin(session, people.manager, summary.id, "m", at(NOW))
        with pytest.raises(Invalid, match="请填写完成情况，或附上文件"):
            finish(session, people.manager, work, at(NOW))
        finish(session, people.manager, work, at(NOW), with_file=True)
        assert summary.done_at == at(NOW)

    def test_the_other_engineer_does_not_see_row_1(self, session, people, week):
        assign(session, people.other_engineer, 1)
        assert begin(session, people.other_engineer, week.id, "o", at(NOW)).by is people.other_engineer

    def test_evidence_is_no_way_around_a_checklist(self, session, people):
        with pytest.raises(Invalid, match="按检查表逐项填写"):
            record_evidence(
                session,
                people.engineer,
                duty(session, 1).id,
                date(2025, 7, 7),
                date(2025, 7, 13),
                "都正常",
                "e",
                at("2025-07-13 18:00"),
            )
