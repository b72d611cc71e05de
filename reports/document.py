"""The one module that writes Word documents. Equal contents give equal bytes.

Nothing of the moment of writing gets into the file: its properties hold the time of its contents, and the
parts of the archive all have the same date. It prints on A4.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import docx
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Mm, Pt
from docx.styles.style import ParagraphStyle
from docx.table import Table

from sla.when import SHANGHAI

ZIPPED_ON = (1980, 1, 1, 0, 0, 0)  # the date of every part of the file: the earliest there is
LATIN, BODY, HEAD = "Times New Roman", "宋体", "黑体"
PAGE, PAGE_ACROSS = 166, 253  # millimetres between the margins of a page upright and across


class Document:
    """A document being made, from top to bottom. ``at`` is the only time the file will know."""

    def __init__(self, title: str, subtitle: str, at: datetime, *, across: bool = False) -> None:
        self._made = docx.Document()
        _set_page(self._made.sections[0], across)
        for name, size in (("Normal", 11), ("Heading 1", 14)):
            style = self._made.styles[name]
            assert isinstance(style, ParagraphStyle)
            _set_font(style, size, BODY if name == "Normal" else HEAD)
        properties = self._made.core_properties
        properties.title, properties.author, properties.last_modified_by = title, "履约", "履约"
        properties.comments, properties.revision = "", 1
        properties.created = properties.modified = at.astimezone(SHANGHAI).replace(tzinfo=None)
        self._centred(title, 18, bold=True)
        if subtitle:
            self._centred(subtitle, 10)

    def heading(self, text: str) -> None:
        """Begin a part."""
        self._made.add_heading(_clean(text), level=1)

    def text(self, text: str) -> None:
        """Write paragraphs, one for each line."""
        for line in text.split("\n"):
            self._made.add_paragraph(_clean(line))

    def pairs(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Write a table of names and their values; empty values are left out."""
        told = [(name, value) for name, value in pairs if value]
        table = self._made.add_table(rows=0, cols=2, style="Table Grid")
        for name, value in told:
            cells = table.add_row().cells
            cells[0].text, cells[1].text = _clean(name), _clean(value)
        _set_widths(table, (35, 130))

    def table(
        self,
        headings: Sequence[str],
        rows: Sequence[Sequence[str]],
        widths: Sequence[int],
        right: Sequence[int] = (),
        height: int = 0,
    ) -> None:
        """Write a table; its heading is repeated on every page, no row is torn.

        ``widths`` and the least ``height`` of a row are in millimetres; the columns ``right`` hold figures.
        """
        table = self._made.add_table(rows=1, cols=len(headings), style="Table Grid")
        for cell, heading in zip(table.rows[0].cells, headings, strict=True):
            cell.text = _clean(heading)
            cell.paragraphs[0].runs[0].bold = True
        repeated = OxmlElement("w:tblHeader")
        repeated.set(qn("w:val"), "true")
        table.rows[0]._tr.get_or_add_trPr().append(repeated)
        for row in rows:
            added = table.add_row()
            if height:
                added.height = Mm(height)
            added._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
            for at, (cell, value) in enumerate(zip(added.cells, row, strict=True)):
                cell.text = _clean(value)
                if at in right:
                    cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
        _set_widths(table, widths)

    def picture(self, content: bytes, millimetres: int) -> None:
        """Draw a picture, so many millimetres wide."""
        self._made.add_picture(BytesIO(content), width=Mm(millimetres))

    def to_bytes(self) -> bytes:
        """Return the file."""
        out = BytesIO()
        self._made.save(out)
        return _same_dates(out.getvalue())

    def _centred(self, text: str, size: int, bold: bool = False) -> None:
        paragraph = self._made.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        run = paragraph.add_run(_clean(text))
        run.font.size, run.bold = Pt(size), bold


def _set_page(section: Section, across: bool) -> None:
    if across:
        section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = (Mm(297), Mm(210)) if across else (Mm(210), Mm(297))
    section.left_margin = section.right_margin = Mm(22)


def _set_font(style: ParagraphStyle, size: int, chinese: str) -> None:
    style.font.name, style.font.size = LATIN, Pt(size)
    # Word keeps a font of its own for Chinese, which has no name in the library.
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), chinese)


def _set_widths(table: Table, widths: Sequence[int]) -> None:
    table.autofit = False
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Mm(width)


def _clean(text: str) -> str:
    """Return a text without the characters that XML cannot hold."""
    return "".join(sign for sign in text if sign in "\n\t" or (sign >= " " and sign not in "\ufffe\uffff"))


def _same_dates(packed: bytes) -> bytes:
    out = BytesIO()
    with ZipFile(BytesIO(packed)) as given, ZipFile(out, "w", ZIP_DEFLATED) as made:
        for name in given.namelist():
            part = ZipInfo(name, ZIPPED_ON)
            part.compress_type = ZIP_DEFLATED
            made.writestr(part, given.read(name))
    return out.getvalue()
