"""A report as rows: one digest, one workbook, one document, whoever writes it and whenever."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO

import docx
import pytest
from openpyxl import load_workbook

from reports.columns import Column, Format
from reports.listing import MOST_PRINTED, Listing, Part, listing_document, listing_workbook
from tests.reports.example import HARMFUL, at

COLUMNS = (
    *(Column("名称"), Column("次数", Format.COUNT), Column("比率", Format.PERCENT)),
    *(Column("时间", Format.INSTANT), Column("日期", Format.DAY), Column("其余", Format.LONG)),
)
ROW = ("甲", 3, Decimal("0.9375"), at("2025-07-01 09:00"), date(2025, 7, 2), "一\n二")
PART = Part("明细", COLUMNS, (ROW,), "共 1 行", ("名称", "次数", "比率", "时间"))
DATA = Listing(
    *("例", "合同　2025 年 7 月", at("2025-08-01 00:00")),
    facts=(("单位", "甲单位"), ("大写", "壹元整")),
    parts=(PART, replace(PART, name="没有的", rows=())),
    signatures=(("甲方", True), ("乙方", False)),
    basis="第 1 条",
)


def test_equal_listings_give_equal_bytes_and_the_digest_is_printed() -> None:
    assert listing_workbook(DATA) == listing_workbook(replace(DATA))
    assert listing_document(DATA) == listing_document(replace(DATA))
    made = docx.Document(BytesIO(listing_document(DATA)))
    assert f"内容摘要（SHA-256）：{DATA.digest}" in [one.text for one in made.paragraphs]
    assert DATA.digest != replace(DATA, subtitle="另一个").digest
    assert replace(DATA, sealed="5c" * 32).digest == "5c" * 32


def test_the_workbook_has_all_columns_and_the_document_those_it_has_room_for() -> None:
    book = load_workbook(BytesIO(listing_workbook(DATA)))
    assert book.sheetnames == ["概要", "明细", "没有的"]
    heads = [cell.value for cell in book["明细"][4]]
    assert heads == [column.head for column in COLUMNS]
    assert [cell.value for cell in book["明细"][5]][1:3] == [3, 0.9375]
    table = docx.Document(BytesIO(listing_document(DATA))).tables[1]
    assert [cell.text for cell in table.rows[0].cells] == ["名称", "次数", "比率", "时间"]
    assert [cell.text for cell in table.rows[1].cells] == ["甲", "3", "93.75%", "2025-07-01 09:00:00"]


def test_figures_are_aligned_as_such_also_where_a_form_wrote_them_as_text() -> None:
    heads = ("序号", "得分", "金额", "说明", "空")
    rows = (("1", "13.49", "1,200.00", "超时 2 次", ""), ("2", "不适用", "—", "3", ""))
    assert Part("例", tuple(map(Column, heads)), rows).numbers == ["得分", "金额"]
    assert PART.numbers == ["次数", "比率"]


def test_text_that_means_harm_stays_text() -> None:
    rows = tuple((text, *ROW[1:]) for text in HARMFUL)
    book = load_workbook(
        BytesIO(listing_workbook(replace(DATA, facts=(("备注", "=1+1"),), parts=(replace(PART, rows=rows),))))
    )
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}


def test_a_long_document_says_where_the_rest_is_unless_it_is_signed_as_a_whole() -> None:
    many = replace(DATA, parts=(replace(PART, rows=(ROW,) * (MOST_PRINTED + 1)),))
    short = docx.Document(BytesIO(listing_document(many)))
    assert len(short.tables[1].rows) == MOST_PRINTED + 1
    assert any("其余见工作簿" in one.text for one in short.paragraphs)
    whole = docx.Document(BytesIO(listing_document(replace(many, is_form=True))))
    assert len(whole.tables[1].rows) == MOST_PRINTED + 2


def test_a_wide_table_is_printed_across_and_progress_is_told() -> None:
    wide = replace(PART, columns=COLUMNS + COLUMNS, rows=((*ROW, *ROW),), brief=())
    section = docx.Document(BytesIO(listing_document(replace(DATA, parts=(wide,))))).sections[0]
    assert section.page_width is not None
    assert section.page_height is not None
    assert section.page_width > section.page_height
    heard: list[int] = []
    listing_workbook(DATA, heard.append)
    assert heard == [50, 100]


def test_what_is_no_value_is_refused() -> None:
    with pytest.raises(TypeError, match="not a value"):
        Column("名称").text(0.5)
