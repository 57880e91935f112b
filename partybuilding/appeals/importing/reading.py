"""The city's two workbooks (or CSV files) as rows of cells: which sheet, which rows, and what a cell shows."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain

from django.core.exceptions import ValidationError

from districts.files.uploads import check_office_file, check_size
from districts.reading.cells import text_of
from districts.reading.delimited import lines_of
from districts.reading.tables import as_shown, is_aside, refuse_errors
from districts.reading.workbooks import SINCE_1904, About, described, sheets_of
from partybuilding.appeals.importing.headings import (
    CALLBACKS,
    COLUMNS,
    FAULTS,
    LEDGER,
    NEEDED,
    SHAPES,
    find_header,
)

MOST_BYTES, MOST_UNPACKED = 40 * 1024 * 1024, 300 * 1024 * 1024

MOST_ROWS = 200_000

TIMES = ("called_at", "dispatched_at", "closed_at")

MERGED = "（与上一行合并的单元格）"  # in place of a number that belongs to the row above


@dataclass
class Sheet:
    """What a file holds: its shape and, read once, (row number, {column: cell}) of each row with anything in it.

    Afterwards `blank` is the number of rows that had nothing. Of a whole file `heads` is {column: heading} in the file's order;
    a column that no import reads has its place for a name. `beside` is (columns that mean what another that is read means,
    columns that no import knows), as sentences name them.
    """

    name: str
    shape: str
    rows: Iterator
    heads: dict
    blank: int = 0
    beside: tuple = ((), ())


@dataclass
class Page:
    """A table of a file before its heading is known: what it is called, its lines, and what stands beside the values."""

    file: str
    lines: Iterator
    name: str = ""
    start: int = 0  # the place of its first column
    about: About = field(default_factory=About)
    is_1904: bool = False


def read_file(file, *, is_whole=False):
    """Read an uploaded workbook or CSV file, whole or only what an import reads. Raises ValidationError that says what to do."""
    check_size(file, MOST_BYTES)
    start = file.read(8)
    file.seek(0)
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise ValidationError(
            f"“{file.name}”是旧版 Excel（.xls）或有密码的文件，请另存为不带密码的“Excel 工作簿（.xlsx）”再上传。"
        )
    if start.startswith(b"PK"):
        return _first_table(file, _sheet_tables(file, is_whole))
    return _sheet_of(Page(file.name, lines_of(file.name, file.read(MOST_BYTES + 1))), is_whole)


def _sheet_tables(file, is_whole):
    """The Sheet of each visible sheet, or the ValidationError that says why it is none."""
    _check_workbook(file)  # before anything opens it
    with sheets_of(file) as sheets:
        about, is_1904 = described(file)
        for name, start, lines in sheets:
            try:
                yield _sheet_of(Page(file.name, lines, name, start, about.get(name, About()), is_1904), is_whole)
            except ValidationError as fault:
                yield fault


def _check_workbook(file):
    if check_office_file(file, MOST_UNPACKED) != "xlsx":
        raise ValidationError(f"“{file.name}”不是 Excel 文件，请上传 .xlsx 或 .csv。")


def _first_table(file, tables):
    """The first Sheet; when it has been read, a second one is refused rather than ignored."""
    faults = []
    for table in tables:
        if isinstance(table, Sheet):
            table.rows = chain(table.rows, _no_other(file, tables))
            return table
        faults.append(table)
    raise faults[0] if faults else ValidationError(f"“{file.name}”里没有可见的工作表。")


def _no_other(file, tables):
    if any(isinstance(table, Sheet) for table in tables):
        raise ValidationError(
            f"“{file.name}”里有两张工单表。请把台账和回访分别存成一个文件，或删去、隐藏多余的工作表后再上传。"
        )
    yield from ()


def _sheet_of(page, is_whole):
    """Find the header and the first row with anything in it; the others are read as they are asked for."""
    header, header_row, lines = find_header(page, enumerate(page.lines, 1))
    places = header.places
    shape = CALLBACKS if "valid" in places else LEDGER
    missing = [COLUMNS[column][0] for column in NEEDED[shape] if column not in places]
    if missing:
        raise ValidationError(
            f"“{page.file}”（按{SHAPES[shape]}识别）缺少列：{'、'.join(missing)}。"
            f"{header.said_unknown()}请用模板的表头，或对照补上。"
        )
    heads = _heads(header.cells, places) if is_whole else {}
    places |= {place: place for place in heads if place not in places}
    sheet = Sheet(page.file, shape, iter(()), heads, beside=(header.passed, header.unknown))
    rows = _rows(sheet, page, lines, places, header_row)
    if page.is_1904:
        rows = _since_1904(rows)
    merged = {c: found for c, at in places.items() if (found := page.about.merged.get(at + page.start))}
    if merged:
        rows = as_shown(rows, merged, header_row, {"number": MERGED})
    first = next(rows, None)
    if first is None:
        raise ValidationError(f"“{page.file}”只有表头，没有数据。")
    sheet.rows = chain([first], rows)
    return sheet


def _heads(cells, places):
    """{column, or the place of one that is not read: heading}; what an earlier file to mend said of its rows is left out."""
    read = {place: column for column, place in places.items()}
    unread = {n: str(cell or "").strip() for n, cell in enumerate(cells) if n not in read}
    heads = {n: COLUMNS[read[n]][0] if n in read else unread[n] for n in sorted(read.keys() | unread.keys())}
    return {read.get(n, n): heading for n, heading in heads.items() if heading != FAULTS}


def _rows(sheet, page, lines, places, header):
    """(row number, {column: cell}) of each row with anything in it."""
    places, number, count, errors = list(places.items()), header, 0, page.about.errors
    wrong, watched = [], {at + page.start for column, at in places if isinstance(column, str)}
    for number, cells in lines:
        most = len(cells)
        row = {column: cell for column, at in places if at < most and (cell := cells[at]) is not None and cell != ""}
        if any(not isinstance(value, str) or value.strip() for value in row.values()):
            count += 1
            if count > MOST_ROWS:
                raise ValidationError(f"“{sheet.name}”超过 {MOST_ROWS} 行，请按月份分开导入。")
            if number in errors and not is_aside(map(text_of, row.values())):
                wrong += [(page.name, number, place) for place in sorted(errors[number] & watched)]
            yield number, row
    refuse_errors(sheet.name, wrong)
    sheet.blank = max(page.about.claimed, number) - header - count


def _since_1904(rows):
    """Bare numbers of days count four years and a day less in a book that begins in 1904."""
    for number, row in rows:
        for column in TIMES:
            if re.fullmatch(r"\d{5}(\.\d+)?", str(row.get(column))):
                row[column] = float(row[column]) + SINCE_1904
        yield number, row
