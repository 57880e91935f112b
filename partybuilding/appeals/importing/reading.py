"""The city's two workbooks (or CSV files) as rows of text: which sheet, where the header stands, which column is which."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, zip_longest

from django.core.exceptions import ValidationError

from districts.files.uploads import check_office_file, check_size
from districts.privacy.rules import plain_digits
from partybuilding.appeals.importing.workbooks import described, sheets_of

MOST_BYTES, MOST_UNPACKED = 40 * 1024 * 1024, 300 * 1024 * 1024

MOST_ROWS, MOST_LINES = 200_000, 1_100_000

SINCE_1904 = 1462

HEADER_WITHIN = 20  # rows in which the header is looked for

LEDGER, CALLBACKS = "ledger", "callbacks"

FAULTS = "问题"  # the last column of a file to mend

SHAPES = {LEDGER: "工单台账", CALLBACKS: "回访结果"}

# Column: the headings under which files are known to carry it; the first is the template's.
COLUMNS = {
    "number": ["工单编号", "工单号", "诉求编号", "工单流水号", "受理编号"],
    "kind": ["工单类型", "诉求类型"],
    "category": ["问题分类", "诉求分类", "分类"],
    "topic": ["一级分类", "一级问题"],
    "subtopic": ["二级分类", "二级问题"],
    "item": ["三级分类", "三级问题"],
    "labels": ["标签"],
    "title": ["标题", "工单标题"],
    "content": ["主要内容", "工单内容", "诉求内容", "问题描述"],
    "city_state": ["工单状态", "状态"],
    "caller": ["来电人", "诉求人", "反映人"],
    "caller_number": ["来电人电话", "来电号码", "联系电话"],
    "town": ["被反映街乡镇", "街乡镇", "属地街乡镇"],
    "result": ["办理结果"],
    "reply": ["回复内容", "答复内容"],
    "channel": ["处理受理方式", "受理方式", "诉求来源"],
    "called_at": ["创建时间", "来电时间", "受理时间", "派单时间"],
    "closed_at": ["办结时间", "办结日期"],
    "company": ["企业名称"],
    "grade": ["紧急程度", "工单等级", "等级"],
    "nature": ["工单性质"],
    "place": ["村/社区", "社区/村", "社区(村)", "所属社区", "社区"],
    "spot": ["小区点位", "点位", "小区"],
    "handler": ["二级承办单位简称", "二级承办单位", "承办单位简称", "承办单位"],
    "valid": ["是否有效回访", "有效回访"],
    "contacted": ["是否联系", "是否响应"],
    "outcome": ["是否解决", "解决情况"],
    "satisfaction": ["是否满意", "满意情况", "满意度"],
}

_BY_HEADING = {re.sub(r"\s", "", h): column for column, headings in COLUMNS.items() for h in headings}

NEEDED = {LEDGER: ("number", "called_at", "content"), CALLBACKS: ("number", "called_at", "valid", "contacted")}


@dataclass
class Sheet:
    """What a file holds: its shape and, read once, (row number, {column: cell}) of each row with anything in it.

    Afterwards `blank` is the number of rows that had nothing. Of a whole file `heads` is {column: heading} in the file's order;
    a column that no import reads has its place for a name.
    """

    name: str
    shape: str
    rows: Iterator
    heads: dict
    blank: int = 0


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
    return _read_csv(file, is_whole)


def _sheet_tables(file, is_whole):
    """The Sheet of each visible sheet, or the ValidationError that says why it is none."""
    _check_workbook(file)  # before anything opens it
    with sheets_of(file) as sheets:
        claimed, is_1904 = described(file)
        for name, lines in sheets:
            try:
                yield _sheet_of(file.name, lines, claimed.get(name, 0), is_1904=is_1904, is_whole=is_whole)
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


def _read_csv(file, is_whole):
    raw = file.read(MOST_BYTES + 1)
    if raw.lstrip()[:1] == b"<":
        raise ValidationError(f"“{file.name}”是网页格式的表格，请用 Excel 打开后另存为 .xlsx 再上传。")
    text = _decoded(raw)
    if text is None or "\x00" in text:
        raise ValidationError(
            f"“{file.name}”不是 Excel 或 CSV 文件，或里面有乱码。请用 Excel 打开检查后另存为 .xlsx 再上传。"
        )
    return _sheet_of(file.name, _csv_lines(file.name, text), 0, is_whole=is_whole)


def _decoded(raw):
    encodings = ["utf-16"] if raw[:2] in {b"\xff\xfe", b"\xfe\xff"} else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _csv_lines(name, text):
    start = text[:4000]
    delimiter = max(",;\t|", key=start.count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for number, cells in enumerate(lines):
            if number > MOST_LINES:
                raise ValidationError(f"“{name}”超过 {MOST_LINES} 行，请删去空行后再上传。")
            yield cells
    except csv.Error:
        raise ValidationError(
            f"“{name}”第 {lines.line_num} 行附近的引号没有配对，会漏读后面的行。请用 Excel 打开检查，另存为 .xlsx 再上传。"
        ) from None


def _sheet_of(name, lines, claimed, *, is_1904=False, is_whole=False):
    """Find the header and the first row with anything in it; the others are read as they are asked for."""
    lines = enumerate(lines, 1)
    header, places, cells = _find_header(name, lines)
    below = next(lines, None)
    if below and (lower := _lower_header(below[1], places)):
        header, places, cells = below[0], places | lower, _both_rows(cells, below[1])
    elif below:
        lines = chain([below], lines)
    shape = CALLBACKS if "valid" in places else LEDGER
    missing = [COLUMNS[column][0] for column in NEEDED[shape] if column not in places]
    if missing:
        raise ValidationError(
            f"“{name}”（按{SHAPES[shape]}识别）缺少列：{'、'.join(missing)}。请用模板的表头，或对照补上。"
        )
    heads = _heads(cells, places) if is_whole else {}
    places |= {place: place for place in heads if place not in places}
    sheet = Sheet(name, shape, iter(()), heads)
    rows = _rows(sheet, lines, places, header, claimed)
    rows = _since_1904(rows) if is_1904 else rows
    first = next(rows, None)
    if first is None:
        raise ValidationError(f"“{name}”只有表头，没有数据。")
    sheet.rows = chain([first], rows)
    return sheet


def _heads(cells, places):
    """{column, or the place of one that is not read: heading}; what an earlier file to mend said of its rows is left out."""
    read = {place: column for column, place in places.items()}
    unread = {n: str(cell or "").strip() for n, cell in enumerate(cells) if n not in read}
    heads = {n: COLUMNS[read[n]][0] if n in read else unread[n] for n in sorted(read.keys() | unread.keys())}
    return {read.get(n, n): heading for n, heading in heads.items() if heading != FAULTS}


def _both_rows(upper, lower):
    return [below or above for above, below in zip_longest(upper, lower)]


def _rows(sheet, lines, places, header, claimed):
    """(row number, {column: cell}) of each row with anything in it."""
    places, number, count = list(places.items()), header, 0
    for number, cells in lines:
        most = len(cells)
        row = {column: cell for column, at in places if at < most and (cell := cells[at]) is not None and cell != ""}
        if any(not isinstance(value, str) or value.strip() for value in row.values()):
            count += 1
            if count > MOST_ROWS:
                raise ValidationError(f"“{sheet.name}”超过 {MOST_ROWS} 行，请按月份分开导入。")
            yield number, row
    sheet.blank = max(claimed, number) - header - count


def _since_1904(rows):
    """Bare numbers of days count four years and a day less in a book that begins in 1904."""
    for number, row in rows:
        for column in ("called_at", "closed_at"):
            if re.fullmatch(r"\d{5}(\.\d+)?", str(row.get(column))):
                row[column] = float(row[column]) + SINCE_1904
        yield number, row


def _find_header(name, lines):
    """(row number, {column: place}, cells) of the row that names the columns; takes the lines up to it."""
    known = set()
    for number, cells in lines:
        places = _headings(cells)
        if "number" in places and len(places) >= 4:
            return number, places, cells
        known |= places.keys()
        if number >= HEADER_WITHIN:
            break
    if not known:
        raise ValidationError(
            f"“{name}”的前 {HEADER_WITHIN} 行里没有认得的表头。请上传 12345 的工单台账或回访结果，或下载模板对照。"
        )
    missing = [COLUMNS[c][0] for c in ("number", "called_at", "content") if c not in known]
    raise ValidationError(f"“{name}”的表头缺少：{'、'.join(missing) or '几列'}。请下载模板对照补上。")


def _headings(cells):
    """{column: place} of the cells that are known headings; of two alike the first."""
    found = {}
    for at, cell in enumerate(cells):
        column = _BY_HEADING.get(re.sub(r"\s", "", plain_digits(str(cell)))) if cell else None
        if column:
            found.setdefault(column, at)
    return found


def _lower_header(cells, places):
    """A header of two rows, the upper one merged over several columns: what its second row adds."""
    lower = _headings(cells)
    at = places["number"]
    has_number = at < len(cells) and cells[at] not in ("", None)
    return {} if has_number or len(lower) < 2 else {c: place for c, place in lower.items() if c not in places}
