"""The monthly workbook, read back: what stands in it, of which type, and that it is always the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from zipfile import ZipFile

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from reports.catalogue import MONTHLY, OFFERS, PAPERS
from reports.period import average_rating
from sla.clock import Clock
from sla.figures import Figure
from sla.vocab import Indicator
from tests.reports.example import HARMFUL, report

SHEETS = ["封面", "总览", "按单位", "按项目", "计时明细", "超时明细", "工单"]
SHEETS += ["应办汇总", "巡检记录", "周期义务", "驻场出勤", "回访", "口径", "定义"]


@pytest.fixture(scope="module")
def data() -> bytes:
    return MONTHLY.write(report())


@pytest.fixture
def book(data: bytes) -> Workbook:
    return load_workbook(BytesIO(data))


def heading_row(sheet: Worksheet) -> int:
    return int(sheet.freeze_panes[1:]) - 1 if sheet.freeze_panes else 0


def lines(sheet: Worksheet, start: int | None = None) -> list[dict[str, object]]:
    """The lines of the sheet's main table, by heading; headings of two rows are joined."""
    head = start or heading_row(sheet)
    groups, group = [], ""
    for cell in sheet[head - 1]:
        group = str(cell.value) if cell.value and sheet.title.startswith("按") else group
        groups.append(group)
    names = [f"{g}{cell.value}" for g, cell in zip(groups, sheet[head], strict=True)]
    found: list[dict[str, object]] = []
    for row in sheet.iter_rows(min_row=head + 1, values_only=True):
        if row[0] is None:
            break
        found.append(dict(zip(names, row, strict=True)))
    return found


def test_the_sheets_are_there_in_order_and_the_cover_leads_to_each(book: Workbook) -> None:
    assert book.sheetnames == SHEETS
    targets = {
        cell.hyperlink.location
        for row in book["封面"].iter_rows()
        for cell in row
        if cell.hyperlink and cell.hyperlink.location
    }
    assert targets == {f"'{name}'!A1" for name in SHEETS[1:]}
    said = {row[0]: row[1] for row in book["封面"].iter_rows(values_only=True, max_col=2) if row[0]}
    assert said["月份"] == "2025-07"
    assert said["数据截至"] == datetime(2025, 8, 2, 10, 0)  # noqa: DTZ001, Excel knows no zones
    assert "暂定口径" in str(said["依据"])


def test_equal_reports_give_equal_bytes_and_nothing_of_the_moment_is_inside(data: bytes) -> None:
    assert MONTHLY.write(report()) == data
    with ZipFile(BytesIO(data)) as file:
        assert {part.date_time for part in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = file.read("docProps/core.xml").decode()
    assert core.count("2025-08-02T02:00:00Z") == 2


def test_the_overview_has_numerator_denominator_rate_and_what_stands_beside(book: Workbook) -> None:
    kept = {line["指标"]: line for line in lines(book["总览"])}
    response = kept["响应及时率"]
    assert (response["分子"], response["分母"], response["比率"], response["免责、豁免（不计入）"]) == (
        1,
        2,
        0.5,
        1,
    )
    assert kept["到场及时率"]["比率"] == "无此指标"
    assert kept["满意度"]["说明"] == "平均 4.00 分"
    assert kept["一次修复率"]["比率"] == 1
    inspection, attendance = kept["巡检按时率"], kept["出勤率"]
    assert (inspection["分子"], inspection["分母"], inspection["比率"]) == (1, 3, 0.3333)
    assert (inspection["免责、豁免（不计入）"], inspection["说明"]) == (1, "未按时 2 次")
    assert (attendance["分子"], attendance["分母"], attendance["说明"]) == (4, 8, "缺勤 4 半天")


def test_the_contract_is_reconciled_with_its_projects_and_the_duties_of_the_whole(book: Workbook) -> None:
    sheet = book["总览"]
    start = next(cell.row for cell in sheet["A"] if cell.value == "合计核对") + 3
    found = {
        row[0]: row[1:8] for row in sheet.iter_rows(min_row=start + 1, max_row=start + 11, values_only=True)
    }
    assert list(found) == [indicator.label for indicator in Indicator]
    assert found["文档按时率"] == (0, 0, 0, 1, 0, 1, "相符")
    assert {row[-1] for row in found.values()} == {"相符"}


def test_each_obligation_is_one_line_and_each_time_it_falls_due_another(book: Workbook) -> None:
    inspection, backup, summary = lines(book["应办汇总"])
    counts = [
        inspection[name] for name in ("应计", "已完成", "逾期完成", "未完成", "已豁免", "待办", "按时率")
    ]
    assert counts == [3, 1, 1, 1, 1, 0, 0.3333]
    assert (inspection["周期"], inspection["未按时的日期"]) == ("每周", "07-07、07-14")
    assert (backup["应办"], backup["计入指标"], backup["按时率"]) == ("=备份", "义务按时率", 1)
    assert (summary["项目"], summary["计入指标"], summary["按时率"]) == ("合同整体", "文档按时率", 0)
    first, second, third, fourth = lines(book["巡检记录"])
    assert [one["状态"] for one in (first, second, third, fourth)] == [
        "已完成",
        "逾期完成",
        "未完成",
        "已豁免",
    ]
    assert (first["记录人"], first["单位意见"], first["补录"], first["异常项"]) == (
        "李工、王工",
        "已确认",
        "否",
        1,
    )
    assert (second["补录"], third["异常项"], fourth["备注"]) == ("是", None, "豁免：机房停电")
    assert first["截止（不含）"] == datetime(2025, 7, 7, 0, 0)  # noqa: DTZ001
    assert [one["应办"] for one in lines(book["周期义务"])] == ["=备份", "每月工作汇总"]
    texts = [str(row[0]) for row in book["应办汇总"].iter_rows(max_row=4, values_only=True)]
    assert "截止日在本月的应办 6 次 = 已完成 2 + 逾期完成 1 + 未完成 2 + 已豁免 1 + 待办 0" in texts


def test_each_day_of_a_posting_is_one_line_in_half_days(book: Workbook) -> None:
    first, second = lines(book["驻场出勤"])
    assert first["日期"] == datetime(2025, 7, 1)  # noqa: DTZ001
    halves = ("应到（半天）", "实到（半天）", "缺勤（半天）")
    assert [[one[name] for name in halves] for one in (first, second)] == [[4, 3, 1], [4, 1, 3]]
    assert (first["岗位人数"], first["上午在岗"], first["下午在岗"]) == (2, "王工、李工", "王工")
    texts = [str(row[0]) for row in book["驻场出勤"].iter_rows(max_row=4, values_only=True)]
    assert "应到 8 半天 = 在岗 4 + 缺勤 4" in texts


def test_call_backs_stand_beside_the_satisfaction_and_are_no_part_of_it(book: Workbook) -> None:
    first, second = lines(book["回访"])
    assert (first["序号"], first["项目"], first["满意度"], first["运转情况"]) == (1, "甲系统", "满意", "平稳")
    assert first["签署"] == datetime(2025, 7, 2, 9, 0)  # noqa: DTZ001
    assert (second["满意度"], second["说明"], second["答复人"]) == ("不满意", "=催了三次", "王科长")
    assert second["整改确认"] == datetime(2025, 7, 30, 10, 0)  # noqa: DTZ001
    texts = [str(row[0]) for row in book["回访"].iter_rows(max_row=4, values_only=True)]
    assert "本月签署 2 份 = 满意且平稳 1 + 其他 1" in texts


def test_a_project_tells_no_target_no_facts_and_out_of_service_apart(book: Workbook) -> None:
    first, second, third, whole = lines(book["按项目"])
    assert (first["响应及时率按时"], first["响应及时率应计"], first["响应及时率比率"]) == (1, 2, 0.5)
    assert second["响应及时率比率"] == "无此指标"
    assert second["满意度比率"] == "本月无数据"
    assert third["恢复及时率比率"] == "不在服务期"
    assert (second["响应及时率按时"], second["响应及时率应计"]) == (None, None)
    assert second["巡检按时率比率"] == "无此指标"
    assert third["巡检按时率比率"] == "不在服务期"
    assert first["文档按时率比率"] == "无此指标"
    assert (whole["项目"], whole["文档按时率按时"], whole["文档按时率应计"]) == ("合同整体", 0, 1)
    assert not whole["响应及时率比率"]
    assert [line["单位"] for line in lines(book["按单位"])] == ["市财政局", "市教育局"]


def test_rates_are_percentages_and_times_are_dates_in_shanghai(book: Workbook) -> None:
    overview, clocks = book["总览"], book["计时明细"]
    rate = overview.cell(heading_row(overview) + 1, 5)
    assert (rate.data_type, rate.number_format, rate.value) == ("n", "0.00%", 0.5)
    first = lines(clocks)[0]
    assert first["起算"] == datetime(2025, 7, 10, 9, 0)  # noqa: DTZ001
    assert first["停表"] == datetime(2025, 7, 10, 9, 31)  # noqa: DTZ001
    assert first["净用时（分钟）"] == 26
    column = [cell.value for cell in clocks[heading_row(clocks)]].index("起算") + 1
    assert clocks.cell(heading_row(clocks) + 1, column).number_format == "yyyy-mm-dd hh:mm:ss"


def test_no_cell_of_the_book_is_a_formula_whatever_a_title_says(book: Workbook) -> None:
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    titles = {line["工单号"]: line["标题"] for line in lines(book["工单"])}
    clean = [title.replace("\x00", "").replace("\r", "\n") for title in HARMFUL]
    assert list(titles.values()) == clean
    risky = [cell for cell in cells if isinstance(cell.value, str) and cell.value[:1] in "=+-@\t\n'"]
    assert risky
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in risky)


def test_each_breach_is_one_line_with_its_arithmetic(book: Workbook) -> None:
    first, second = lines(book["超时明细"])
    assert (first["计时"], first["晚（分钟）"], first["计算过程"]) == ("响应", 1, "起算：甲\n=结论：超时")
    assert (second["计时"], second["停表"], second["晚（分钟）"]) == ("恢复", "未完成", "未完成")


def test_the_tickets_reconcile_with_their_heading(book: Workbook) -> None:
    sheet = book["工单"]
    found = lines(sheet)
    texts = [str(row[0]) for row in sheet.iter_rows(max_row=heading_row(sheet), values_only=True)]
    assert "本月登记 11 + 上月转入 0 = 本月关闭 1 + 本月撤销 0 + 转入下月 10" in texts
    assert sum(line["去向"] == "转入下月" for line in found) == 10
    assert {line["来源"] for line in found} == {"本月登记"}


def test_readings_and_definitions_are_in_the_book(book: Workbook) -> None:
    assert lines(book["口径"])[0]["状态"] == "暂定"
    names = [line["指标"] for line in lines(book["定义"])]
    assert names[: len(Indicator)] == [indicator.label for indicator in Indicator]


def test_headings_stay_in_sight_are_filtered_and_repeat_on_paper(book: Workbook) -> None:
    for name in SHEETS[1:]:
        sheet = book[name]
        head = heading_row(sheet)
        assert sheet.print_title_rows == f"$1:${head}", name
        assert sheet.auto_filter.ref.startswith(f"A{head}:"), name
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9), name
        assert sheet.sheet_properties.pageSetUpPr is not None
        assert sheet.sheet_properties.pageSetUpPr.fitToPage, name


def test_columns_are_wide_enough_for_chinese(book: Workbook) -> None:
    sheet = book["按项目"]
    assert sheet.column_dimensions["B"].width >= 2 * len("市财政局下属中心")
    assert all(7 <= kept.width <= 72 for kept in sheet.column_dimensions.values())


def test_the_charts_are_native_and_leave_out_what_does_not_apply(book: Workbook, data: bytes) -> None:
    with ZipFile(BytesIO(data)) as file:
        charts = [name for name in file.namelist() if name.startswith("xl/charts/chart")]
        first = file.read("xl/charts/chart1.xml").decode()
    assert len(charts) == 2
    sheet = book["总览"]
    start = next(cell.row for cell in sheet["A"] if cell.value == "图") + 2
    charted = [line["指标"] for line in lines(sheet, start)]
    # 到场 and 遏制 have no rate: they are no bar at all.
    duties = ["巡检按时率", "义务按时率", "文档按时率", "出勤率"]
    assert charted == ["响应及时率", "恢复及时率", "一次修复率", *duties, "满意度", "补录率"]
    assert f"'总览'!$B${start + 1}:$B${start + 9}" in first


def test_a_month_without_facts_makes_a_book_too() -> None:
    empty = replace(
        report(),
        rows=replace(report().rows, clocks=(), tickets=(), occurrences=(), attendance=(), callbacks=()),
        because={},
    )
    book = load_workbook(BytesIO(MONTHLY.write(empty)))
    assert book.sheetnames == SHEETS
    assert all(isinstance(line["比率"], str) for line in lines(book["总览"]))
    assert lines(book["计时明细"]) == []


def test_a_clock_in_workdays_says_its_days_where_minutes_would_stand() -> None:
    made = report()
    clock: Clock = replace(made.rows.clocks[0].clock, minutes=None, workdays=5)
    rows = replace(made.rows, clocks=(replace(made.rows.clocks[0], clock=clock),))
    book = load_workbook(BytesIO(MONTHLY.write(replace(made, rows=rows))))
    assert lines(book["计时明细"])[0]["时限（分钟）"] == "5 个工作日"


def test_the_mean_rating_is_rounded_half_up() -> None:
    assert average_rating(Figure(11, 15)) == Decimal("3.67")
    assert average_rating(Figure()) is None


def test_the_catalogue_names_each_report_once() -> None:
    names = [*(one.name for one in OFFERS), *(one.name for one in PAPERS)]
    assert len(set(names)) == len(names)
    assert MONTHLY.file_name.format(month="2025-07") == "月度服务级别报告-2025-07.xlsx"
