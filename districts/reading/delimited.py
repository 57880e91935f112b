"""A file of values with commas, semicolons, tabs or bars between them, as rows of text."""

import csv
import io
import re

from django.core.exceptions import ValidationError

from districts.reading.cells import unquoted

MOST_LINES, DELIMITERS = 1_100_000, ",;\t|"


def lines_of(name, raw):
    """The rows of a text file. Raises ValidationError that says what to do, also while rows are read."""
    if raw.lstrip()[:1] == b"<":
        raise ValidationError(f"“{name}”是网页格式的表格，请用 Excel 打开后另存为 .xlsx 再上传。")
    text = _decoded(raw)
    if text is None or "\x00" in text:
        raise ValidationError(
            f"“{name}”不是 Excel 或 CSV 文件，或里面有乱码。请用 Excel 打开检查后另存为 .xlsx 再上传。"
        )
    lines = _lines(name, text)
    return map(_unquoted, lines) if '="' in text else lines


def _unquoted(cells):
    return [unquoted(cell) if cell.startswith('="') else cell for cell in cells]


def _decoded(raw):
    encodings = ["utf-16"] if raw[:2] in {b"\xff\xfe", b"\xfe\xff"} else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _lines(name, text):
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        for number, cells in enumerate(lines):
            if number > MOST_LINES:
                raise ValidationError(f"“{name}”超过 {MOST_LINES} 行，请删去空行后再上传。")
            yield cells
    except csv.Error:
        raise ValidationError(
            f"“{name}”第 {lines.line_num} 行附近的引号没有配对，会漏读后面的行。请用 Excel 打开检查，另存为 .xlsx 再上传。"
        ) from None


def _delimiter(text):
    """That of the first line that has several: the heading's, whatever the texts below are full of."""
    if said := re.match(r"sep=(.)\s", text):
        return said[1]
    start = text[:4000]
    heads = (line for line in start.splitlines() if max(map(line.count, DELIMITERS)) >= 2)
    return max(DELIMITERS, key=next(heads, start).count)
