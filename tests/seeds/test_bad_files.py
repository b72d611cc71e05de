"""One bad cell, one bad row or one bad file stops the load and says where (file, line, column, reason)."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.base import Base
from models.calendar import CalendarDay
from models.contract import ContractTerm, Project, Target, Unit
from seeds.files import WHOLE_FILE, WHOLE_ROW
from seeds.loader import load, validate
from seeds.rows import FILES
from sla.errors import LoadError
from tests.seeds.shipped import copy_of_the_files, rewrite, with_cell

LONG = "字" * 61

# file, column, a value that cannot be, a piece of the reason
BAD_CELLS = [
    ("contract.csv", "key", "", "不能为空"),
    ("contract.csv", "value", LONG, "最多 60 个字"),
    ("contract.csv", "label", "", "不能为空"),
    ("contract.csv", "line", "4997", "1 到 4996 的整数"),
    ("units.csv", "name", "", "不能为空"),
    ("units.csv", "parent", "洛阳市没有这个局", "不在名单中"),
    ("units.csv", "line", "第769行", "整数"),
    ("projects.csv", "seq", "0", "1 到 999 的整数"),
    ("projects.csv", "unit", "洛阳市教育厅", "不在 units.csv 中"),
    ("projects.csv", "name", "", "不能为空"),
    ("projects.csv", "service_level", "2级", "整数"),
    ("projects.csv", "window", "7*24", "7x24、7x8、6x8、5x8 之一"),
    ("projects.csv", "residents", "3", "postings.csv 中合计 2 人"),
    ("projects.csv", "delivery_mode", "驻场", "resident、"),
    ("projects.csv", "service_start", "2025-7-1", "应为日期"),
    ("projects.csv", "terminable", "no", "yes 或留空"),
    ("projects.csv", "line", "-1", "整数"),
    ("projects.csv", "line_end", "1", "止行不能早于起行"),
    ("targets.csv", "project", "46", "没有序号 46"),
    ("targets.csv", "kind", "arrival", "之一"),
    ("targets.csv", "minutes", "0.5", "整数"),
    ("targets.csv", "ratio", "99%", "两位小数"),
    ("targets.csv", "workdays", "0", "1 到 250 的整数"),
    ("targets.csv", "day", "weekend", "workday、non_workday 之一"),
    ("targets.csv", "severity", "minor", "之一"),
    ("targets.csv", "complexity", "yes", "之一"),
    ("targets.csv", "fault_level", "5", "1 到 4 的整数"),
    ("targets.csv", "remote", "yes", "failed 之一"),
    ("targets.csv", "window", "8x5", "之一"),
    ("targets.csv", "line", "", "整数"),
    ("obligations.csv", "project", "x", "整数"),
    ("obligations.csv", "kind", "patrol", "之一"),
    ("obligations.csv", "what", "", "不能为空"),
    ("obligations.csv", "cycle", "every 10 days", "之一"),
    ("obligations.csv", "quota", "12", "其他周期不填"),
    ("obligations.csv", "scope", LONG, "最多 60 个字"),
    ("obligations.csv", "when", "filing_period", "其他周期不填"),
    ("obligations.csv", "checklist", "kitchen", "之一"),
    ("obligations.csv", "visits", "1", "2 到 31 的整数"),
    ("obligations.csv", "source", "", "之一"),
    ("obligations.csv", "line", "1e3", "整数"),
    ("checklists.csv", "code", "kitchen", "之一"),
    ("checklists.csv", "name", "", "不能为空"),
    ("checklists.csv", "position", "0", "1 到 99 的整数"),
    ("checklists.csv", "section", LONG, "最多 60 个字"),
    ("checklists.csv", "text", "", "不能为空"),
    ("checklists.csv", "unit", "九个字的量词怎么可能", "最多 8 个字"),
    ("checklists.csv", "low", "十八", "应为数字"),
    ("checklists.csv", "high", "27.", "应为数字"),
    ("postings.csv", "project", "99", "没有序号 99"),
    ("postings.csv", "heads", "1.5", "整数"),
    ("postings.csv", "pattern", "", "之一"),
    ("postings.csv", "line", "0", "整数"),
    ("equipment.csv", "project", "046", "整数"),
    ("equipment.csv", "name", "", "不能为空"),
    ("equipment.csv", "model", LONG, "最多 60 个字"),
    ("equipment.csv", "quantity", "0", "整数"),
    ("equipment.csv", "unit", "九个字的量词怎么可能", "最多 8 个字"),
    ("equipment.csv", "line", "９", "整数"),
    ("readings.csv", "project", "", "整数"),
    ("readings.csv", "subject", "weather", "之一"),
    ("readings.csv", "taken", "", "不能为空"),
    ("readings.csv", "other", "", "不能为空"),
    ("readings.csv", "why", "", "不能为空"),
    ("readings.csv", "line", "4,000", "整数"),
    ("readings.csv", "other_line", "没有", "整数"),
    ("interpretations.csv", "key", "working_hours", "没有「working_hours」这项口径"),
    ("interpretations.csv", "value", "早八晚六", "办公时间"),
    ("interpretations.csv", "status", "maybe", "assumed、agreed 之一"),
    ("interpretations.csv", "from_day", "2025/07/01", "应为日期"),
    ("interpretations.csv", "reason", "", "不能为空"),
    ("calendar_years.csv", "year", "1999", "整数"),
    ("calendar_years.csv", "status", "final", "published、estimated 之一"),
    ("calendar_years.csv", "notice", LONG, "最多 60 个字"),
    ("calendar_days.csv", "date", "2024-01-01", "没有 2024 年"),
    ("calendar_days.csv", "kind", "override_off", "day_off、makeup 之一"),
    ("calendar_days.csv", "name", "", "不能为空"),
    ("calendar_days.csv", "notice", LONG, "最多 60 个字"),
    ("scheme.csv", "part", "thing", "item、band、veto、setting 之一"),
    ("scheme.csv", "key", "speed", "response、"),
    ("scheme.csv", "name", LONG, "最多 60 个字"),
    ("scheme.csv", "value", "many", "0 到 100 的数字"),
]


def refusal(folder: Path) -> LoadError:
    with pytest.raises(LoadError) as caught:
        validate(folder)
    return caught.value


def test_every_column_of_every_file_has_a_bad_value_here():
    tried = {(file, column) for file, column, _, _ in BAD_CELLS}
    assert tried == {(file.name, column) for file in FILES for column in file.columns}


@pytest.mark.parametrize(("file", "column", "value", "reason"), BAD_CELLS)
def test_a_bad_cell_is_told_with_its_file_line_column_and_reason(tmp_path, file, column, value, reason):
    error = refusal(with_cell(tmp_path, file, 2, column, value))
    assert (error.file, error.line, error.column) == (file, 2, column)
    assert reason in error.reason
    assert error.message.startswith(f"{file} 第 2 行「{column}」列：")


@pytest.mark.parametrize(
    ("file", "line", "column", "value", "told_at", "reason"),
    [
        ("projects.csv", 3, "seq", "1", ("seq", 3), "与第 2 行重复"),
        ("units.csv", 3, "name", "洛阳市教育局", ("name", 3), "与第 2 行重复"),
        ("calendar_days.csv", 3, "date", "2025-01-01", ("date", 3), "与第 2 行重复"),
        ("calendar_years.csv", 3, "year", "2025", ("year", 3), "与第 2 行重复"),
        ("contract.csv", 3, "key", "title", ("key", 3), "与第 2 行重复"),
        ("targets.csv", 3, "kind", "response", ("remote", 3), "与第 2 行重复"),
        ("targets.csv", 2, "minutes", "", ("minutes", 2), "要填 minutes"),
        ("targets.csv", 2, "workdays", "5", ("minutes", 2), "只填这一项"),
        ("targets.csv", 2, "kind", "change", ("workdays", 2), "要填 workdays"),
        ("targets.csv", 2, "kind", "accuracy", ("ratio", 2), "要填 ratio"),
        ("units.csv", 3, "parent", "洛阳市财政局国有资产服务中心", ("parent", 3), "自己也有上级"),
        ("obligations.csv", 2, "when", "special_period", ("when", 2), "只用于周期为 unspecified"),
        ("obligations.csv", 2, "checklist", "", ("checklist", 2), "巡检要填检查表"),
        ("obligations.csv", 2, "project", "", ("source", 2), "合同全文的义务"),
        ("obligations.csv", 2, "source", "contract", ("source", 2), "合同全文的义务"),
        ("checklists.csv", 2, "name", "厨房", ("name", 3), "在前面叫「厨房」"),
        ("checklists.csv", 2, "high", "17", ("high", 2), "上限不能小于下限"),
        ("checklists.csv", 4, "low", "1", ("low", 4), "不填上下限"),
        ("checklists.csv", 3, "position", "1", ("position", 3), "与第 2 行重复"),
        ("interpretations.csv", 3, "value", "0", ("value", 3), "1 到 1440"),
        ("interpretations.csv", 3, "from_day", "2025-07-01", ("key", 1), "缺少口径 realtime_minutes"),
        ("contract.csv", 7, "value", "28", ("value", 7), "合同写 28，units.csv 中有 27"),
        ("contract.csv", 7, "key", "bodies", ("key", 7), "没有「bodies」这项合同条款"),
        ("contract.csv", 6, "value", "8,767,867.39", ("value", 6), "到分的金额"),
        ("contract.csv", 15, "value", "七成", ("value", 15), "0 到 100 的整数"),
        ("contract.csv", 15, "value", "60", ("value", 17), "之和应为 100"),
        ("contract.csv", 13, "value", "yuan", ("value", 13), "CNY 之一"),
        ("calendar_days.csv", 3, "date", "2025-01-22", ("date", 3), "不能是调休上班日"),
        ("targets.csv", 3, "window", "7x\u200b24", ("window", 3), "U+200B"),
        ("units.csv", 3, "name", "\ue000", ("name", 3), "U+E000"),
        ("projects.csv", 4, "name", '"a",b\u202e', ("name", 4), "U+202E"),
        ("scheme.csv", 2, "value", "16", ("value", 17), "等于 100，现在是 101"),
        ("units.csv", 2, "name", " 洛阳市教育局", ("name", 2), "前后有空格"),
        ("units.csv", 2, "name", "洛阳市\n教育局", ("name", 2), "不能换行"),
    ],
)
def test_rows_must_also_fit_one_another(tmp_path, file, line, column, value, told_at, reason):
    error = refusal(with_cell(tmp_path, file, line, column, value))
    assert (error.file, (error.column, error.line)) == (file, told_at)
    assert reason in error.reason


@pytest.mark.parametrize("file", [file.name for file in FILES])
@pytest.mark.parametrize(
    ("content", "line", "column", "reason"),
    [
        (lambda raw: b"", 1, WHOLE_FILE, "空的"),
        (lambda raw: b"\n\n", 1, WHOLE_FILE, "空的"),
        (lambda raw: b"\xef\xbb\xbf" + raw, 1, WHOLE_FILE, "BOM"),
        (lambda raw: raw.replace(b"\n", b"\r\n"), 1, WHOLE_ROW, "U+000D"),
        (lambda raw: raw.replace(b",", b"\0,", 1), 1, WHOLE_ROW, "U+0000"),
        (lambda raw: raw + "中".encode("gb18030"), None, WHOLE_ROW, "UTF-8"),
        (lambda raw: raw + b"\n", None, WHOLE_ROW, "空行"),
        (lambda raw: raw + b'"x', None, WHOLE_ROW, "引号"),
        (lambda raw: raw.replace(b"\n", b",more\n", 1), 1, "more", "多出这一列"),
        (lambda raw: b"x" + raw, 1, None, "缺少这一列"),
        (lambda raw: raw.replace(b"\n", b",again\n").replace(b",again", b"", 1), 2, WHOLE_ROW, "多出列"),
        (lambda raw: raw + b"x\n", None, None, "缺少列"),
        (lambda raw: raw.split(b",", 1)[0] + b"," + raw, 1, WHOLE_ROW, "依次为"),
    ],
    ids=[
        *("empty", "blank", "bom", "crlf", "nul", "gb18030", "empty-row", "open-quote"),
        *("extra-column", "wrong-header", "extra-cell", "missing-cell", "column-twice"),
    ],
)
def test_a_file_must_be_plain_utf8_with_exactly_its_columns(tmp_path, file, content, line, column, reason):
    folder = copy_of_the_files(tmp_path)
    raw = (folder / file).read_bytes()
    (folder / file).write_bytes(content(raw))
    error = refusal(folder)
    assert error.file == file
    assert error.line == (line or raw.count(b"\n") + 1)
    assert column is None or error.column == column
    assert reason in error.reason


@pytest.mark.parametrize("file", [file.name for file in FILES])
def test_a_missing_file_is_named(tmp_path, file):
    folder = copy_of_the_files(tmp_path)
    (folder / file).unlink()
    assert refusal(folder).message == f"{file} 第 1 行「{WHOLE_FILE}」列：文件不存在或无法读取"


def test_a_project_lost_from_its_file_does_not_go_unnoticed(tmp_path):
    folder = copy_of_the_files(tmp_path)
    rewrite(folder / "projects.csv", lambda cells: cells.pop())
    assert "没有序号 45" in refusal(folder).reason


def test_a_term_lost_from_its_file_does_not_go_unnoticed(tmp_path):
    folder = copy_of_the_files(tmp_path)
    rewrite(folder / "contract.csv", lambda cells: cells.pop())
    error = refusal(folder)
    assert (error.file, error.line, error.column) == ("contract.csv", 1, "key")
    assert "缺少 court 一行" in error.reason


def test_a_bad_last_row_of_the_last_file_leaves_the_tables_empty(session, tmp_path):
    folder = copy_of_the_files(tmp_path)
    rewrite(folder / "calendar_days.csv", lambda cells: cells[-1].__setitem__(1, "feast"))
    with pytest.raises(LoadError):
        load(session, folder)
    for model in (ContractTerm, Unit, Project, Target, CalendarDay):
        assert count(session, model) == 0


def count(session: Session, model: type[Base]) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0
