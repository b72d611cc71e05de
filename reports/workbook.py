"""The one module that writes workbooks. What it writes is text, a number or a date, never a formula.

Equal contents give equal bytes: nothing of the moment of writing gets into the file.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from tempfile import TemporaryFile
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.chart import BarChart, Reference
from openpyxl.chart.label import DataLabelList
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from reports.cells import LINE, cell_text, excel_value, is_risky
from reports.rowwriter import Rows, Styles, Tables
from reports.table import Format, Stream, Table

ZIPPED_ON = (1980, 1, 1, 0, 0, 0)  # the date of every part of the file: the earliest there is
A4 = "9"
FONT = "微软雅黑"
INSTEAD = "instead"  # the style of a word where a number would stand

_EDGE = Side(style="thin", color="D0D7DE")
_BOX = Border(left=_EDGE, right=_EDGE, top=_EDGE, bottom=_EDGE)
_INK, _GREY, _BLUE, _DARK = "1F2328", "57606A", "0B5CAD", "1F3A5F"


class Book:
    """A workbook being made. ``at`` is the time of its contents, the only time the file will know."""

    def __init__(self, title: str, at: datetime) -> None:
        self._book = Workbook()
        self._book.remove(self._book.worksheets[0])
        for style in _styles():
            self._book.add_named_style(style)
        self._tables = Tables()
        properties = self._book.properties
        properties.title, properties.creator, properties.lastModifiedBy = title, "履约", "履约"
        # The format keeps these two in UTC, without saying so.
        properties.created = properties.modified = at.astimezone(UTC).replace(tzinfo=None)

    def sheet(self, name: str, one_page: bool = False) -> Sheet:
        """Add a sheet that prints on A4 across, as wide as the page, or wholly on one."""
        made = self._book.create_sheet(name)
        made.sheet_view.showGridLines = False
        made.page_setup.orientation, made.page_setup.paperSize = "landscape", A4
        made.page_setup.fitToWidth, made.page_setup.fitToHeight = 1, int(one_page)
        made.sheet_properties.pageSetUpPr.fitToPage = True
        made.page_margins.left = made.page_margins.right = 0.4
        made.oddFooter.left.text = name
        made.oddFooter.right.text = "第 &P 页，共 &N 页"
        return Sheet(made, self._tables, _numbers(made))

    def to_bytes(self) -> bytes:
        """Return the file."""
        with self._tables, TemporaryFile() as out:
            # Not Workbook.save: that one stamps the present moment into the properties.
            ExcelWriter(self._book, _Archive(out, self._tables)).save()
            out.seek(0)
            return out.read()


class _Archive(ZipFile):
    """A zip file whose parts all have the same date; the rows of ``tables`` go into the sheets."""

    def __init__(self, out: IO[bytes], tables: Tables) -> None:
        super().__init__(out, "w", ZIP_DEFLATED)
        self._tables = tables

    def writestr(self, zinfo_or_arcname: Any, data: Any, *_: Any, **__: Any) -> None:
        super().writestr(_part(zinfo_or_arcname), data)

    def write(self, filename: Any, arcname: Any = None, *_: Any, **__: Any) -> None:
        with open(filename, "rb") as file, self.open(_part(arcname), "w") as out:
            for piece in self._tables.filled(file.read()):
                out.write(piece)


def _part(name: Any) -> ZipInfo:
    part = ZipInfo(str(name), ZIPPED_ON)
    part.compress_type = ZIP_DEFLATED
    return part


@dataclass(frozen=True)
class Bars:
    """A bar chart over two columns of a sheet, from row ``first`` to ``last``; ``at`` is its corner."""

    title: str
    names: int
    values: int
    first: int
    last: int
    at: str
    number: str
    lying: bool = False
    most: float | None = None


@dataclass
class Sheet:
    """One sheet, written from top to bottom; ``row`` is the next free one."""

    sheet: Worksheet
    tables: Tables
    styles: Styles
    row: int = 1

    def title(self, text: str, *notes: str) -> None:
        """Write the heading of the sheet and remarks under it."""
        self._put(self.row, 1, text, "title")
        self.sheet.row_dimensions[self.row].height = 26
        self.row += 1
        for note in notes:
            self._put(self.row, 1, note, "note")
            self.row += 1

    def pair(self, name: str, value: Any, kind: Format = Format.TEXT) -> None:
        """Write one line of a name and its value."""
        self._put(self.row, 1, name, "name")
        self._put(self.row, 2, value, kind.name).alignment = Alignment(horizontal="left", indent=1)
        self.row += 1

    def link(self, target: str, about: str) -> None:
        """Write one line of an index: a link to another sheet of the book, and what is there."""
        cell = self._put(self.row, 1, target, "link")
        cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{target}'!A1", display=target)
        cell.style = "link"  # setting a link has set a style of its own
        self._put(self.row, 2, about, Format.TEXT.name)
        self.row += 1

    def widths(self, *characters: int) -> None:
        """Set the widths of the first columns; a Chinese character takes two."""
        for number, characters_wide in enumerate(characters, 1):
            self.sheet.column_dimensions[get_column_letter(number)].width = characters_wide

    def table(self, table: Table | Stream, freeze: int = 0, main: bool = True) -> int:
        """Write a table and return the row of its first line; ``freeze`` columns stay in sight.

        The main table of a sheet keeps its heading in sight and on every printed page, and can be filtered.
        """
        self._headings(table)
        first = self.row
        rows = Rows(first, table.columns, self.styles, INSTEAD)
        for values in table.rows():
            rows.add(values)
        if rows.count:
            self.sheet.cell(first, 1, self.tables.keep(rows))
        self.row += rows.count
        if main:
            self.widths(*rows.widths())
        if main:
            self.sheet.freeze_panes = f"{get_column_letter(freeze + 1)}{first}"
            self.sheet.print_title_rows = f"1:{first - 1}"
            last = get_column_letter(len(table.columns))
            self.sheet.auto_filter.ref = f"A{first - 1}:{last}{max(self.row, first) - 1}"
        self.row += 1
        return first

    def page_break(self) -> None:
        """Print what follows on a page of its own."""
        self.sheet.row_breaks.append(Break(id=self.row - 1))

    def bars(self, chart: Bars) -> None:
        """Draw a native bar chart over cells of this sheet."""
        drawn = BarChart()
        drawn.type = "bar" if chart.lying else "col"
        drawn.title, drawn.legend, drawn.gapWidth = chart.title, None, 60
        rows = chart.last - chart.first + 1
        drawn.width, drawn.height = 24, max(8.0, 0.7 * rows + 3) if chart.lying else 9.0
        drawn.add_data(Reference(self.sheet, chart.values, chart.first, chart.values, chart.last))
        drawn.set_categories(Reference(self.sheet, chart.names, chart.first, chart.names, chart.last))
        drawn.series[0].graphicalProperties.solidFill = "2F6DB5"
        drawn.dataLabels = DataLabelList(
            showVal=True, showSerName=False, showCatName=False, showLegendKey=False, showPercent=False
        )
        # Without this the axes are there but not shown by newer programs.
        drawn.x_axis.delete = drawn.y_axis.delete = False
        drawn.y_axis.number_format, drawn.y_axis.scaling.min = chart.number, 0
        drawn.y_axis.scaling.max = chart.most
        if chart.lying:
            drawn.x_axis.scaling.orientation = "maxMin"  # the first row on top
        self.sheet.add_chart(drawn, chart.at)

    def _headings(self, table: Table | Stream) -> None:
        if any(column.group for column in table.columns):
            groups = [column.group for column in table.columns]
            for number, group in enumerate(groups, 1):
                self._put(self.row, number, group, "head")
            self._merge_runs(groups)
            self.row += 1
        for number, column in enumerate(table.columns, 1):
            self._put(self.row, number, column.head, "head")
        self.sheet.row_dimensions[self.row].height = 2 * LINE
        self.row += 1

    def _merge_runs(self, groups: list[str]) -> None:
        """Merge the cells of each heading that several columns share."""
        first = 0
        for number in range(1, len(groups) + 1):
            if number == len(groups) or groups[number] != groups[first]:
                if groups[first] and number - first > 1:
                    self.sheet.merge_cells(
                        start_row=self.row, end_row=self.row, start_column=first + 1, end_column=number
                    )
                first = number

    def _put(self, row: int, column: int, value: Any, style: str) -> Cell:
        cell = self.sheet.cell(row, column)
        assert isinstance(cell, Cell)
        cell.style = style
        if isinstance(value, str):
            cell.value = cell_text(value)
            # A text that looks like a formula, an error or a number is a text all the same.
            cell.data_type = "s"
            if is_risky(value):
                cell.quotePrefix = True
        else:
            cell.value = excel_value(value)
        return cell


def _numbers(sheet: Worksheet) -> Styles:
    """Return the number of each style of a value, and of the same for texts that look like formulas."""
    found = {}
    for name in (INSTEAD, *(one.name for one in Format)):
        plain, risky = Cell(sheet, 1, 1), Cell(sheet, 1, 1)
        plain.style = risky.style = name
        risky.quotePrefix = True
        found[name] = plain.style_id, risky.style_id
    return found


def _style(
    name: str,
    size: int = 10,
    color: str = _INK,
    *,
    bold: bool = False,
    underline: bool = False,
    fill: str = "",
    number: str = "General",
    across: str = "left",
    wrap: bool = False,
    box: bool = True,
) -> NamedStyle:
    style = NamedStyle(name=name, number_format=number)
    style.font = Font(name=FONT, size=size, color=color, bold=bold, underline="single" if underline else None)
    indent = 1 if across == "left" and box else 0
    style.alignment = Alignment(horizontal=across, vertical="center", wrap_text=wrap, indent=indent)
    if fill:
        style.fill = PatternFill("solid", fgColor=fill)
    if box:
        style.border = _BOX
    return style


def _styles() -> list[NamedStyle]:
    """Return the styles of a workbook: one for each format, named after it, and those of headings."""
    numbers = (Format.COUNT, Format.POINTS, Format.PERCENT)
    return [
        _style("title", 16, _DARK, bold=True, box=False),
        _style("note", 9, _GREY, box=False),
        _style("name", color=_GREY, fill="F6F8FA"),
        _style("link", color=_BLUE, underline=True),
        _style("head", color="FFFFFF", bold=True, fill=_DARK, across="center", wrap=True),
        _style(INSTEAD, color=_GREY, across="center"),
        _style(Format.TEXT.name, wrap=True),
        _style(Format.LONG.name, wrap=True),
        *(_style(one.name, number=one.value, across="right") for one in numbers),
        *(_style(one.name, number=one.value, across="center") for one in (Format.INSTANT, Format.DAY)),
    ]
