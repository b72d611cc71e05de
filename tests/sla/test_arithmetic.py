"""F5: a clock prints what a person needs to repeat its calculation by hand."""

from sla.arithmetic import because, minutes_text, open_time_text
from sla.vocab import EventKind, Side, Window
from tests.sla.story import BOOK, Story, project, target

E = EventKind


def test_a_clock_across_a_holiday_names_the_days_it_skips_in_one_run() -> None:
    rules = project(target("recovery", 240), window=Window.WORKDAYS)
    story = Story("2025-09-30 17:00").tell(E.RECOVERY_CLAIMED, "2025-10-09 11:30")
    lines = because(story.clock("recovery", "2025-10-10 09:00", rules), BOOK)
    assert lines[:-1] == [
        "起算：2025-09-30 17:00:00（报告时间）",
        "目标：恢复 4 小时，按 5×8 小时计时",
        "跳过 8 天：10月1日至10月8日（国庆节、中秋节放假）",
        "应于：2025-10-09 11:00:00",
        "停表：2025-10-09 11:30:00",
        "净用时：4 小时 30 分",
        "结论：超时，晚 30 分（待验收，暂定）",
    ]
    assert lines[-1].startswith("规则版本：")


def test_a_floor_a_pause_a_back_entry_and_an_agreed_reading_each_say_so() -> None:
    down = Story("2025-07-01 09:00", paralysis=True)
    slow = project(target("response", 240))
    assert "条件：系统瘫痪，合同底线 60 分钟，不论行内如何约定" in because(
        down.clock("response", "2025-07-01 09:00", slow), BOOK
    )
    paused = Story("2025-07-01 09:00").tell(E.PAUSED, "2025-07-01 10:00", reason="awaiting_parts", note="等")
    paused.tell(E.RESUMED, "2025-07-01 11:00")
    assert "扣除：2025-07-01 10:00:00 至 2025-07-01 11:00:00（等待配件审批）" in because(
        paused.clock("recovery", "2025-07-01 12:00"), BOOK
    )
    late = Story("2025-07-01 09:00").tell(E.RESPONDED, "2025-07-01 09:10", recorded="2025-07-01 10:00")
    assert "停表：2025-07-01 10:00:00（补录未确认，按录入时间计）" in because(
        late.clock("response", "2025-07-01 12:00"), BOOK
    )
    quick = project(target("response", 0, day="workday"))
    lines = because(Story("2025-07-01 09:00").clock("response", "2025-07-01 09:00", quick), BOOK)
    assert "目标：响应 实时（按约定 5 分钟），按 7×24 小时计时" in lines
    assert "条件：工作日" in lines


def test_a_due_time_in_an_estimated_year_is_told_to_be_provisional() -> None:
    rules = project(target("recovery", 240), window=Window.WORKDAYS)
    lines = because(Story("2026-12-31 17:00").clock("recovery", "2026-12-31 17:00", rules), BOOK)
    assert "应于：2027-01-04 11:00:00（暂定：所涉年份的放假通知尚未发布）" in lines


def test_open_time_is_told_in_hours_because_a_day_of_a_window_is_not_a_day() -> None:
    assert [minutes_text(m) for m in (0, 5, 60, 90, 720, 1440)] == [
        "实时",
        "5 分",
        "1 小时",
        "1 小时 30 分",
        "12 小时",
        "24 小时",
    ]
    assert open_time_text(0) == "0 秒"


def test_an_arrival_says_from_which_request_it_counts() -> None:
    story = Story("2025-07-01 09:00").tell(E.ONSITE_REQUESTED, "2025-07-01 10:00", Side.UNIT)
    lines = because(story.clock("onsite", "2025-07-01 10:00"), BOOK)
    assert lines[0] == "起算：2025-07-01 10:00:00（申请到场）"
    unasked = Story("2025-07-01 09:00").tell(E.ARRIVED, "2025-07-01 10:00")
    assert because(unasked.clock("onsite", "2025-07-01 10:00"), BOOK)[0] == (
        "起算：2025-07-01 09:00:00（无到场申请，按报告时间）"
    )
