"""An .xlsx file as sheets of rows, read by a child process that may die without harm."""

import pickle
import re
import subprocess
import sys
import zipfile
from contextlib import contextmanager
from pathlib import Path

from defusedxml.ElementTree import ParseError, fromstring
from django.core.exceptions import ValidationError

CHILD = Path(__file__).with_name("workbook_child.py")

MOST_INDEX = 1024 * 1024  # bytes of the workbook's own list of sheets

LAST_ROW = 1_048_576

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"

_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"

_CHUNK = 1024 * 1024


@contextmanager
def sheets_of(file):
    """Gives an iterator of (name, iterator of rows), of the visible sheets in their order; each read once, one by one.

    Raises ValidationError, also while rows are read, when the file cannot be read.
    """
    child = subprocess.Popen(  # noqa: S603 - our own file
        [sys.executable, "-I", str(CHILD)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    try:
        _feed(child, file)
        yield _sheets(child.stdout, file.name)
    finally:
        child.kill()
        child.stdout.close()
        child.wait()


def _feed(child, file):
    try:
        while chunk := file.read(_CHUNK):
            child.stdin.write(chunk)
        child.stdin.close()
    except BrokenPipeError:
        pass  # it died; reading will say so
    file.seek(0)


def _sheets(out, name):
    what, value = _next(out, name)
    while what == "sheet":
        ended = []
        yield value, _rows(out, name, ended)
        while not ended:  # whoever read the sheet may have stopped early
            message = _next(out, name)
            if message[0] != "rows":
                ended.append(message)
        what, value = ended[0]


def _rows(out, name, ended):
    while not ended:
        message = _next(out, name)
        if message[0] == "rows":
            yield from message[1]
        else:
            ended.append(message)


def _next(out, name):
    try:
        return pickle.load(out)  # noqa: S301 - written by our own child
    except (EOFError, pickle.UnpicklingError):
        raise ValidationError(
            f"“{name}”打不开：文件已损坏，或表格远处有多余内容、有读不懂的单元格。"
            "请把数据复制到新的工作簿，另存为“Excel 工作簿（.xlsx）”后再试。"
        ) from None


def described(file):
    """({sheet: rows that it claims, formatted ones included}, whether its days count from 1904). Raises ValidationError."""
    try:
        with zipfile.ZipFile(file) as package:
            if any(package.getinfo(part).file_size > MOST_INDEX for part in _INDEX):
                raise ValidationError(f"“{file.name}”的工作表目录太大，不像普通的工作簿。")
            links = {link.get("Id"): link.get("Target", "") for link in fromstring(package.read(_INDEX[1]))}
            book = fromstring(package.read(_INDEX[0]))
            is_1904 = any(p.get("date1904") in {"1", "true"} for p in book.iter(f"{_MAIN}workbookPr"))
            claimed = {
                sheet.get("name"): _claimed_rows(package, links.get(sheet.get(_RELATION), ""), file.name)
                for sheet in list(book.iter(f"{_MAIN}sheet"))[:100]
            }
            return claimed, is_1904
    except (KeyError, ParseError, zipfile.BadZipFile, OSError, ValueError, EOFError):
        return {}, False  # only the count of blank rows and bare numbers of days rest on it
    finally:
        file.seek(0)


_INDEX = ("xl/workbook.xml", "xl/_rels/workbook.xml.rels")


def _claimed_rows(package, target, name):
    """A cell that shows an error would be read as an empty one: it is refused."""
    with package.open("xl/" + target.removeprefix("/xl/")) as part:
        chunk = part.read(_CHUNK)
        said = re.search(rb'<dimension ref="[A-Z]+\d+:[A-Z]+(\d{1,7})"', chunk)
        while chunk:
            if b't="e"' in chunk:
                raise ValidationError(f"“{name}”里有出错的单元格（如 #N/A、#REF!），请在 Excel 里改正后再上传。")
            chunk = chunk[-4:] + more if (more := part.read(_CHUNK)) else b""
    return min(int(said[1]), LAST_ROW) if said else 0
