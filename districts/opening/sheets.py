"""The shape of the 期初建账 workbook: three sheets, their columns, and how a cell becomes text."""

import re
from datetime import date, datetime

from django.core.exceptions import ValidationError
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from districts.duties import Post
from districts.files.uploads import check_office_file, check_size
from districts.units.models import Unit

UNITS, PEOPLE, POSTS = "单位", "人员", "任职"
SHEETS = {
    UNITS: ["类型", "代码", "名称", "曾用名", "上级", "名称已确认", "归属已确认", "备注"],
    PEOPLE: ["用户名", "姓名", "工号", "手机"],
    POSTS: ["用户名", "姓名", "岗位", "单位", "职务名称", "起始日期", "依据"],
}
KINDS = {
    "街道": "committee",
    "中心": "center",
    "社区": "community",
    "村": "village",
    "支部": "branch",
    "科室": "department",
}
KIND_WORDS = {kind: word for word, kind in KINDS.items()}
POST_WORDS = {post.label: post for post in Post}
MOST_ROWS = 5000
HEADER_WITHIN = 5  # the header stands in one of the first five rows


def read_sheets(file):
    """{sheet: [(row number, {column: text})]}; raises ValidationError when the file is not such a workbook."""
    check_size(file)
    if check_office_file(file) != "xlsx":
        raise ValidationError("请上传 Excel（.xlsx）文件，可以先下载模板。")
    try:
        book = load_workbook(file, read_only=True, data_only=True)
        return {name: _read(book, name) for name in SHEETS}
    except (InvalidFileException, SyntaxError, KeyError, ValueError, TypeError, AttributeError, OSError):
        raise ValidationError("文件打不开，请在 Excel 里另存为“Excel 工作簿（.xlsx）”后再试。") from None


def _read(book, name):
    if name not in book.sheetnames:
        raise ValidationError(f"缺少工作表“{name}”。模板有三张表：{'、'.join(SHEETS)}。")
    lines = book[name].iter_rows(values_only=True, max_row=MOST_ROWS + HEADER_WITHIN + 1)
    texts = [(number, [text_of(cell) for cell in cells]) for number, cells in enumerate(lines, 1)]
    header, places = _header(name, texts[:HEADER_WITHIN])
    rows = [(n, {c: row[at] if at < len(row) else "" for c, at in places.items()}) for n, row in texts if n > header]
    rows = [(number, row) for number, row in rows if any(row.values())]
    if len(rows) > MOST_ROWS:
        raise ValidationError(f"工作表“{name}”超过 {MOST_ROWS} 行，请分开导入。")
    return rows


def _header(name, first_rows):
    """(row number, {column: place}) of the row that names the columns."""
    columns, best = SHEETS[name], []
    for number, texts in first_rows:
        found = [c for c in columns if c in texts]
        if len(found) == len(columns):
            return number, {c: texts.index(c) for c in columns}
        best = max(best, found, key=len)
    missing = "、".join(c for c in columns if c not in best)
    raise ValidationError(f"工作表“{name}”的表头缺少：{missing}。请用模板填写。")


def text_of(cell):
    """A cell as text: days as 2026-01-31, whole numbers without a point."""
    if cell is None:
        return ""
    if isinstance(cell, datetime | date):
        return f"{cell:%Y-%m-%d}"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def day_of(text):
    """A day written as 2026-01-31, 2026/1/31, 2026.1.31 or 2026年1月31日; raises ValidationError."""
    said = re.fullmatch(r"(\d{4})\D(\d{1,2})\D(\d{1,2})\D?", text)
    try:
        return date(*map(int, said.groups()))
    except (AttributeError, ValueError):
        raise ValidationError(f"日期“{text}”看不懂，请写成 2026-01-31。") from None


def unit_row(row):
    """A row of the sheet of units in the columns of `load_units`."""
    words = {"是": "yes", "否": "no", "": "yes"}
    return {
        "kind": KINDS.get(row["类型"], row["类型"]),
        "code": row["代码"],
        "name": row["名称"],
        "former_names": row["曾用名"],
        "parent": row["上级"],
        "name_confirmed": words.get(row["名称已确认"], row["名称已确认"]),
        "placement_confirmed": words.get(row["归属已确认"], row["归属已确认"]),
        "remark": row["备注"],
    }


def kind_word(unit):
    return KIND_WORDS[Unit.Kind(unit.kind)]
