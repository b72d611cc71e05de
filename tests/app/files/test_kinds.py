"""Files are known by what they contain; their names are only shown."""

from __future__ import annotations

import pytest

from app.files import kinds
from app.files.kinds import CSV, PDF, SHEET, TEXT, WORD, ZIP, recognised, safe_name
from sla.errors import Invalid
from tests.app.files import pictures
from tests.app.files.pictures import DOCX, XLSX, packed


@pytest.mark.parametrize(
    ("content", "name", "found"),
    [
        (pictures.PDF, "方案.PDF", PDF),
        (DOCX, "a.docx", WORD),
        (XLSX, "a.xlsx", SHEET),
        (packed("a.txt"), "a.zip", ZIP),
        ("数据已备份\r\n".encode(), "备份.txt", TEXT),
        ("数据已备份".encode("gb18030"), "备份.txt", TEXT),
        ("﻿a,b\n1,2\n".encode(), "a.csv", CSV),
        (b"<html><script>alert(1)</script>", "a.txt", TEXT),
    ],
)
def test_what_is_taken_is_known_by_its_content(content, name, found):
    assert recognised(content, name) is found
    assert "html" not in found.media_type


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"<html><script>alert(1)</script>", "a.html"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "a.svg"),
        (b"MZ\x90\0" + b"\0" * 60, "a.exe"),
        (b"\x7fELF" + b"\0" * 60, "a.txt"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 60, "a.doc"),
        (packed("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), "a.docx"),
        (b"PK\x03\x04" + b"\0" * 60, "a.zip"),
        (pictures.PDF, "a.exe"),
        (pictures.PDF, "a.html"),
        (pictures.PDF, "a"),
        (DOCX, "a.zip"),
        (b"echo 1", "a.sh"),
        (b"a\0b", "a.txt"),
        (b"#!/bin/sh", "../../../etc/cron.d/evil"),
    ],
)
def test_what_is_not_taken_is_refused_with_what_to_do(content, name):
    with pytest.raises(Invalid) as refused:
        recognised(content, safe_name(name))
    assert refused.value.field == "file"


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("报告.pdf", "报告.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\scan.pdf", "scan.pdf"),
        ("..", "文件"),
        ("", "文件"),
        (".htaccess", "htaccess"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie_ x.pdf"),
        ("cod\u202efdp.exe", "codfdp.exe"),
        ('a"b<c>.pdf', "a_b_c_.pdf"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
        ("e\u0301.pdf", "é.pdf"),
    ],
)
def test_a_name_is_only_its_last_part_without_anything_that_misleads(given, shown):
    assert safe_name(given) == shown
    assert len(safe_name(given)) <= kinds.LONGEST_NAME


def test_a_photo_is_called_what_it_has_become():
    assert safe_name("IMG_1.PNG", ".jpg") == "IMG_1.jpg"
    assert safe_name("y" * 300, ".jpg") == "y" * 116 + ".jpg"
