"""What the tender says, row by row, with its numbers: the places where a quick reading goes wrong."""

from __future__ import annotations

from collections import Counter
from datetime import date
from itertools import pairwise

import pytest

from seeds.rows import TENDER_LINES
from sla import interpretations
from sla.interpretations import Interpretations
from sla.obligations import special_kinds
from tests.seeds.shipped import CONTRACT, duties, inspections, project, readings, rows, targets, term

HOUR = 60
DAY = 24 * HOUR


def test_twenty_seven_units_have_forty_five_projects_and_one_sub_unit_has_row_28():
    units = CONTRACT["units.csv"]
    assert [row["seq"] for row in CONTRACT["projects.csv"]] == list(range(1, 46))
    assert sum(row["parent"] is None for row in units) == 27
    assert [(row["name"], row["parent"]) for row in units if row["parent"]] == [
        ("洛阳市财政局国有资产服务中心", "洛阳市财政局")
    ]
    assert project(28)["unit"] == "洛阳市财政局国有资产服务中心"
    assert {row["unit"] for row in CONTRACT["projects.csv"]} == {row["name"] for row in units}


def test_there_are_125_targets():
    assert len(CONTRACT["targets.csv"]) == 125


def test_rows_10_42_and_43_promise_no_target_and_get_none():
    kept = {row["project"] for row in CONTRACT["targets.csv"]}
    assert set(range(1, 46)) - kept == {10, 42, 43}


def test_the_plain_case_is_row_1_with_half_an_hour_an_hour_and_six_hours():
    assert targets(1) == {"response": 30, "onsite": HOUR, "recovery": 6 * HOUR}
    assert project(1)["window"] == "7x24"
    assert inspections(1) == [("weekly", "")]


def test_response_is_real_time_on_workdays_and_slower_on_others_in_rows_6_22_and_23():
    assert (targets(6)["response workday"], targets(6)["response non_workday"]) == (0, 30)
    assert (targets(22)["response workday"], targets(22)["response non_workday"]) == (0, HOUR)
    assert (targets(23)["response workday"], targets(23)["response non_workday"]) == (0, HOUR)
    assert all("response" not in targets(seq) for seq in (6, 22, 23))


def test_row_18_also_tells_workdays_from_others_but_promises_minutes_on_both():
    assert (targets(18)["response workday"], targets(18)["response non_workday"]) == (30, 120)


def test_row_7_answers_in_real_time_on_every_day():
    assert targets(7)["response"] == 0


def test_row_5_promises_recovery_for_faults_of_level_1_only():
    assert targets(5) == {"response": 30, "onsite": 24 * HOUR, "recovery level 1": 6 * HOUR}


def test_row_9_does_small_changes_within_5_workdays():
    assert targets(9)["change"] == 5


@pytest.mark.parametrize("seq", [24, 25, 26, 27])
def test_arrival_exists_only_after_remote_work_failed_in_rows_24_to_27(seq):
    assert targets(seq) == {"response": HOUR, "onsite failed": DAY, "recovery": 6 * HOUR}


def test_rows_28_and_29_promise_arrival_without_that_condition():
    assert (targets(28)["onsite"], targets(29)["onsite"]) == (HOUR, 2 * HOUR)


@pytest.mark.parametrize("seq", [30, 31, 32, 33, 34, 37, 38, 39, 40, 41, 44, 45])
def test_these_rows_promise_no_arrival_at_all(seq):
    assert not any(kind.startswith("onsite") for kind in targets(seq))


def test_row_34_tells_general_from_major_events_and_promises_two_ratios():
    assert targets(34) == {
        "response general": HOUR,
        "response major": 30,
        "accuracy": "0.99",
        "closure": "1.00",
        "containment general 5x8": 4 * HOUR,
        "containment major": HOUR,
        "recovery": 6 * HOUR,
    }


def test_row_44_recovers_complex_faults_in_eight_hours_and_others_in_two():
    assert targets(44) == {"response": 15, "recovery": 2 * HOUR, "recovery complex": 8 * HOUR}


def test_row_16_recovers_faster_than_it_answers_and_the_contradiction_is_kept():
    assert targets(16) == {"response": 12 * HOUR, "onsite": 12 * HOUR, "recovery": 6 * HOUR}
    assert readings(16, "recovery") == {"不短于响应的12小时": "6小时"}


def test_the_slow_recoveries_are_rows_4_30_and_41():
    recovery = {
        row["project"]: row["minutes"] for row in CONTRACT["targets.csv"] if row["kind"] == "recovery"
    }
    slow = {seq: minutes for seq, minutes in recovery.items() if minutes > 8 * HOUR}
    assert slow == {4: 12 * HOUR, 30: DAY, 41: DAY}
    assert {seq for seq, minutes in recovery.items() if minutes < 6 * HOUR} == {3, 37}


def test_windows_are_7x24_except_in_five_rows_and_row_10_states_none():
    stated = {row["seq"]: row["window"] for row in CONTRACT["projects.csv"]}
    assert {seq: window for seq, window in stated.items() if window != "7x24"} == {
        2: "7x8",
        3: "5x8",
        4: "7x8",
        10: None,
        14: "6x8",
        16: "5x8",
    }


def test_service_level_is_2_except_row_28_and_six_rows_that_state_none():
    levels = {row["seq"]: row["service_level"] for row in CONTRACT["projects.csv"]}
    assert [seq for seq, level in levels.items() if level is None] == [10, 25, 26, 36, 42, 43]
    assert {seq: level for seq, level in levels.items() if level not in (2, None)} == {28: 1}


def test_seventeen_rows_have_residents_and_item_numbers_are_not_read_as_decimals():
    residents = {row["seq"]: row["residents"] for row in CONTRACT["projects.csv"] if row["residents"]}
    one, two = (6, 7, 11, 12, 30, 37, 40, 41, 42, 44), (1, 22, 31, 32, 43)
    assert residents == dict.fromkeys(one, 1) | dict.fromkeys(two, 2) | {15: 3, 14: 5}
    assert readings(14, "residents") == {"1.5名": "5人"}
    assert {seq for seq in residents if any(o.startswith("1.") for o in readings(seq, "residents"))} == {
        *(11, 12, 14, 15, 22)
    }


def test_two_people_of_row_23_and_the_expert_of_row_34_are_no_residents():
    assert (project(23)["residents"], project(34)["residents"]) == (0, 0)
    assert (readings(23, "residents"), readings(34, "residents")) == ({"2人": "0人"}, {"1人": "0人"})


def test_residents_work_5x8_except_those_of_row_14():
    assert {row["project"] for row in CONTRACT["postings.csv"] if row["pattern"] != "5x8"} == {14}
    assert rows("postings.csv", 14)[0]["pattern"] == "6x8"


def test_only_rows_40_and_45_start_on_a_day_of_their_own():
    own = {row["seq"]: row["service_start"] for row in CONTRACT["projects.csv"] if row["service_start"]}
    assert own == {40: date(2025, 7, 1), 45: date(2025, 7, 27)}


def test_only_row_39_may_be_ended_at_any_time():
    assert [row["seq"] for row in CONTRACT["projects.csv"] if row["terminable"]] == [39]


def test_row_19_has_lost_its_number_and_stands_between_18_and_20():
    assert readings(19, "seq") == {"缺号": "19"}
    assert project(18)["line_end"] < project(19)["line"] < project(20)["line"]


def test_row_36_gets_the_character_back_that_its_name_lost_at_the_page_end():
    assert project(36)["name"].endswith("平台项目运维")


def test_inspections_come_in_two_parts_and_under_conditions():
    assert inspections(24) == inspections(29) == [("weekly", ""), ("filing_daily", "")]
    assert inspections(33) == [("monthly", "服务器"), ("quarterly", "卡口设备")]
    assert inspections(44) == [("four_per_month", "硬件"), ("daily", "软件")]
    assert inspections(13) == [("daily", "")]
    assert inspections(30) == [("monthly", "现场巡检（不少于5个工作日）")]
    assert inspections(42) == [("monthly", "应用程序")]
    assert inspections(43) == [("twice_daily", "")]


def test_rows_10_32_and_36_state_no_inspection():
    assert [seq for seq in range(1, 46) if not inspections(seq)] == [10, 32, 36]


def test_inspections_of_the_work_description_are_duties():
    assert duties(9)["服务器存储巡检"] == duties(9)["网络安全设备巡检"] == "half_yearly"
    assert (duties(4)["每日巡检"], duties(4)["每周巡检"]) == ("daily", "weekly")
    assert duties(16)["空调巡检维护"] == "quarterly"


def test_the_other_recurring_duties_keep_their_cycles():
    assert duties(6)["午晚两次数据备份"] == "twice_daily"
    assert duties(6)["备份服务月度报告"] == "monthly"
    assert (duties(4)["季度全量备份"], duties(4)["年度全量备份"]) == ("quarterly", "yearly")
    assert duties(15)["舆情监控周报"] == "weekly"
    assert (duties(16)["UPS检测保养"], duties(16)["电池放电测试"]) == ("half_yearly", "yearly")
    assert duties(17)["违规行为日报"] == "daily"
    assert duties(19)["现场回访"] == "yearly"
    assert duties(20)["数据备份迁移"] == "quarterly"
    assert duties(23)["新媒体打分"] == "quarterly"
    assert (duties(34)["安全运营月报"], duties(34)["安全运营年报"]) == ("monthly", "yearly")
    assert duties(37)["现场走访服务"] == "quarterly"
    assert duties(42)["针对性培训"] == "yearly"
    assert duties(23)["重大节日24小时值班"] == "unspecified"
    assert duties(43)["空气过滤芯更换"] == "unspecified"


def test_quotas_are_twelve_and_four_extractions_and_two_thousand_messages():
    quotas = {row["project"]: row["quota"] for row in CONTRACT["obligations.csv"] if row["quota"]}
    assert quotas == {3: 2000, 19: 12, 38: 4}


@pytest.mark.parametrize(
    ("seq", "subject", "other"),
    [
        (3, "window", "7×24"),
        (24, "window", "5×8"),
        (29, "window", "5×8"),
        (29, "onsite", "远程不行24小时到场"),
        (34, "window", "5×8"),
        (42, "window", "5×8"),
        (43, "window", "5×8"),
        (43, "residents", "1人"),
        (43, "inspection", "网络与服务器每日1次"),
        (2, "response", "突发故障立即响应"),
        (10, "name", "2025年"),
        (28, "unit", "第28家单位"),
        (30, "inspection", "每月巡检与现场巡检两项"),
        (36, "name", "…平台项目运"),
        (45, "delivery_mode", "现场提供技术支持"),
    ],
)
def test_where_a_row_contradicts_itself_the_other_reading_is_kept_beside_it(seq, subject, other):
    assert other in readings(seq, subject)


def test_equipment_is_counted_as_the_rows_count_it():
    counted = {(row["project"], row["name"]): row["quantity"] for row in CONTRACT["equipment.csv"]}
    assert counted[1, "硬盘"] == 72
    assert counted[9, "联想数据库服务器"] == 4
    assert counted[18, "服务器"] == 23
    assert counted[40, "消费机"] == 53
    assert {seq for seq, _ in counted} == {1, 2, 3, 9, 14, 16, 18, 20, 32, 40}


def test_the_terms_of_payment_and_damages_are_those_of_the_contract():
    terms = ("stage1_percent", "stage2_percent", "stage1_workdays", "stage2_workdays")
    assert [term(key) for key in terms] == ["70", "30", "30", "30"]
    assert term("ceiling_yuan") == "8767867.39"
    assert term("paralysis_response_minutes") == "60"
    assert (term("acceptance_report_workdays"), term("rework_workdays")) == ("15", "15")
    assert (term("delay_percent_per_day"), term("delay_flat_percent")) == ("1", "10")
    assert term("delay_flat_after_days") == "10"
    assert (term("failed_acceptance_percent"), term("second_failure_percent")) == ("5", "10")
    assert term("supplement_cap_percent") == "10"
    assert (term("service_months"), term("max_years")) == ("12", "3")
    assert [term(f"dossier_{n}") for n in range(1, 8)][-1] == "日常巡检记录"


def test_the_shipped_readings_of_open_questions_are_the_rules_own_and_all_assumed():
    shipped = CONTRACT["interpretations.csv"]
    assert [row["key"] for row in shipped] == [key.name for key in interpretations.KEYS]
    assert {row["key"]: row["value"] for row in shipped} == {k.name: k.default for k in interpretations.KEYS}
    assert {row["status"] for row in shipped} == {"assumed"}
    assert Interpretations.shipped().fingerprint == Interpretations({}).fingerprint


@pytest.mark.parametrize("file", ["targets.csv", "obligations.csv", "postings.csv", "equipment.csv"])
def test_every_value_stands_within_the_lines_of_its_row(file):
    for row in CONTRACT[file]:
        if row["project"] is None:
            continue  # a duty of the whole contract
        of = project(row["project"])
        assert of["line"] <= row["line"] <= of["line_end"], (file, row.number)


def test_the_contracts_own_duties_stand_in_its_articles_and_only_the_summary_has_a_cycle():
    own = {row["what"]: (row["cycle"].value, row["line"]) for row in rows("obligations.csv", None)}
    assert own == {
        "每月工作汇总": ("monthly", 4425),
        "系统优化方案": ("unspecified", 4425),
        "运维工作报告": ("unspecified", 4407),
        "安全事件报告": ("unspecified", 4406),
        "人员变更审查": ("unspecified", 4390),
    }


def test_days_of_special_duty_are_declared_for_seven_duties_of_five_rows():
    special = [row for row in CONTRACT["obligations.csv"] if special_kinds(row["when"])]
    assert sorted((row["project"], row["when"]) for row in special) == [
        (23, "holiday congress other"),
        (32, "holiday"),
        (34, "exam other"),
        (34, "holiday"),
        (36, "holiday promotion"),
        (43, "holiday congress other"),
        (43, "special_period"),
    ]
    assert {(row["kind"], row["cycle"].value) for row in special} == {("duty_shift", "unspecified")}


def test_every_inspection_has_a_checklist_and_row_30_needs_five_visits():
    assert all(r["checklist"] for r in CONTRACT["obligations.csv"] if r["kind"] == "inspection")
    assert [(r["project"], r["visits"]) for r in CONTRACT["obligations.csv"] if r["visits"]] == [(30, 5)]


def test_nine_checklists_have_ten_to_fourteen_items_and_limits_in_numbers():
    items = CONTRACT["checklists.csv"]
    sizes = Counter(row["code"] for row in items)
    assert len(sizes) == 9
    assert {10, 14} == {min(sizes.values()), max(sizes.values())}
    limits = {(row["code"], row["text"]): (row["low"], row["high"], row["unit"]) for row in items}
    assert limits["machine_room", "机房温度"] == ("18", "27", "℃")
    assert limits["ups_cooling", "UPS 输出负载率"] == (None, "80", "%")
    assert limits["servers", "数据盘使用率"] == (None, "85", "%")


def test_every_reading_has_at_least_one_leg_in_its_row_and_the_other_in_the_tender():
    for row in CONTRACT["readings.csv"]:
        of = project(row["project"])
        assert of["line"] <= row["line"] <= of["line_end"], row.number
        assert row["other_line"] is None or 1 <= row["other_line"] <= TENDER_LINES


def test_rows_follow_one_another_in_the_tender_without_overlap():
    spans = [(row["line"], row["line_end"]) for row in CONTRACT["projects.csv"]]
    assert all(end < start for (_, end), (start, _) in pairwise(spans))
    assert (spans[0][0], spans[-1][1]) == (768, 4302)


def test_the_data_holds_terms_and_no_sentence():
    assert max(len(row["what"]) for row in CONTRACT["obligations.csv"]) <= 16
    assert max(len(row["scope"]) for row in CONTRACT["obligations.csv"]) <= 20
    for row in CONTRACT["readings.csv"]:
        assert max(len(row[column]) for column in ("taken", "other", "why")) <= 24, row.number
