"""The rows of an award, or of a supplement, as a table that somebody sends: number and amount (P4)."""

from __future__ import annotations

import re

from reports.incoming import WHOLE_FILE, Row, rows_of
from sla.errors import Invalid, LoadError
from sla.money import parse_yuan

SEQ = {"seq", "序号", "项目", "项目序号", "行号"}
AMOUNT = {"amount", "金额", "金额（元）", "金额(元)", "价款", "分项价款", "元"}
TOTALS = {"合计", "总计", "total"}


def read_rows(raw: bytes, file: str) -> dict[int, int]:
    """Return each row's fen by its number; the first thing wrong is a ``LoadError`` that names the line.

    With a heading, its columns 序号 and 金额 are taken; without one, the first and the last column.
    """
    rows = rows_of(raw, file)
    places = _heading(rows[0], file) if rows and not _is_number(rows[0][1][0]) else None
    found: dict[int, tuple[int, int]] = {}
    for number, cells in rows[1 if places else 0 :]:
        seq_text = _at(cells, places[0] if places else 0)
        if not seq_text or seq_text in TOTALS or any(cell in TOTALS for cell in cells[:2]):
            continue
        amount_text = _at(cells, places[1]) if places else cells[-1]
        if not _is_number(seq_text):
            raise LoadError(file, number, "序号", f"应为项目序号，例如 7，现在是「{seq_text[:20]}」")
        seq = int(float(seq_text))
        if seq in found:
            raise LoadError(file, number, "序号", f"第 {seq} 项与第 {found[seq][0]} 行重复")
        try:
            found[seq] = number, parse_yuan(amount_text, f"第 {seq} 项的金额")
        except Invalid as error:
            raise LoadError(file, number, "金额", error.message) from None
    if not found:
        raise LoadError(file, 1, WHOLE_FILE, "没有读到任何一项；每行写项目序号和金额")
    return {seq: fen for seq, (_, fen) in found.items()}


def read_signed_rows(text: str, field: str) -> dict[int, int]:
    """Return the parts of a supplement from lines like ``7 -1200.00``, in fen; nothing is no parts."""
    found: dict[int, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        match = re.fullmatch(r"\s*(\d{1,3})[\s,，、:：]+([+-]?)\s*(\S+)\s*", line)
        if match is None:
            raise Invalid(f"第 {number} 行看不懂，写法如：7 1200.00", field)
        seq, sign, amount = match.groups()
        if int(seq) in found:
            raise Invalid(f"第 {number} 行：第 {seq} 项重复了", field)
        fen = parse_yuan(amount, f"第 {number} 行的金额", field)
        found[int(seq)] = -fen if sign == "-" else fen
    return found


def _heading(row: Row, file: str) -> tuple[int, int]:
    number, cells = row
    named = [cell.lower() for cell in cells]
    places = []
    for what, words in (("序号", SEQ), ("金额", AMOUNT)):
        at = next((place for place, cell in enumerate(named) if cell in words), None)
        if at is None:
            raise LoadError(file, number, what, "标题行缺少这一列；写「序号」和「金额」")
        places.append(at)
    return places[0], places[1]


def _at(cells: list[str], place: int) -> str:
    return cells[place] if place < len(cells) else ""


def _is_number(text: str) -> bool:
    return re.fullmatch(r"\d{1,3}(\.0+)?", text) is not None
