"""The shape of the 期初建账 workbook: three sheets, their columns, and how a cell becomes text."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from django.core.exceptions import ValidationError

from districts.duties import Post
from districts.files.uploads import check_office_file, check_size
from districts.privacy.rules import plain_digits
from districts.reading.cells import day_of as read_day
from districts.reading.cells import figure, is_nothing, name_of, phone_of, plain, same_as, text_of
from districts.reading.tables import as_shown, heading_of, is_aside, refuse_errors
from districts.reading.workbooks import SINCE_1904, About, described, sheets_of
from districts.units.loading import KINDS
from districts.units.models import Unit

UNITS, PEOPLE, POSTS = "单位", "人员", "任职"
SHEETS = {
    UNITS: ["类型", "代码", "名称", "曾用名", "上级", "名称已确认", "归属已确认", "备注"],
    PEOPLE: ["用户名", "姓名", "工号", "手机"],
    POSTS: ["用户名", "姓名", "岗位", "单位", "职务名称", "起始日期", "依据"],
}
KIND_WORDS = {kind: word for word, kind in KINDS.items()}
POST_WORDS = {post.label: post for post in Post}
MOST_ROWS = 5000
HEADER_WITHIN = 5  # the header stands in one of the first five rows


class Sheets(dict):
    """{sheet: [(row number, {column: text})]}, and how many rows were no rows: totals and notes."""

    aside = 0


def read_sheets(file):
    """The Sheets of a workbook; raises ValidationError when the file is not such a workbook."""
    check_size(file)
    if check_office_file(file) != "xlsx":
        raise ValidationError("请上传 Excel（.xlsx）文件，可以先下载模板。")
    found, wrong = Sheets(), []
    with sheets_of(file) as sheets:
        about, is_1904 = described(file)
        for called, start, lines in sheets:
            name = re.sub(r"^\d+[.、]|\s", "", plain_digits(called))
            if name in found:
                raise ValidationError(f"有两张工作表叫“{name}”，请删去一张。")
            if name in SHEETS:
                found[name] = _read(
                    found, name, Lines(called, lines, start, about.get(called, About()), is_1904), wrong
                )
    refuse_errors(file.name, wrong)
    if missing := [name for name in SHEETS if name not in found]:
        raise ValidationError(f"缺少工作表“{missing[0]}”。模板有三张表：{'、'.join(SHEETS)}；隐藏的不读。")
    return found


class Lines(NamedTuple):
    """A sheet before its heading is known."""

    called: str
    lines: Iterator
    start: int
    about: About
    is_1904: bool


def _read(found, name, sheet, wrong):
    lines = enumerate(sheet.lines, 1)
    header, places = _header(name, lines)
    watched = {at + sheet.start for at in places.values()}
    merged = {c: spans for c, at in places.items() if (spans := sheet.about.merged.get(at + sheet.start))}
    rows = (
        (n, {c: cells[at] for c, at in places.items() if at < len(cells) and cells[at] != ""}) for n, cells in lines
    )
    read = []
    for number, row in as_shown(rows, merged, header, {}):
        texts = {c: READERS.get(c, _text)(row.get(c)) for c in places}
        if not any(texts.values()):
            continue
        if is_aside(text_of(cell) for cell in row.values()):
            found.aside += 1
            continue
        wrong += [(sheet.called, number, place) for place in sorted(sheet.about.errors.get(number, set()) & watched)]
        if sheet.is_1904 and isinstance(row.get("起始日期"), float):
            texts["起始日期"] = _day(row["起始日期"] + SINCE_1904)
        read.append((number, texts))
        if len(read) > MOST_ROWS:
            raise ValidationError(f"工作表“{name}”超过 {MOST_ROWS} 行，请分开导入。")
    return read


def _header(name, lines):
    """(row number, {column: place}) of the row that names the columns; takes the lines up to it."""
    columns, best = SHEETS[name], []
    for number, cells in islice(lines, HEADER_WITHIN):
        texts = [heading_of(cell) for cell in cells]
        found = [c for c in columns if c in texts]
        if twice := [c for c in found if texts.count(c) > 1 and len(found) == len(columns)]:
            raise ValidationError(f"工作表“{name}”里有两列都叫“{twice[0]}”，请删去不用的一列。")
        if len(found) == len(columns):
            return number, {c: texts.index(c) for c in columns}
        best = max(best, found, key=len)
    missing = "、".join(c for c in columns if c not in best)
    raise ValidationError(f"工作表“{name}”的表头缺少：{missing}。请用模板填写。")


def _text(cell):
    text = text_of(cell)
    return "" if is_nothing(text) else text


def _day(cell):
    """A day as 2026-01-31; what is none as it is, for the fault to name."""
    try:
        return str(read_day(cell) or "")
    except (ValueError, OverflowError):
        return text_of(cell)


def _post(cell):
    text = _text(cell)
    return _POSTS.get(same_as(text), text)


_POSTS = {same_as(label): label for label in POST_WORDS}

READERS = {
    **dict.fromkeys(("姓名", "名称", "上级"), name_of),
    **dict.fromkeys(("类型", "用户名"), plain),
    **dict.fromkeys(("代码", "工号"), figure),
    "手机": phone_of,
    "岗位": _post,
    "起始日期": _day,
}


def day_of(text):
    """The date of a cell that was read; raises ValidationError."""
    if not text:
        raise ValidationError("请填起始日期，写成 2026-01-31。")
    try:
        return read_day(text)
    except (ValueError, OverflowError):
        raise ValidationError(f"日期“{text}”看不懂，请写成 2026-01-31。") from None


def unit_row(row):
    """A row of the sheet of units in the columns of `load_units`."""
    return {
        "kind": KINDS.get(row["类型"], row["类型"]),
        "code": row["代码"],
        "name": row["名称"],
        "former_names": row["曾用名"],
        "parent": row["上级"],
        "name_confirmed": row["名称已确认"] or "是",
        "placement_confirmed": row["归属已确认"] or "是",
        "remark": row["备注"],
    }


def kind_word(unit):
    return KIND_WORDS[Unit.Kind(unit.kind)]


def path_of(unit):
    """A unit with the one above it, where its name alone could mean several: 甲一社区/第一党支部."""
    return f"{unit.parent.name}/{unit.name}" if unit.parent else unit.name
