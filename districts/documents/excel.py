"""The one writer of Excel files: what each column holds, and a sheet that can be printed and handed in as it is.

Text can never become a formula. Rows are written as they come and never held together.
"""

import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

from districts.documents.download import AUTHOR, as_of_words, download
from districts.documents.plain import plain
from districts.trail.recording import record_event

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS = 20_000
FONT, SIZE = "宋体", 11
ARROW = 4  # the button of the filter covers so much of a heading
HAIR = Side(style="thin", color="BFBFBF")
A4 = 9
LINE, HIGHEST = 15, 409  # points of a line, and of the highest row that Excel takes


@dataclass(frozen=True)
class Kind:
    """What a column holds: how it is shown, how wide the widest of it is, and the value that a cell takes."""

    number_format: str
    width: int
    as_cell: Callable
    across: str = "right"


def _number(value):
    return float(value)


def _moment(value):
    """Excel knows no time zones."""
    return timezone.localtime(value).replace(tzinfo=None) if timezone.is_aware(value) else value


def as_number(shown):
    """A figure as it is shown on a page ("85.0%", "62.50") as the number that it is; a word stays a word."""
    number = shown.removesuffix("%")
    try:
        return float(number) / (100 if number != shown else 1)
    except ValueError:
        return shown


TEXT = Kind("@", 14, str, "left")
DAY = Kind("yyyy-mm-dd", 12, lambda value: value, "center")
MOMENT = Kind("yyyy-mm-dd hh:mm", 18, _moment, "center")
WHOLE = Kind("0", 10, int)
PERCENT = Kind("0.0%", 10, _number)
DECIMAL = Kind("0.00", 10, _number)


@dataclass(frozen=True)
class Column:
    heading: str
    kind: Kind = TEXT
    width: int = 0

    @property
    def room(self):
        return max(self.width, self.kind.width, _wide(self.heading) + ARROW)


@dataclass(frozen=True)
class Sheet:
    """Columns and rows of as many values; None is an empty cell, a str in a column of numbers stays the word it is.

    What has more than `most` rows is cut there, and says so.
    """

    columns: Iterable
    rows: Iterable
    title: str = "数据"
    most: int = MOST_ROWS


def excel_response(name, *sheets, notes=(), as_of: datetime | None = None):
    """A download of the sheets, `notes` [(label, text)] on a last one. Recorded in the audit trail."""
    name, notes = plain(name), list(notes)
    book = new_book(name)
    as_of = as_of or timezone.now()
    count = 0
    for sheet in sheets:
        written, is_whole = write_sheet(book, sheet, name, as_of)
        count += written
        if not is_whole:
            notes.append(("没有写完", f"只写了前 {written} 行，后面还有。请先把列表筛选得小一些，分几次导出。"))
    if notes:
        columns = [Column("项目", width=16), Column("说明", width=100)]
        write_sheet(book, Sheet(columns, notes, "说明"), name, as_of)
    record_event("export", f"{name}.xlsx，{count} 行")
    return download(book_bytes(book), name, "xlsx", XLSX)


def new_book(name):
    book = Workbook(write_only=True)
    book.properties.creator = book.properties.lastModifiedBy = AUTHOR
    book.properties.title = name
    return book


def book_bytes(book):
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def write_sheet(book, sheet, name, as_of=None):
    """Add a sheet; returns how many rows were written, and whether these were all."""
    made = book.create_sheet(sheet.title)
    columns = list(sheet.columns)
    _lay_out(made, columns, name, as_of)
    made.append([_heading(made, column) for column in columns])
    cells = [_styled(made, column) for column in columns]
    rows, count = iter(sheet.rows), 0
    for row in islice(rows, sheet.most):
        count += 1
        _append(made, count + 1, columns, [_filled(*found) for found in zip(cells, columns, row, strict=True)])
    made.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{count + 1}"
    return count, next(rows, None) is None


def _append(sheet, number, columns, cells):
    """A row as high as its longest text needs; not every program that opens the file finds that out by itself."""
    texts = [(cell.value, column.room) for cell, column in zip(cells, columns, strict=True) if cell.data_type == "s"]
    lines = max((_lines(text, room) for text, room in texts), default=1)
    if lines > 1:
        sheet.row_dimensions[number].height = min(HIGHEST, lines * LINE)
    sheet.append(cells)
    sheet.row_dimensions.pop(number, None)


def _lines(text, room):
    if 2 * len(text) < room and "\n" not in text:
        return 1
    return sum(max(1, -(-_wide(line) // (room - 1))) for line in text.split("\n"))


def _lay_out(sheet, columns, name, as_of):
    """Landscape, one page wide, the headings on every page and screen, the page's number below."""
    for place, column in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(place)].width = column.room
    sheet.freeze_panes, sheet.print_title_rows = "A2", "1:1"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.oddHeader.center.text = name.replace("&", "&&")
    sheet.oddFooter.left.text = as_of_words(as_of) if as_of else ""
    sheet.oddFooter.center.text = "第 &P 页，共 &N 页"
    sheet.oddFooter.right.text = AUTHOR


def _heading(sheet, column):
    cell = WriteOnlyCell(sheet, plain(column.heading))
    cell.data_type = "s"
    cell.font = Font(name=FONT, size=SIZE, bold=True)
    cell.fill = PatternFill("solid", fgColor="EDEDED")
    cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    cell.border = Border(HAIR, HAIR, HAIR, HAIR)
    return cell


def _styled(sheet, column):
    """One cell for a whole column: it is written before it takes the value of the next row."""
    cell = WriteOnlyCell(sheet)
    cell.font = Font(name=FONT, size=SIZE)
    cell.alignment = Alignment(horizontal=column.kind.across, vertical="top", wrap_text=column.kind is TEXT)
    cell.border = Border(HAIR, HAIR, HAIR, HAIR)
    cell.number_format = column.kind.number_format
    cell.quotePrefix = column.kind is TEXT
    return cell


def _filled(cell, column, value):
    if value is None or value == "":
        cell.value = None
    elif isinstance(value, str) or column.kind is TEXT:
        cell.value = plain(str(value))
        cell.data_type = "s"
    else:
        cell.value = column.kind.as_cell(value)
    return cell


def _wide(text):
    """How many columns of a fixed font it takes: a sign of three bytes, as Chinese ones are, takes two."""
    return (len(text.encode(errors="replace")) + len(text)) // 2
