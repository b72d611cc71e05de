"""The days of a holiday notice as a table of date, kind and name: read strictly, told by line and column."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sla.calendar import DayKind, days_of
from sla.errors import LoadError

LARGEST = 64 * 1024  # bytes
MOST_ROWS = 200
LONGEST_NAME = 32  # characters
HEADINGS = ("date", "kind", "name")
SAID = {"日期": "date", "类型": "kind", "名称": "name"}
KINDS = {
    **dict.fromkeys(("day_off", "放假", "法定放假", "休"), DayKind.DAY_OFF),
    **dict.fromkeys(("makeup", "上班", "调休上班", "班"), DayKind.MAKEUP),
}
WHOLE_FILE, WHOLE_ROW = "整个文件", "整行"
EXAMPLE = "2027-10-01,day_off,国庆节"
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", re.ASCII)


@dataclass(frozen=True, order=True)
class NoticeDay:
    """One day of a notice: off, or worked instead of another, and the festival it belongs to."""

    day: date
    kind: DayKind
    name: str


def read_days(raw: bytes, year: int, file: str = "放假通知.csv") -> tuple[NoticeDay, ...]:
    """Return the days of a year's notice in order; the first thing wrong is a ``LoadError``.

    UTF-8 with or without byte order mark and GBK are read. The whole year comes at once: the fixed
    holidays of January, May and October must be among the days off.
    """
    rows = csv.reader(io.StringIO(_text(raw, file), newline=""), strict=True)
    found: dict[date, tuple[int, NoticeDay]] = {}
    for number, cells in _numbered(rows, file):
        one = _day(cells, number, year, file)
        if one.day in found:
            raise LoadError(file, number, "date", f"{one.day} 与第 {found[one.day][0]} 行重复")
        found[one.day] = number, one
        if len(found) > MOST_ROWS:
            raise LoadError(file, number, WHOLE_FILE, f"一年的放假安排最多 {MOST_ROWS} 行，请核对")
    return whole_year((one for _, one in found.values()), year, file)


def whole_year(days: Iterable[NoticeDay], year: int, file: str) -> tuple[NoticeDay, ...]:
    """Return the days in order; a year without its fixed holidays is only a part of one."""
    ordered = tuple(sorted(days))
    off = {one.day for one in ordered if one.kind is DayKind.DAY_OFF}
    for month in (1, 5, 10):
        if date(year, month, 1) not in off:
            told = f"缺少 {year}-{month:02}-01 放假；通知要一次录入全年，请补齐"
            raise LoadError(file, 1, WHOLE_FILE, told)
    return ordered


def write_days(days: Iterable[NoticeDay]) -> str:
    """Return the days as such a table again."""
    lines = [",".join(HEADINGS), *(f"{one.day},{one.kind.value},{_quoted(one.name)}" for one in days)]
    return "\n".join(lines) + "\n"


def runs(days: Iterable[NoticeDay]) -> list[tuple[date, date, DayKind, str]]:
    """Return days in a row that are alike as one: first, last, kind, name."""
    found: list[tuple[date, date, DayKind, str]] = []
    for one in sorted(days):
        if found and found[-1][2:] == (one.kind, one.name):
            first, last = found[-1][:2]
            if one.day.toordinal() - last.toordinal() == 1:
                found[-1] = (first, one.day, one.kind, one.name)
                continue
        found.append((one.day, one.day, one.kind, one.name))
    return found


def _text(raw: bytes, file: str) -> str:
    if len(raw) > LARGEST:
        told = f"文件超过 {LARGEST // 1024} KB，一年的放假安排不会这么大，请核对"
        raise LoadError(file, 1, WHOLE_FILE, told)
    if not raw.strip():
        raise LoadError(file, 1, WHOLE_FILE, f"文件是空的；第一行写 {','.join(HEADINGS)}，然后一天一行")
    if raw.startswith((b"\xff\xfe", b"\xfe\xff", b"PK", b"\xd0\xcf")):
        raise LoadError(file, 1, WHOLE_FILE, "不是 CSV 文本，请在表格软件中另存为 CSV（UTF-8）再上传")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        return _checked(text.replace("\r\n", "\n").replace("\r", "\n"), file)
    raise LoadError(file, 1, WHOLE_FILE, "既不是 UTF-8 也不是 GBK 编码，请另存为 CSV（UTF-8）再上传")


def _checked(text: str, file: str) -> str:
    for place, sign in enumerate(text):
        if sign not in "\n\t" and unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Co", "Cn"):
            line = text.count("\n", 0, place) + 1
            raise LoadError(file, line, WHOLE_ROW, f"有不可见的控制字符 U+{ord(sign):04X}，请删去")
    return text


def _numbered(rows: Any, file: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each row that is not blank, but for the heading, with the number of the line it begins on."""
    headed = False
    while True:
        number = rows.line_num + 1
        try:
            cells = [cell.strip() for cell in next(rows)]
        except StopIteration:
            break
        except csv.Error:
            raise LoadError(file, number, WHOLE_ROW, "引号没有成对，无法分列") from None
        while cells and not cells[-1]:
            cells.pop()  # tables written by office programs carry empty columns and rows
        if not cells:
            continue
        if headed:
            yield number, cells
        else:
            _check_heading(cells, number, file)
            headed = True
    if not headed:
        raise LoadError(file, 1, WHOLE_FILE, f"没有标题行；第一行写 {','.join(HEADINGS)}")


def _check_heading(cells: list[str], number: int, file: str) -> None:
    named = tuple(SAID.get(cell, cell.lower()) for cell in cells)
    for name in HEADINGS:
        if name not in named:
            raise LoadError(file, number, name, f"标题行缺少这一列；第一行写 {','.join(HEADINGS)}")
    if named != HEADINGS:
        raise LoadError(file, number, WHOLE_ROW, f"标题行的列要依次为 {','.join(HEADINGS)}，不多不少")


def _day(cells: list[str], number: int, year: int, file: str) -> NoticeDay:
    if len(cells) != len(HEADINGS):
        column = HEADINGS[len(cells)] if len(cells) < len(HEADINGS) else WHOLE_ROW
        what = "缺少" if len(cells) < len(HEADINGS) else "多出"
        raise LoadError(file, number, column, f"这一行{what}列，写法如 {EXAMPLE}")
    day = _date(cells[0], number, file)
    if day.year != year:
        raise LoadError(file, number, "date", f"{day} 不在 {year} 年；每年一份，请核对年份")
    if cells[1] not in KINDS:
        said = f"应为 day_off（放假）或 makeup（调休上班），现在是「{cells[1][:20]}」"
        raise LoadError(file, number, "kind", said)
    kind = KINDS[cells[1]]
    if kind is DayKind.MAKEUP and day.weekday() < 5:
        raise LoadError(file, number, "kind", f"{day} 本来就是周一至周五，不会是调休上班，请核对")
    if len(cells[2]) > LONGEST_NAME:
        raise LoadError(file, number, "name", f"最多 {LONGEST_NAME} 个字")
    return NoticeDay(day, kind, unicodedata.normalize("NFC", cells[2]))


def _date(text: str, number: int, file: str) -> date:
    match = _DATE.fullmatch(text)
    try:
        if match is None:
            raise ValueError
        day = date(*map(int, match.groups()))
        days_of(day.year)  # within the years the calendar knows
    except ValueError:
        told = f"应为日期，例如 2027-10-01，现在是「{text[:20]}」"
        raise LoadError(file, number, "date", told) from None
    return day


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if set(text) & set(',"\n') else text
