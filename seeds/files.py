"""CSV files, read strictly: the text of each cell with the line it stands on, nothing guessed."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from sla.errors import LoadError

WHOLE_FILE = "整个文件"
WHOLE_ROW = "整行"
# Control and format characters, separators of lines, private and undefined ones: nobody can see them.
NOT_WRITTEN = ("Cc", "Cf", "Zl", "Zp", "Co", "Cn")


@dataclass(frozen=True)
class Row:
    """One line of a file: the text of each cell, then the value it was read as."""

    file: str
    number: int
    cells: dict[str, Any]

    def __getitem__(self, column: str) -> Any:
        return self.cells[column]

    def refuse(self, column: str, reason: str) -> NoReturn:
        """Stop the load because of this cell."""
        raise LoadError(self.file, self.number, column, reason)


def read(path: Path, columns: list[str]) -> list[Row]:
    """Return the rows of a file whose header is exactly ``columns``; anything else is a ``LoadError``."""
    lines = csv.reader(io.StringIO(_text(path), newline=""), strict=True)
    rows = _numbered(path.name, lines)
    _check_header(path.name, next(rows)[1], columns)
    return [_row(path.name, number, cells, columns) for number, cells in rows]


def _text(path: Path) -> str:
    """Return the text of a file: UTF-8 without byte order mark, lines ended by LF, no control characters."""
    try:
        raw = path.read_bytes()
    except OSError:
        raise LoadError(path.name, 1, WHOLE_FILE, "文件不存在或无法读取") from None
    if not raw.strip():
        raise LoadError(path.name, 1, WHOLE_FILE, "文件是空的，至少要有标题行")
    if raw.startswith(b"\xef\xbb\xbf"):
        raise LoadError(path.name, 1, WHOLE_FILE, "文件开头有 BOM，请另存为不带 BOM 的 UTF-8")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise LoadError(path.name, line, WHOLE_ROW, "不是 UTF-8 编码，请另存为 UTF-8") from None
    for place, sign in enumerate(text):
        if sign != "\n" and unicodedata.category(sign) in NOT_WRITTEN:
            line, column = _whereabouts(text, place)
            reason = f"有不可见的控制字符或未定义的字符 U+{ord(sign):04X}，请删去；换行只用 LF"
            raise LoadError(path.name, line, column, reason)
    return text


def _whereabouts(text: str, place: int) -> tuple[int, str]:
    """Return the line of a place in a file, and the name of the column it falls in."""
    line = text.count("\n", 0, place) + 1
    if text[place] == "\r" or line == 1:
        return line, WHOLE_ROW
    try:
        names, before = csv.reader([text[: text.index("\n")], text[text.rindex("\n", 0, place) + 1 : place]])
    except (csv.Error, ValueError):
        return line, WHOLE_ROW
    column = max(len(before) - 1, 0)
    return line, names[column][:32] if column < len(names) else WHOLE_ROW


def _numbered(file: str, lines: Any) -> Iterator[tuple[int, list[str]]]:
    """Yield each record with the number of the line it begins on."""
    while True:
        number = lines.line_num + 1
        try:
            cells = next(lines)
        except StopIteration:
            return
        except csv.Error:
            raise LoadError(file, number, WHOLE_ROW, "引号没有成对，无法分列") from None
        yield number, cells


def _check_header(file: str, found: list[str], columns: list[str]) -> None:
    for name in columns:
        if name not in found:
            raise LoadError(file, 1, name, "标题行缺少这一列")
    for name in found:
        if name not in columns:
            raise LoadError(file, 1, name[:32] or WHOLE_ROW, "标题行多出这一列")
    if found != columns:
        raise LoadError(file, 1, WHOLE_ROW, f"标题行的列要依次为 {','.join(columns)}，不重复")


def _row(file: str, number: int, cells: list[str], columns: list[str]) -> Row:
    if not any(cells):
        raise LoadError(file, number, WHOLE_ROW, "空行，请删去")
    if len(cells) < len(columns):
        raise LoadError(file, number, columns[len(cells)], f"这一行缺少列，应有 {len(columns)} 列")
    if len(cells) > len(columns):
        raise LoadError(file, number, WHOLE_ROW, f"这一行多出列，应有 {len(columns)} 列")
    row = Row(file, number, dict(zip(columns, cells, strict=True)))
    for column, text in row.cells.items():
        if "\n" in text:
            row.refuse(column, "单元格内不能换行")
        if text != text.strip():
            row.refuse(column, "前后有空格，请删去")
    return row
