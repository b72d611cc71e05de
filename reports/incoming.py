"""Tables that people send: CSV or a workbook, as rows of text with the number of each line.

A workbook is unpacked only if it stays small; formulas are read as the values that were stored with them.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from decimal import Decimal
from zipfile import BadZipFile, ZipFile

from sla.errors import LoadError

LARGEST = 2 * 2**20  # bytes as sent
LARGEST_UNPACKED = 20 * 2**20
MOST_ROWS = 1000
WHOLE_FILE = "整个文件"
CENT = Decimal("0.01")

Row = tuple[int, list[str]]


def rows_of(raw: bytes, file: str) -> list[Row]:
    """Return the rows that are not blank, with their line numbers; what cannot be read is a ``LoadError``."""
    if len(raw) > LARGEST:
        raise LoadError(file, 1, WHOLE_FILE, f"文件超过 {LARGEST // 2**20} MB，请只保留需要的表格")
    if not raw.strip():
        raise LoadError(file, 1, WHOLE_FILE, "文件是空的")
    found: list[Row] = []
    for number, cells in _workbook(raw, file) if raw.startswith(b"PK") else _csv(raw, file):
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            found.append((number, cells))
        if len(found) > MOST_ROWS:
            raise LoadError(file, number, WHOLE_FILE, f"表格超过 {MOST_ROWS} 行，请核对")
    return found


def _csv(raw: bytes, file: str) -> Iterator[Row]:
    rows = csv.reader(io.StringIO(_text(raw, file), newline=""), strict=True)
    try:
        for cells in rows:
            yield rows.line_num, [cell.strip() for cell in cells]
    except csv.Error:
        raise LoadError(file, rows.line_num, "整行", "引号没有成对，无法分列") from None


def _text(raw: bytes, file: str) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding).replace("\r\n", "\n").replace("\r", "\n")
        except UnicodeDecodeError:
            continue
    raise LoadError(file, 1, WHOLE_FILE, "既不是 UTF-8 也不是 GBK 编码，请另存为 CSV（UTF-8）或 xlsx 再上传")


def _workbook(raw: bytes, file: str) -> Iterator[Row]:
    from openpyxl import load_workbook  # brings numpy along, which only who sends a workbook should wait for
    from openpyxl.utils.exceptions import InvalidFileException

    unreadable = LoadError(file, 1, WHOLE_FILE, "读不出这个工作簿，请另存为 xlsx 或 CSV 再上传")
    try:
        with ZipFile(io.BytesIO(raw)) as packed:
            if sum(part.file_size for part in packed.infolist()) > LARGEST_UNPACKED:
                raise LoadError(file, 1, WHOLE_FILE, "工作簿展开后太大，请只保留需要的表格")
        book = load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError, ValueError, OSError):
        raise unreadable from None
    try:
        if not book.worksheets:
            raise unreadable
        for number, values in enumerate(book.worksheets[0].iter_rows(values_only=True), start=1):
            yield number, [_cell(value) for value in values]
    finally:
        book.close()


def _cell(value: object) -> str:
    """Return a cell as text; a sum of amounts that floats left a hair off is what it is to the fen."""
    if value is None:
        return ""
    if isinstance(value, float):
        exact = Decimal(repr(value))
        near = exact.quantize(CENT)
        return f"{near if abs(exact - near) < Decimal('0.000001') else exact:f}"
    return str(value).strip()
