"""The repair report with advice: a Word document that says what it was given, the same bytes each time."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from zipfile import ZipFile

import docx
import pytest

from reports.catalogue import PAPERS, REPAIR
from reports.repair import NO_PURCHASE, PastRepair, RepairAdvice
from sla.vocab import Advice
from tests.app.personas import at

DATA = RepairAdvice(
    number="WX0007-01",
    contract="某合同",
    project="1 某项目",
    unit="某局",
    device="磁盘阵列",
    model="DS-A71036R",
    quantity="2 台",
    which="SN 123456，三楼机房",
    line=793,
    past=(
        PastRepair(at("2025-07-01 09:00"), "GD000001", "SN 123456", "维修", "换了电源模块"),
        PastRepair(at("2025-08-01 00:30"), "GD000009", "", "检查，没有修", ""),
    ),
    findings="用了九年。\n控制器反复报错。",
    advice=Advice.SCRAP,
    reason="配件已停产。",
    made_by="张工",
    made_at=at("2025-09-01 10:20:30"),
)


def opened(data: bytes) -> docx.document.Document:
    return docx.Document(BytesIO(data))


def everything(made: docx.document.Document) -> str:
    cells = [cell.text for table in made.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in made.paragraphs), *cells])


def test_it_says_everything_it_was_given():
    said = everything(opened(REPAIR.write(DATA)))
    for words in (
        *("维修报告建议", "WX0007-01", "某合同", "1 某项目", "某局", "磁盘阵列", "DS-A71036R", "2 台"),
        *("SN 123456，三楼机房", "招标文件第 793 行", "2025-07-01", "GD000001", "换了电源模块", "2025-08-01"),
        *("用了九年。", "控制器反复报错。", "建议报废", "配件已停产。", NO_PURCHASE, "张工"),
        *("2025-09-01 10:20:30", "乙方项目经理", "使用单位", "（签字"),
    ):
        assert words in said, words


@pytest.mark.parametrize("advice", Advice)
def test_each_advice_is_told_in_words(advice):
    assert advice.label in everything(opened(REPAIR.write(replace(DATA, advice=advice))))


def test_a_device_without_repairs_and_without_a_model_is_told_as_such():
    said = everything(opened(REPAIR.write(replace(DATA, past=(), model="", which=""))))
    assert "没有这台设备的维修记录" in said
    assert "型号" not in said
    assert "GD000001" not in said


def test_equal_data_give_equal_bytes_and_the_file_knows_no_other_time():
    data = REPAIR.write(DATA)
    assert data == REPAIR.write(DATA)
    properties = opened(data).core_properties
    assert str(properties.created) == str(properties.modified) == "2025-09-01 10:20:30+00:00"
    assert (properties.author, properties.last_modified_by, properties.title) == (
        "履约",
        "履约",
        "维修报告建议",
    )
    with ZipFile(BytesIO(data)) as packed:
        assert {part.date_time for part in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_it_prints_on_a4_in_a_chinese_font_with_its_heading_on_every_page():
    made = opened(REPAIR.write(DATA))
    section = made.sections[0]
    assert section.page_width
    assert section.page_height
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert 'w:eastAsia="宋体"' in made.styles["Normal"].element.xml
    assert "w:tblHeader" in made.tables[1].rows[0]._tr.xml


def test_characters_that_no_document_can_hold_are_left_out():
    odd = replace(DATA, findings="好\x00\x0b坏\ufffe", device="<b>&阵列")
    said = everything(opened(REPAIR.write(odd)))
    assert "好坏" in said
    assert "<b>&阵列" in said


def test_every_report_of_the_list_has_a_name_of_its_own():
    assert len({one.name for one in PAPERS}) == len(PAPERS)
