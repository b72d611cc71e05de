"""The monthly service-level report as a workbook: frames laid out as sheets."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from reports import duty_frames, frames, ticket_frames
from reports.definitions import TERMS, WORDING
from reports.period import PeriodReport
from reports.table import Column, Format, Stream, Table, table
from reports.workbook import Bars, Book, Sheet
from sla.vocab import Indicator
from sla.when import clock_text

ASSUMED = "按暂定口径：所依据的口径尚有未经局方约定的，见「口径」"


def monthly_workbook(report: PeriodReport) -> bytes:
    """Return the file. It depends on the report alone: equal reports give equal bytes."""
    book = Book(f"月度服务级别报告 {report.key}", report.rows.data_until)
    _cover(book.sheet("封面"), report)
    for name, (_, write) in _sheets(report).items():
        sheet = book.sheet(name, one_page=name == "总览")
        sheet.title(f"{name}　{report.key}", *_remarks(report))
        write(sheet, report)
    return book.to_bytes()


def _remarks(report: PeriodReport) -> list[str]:
    said = f"{report.audience}；数据截至 {clock_text(report.rows.data_until)}"
    return [
        said + ("" if report.rows.is_over else "；月份进行中"),
        *([ASSUMED] if report.on_assumption else []),
    ]


def _cover(sheet: Sheet, report: PeriodReport) -> None:
    rows = report.rows
    sheet.title("月度服务级别报告", report.contract)
    sheet.widths(22, 96)
    sheet.row += 1
    sheet.pair("月份", report.key)
    sheet.pair("范围", report.audience)
    sheet.pair("数据截至", rows.data_until, Format.INSTANT)
    sheet.pair("月份状态", report.standing or ("已结束，未关账" if rows.is_over else "进行中，数字还会变化"))
    sheet.pair("规则版本", report.rules.version[:12])
    sheet.pair("依据", ASSUMED if report.on_assumption else "所依据的口径均已约定")
    sheet.pair("时间", "全部为北京时间；月份按北京时间的自然月")
    sheet.row += 1
    for name, (about, _) in _sheets(report).items():
        sheet.link(name, about)


def _overview(sheet: Sheet, report: PeriodReport) -> None:
    sheet.table(frames.overview(report), freeze=1)
    sheet.title("工单", "本月登记 + 上月转入 = 本月关闭 + 本月撤销 + 转入下月")
    sheet.table(frames.ticket_totals(report), main=False)
    if report.rows.whole_contract:
        sheet.title("合计核对", "合同 = 各项目之和 + 合同整体的应办（不属于任何项目，例如每月工作汇总）")
        sheet.table(frames.reconciliation(report), main=False)
    charted = frames.charted(report)
    if charted.frame.empty:
        sheet.title("图", "本月没有可以作图的指标")
        return
    sheet.title("图", "只画本月有数据的指标；不适用的不画成 0")
    first = sheet.table(charted, main=False)
    last = first + len(charted.frame) - 1
    sheet.bars(Bars("各项指标（%）", 1, 2, first, last, f"D{first - 1}", "0%", most=1.0))


def _by_unit(sheet: Sheet, report: PeriodReport) -> None:
    units = frames.by_unit(report)
    first = sheet.table(units, freeze=1)
    if not report.breaches:
        sheet.title("图", "本月没有超时")
        return
    sheet.page_break()
    breaches = units.place("超时（次）")
    last = first + len(units.frame) - 1
    sheet.bars(Bars("各单位超时次数", 1, breaches, first, last, f"B{sheet.row}", "0", lying=True))


def _by_project(sheet: Sheet, report: PeriodReport) -> None:
    sheet.table(frames.by_project(report), freeze=3)


def _tickets(sheet: Sheet, report: PeriodReport) -> None:
    kept = report.totals
    sheet.title(
        f"本月登记 {kept.opened} + 上月转入 {kept.carried_in} = 本月关闭 {kept.closed}"
        f" + 本月撤销 {kept.cancelled} + 转入下月 {kept.carried_out}"
    )
    sheet.table(ticket_frames.tickets(report), freeze=2)


def _duties(sheet: Sheet, report: PeriodReport) -> None:
    told = [(state.label, number) for state, number in report.states.items()]
    said = " + ".join(f"{label} {number}" for label, number in told)
    sheet.title(f"截止日在本月的应办 {sum(number for _, number in told)} 次 = {said}")
    sheet.table(duty_frames.by_obligation(report), freeze=4)


def _attendance(sheet: Sheet, report: PeriodReport) -> None:
    figure = report.figures.contract[Indicator.ATTENDANCE]
    sheet.title(f"应到 {figure.total} 半天 = 在岗 {figure.met} + 缺勤 {figure.total - figure.met}")
    sheet.table(duty_frames.attendance(report), freeze=4)


def _callbacks(sheet: Sheet, report: PeriodReport) -> None:
    signed = report.rows.callbacks
    good = sum(one.is_good for one in signed)
    sheet.title(f"本月签署 {len(signed)} 份 = 满意且平稳 {good} + 其他 {len(signed) - good}")
    sheet.table(duty_frames.callbacks(report), freeze=4)


def _definitions(sheet: Sheet, report: PeriodReport) -> None:
    columns = (
        Column("指标"),
        Column("分子"),
        Column("分母"),
        Column("定义", Format.LONG),
        Column("规则"),
    )
    rows = [
        [one.label, words.met, words.total, words.definition, words.rules] for one, words in WORDING.items()
    ]
    rows += [[name, "", "", definition, rules] for name, definition, rules in TERMS]
    sheet.table(table(columns, rows), freeze=1)


def _listing(
    make: Callable[[PeriodReport], Stream | Table], freeze: int
) -> Callable[[Sheet, PeriodReport], None]:
    def write(sheet: Sheet, report: PeriodReport) -> None:
        sheet.table(make(report), freeze=freeze)

    return write


def _adjustments(sheet: Sheet, report: PeriodReport) -> None:
    sheet.table(frames.adjusted_figures(report), main=False)
    sheet.title("逐条", "原和现是这一行在被更正的月份里计入的分子和分母")
    sheet.table(frames.adjustments(report))


def _sheets(report: PeriodReport) -> Mapping[str, tuple[str, Callable[[Sheet, PeriodReport], None]]]:
    """Return the sheets of a report; that of adjustments is there only where some are counted (M1)."""
    return SHEETS | ADJUSTED if report.rows.adjustments else SHEETS


ADJUSTED = {"调整": ("对已冻结月份的更正，计入本月；不改变本月自己的数字", _adjustments)}
SHEETS: dict[str, tuple[str, Callable[[Sheet, PeriodReport], None]]] = {
    "总览": ("各项指标的分子、分母、比率，工单进出，图", _overview),
    "按单位": ("每家单位各项指标，下属单位并入上级；各单位超时次数图", _by_unit),
    "按项目": ("每个项目各项指标；没有约定的写明无此指标", _by_project),
    "计时明细": ("计入本月的每一次计时", _listing(ticket_frames.clocks, 2)),
    "超时明细": ("每一次超时一行，附计算过程", _listing(ticket_frames.breaches, 2)),
    "工单": ("本月在办的每一张工单，来源和去向", _tickets),
    "应办汇总": ("截止日在本月的应办，每项义务一行：按时、逾期、未完成、豁免、未到期", _duties),
    "巡检记录": (
        "截止日在本月的每次巡检：谁记录、何时完成、几项异常",
        _listing(duty_frames.inspections, 4),
    ),
    "周期义务": ("截止日在本月的其他应办和文档，每次一行", _listing(duty_frames.duties, 4)),
    "驻场出勤": ("每个驻场岗位每天一行，以半天为单位", _attendance),
    "回访": (
        "本月签署的回访，列在满意度旁边，不计入满意度",
        _callbacks,
    ),
    "口径": ("本月有效的口径及其状态", _listing(frames.interpretations, 1)),
    "定义": ("每个数字怎样得来，依据哪一条规则", _definitions),
}
